"""What articles said before: each version with its text, and what the next one changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Change, Extracted
from monitor.store.tables import (
    article_texts,
    articles,
    feeds,
    looks,
    matches,
    reports,
    revisions,
    sightings,
)

MAX_SEEN_IN = 50  # feeds that are named; wire copy has one link each


def add(
    connection: sa.Connection,
    before: Article,
    after: Article,
    kinds: Sequence[Change],
    *,
    number: int,
    now: datetime,
) -> int:
    """Store a revision and answer its number; the old text stays with the version that it was.

    A removed article keeps its last text: then *after* is *before*.
    """
    connection.execute(
        sa.update(revisions)
        .where(revisions.c.article_id == before.id, revisions.c.number == number)
        .values(text=before.text)
    )
    connection.execute(
        sa.insert(revisions).values(
            article_id=before.id,
            number=number + 1,
            seen_at=now,
            title=after.title,
            text_hash=_digest(after.text),
            kinds=list(kinds),
        )
    )
    return number + 1


def renew(connection: sa.Connection, after: Article, extracted: Extracted) -> None:
    """Let an article say what its page says now; what the page leaves out stays as it was."""
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == after.id)
        .values(
            title=after.title,
            language=after.language,
            modified_at=sa.func.coalesce(extracted.modified_at, articles.c.modified_at),
            section=after.section or None,
            image=after.image,
            origins=dict(after.origins),
        )
    )
    connection.execute(
        sa.update(article_texts).where(article_texts.c.article_id == after.id).values(text=after.text)
    )


def correct(connection: sa.Connection, after: Article, *, number: int) -> None:
    """Let the newest version be what the page says: until now the feed's words stood in for it."""
    connection.execute(
        sa.update(revisions)
        .where(revisions.c.article_id == after.id, revisions.c.number == number)
        .values(title=after.title, text_hash=_digest(after.text))
    )


def titles(connection: sa.Connection, article_id: int) -> frozenset[str]:
    """Every headline that an article has had."""
    return frozenset(
        connection.scalars(sa.select(revisions.c.title).where(revisions.c.article_id == article_id))
    )


def history(connection: sa.Connection, article_id: int) -> dict[str, Any] | None:
    """An article with its topics and looks, and its versions, oldest first, with their texts while kept."""
    row = connection.execute(
        sa.select(
            articles,
            article_texts.c.text,
            looks.c.looked,
            looks.c.last_look_at,
            looks.c.outcome.label("look"),
            looks.c.reason.label("look_reason"),
            looks.c.next_look_at,
            reports.c.story_id,
        )
        .outerjoin(article_texts, article_texts.c.article_id == articles.c.id)
        .outerjoin(looks, looks.c.article_id == articles.c.id)
        .outerjoin(reports, reports.c.article_id == articles.c.id)
        .where(articles.c.id == article_id)
    ).first()
    if row is None:
        return None
    versions = connection.execute(
        sa.select(revisions).where(revisions.c.article_id == article_id).order_by(revisions.c.number)
    ).all()
    topics = connection.scalars(
        sa.select(matches.c.topic).where(matches.c.article_id == article_id).order_by(matches.c.topic)
    )
    found = [dict(version._mapping) for version in versions]
    if found:  # the newest has no text of its own; an older one without was pruned
        found[-1]["text"] = row.text
    return {
        **dict(row._mapping),
        "topics": list(topics),
        "versions": found,
        "seen_in": _seen_in(connection, article_id),
    }


def _seen_in(connection: sa.Connection, article_id: int) -> list[dict[str, Any]]:
    """The feeds that showed an article, under whatever link, in their order."""
    rows = connection.execute(
        sa.select(feeds.c.id.label("feed"), feeds.c.name, feeds.c.outlet, feeds.c.host, sightings.c.seen_at)
        .join(feeds, feeds.c.id == sightings.c.feed_id)
        .where(sightings.c.article_id == article_id)
        .order_by(sightings.c.seen_at, feeds.c.id)
        .limit(MAX_SEEN_IN)
    )
    return [
        {"feed": row.feed, "name": row.outlet or row.name or row.host, "seen_at": row.seen_at} for row in rows
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
