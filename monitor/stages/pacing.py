"""Which of an article's alerts wait for a digest: a topic that floods, a low score, a story told just now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.alerts.surge import SurgeLimits
from monitor.model import AlertDraft, AlertKind, Topic
from monitor.store import alerts, surges
from monitor.store.database import Connection


def gathered(
    connection: Connection,
    drafts: Sequence[AlertDraft],
    topics: Mapping[str, Topic],
    limits: SurgeLimits,
    *,
    story: int,
    now: datetime,
) -> frozenset[int]:
    """Count the topics that are told of an article, and return which drafts `waiting` lets wait."""
    if drafts:
        surges.count(connection, sorted({draft.topic for draft in drafts}), now=now)
    return waiting(connection, drafts, topics, limits, story=story, now=now)


def waiting(
    connection: Connection,
    drafts: Sequence[AlertDraft],
    topics: Mapping[str, Topic],
    limits: SurgeLimits,
    *,
    story: int,
    now: datetime,
) -> frozenset[int]:
    """Return which drafts, by index, are told at once nowhere."""
    if not drafts:
        return frozenset()
    names = {draft.topic: topics[draft.topic].code_name or draft.topic for draft in drafts}
    slowed = surges.slowed(connection, names, limits, now=now)
    resting = _resting(connection, drafts, topics, story=story, now=now)
    return frozenset(
        index
        for index, draft in enumerate(drafts)
        if draft.topic in slowed or draft.topic in resting or _is_low(draft, topics[draft.topic])
    )


def _is_low(draft: AlertDraft, topic: Topic) -> bool:
    return topic.immediate_score is not None and draft.score < topic.immediate_score


def _resting(
    connection: Connection,
    drafts: Sequence[AlertDraft],
    topics: Mapping[str, Topic],
    *,
    story: int,
    now: datetime,
) -> frozenset[str]:
    """The topics whose last message at once about this story is younger than their cooldown."""
    cooling = [
        draft.topic
        for draft in drafts
        if topics[draft.topic].cooldown and draft.kind is not AlertKind.NEW_STORY
    ]
    if not cooling:
        return frozenset()
    last = alerts.told_at_once(connection, story)
    return frozenset(
        topic for topic in cooling if topic in last and now - last[topic] < topics[topic].cooldown
    )
