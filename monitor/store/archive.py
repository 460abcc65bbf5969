"""Articles that were read, with their texts, as topics are tried on them and derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Role
from monitor.store.statements import chunks
from monitor.store.tables import article_texts, articles, reports

PAGE = 500  # articles at a time: some 2 MB of text

_COLUMNS = (
    articles.c.id,
    articles.c.url,
    articles.c.title,
    article_texts.c.text,
    articles.c.language,
    articles.c.outlet,
    articles.c.source,
    articles.c.seen_at,
    articles.c.published_at,
    articles.c.authors,
    articles.c.tags,
)
_READ = (
    sa.select(*_COLUMNS)
    .join(article_texts, article_texts.c.article_id == articles.c.id)
    .where(article_texts.c.text.is_not(None))
)


def count(connection: sa.Connection, *, since: datetime) -> int:
    """Return how many articles with a text were seen since then."""
    return int(
        connection.scalar(
            sa.select(sa.func.count())
            .select_from(articles)
            .join(article_texts, article_texts.c.article_id == articles.c.id)
            .where(article_texts.c.text.is_not(None), articles.c.seen_at >= since)
        )
        or 0
    )


def since(connection: sa.Connection, moment: datetime, *, after: int = 0) -> list[Article]:
    """Return the next articles with a text that were seen since *moment*, by id, from above *after*."""
    found = connection.execute(
        _READ.where(articles.c.seen_at >= moment, articles.c.id > after).order_by(articles.c.id).limit(PAGE)
    )
    return [_article(row) for row in found.mappings()]


def of_story(connection: sa.Connection, story: int, *, limit: int) -> list[Article]:
    """Return the first reports of a story that have a text, copies left out."""
    found = connection.execute(
        _READ.join(reports, reports.c.article_id == articles.c.id)
        .where(reports.c.story_id == story, reports.c.role != Role.COPY)
        .order_by(articles.c.seen_at, articles.c.id)
        .limit(limit)
    )
    return [_article(row) for row in found.mappings()]


def by_id(connection: sa.Connection, ids: Sequence[int]) -> list[Article]:
    """Return those of the articles that still have a text."""
    return [
        _article(row)
        for some in chunks(list(ids))
        for row in connection.execute(_READ.where(articles.c.id.in_(some)).order_by(articles.c.id)).mappings()
    ]


def by_url(connection: sa.Connection, url: str) -> Article | None:
    """Return the article that was read at *url*."""
    found = connection.execute(_READ.where(articles.c.url == url)).mappings().first()
    return _article(found) if found else None


def _article(row: Any) -> Article:
    return Article(**{**row, "authors": tuple(row["authors"]), "tags": tuple(row["tags"])})
