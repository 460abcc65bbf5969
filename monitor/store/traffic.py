"""How much was told lately, by destination: what limits and pauses are measured against."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.alerts.hours import HOUR
from monitor.alerts.route import Traffic
from monitor.model import AlertKind, Frequency
from monitor.store.tables import alerts, deliveries

_is_report = sa.and_(deliveries.c.story_id == sa.bindparam("story"), alerts.c.kind == AlertKind.NEW_REPORT)
OF_THE_HOUR = (  # what is still gathered has not been told: it must not count, or a burst would never end
    sa.select(
        deliveries.c.destination,
        sa.func.count(),
        sa.func.sum(sa.case((_is_report, 1), else_=0)),
    )
    .join(alerts, alerts.c.id == deliveries.c.alert_id)
    .where(
        deliveries.c.created_at > sa.bindparam("since"),
        deliveries.c.story_id.is_not(None),
        deliveries.c.frequency == Frequency.IMMEDIATE,
        deliveries.c.carried_by.is_(None),
    )
    .group_by(deliveries.c.destination)
)


def of_the_hour(connection: sa.Connection, *, story: int, now: datetime) -> dict[str, Traffic]:
    """Messages told at once within the hour, and those of them that told a report of *story*."""
    rows = connection.execute(OF_THE_HOUR, {"story": story, "since": now - HOUR})
    return {
        destination: Traffic(messages=messages, reports=reports) for destination, messages, reports in rows
    }
