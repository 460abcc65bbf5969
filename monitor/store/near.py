"""Articles that topics just missed, kept for the digests of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import NearLine, NearMiss
from monitor.store.statements import insert_once
from monitor.store.tables import articles, matches, near_misses


def save(connection: sa.Connection, article: int, missed: Sequence[NearMiss], *, now: datetime) -> None:
    """Store which topics an article just missed."""
    if missed:
        rows = [
            {"article_id": article, "topic": m.topic, "missing": m.missing, "likeness": m.likeness, "at": now}
            for m in missed
        ]
        connection.execute(insert_once(connection, near_misses), rows)


def between(
    connection: sa.Connection, topics: Sequence[str], *, after: datetime, until: datetime, limit: int
) -> tuple[NearLine, ...]:
    """Return what *topics* just missed in a stretch of time: the likest first, then by the fewest points.

    An article that another of the topics did match is no near miss.
    """
    least, most = sa.func.min(near_misses.c.missing), sa.func.max(near_misses.c.likeness)
    is_matched = sa.exists().where(
        matches.c.article_id == near_misses.c.article_id, matches.c.topic.in_(topics)
    )
    rows = connection.execute(
        sa.select(
            articles.c.title, articles.c.url, articles.c.outlet, articles.c.language,
            least.label("missing"), most.label("likeness"),
        )
        .join(articles, articles.c.id == near_misses.c.article_id)
        .where(
            near_misses.c.topic.in_(topics),
            near_misses.c.at > after,
            near_misses.c.at <= until,
            ~is_matched,
        )
        .group_by(articles.c.id, articles.c.title, articles.c.url, articles.c.outlet, articles.c.language)
        .order_by(most.desc(), least, articles.c.id)
        .limit(limit)
    )  # fmt: skip
    return tuple(
        NearLine(
            headline=row.title,
            url=row.url,
            outlet=row.outlet,
            language=row.language,
            missing=row.missing,
            likeness=row.likeness,
        )
        for row in rows
    )


def prune(connection: sa.Connection, *, before: datetime) -> int:
    """Forget what was missed before a moment: no digest tells of it any more."""
    return connection.execute(sa.delete(near_misses).where(near_misses.c.at < before)).rowcount
