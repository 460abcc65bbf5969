"""What waits in the outbox of topics that are discreet now: told by code name, and to nobody else.

A topic may become discreet while messages about it wait for a digest, for the end of quiet hours or for
another attempt. What was sent cannot be taken back.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from monitor.alerts.notice import build_discreet
from monitor.alerts.route import Audience, recipients
from monitor.model import AlertKind, DeliveryState, Frequency, Notice, OperatorNotice
from monitor.store.statements import dump, load
from monitor.store.tables import alerts, deliveries, surges

_OF_TOPICS = (AlertKind.TOPIC_SURGE, AlertKind.TOPIC_CALM)


def enforce(connection: sa.Connection, audience: Audience) -> None:
    """Let nothing that waits tell more of a discreet topic than its code name, or tell it to others."""
    for topic, code_name in audience.discreet.items():
        named = recipients(audience, topic)
        for row in connection.execute(_waiting(alerts.c.topic == topic)).all():
            _hide(connection, row, code_name, named=named)
        connection.execute(sa.update(surges).where(surges.c.topic == topic).values(name=code_name))
        told = sa.and_(alerts.c.kind.in_(_OF_TOPICS), alerts.c.cause.startswith(f"topic:{topic}:"))
        connection.execute(sa.update(alerts).where(told).values(subject=code_name))
        for row in connection.execute(_waiting(told)).all():
            _rename(connection, row, code_name, named=named)


def _waiting(of: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(deliveries, alerts.c.kind)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(deliveries.c.state == DeliveryState.PENDING, of)
        .order_by(deliveries.c.id)
    )


def _hide(connection: sa.Connection, row: sa.Row[Any], code_name: str, *, named: frozenset[str]) -> None:
    if row.destination not in named:
        _remove(connection, row)
        return
    if row.payload.get("discreet") and row.payload["topics"] == [code_name]:
        return
    if row.frequency == Frequency.IMMEDIATE:
        _stand_alone(connection, row)
    told = load(Notice, row.payload)
    notice = build_discreet(
        alert=told.alert,
        kind=told.kind,
        story=told.story,
        code_name=code_name,
        score=told.score,
        now=told.seen_at,
    )
    _write(connection, row, dump(Notice, notice))


def _rename(connection: sa.Connection, row: sa.Row[Any], code_name: str, *, named: frozenset[str]) -> None:
    if row.destination not in named:
        _remove(connection, row)
    elif row.payload["subject"] != code_name:
        told = {**dump(OperatorNotice, load(OperatorNotice, row.payload)), "subject": code_name}
        _write(connection, row, told)


def _write(connection: sa.Connection, row: sa.Row[Any], payload: object) -> None:
    connection.execute(sa.update(deliveries).where(deliveries.c.id == row.id).values(payload=payload))


def _remove(connection: sa.Connection, row: sa.Row[Any]) -> None:
    _stand_alone(connection, row)
    connection.execute(sa.delete(deliveries).where(deliveries.c.id == row.id))


def _stand_alone(connection: sa.Connection, row: sa.Row[Any]) -> None:
    """Make a delivery a message of its own; those that it carried go in the first one's message."""
    connection.execute(sa.update(deliveries).where(deliveries.c.id == row.id).values(carried_by=None))
    heir = connection.scalar(sa.select(sa.func.min(deliveries.c.id)).where(deliveries.c.carried_by == row.id))
    if heir is None:
        return
    connection.execute(sa.update(deliveries).where(deliveries.c.carried_by == row.id).values(carried_by=heir))
    connection.execute(sa.update(deliveries).where(deliveries.c.id == heir).values(carried_by=None))
