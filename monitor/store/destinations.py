"""How delivering to each destination stands: what waits, what is dead, what it said last."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from monitor.model import DeliveryState
from monitor.store.tables import UtcDateTime, deliveries

_OWN = deliveries.c.carried_by.is_(None)
_LAST_SENT = sa.func.max(deliveries.c.sent_at, type_=UtcDateTime)


def standing(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """Return `waiting`, `dead`, `last_sent_at` and `last_error` of each destination that was ever told.

    The error is that of the newest message which has one and has not arrived.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(
        sa.select(deliveries.c.destination, deliveries.c.state, sa.func.count(), _LAST_SENT)
        .where(_OWN)
        .group_by(deliveries.c.destination, deliveries.c.state)
    ):
        name, state, count, last = row
        each = found.setdefault(name, {"waiting": 0, "dead": 0, "last_sent_at": None, "last_error": None})
        if state == DeliveryState.DEAD:
            each["dead"] = count
        elif state == DeliveryState.SENT:
            each["last_sent_at"] = last
        else:
            each["waiting"] += count
    newest = (
        sa.select(sa.func.max(deliveries.c.id))
        .where(_OWN, deliveries.c.last_error.is_not(None))
        .group_by(deliveries.c.destination)
    )
    rows = sa.select(deliveries.c.destination, deliveries.c.last_error).where(deliveries.c.id.in_(newest))
    for name, error in connection.execute(rows):
        found[name]["last_error"] = error
    return found
