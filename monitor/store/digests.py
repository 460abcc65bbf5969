"""Digests in the outbox before anything is in them: the next one of each destination."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.alerts.route import DIGESTS
from monitor.alerts.slots import Slot
from monitor.model import AlertKind, DeliveryState, Frequency
from monitor.store import mutes
from monitor.store.statements import insert_once
from monitor.store.tables import alerts, deliveries

_IS_BEGUN = sa.and_(
    deliveries.c.state == DeliveryState.PENDING,
    deliveries.c.frequency.in_(DIGESTS),
    deliveries.c.carried_by.is_(None),
    deliveries.c.attempts == 0,
)
BEGUN = (
    sa.select(deliveries, alerts.c.kind).join(alerts, alerts.c.id == deliveries.c.alert_id).where(_IS_BEGUN)
)


def keep(connection: sa.Connection, wanted: Collection[Slot], *, now: datetime) -> None:
    """Begin the digests of *wanted* that are not begun, and drop empty ones to come that nobody wants now."""
    unsubscribed = mutes.unsubscribed(connection, now=now)
    wanted = {slot for slot in wanted if slot.destination not in unsubscribed}
    begun = {_slot(row): row for row in connection.execute(BEGUN)}
    for slot in sorted(wanted - begun.keys(), key=lambda each: (each.due_at, each.destination)):
        _begin(connection, slot, now)
    for slot, row in begun.items():
        if slot not in wanted and slot.due_at > now and row.kind == AlertKind.DIGEST:
            _drop_if_empty(connection, row)


def _slot(row: sa.Row[Any]) -> Slot:
    return Slot(destination=row.destination, frequency=Frequency(row.frequency), due_at=row.next_attempt_at)


def _begin(connection: sa.Connection, slot: Slot, now: datetime) -> None:
    """Begin a digest, once for each slot, even if somebody sets the clock back."""
    alert = connection.scalar(
        insert_once(connection, alerts)
        .values(
            topic="",
            kind=AlertKind.DIGEST,
            cause=f"{slot.destination}:{slot.frequency}:{slot.due_at:%Y-%m-%dT%H:%M}",
            score=0.0,
            created_at=now,
        )
        .returning(alerts.c.id)
    )
    if alert is not None:
        connection.execute(
            sa.insert(deliveries).values(
                alert_id=alert,
                destination=slot.destination,
                frequency=slot.frequency,
                state=DeliveryState.PENDING,
                next_attempt_at=slot.due_at,
                payload=None,
                created_at=now,
            )
        )


def _drop_if_empty(connection: sa.Connection, row: sa.Row[Any]) -> None:
    carried = sa.select(deliveries.c.id).where(deliveries.c.carried_by == row.id).limit(1)
    if connection.scalar(carried) is None:
        connection.execute(sa.delete(alerts).where(alerts.c.id == row.alert_id))
