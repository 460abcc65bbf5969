"""Alerts in the database, each unique by topic, story, kind and cause: nothing is told twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.alerts.operators import OperatorDraft
from monitor.model import AlertDraft, AlertKind, Frequency
from monitor.store.statements import insert_once, insert_once_for_id
from monitor.store.tables import UtcDateTime, alerts, articles, deliveries, matches, story_merges


def told(connection: sa.Connection, story: int) -> frozenset[str]:
    """The topics for which this story has been announced, or one that a person found to be the same."""
    return frozenset(connection.scalars(_TOLD, {"story": story}))


_story: sa.BindParameter[int] = sa.bindparam("story")
_merged = sa.select(story_merges.c.story_id).where(story_merges.c.into_id == _story)
_TOLD = sa.select(alerts.c.topic).where(
    sa.or_(alerts.c.story_id == _story, alerts.c.story_id.in_(_merged)),
    alerts.c.kind == AlertKind.NEW_STORY,
)


def told_of(connection: sa.Connection, article: int) -> dict[str, float]:
    """The topics for which an article has been told, with its scores there."""
    rows = connection.execute(
        sa.select(matches.c.topic, matches.c.score)
        .join(alerts, sa.and_(alerts.c.article_id == matches.c.article_id, alerts.c.topic == matches.c.topic))
        .where(
            matches.c.article_id == article,
            alerts.c.kind.in_((AlertKind.NEW_STORY, AlertKind.NEW_REPORT)),
        )
    )
    return {row.topic: row.score for row in rows}


def told_at_once(connection: sa.Connection, story: int) -> dict[str, datetime]:
    """When each topic last told of this story without waiting for a digest."""
    rows = connection.execute(
        sa.select(alerts.c.topic, sa.func.max(alerts.c.created_at, type_=UtcDateTime))
        .join(deliveries, deliveries.c.alert_id == alerts.c.id)
        .where(alerts.c.story_id == story, deliveries.c.frequency == Frequency.IMMEDIATE)
        .group_by(alerts.c.topic)
    )
    return {row[0]: row[1] for row in rows}


def insert(
    connection: sa.Connection, draft: AlertDraft, *, story: int, article: int, now: datetime
) -> int | None:
    """Store an alert and answer its id, or None when it has been told before."""
    values = {
        "topic": draft.topic,
        "story_id": story,
        "kind": draft.kind,
        "cause": draft.cause,
        "article_id": article,
        "score": draft.score,
        "created_at": now,
    }
    alert: int | None = connection.scalar(insert_once_for_id(connection, alerts), values)
    return alert


def insert_for_operators(connection: sa.Connection, draft: OperatorDraft, *, now: datetime) -> int | None:
    """Store an alert that is about no story and answer its id, or None when it has been told before."""
    alert: int | None = connection.scalar(
        insert_once(connection, alerts)
        .values(
            topic="", kind=draft.kind, cause=draft.cause, subject=draft.subject, score=0.0, created_at=now
        )
        .returning(alerts.c.id)
    )
    return alert


def listing(connection: sa.Connection, *, limit: int) -> Sequence[dict[str, Any]]:
    """The newest alerts first; what operators are told has no article, so its subject is the title."""
    title = sa.func.coalesce(articles.c.title, alerts.c.subject).label("title")
    rows = connection.execute(
        sa.select(alerts, title, articles.c.url, articles.c.outlet)
        .outerjoin(articles, articles.c.id == alerts.c.article_id)
        .where(alerts.c.kind != AlertKind.DIGEST)
        .order_by(alerts.c.id.desc())
        .limit(limit)
    )
    return [dict(row._mapping) for row in rows]


def show(connection: sa.Connection, alert: int) -> dict[str, Any] | None:
    """One alert with its article, the words that matched, and its deliveries."""
    title = sa.func.coalesce(articles.c.title, alerts.c.subject).label("title")
    row = connection.execute(
        sa.select(alerts, title, articles.c.url, articles.c.outlet, articles.c.language, matches.c.evidence)
        .outerjoin(articles, articles.c.id == alerts.c.article_id)
        .outerjoin(matches, sa.and_(matches.c.article_id == articles.c.id, matches.c.topic == alerts.c.topic))
        .where(alerts.c.id == alert)
    ).first()
    if row is None:
        return None
    told = connection.execute(
        sa.select(deliveries.c.id, deliveries.c.destination, deliveries.c.state, deliveries.c.sent_at)
        .where(deliveries.c.alert_id == alert)
        .order_by(deliveries.c.id)
    )
    return {
        **dict(row._mapping),
        "evidence": row.evidence or [],
        "deliveries": [
            {
                "delivery": each.id,
                "destination": each.destination,
                "state": each.state,
                "sent_at": each.sent_at,
            }
            for each in told
        ],
    }
