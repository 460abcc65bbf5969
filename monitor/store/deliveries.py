"""What people see of deliveries and do with them: list, show, retry, drop; sending is the outbox's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import DeliveryState
from monitor.store.tables import alerts, deliveries


def drop(connection: sa.Connection, delivery: int) -> bool:
    """Forget a delivery that is dead or waits, and those that it carries; False when there is none such.

    One that is being sent is left alone: it may have arrived. One that another carries goes with its carrier.
    """
    droppable = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.DEAD))
    done = connection.execute(
        sa.delete(deliveries).where(deliveries.c.id == delivery, deliveries.c.carried_by.is_(None), droppable)
    )
    return done.rowcount > 0


def show(connection: sa.Connection, delivery: int) -> dict[str, Any] | None:
    """One delivery with its alert's kind, and the ids of those that it carries."""
    row = connection.execute(
        sa.select(deliveries, alerts.c.kind, alerts.c.topic)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(deliveries.c.id == delivery)
    ).first()
    if row is None:
        return None
    carried = sa.select(deliveries.c.id).where(deliveries.c.carried_by == delivery).order_by(deliveries.c.id)
    return {**dict(row._mapping), "carries": list(connection.scalars(carried))}


def retry(connection: sa.Connection, delivery: int, *, now: datetime) -> bool:
    """Give a dead delivery a new life from now on; False when there is none with this id.

    Its attempts stay counted, so that a message which did arrive is found and not sent again.
    """
    carrier = sa.select(sa.func.coalesce(deliveries.c.carried_by, deliveries.c.id)).where(
        deliveries.c.id == delivery
    )
    row = connection.scalar(carrier)
    if row is None:
        return False
    done = connection.execute(
        sa.update(deliveries)
        .where(
            sa.or_(deliveries.c.id == row, deliveries.c.carried_by == row),
            deliveries.c.state == DeliveryState.DEAD,
        )
        .values(state=DeliveryState.PENDING, next_attempt_at=now, first_attempt_at=now, last_error=None)
    )
    return done.rowcount > 0


def listing(connection: sa.Connection, *, limit: int, state: str | None = None) -> list[dict[str, Any]]:
    """Deliveries, the newest first."""
    rows = sa.select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
    if state is not None:
        rows = rows.where(deliveries.c.state == state)
    return [dict(row._mapping) for row in connection.execute(rows)]
