"""Topics in the database: what is in force, so that a start finds the last good version of a broken one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Topic
from monitor.store.statements import dump, load
from monitor.store.tables import topics


def in_force(connection: sa.Connection) -> dict[str, tuple[Topic, str]]:
    """The topics that were last in force, by id, each with the file that it was written in."""
    rows = connection.execute(sa.select(topics.c.topic, topics.c.definition, topics.c.file))
    return {row.topic: (load(Topic, row.definition), row.file) for row in rows}


def put_in_force(
    connection: sa.Connection,
    now_in_force: Sequence[Topic],
    files: Mapping[str, str],
    kept: Collection[str],
    *,
    now: datetime,
) -> None:
    """Note which topics are in force from now on, and since when the files hold a broken edit of *kept*."""
    ids = [topic.id for topic in now_in_force]
    connection.execute(sa.delete(topics).where(topics.c.topic.not_in(ids)))
    known = {row.topic: row for row in connection.execute(sa.select(topics))}
    for topic in now_in_force:
        row = known.get(topic.id)
        broken_since = (row.broken_since if row else None) or now if topic.id in kept else None
        values = {
            "name": topic.code_name or topic.id,
            "definition": dump(Topic, topic),
            "file": files.get(topic.id, ""),
            "broken_since": broken_since,
        }
        if row is None:
            connection.execute(sa.insert(topics).values(topic=topic.id, since=now, **values))
        elif any(getattr(row, key) != value for key, value in values.items()):
            is_new = row.definition != values["definition"]
            since = now if is_new else row.since
            connection.execute(
                sa.update(topics).where(topics.c.topic == topic.id).values(since=since, **values)
            )
