"""What articles said before: each version with its text, and what the next one changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Change, Extracted
from monitor.store.articles import page_values
from monitor.store.tables import article_texts, articles, looks, matches, reports, revisions


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
    """Let an article say what its page says now."""
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == after.id)
        .values(title=after.title, language=after.language, **page_values(after, extracted))
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
    for version in found:  # what has no text of its own is the newest, or was removed as it stood
        version["text"] = row.text if version["text"] is None else version["text"]
    return {**dict(row._mapping), "topics": list(topics), "versions": found}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
