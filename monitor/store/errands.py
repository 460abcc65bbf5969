"""What readers ask of a message: silence for a while, more of a story, or that it is none of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

import sqlalchemy as sa

from monitor.model import Errand, ErrandKind
from monitor.store import mutes, threads
from monitor.store.statements import insert_once
from monitor.store.tables import follows, irrelevant, stories, story_topics
from monitor.store.tables import mutes as mute_rows

MUTE_FOR = timedelta(hours=24)  # until the same people are at their desks again
IRRELEVANT_FOR = timedelta(days=30)  # longer than a story stays open
FOR_GOOD = timedelta(days=3_650)  # a moment that the database can hold; `monitor alerts unmute` ends it


def perform(connection: sa.Connection, errand: Errand, *, now: datetime) -> bool:
    """Do it, as often as it is asked; False when there is no such story any more.

    What becomes of it shows in the story's root message.
    """
    story, destination = errand.story, errand.destination
    if errand.kind is ErrandKind.UNSUBSCRIBE:
        mutes.add(
            connection, topic=None, story=None, destination=destination, until=now + FOR_GOOD, now=now,
            digests=True,
        )  # fmt: skip
        return True
    if story is None or connection.scalar(sa.select(stories.c.id).where(stories.c.id == story)) is None:
        return False
    match errand.kind:
        case ErrandKind.MUTE:
            _mute(connection, story, destination, now + MUTE_FOR, now)
        case ErrandKind.UNMUTE:
            _unmute(connection, story, destination)
        case ErrandKind.FOLLOW:
            _unmute(connection, story, destination)
            row = {"story_id": story, "destination": destination, "created_at": now}
            connection.execute(insert_once(connection, follows).values(row))
        case ErrandKind.UNFOLLOW:
            connection.execute(sa.delete(follows).where(*_at(follows, story, destination)))
        case ErrandKind.IRRELEVANT:
            _mute(connection, story, destination, now + IRRELEVANT_FOR, now)
            row = {"story_id": story, "destination": destination, "created_at": now}
            connection.execute(insert_once(connection, irrelevant).values(row))
        case _:
            assert_never(errand.kind)
    threads.touch(connection, story, now=now, destination=destination, within=threads.AT_ONCE)
    return True


def _at(table: sa.Table, story: int, destination: str) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.story_id == story, table.c.destination == destination


def _mute(connection: sa.Connection, story: int, destination: str, until: datetime, now: datetime) -> None:
    mutes.add(connection, topic=None, story=story, destination=destination, until=until, now=now)
    connection.execute(sa.delete(follows).where(*_at(follows, story, destination)))


def _unmute(connection: sa.Connection, story: int, destination: str) -> None:
    connection.execute(
        sa.delete(mute_rows).where(*_at(mute_rows, story, destination), mute_rows.c.topic.is_(None))
    )
    connection.execute(sa.delete(irrelevant).where(*_at(irrelevant, story, destination)))


def judged(connection: sa.Connection, *, limit: int) -> Sequence[dict[str, Any]]:
    """The stories that readers found irrelevant, the newest first, with their topics."""
    rows = connection.execute(
        sa.select(irrelevant, stories.c.title)
        .join(stories, stories.c.id == irrelevant.c.story_id)
        .order_by(irrelevant.c.created_at.desc())
        .limit(limit)
    ).all()
    return [{**row._mapping, "topics": _topics(connection, row.story_id)} for row in rows]


def _topics(connection: sa.Connection, story: int) -> list[str]:
    rows = sa.select(story_topics.c.topic).where(story_topics.c.story_id == story)
    return sorted(connection.scalars(rows))
