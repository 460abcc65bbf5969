"""A story's root message at a destination: when it falls due to be brought up to date, and with what.

A root is brought up to date as often as something new stands under it or its story grows; an update that is
lost or comes twice is harmless, because it always tells all of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.alerts.notice import with_reports
from monitor.alerts.retry import Again, Settled
from monitor.model import DeliveryState, Frequency, Notice, Refresh
from monitor.store import stories
from monitor.store.statements import load
from monitor.store.tables import deliveries, follows, irrelevant, mutes, threads

GATHER = timedelta(seconds=20)  # reports of an event come in swarms: one update tells of all of them
MAX_TOLD = 40  # of a story's messages, the first; their sentences are cut to a few anyway
AT_ONCE = timedelta()

DUE = sa.select(threads.c.destination).where(threads.c.refresh_at <= sa.bindparam("now")).distinct()


def touch(
    connection: sa.Connection,
    story: int,
    *,
    now: datetime,
    destination: str | None = None,
    within: timedelta = GATHER,
) -> None:
    """Let the roots of a story fall due soon, or the one at *destination*.

    One that is just being updated falls due again: the update may not know of this yet.
    """
    soon = now + within
    given = {"story": story, "soon": soon}
    if destination is None:
        connection.execute(_TOUCH, given)
    else:
        connection.execute(_TOUCH_AT, {**given, "at": destination})


_soon = sa.bindparam("soon", type_=threads.c.refresh_at.type)
_TOUCH = (
    sa.update(threads)
    .where(
        threads.c.story_id == sa.bindparam("story"),
        sa.or_(threads.c.refresh_at.is_(None), threads.c.refresh_at > _soon),
    )
    .values(refresh_at=_soon)
)
_TOUCH_AT = _TOUCH.where(threads.c.destination == sa.bindparam("at"))


def due_destinations(connection: sa.Connection, *, now: datetime) -> list[str]:
    """The destinations at which a root is due to be brought up to date."""
    return list(connection.scalars(DUE, {"now": now}))


def lease_next(
    connection: sa.Connection, destination: str, *, now: datetime, lease: timedelta
) -> Refresh | None:
    """Take the next root that is due there, for as long as *lease* lasts."""
    while True:
        row = connection.execute(
            sa.select(threads)
            .where(threads.c.destination == destination, threads.c.refresh_at <= now)
            .order_by(threads.c.refresh_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        found = _refresh(connection, row, now, lease)
        connection.execute(
            sa.update(threads)
            .where(*_is(row.story_id, destination))
            .values(refresh_at=None if found is None else found.lease_until)
        )
        if found is not None:
            return found


def _is(story: int, destination: str) -> tuple[sa.ColumnElement[bool], ...]:
    return threads.c.story_id == story, threads.c.destination == destination


def _refresh(connection: sa.Connection, row: sa.Row[Any], now: datetime, lease: timedelta) -> Refresh | None:
    """What the root is to tell now: all that was told under it, with the reports as they stand."""
    rows = connection.execute(
        sa.select(deliveries.c.id, deliveries.c.created_at, deliveries.c.payload, deliveries.c.provider_ref)
        .where(
            deliveries.c.destination == row.destination,
            # a story that was found to be another goes on in the thread that it had
            sa.or_(deliveries.c.story_id == row.story_id, deliveries.c.provider_ref == row.root_ref),
            deliveries.c.state == DeliveryState.SENT,
            deliveries.c.frequency == Frequency.IMMEDIATE,
        )
        .order_by(deliveries.c.carried_by.is_not(None), deliveries.c.id)
        .limit(MAX_TOLD)
    ).all()
    root = next((each for each in rows if each.provider_ref == row.root_ref), None)
    told = [load(Notice, each.payload) for each in rows if not each.payload.get("discreet")]
    reports = stories.report_lines(connection, row.story_id)
    if root is None or not told or not reports:
        return None  # what is that old was forgotten
    return Refresh(
        story=row.story_id,
        destination=row.destination,
        root_ref=row.root_ref,
        key=key_of(root.id, root.created_at),
        notices=tuple(replace(with_reports(each, reports), story=row.story_id) for each in told),
        at=now,
        lease_until=now + lease,
        attempts=row.refreshes + 1,
        muted_until=_muted_until(connection, row, now),
        is_followed=is_followed(connection, row.story_id, row.destination),
        is_irrelevant=_is_irrelevant(connection, row),
    )


def key_of(delivery: int, created_at: datetime) -> str:
    """The name of a delivery at the other side: ids begin anew with a new database."""
    return f"delivery-{delivery}-{int(created_at.timestamp())}"


def _muted_until(connection: sa.Connection, row: sa.Row[Any], now: datetime) -> datetime | None:
    latest = sa.select(sa.func.max(mutes.c.until, type_=mutes.c.until.type)).where(
        mutes.c.story_id == row.story_id,
        mutes.c.topic.is_(None),
        mutes.c.until > now,
        sa.or_(mutes.c.destination.is_(None), mutes.c.destination == row.destination),
    )
    until: datetime | None = connection.scalar(latest)
    return until


def is_followed(connection: sa.Connection, story: int, destination: str) -> bool:
    """Whether a destination wants to see a story's follow-ups beside its thread, too."""
    rows = sa.select(follows).where(follows.c.story_id == story, follows.c.destination == destination)
    return connection.execute(rows).first() is not None


def _is_irrelevant(connection: sa.Connection, row: sa.Row[Any]) -> bool:
    rows = sa.select(irrelevant).where(
        irrelevant.c.story_id == row.story_id, irrelevant.c.destination == row.destination
    )
    return connection.execute(rows).first() is not None


def settle(connection: sa.Connection, refresh: Refresh, settled: Settled) -> None:
    """Write what became of an update; one that was refused is not tried until the story grows again."""
    again = isinstance(settled, Again)
    connection.execute(
        sa.update(threads)
        .where(*_is(refresh.story, refresh.destination), threads.c.refresh_at == refresh.lease_until)
        .values(
            refresh_at=settled.at if isinstance(settled, Again) else None,
            refreshes=refresh.attempts if again else 0,
        )
    )


def give_up(connection: sa.Connection, destination: str) -> None:
    """Let no root be due at a destination whose messages cannot be changed."""
    connection.execute(sa.update(threads).where(threads.c.destination == destination).values(refresh_at=None))


def root_at(connection: sa.Connection, story: int, root_ref: str) -> str | None:
    """The destination at which *root_ref* is the story's root message."""
    rows = sa.select(threads.c.destination).where(threads.c.story_id == story, threads.c.root_ref == root_ref)
    return connection.scalar(rows)
