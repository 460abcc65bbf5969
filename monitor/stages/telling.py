"""Telling: alerts that were decided on become rows, with a delivery for each destination that is to hear."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from monitor.alerts.notice import build_notice
from monitor.alerts.route import route
from monitor.model import AlertDraft, Article, Match, Notice, Revision, Route
from monitor.store import alerts, outbox, stories
from monitor.store.database import Connection


def tell(
    connection: Connection,
    drafts: Sequence[AlertDraft],
    *,
    article: Article,
    matches: Sequence[Match],
    story: int,
    titles: Mapping[str, str],
    routes: Sequence[Route],
    now: datetime,
    gathered: Collection[int] = (),
    revision: Revision | None = None,
) -> int:
    """Store the alerts of one article with their deliveries, and answer how many had not been told before.

    Drafts in *gathered*, by their index, wait for a digest.
    """
    reports = stories.report_lines(connection, story)
    notices: dict[int, Notice] = {}
    for index, draft in enumerate(drafts):
        alert = alerts.insert(connection, draft, story=story, article=article.id, now=now)
        if alert is not None:
            notices[index] = build_notice(
                alert=alert,
                kind=draft.kind,
                story=story,
                article=article,
                matches=[match for match in matches if match.topic == draft.topic],
                titles=titles,
                reports=reports,
                revision=revision,
            )
    told = route(drafts, routes, now=now, gathered=gathered)
    outbox.insert(connection, told, notices, story=story, now=now)
    return len(notices)
