"""Mutes in the database: topics and stories that somebody does not want to be told of for a while."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.model import Mute
from monitor.store.tables import mutes


def add(
    connection: sa.Connection,
    *,
    topic: str | None,
    story: int | None,
    destination: str | None,
    until: datetime,
    now: datetime,
    digests: bool = False,
) -> int:
    """Mute what all of the given together name, in the place of an earlier mute of that; answer its id.

    With *digests* it is muted in them alone.
    """
    same = [
        column.is_(None) if value is None else column == value
        for column, value in (
            (mutes.c.topic, topic),
            (mutes.c.story_id, story),
            (mutes.c.destination, destination),
            (mutes.c.digests, digests),
        )
    ]
    connection.execute(sa.delete(mutes).where(*same))
    made: int = connection.execute(
        sa.insert(mutes)
        .values(
            topic=topic,
            story_id=story,
            destination=destination,
            until=until,
            created_at=now,
            digests=digests,
        )
        .returning(mutes.c.id)
    ).scalar_one()
    return made


def remove(connection: sa.Connection, mute: int) -> bool:
    """Let it be told again; False when there is no such mute."""
    return connection.execute(sa.delete(mutes).where(mutes.c.id == mute)).rowcount > 0


def in_force(connection: sa.Connection, *, story: int, now: datetime) -> tuple[Mute, ...]:
    """What is muted now for this story, or for any."""
    return tuple(map(_mute, connection.execute(_IN_FORCE, {"story": story, "now": now})))


_IN_FORCE = sa.select(mutes).where(
    mutes.c.until > sa.bindparam("now"),
    sa.or_(mutes.c.story_id.is_(None), mutes.c.story_id == sa.bindparam("story")),
)


def listing(connection: sa.Connection, *, now: datetime) -> list[Mute]:
    """All that is muted now, what ends first at the top."""
    rows = sa.select(mutes).where(mutes.c.until > now).order_by(mutes.c.until, mutes.c.id)
    return list(map(_mute, connection.execute(rows)))


def prune(connection: sa.Connection, *, now: datetime) -> None:
    """Drop what is over."""
    connection.execute(sa.delete(mutes).where(mutes.c.until <= now))


def _mute(row: sa.Row[tuple[object, ...]]) -> Mute:
    return Mute(
        id=row.id,
        topic=row.topic,
        story=row.story_id,
        destination=row.destination,
        until=row.until,
        digests=row.digests,
    )


def unsubscribed(connection: sa.Connection, *, now: datetime) -> frozenset[str]:
    """The destinations that want no digests."""
    rows = sa.select(mutes.c.destination).where(mutes.c.digests, mutes.c.until > now)
    return frozenset(connection.scalars(rows))
