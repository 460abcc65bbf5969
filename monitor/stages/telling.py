"""Telling: alerts that were decided on become rows, with a delivery for each destination that is to hear."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.alerts.notice import build_discreet, build_notice
from monitor.alerts.route import Audience, Occasion, route
from monitor.model import (
    AlertDraft,
    AlertKind,
    Article,
    Disagreement,
    EarlierStory,
    LinkEvidence,
    Match,
    Notice,
    ReportLine,
    Revision,
)
from monitor.store import alerts, mutes, outbox, regrouping, stories, traffic
from monitor.store.database import Connection
from monitor.text.countries import country_of


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What there is to tell of an article, once it stands in its story."""

    article: Article
    matches: Sequence[Match]
    story: int
    revision: Revision | None = None
    disagreements: Sequence[Disagreement] = ()
    links: Sequence[LinkEvidence] = ()  # why the article is in the story
    likeness: Mapping[str, float] = field(default_factory=dict)  # to the examples of topics


def tell(
    connection: Connection,
    drafts: Sequence[AlertDraft],
    news: News,
    audience: Audience,
    *,
    now: datetime,
    gathered: Collection[int] = (),
) -> int:
    """Store the alerts of one article with their deliveries, and answer how many had not been told before.

    Drafts in *gathered*, by their index, wait for a digest.
    """
    story, article = news.story, news.article
    stored = [
        (index, draft, alert)
        for index, draft in enumerate(drafts)
        if (alert := alerts.insert(connection, draft, story=story, article=article.id, now=now)) is not None
    ]
    if not stored:
        return 0
    reports = stories.report_lines(connection, story)
    occasion = Occasion(
        language=article.language,
        tags=article.tags,
        mutes=mutes.in_force(connection, story=story, now=now),
        traffic=traffic.of_the_hour(connection, story=story, now=now),
        gathered={place for place, (index, _, _) in enumerate(stored) if index in gathered},
    )
    deliveries = route([draft for _, draft, _ in stored], audience, occasion, now=now)
    notices = {
        place: _notice(draft, alert, news, audience, reports, _taken_up(connection, draft, story), now)
        for place, (_, draft, alert) in enumerate(stored)
    }
    outbox.insert(connection, deliveries, notices, story=story, now=now)
    return len(stored)


def _taken_up(connection: Connection, draft: AlertDraft, story: int) -> EarlierStory | None:
    """The story that a new one takes up, for those who may have been told of it."""
    if draft.kind is not AlertKind.NEW_STORY:
        return None
    return regrouping.followed(connection, story, topic=draft.topic)


def _notice(
    draft: AlertDraft,
    alert: int,
    news: News,
    audience: Audience,
    reports: Sequence[ReportLine],
    follows: EarlierStory | None,
    now: datetime,
) -> Notice:
    code_name = audience.discreet.get(draft.topic)
    if code_name is not None:
        return build_discreet(
            alert=alert, kind=draft.kind, story=news.story, code_name=code_name, score=draft.score, now=now
        )
    return build_notice(
        alert=alert,
        kind=draft.kind,
        story=news.story,
        article=news.article,
        matches=[match for match in news.matches if match.topic == draft.topic],
        titles=audience.titles,
        reports=reports,
        revision=news.revision,
        country=country_of(news.article.source, news.article.tags),
        disagreement=next((each for each in news.disagreements if each.cause == draft.cause), None),
        likeness=news.likeness.get(draft.topic, 0.0),
        links=news.links,
        follows=follows,
    )
