"""What was told of topics, whoever heard of it: for feeds of alerts, which nobody is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from monitor.alerts.feed import Entry
from monitor.alerts.notice import build_discreet, build_notice
from monitor.model import AlertKind, Article, Evidence, Match
from monitor.store import stories
from monitor.store.statements import load
from monitor.store.tables import alerts, article_texts, articles, matches


def latest(connection: sa.Connection, topics: Collection[str]) -> int:
    """The newest alert of *topics*: while it is the same, so is what `entries` answers. 0 without any."""
    newest = sa.select(sa.func.max(alerts.c.id)).where(alerts.c.topic.in_(topics))
    return connection.scalar(newest) or 0


def entries(
    connection: sa.Connection,
    topics: Collection[str],
    *,
    titles: Mapping[str, str],
    discreet: Mapping[str, str],
    limit: int,
) -> list[Entry]:
    """The newest alerts of *topics*; *discreet* maps those that may not be named to their code names."""
    rows = connection.execute(
        sa.select(
            alerts.c.id.label("alert"), alerts.c.topic, alerts.c.kind, alerts.c.story_id, alerts.c.score,
            alerts.c.created_at, articles, article_texts.c.text, matches.c.evidence,
        )
        .join(articles, articles.c.id == alerts.c.article_id)
        .outerjoin(article_texts, article_texts.c.article_id == articles.c.id)
        .outerjoin(
            matches, sa.and_(matches.c.article_id == articles.c.id, matches.c.topic == alerts.c.topic)
        )
        .where(alerts.c.topic.in_(topics), alerts.c.story_id.is_not(None))
        .order_by(alerts.c.id.desc())
        .limit(limit)
    ).all()  # fmt: skip
    return [_entry(connection, row, titles, discreet) for row in rows]


def _entry(
    connection: sa.Connection, row: sa.Row[Any], titles: Mapping[str, str], discreet: Mapping[str, str]
) -> Entry:
    kind = AlertKind(row.kind)
    if row.topic in discreet:
        notice = build_discreet(
            alert=row.alert,
            kind=kind,
            story=row.story_id,
            code_name=discreet[row.topic],
            score=0.0,
            now=row.created_at,
        )
        return Entry(notice=notice, at=row.created_at)
    evidence = tuple(load(Evidence, each) for each in row.evidence or ())
    notice = build_notice(
        alert=row.alert,
        kind=kind,
        story=row.story_id,
        article=_article(row),
        matches=[Match(topic=row.topic, score=row.score, evidence=evidence)],
        titles=titles,
        reports=stories.report_lines(connection, row.story_id),
    )
    return Entry(notice=notice, at=row.created_at)


def _article(row: sa.Row[Any]) -> Article:
    return Article(
        id=row.id,
        url=row.url,
        title=row.title,
        text=row.text or "",
        language=row.language or "",
        outlet=row.outlet,
        source=row.source,
        seen_at=row.seen_at,
        published_at=row.published_at,
    )
