"""What those who run the service are told, in which words and in how many messages; no story enters here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from monitor.alerts.clean import clip, visible
from monitor.alerts.hours import next_quarter
from monitor.alerts.wording import count, moment
from monitor.model import AlertKind, OperatorNotice, Silence, SilenceKind

# Messages an hour to one destination; what comes after them waits for the next quarter hour, so that a
# network that fails on our side is no storm of messages.
AT_ONCE = 5
SUBJECT_LIMIT = 80  # characters; outlets' names are shorter, hostile ones are not
DETAIL_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDraft:
    """Something to tell operators, not yet stored; unique by kind and cause.

    `after` is the alert whose message this one goes under; `not_to` a destination that cannot be told.
    """

    kind: AlertKind
    cause: str
    subject: str
    detail: str
    remedy: str
    since: datetime
    after: int | None = None
    not_to: str = ""


# --- what is told ---------------------------------------------------------------------------------------


def of_silence(feed: int, subject: str, silence: Silence, *, after: int | None) -> OperatorDraft:
    """Return what is told of a source that fell silent, or whose silence grew worse."""
    kind = AlertKind.SOURCE_GONE if silence.kind is SilenceKind.GONE else AlertKind.SOURCE_SILENT
    return OperatorDraft(
        kind=kind,
        cause=_cause(feed, silence),
        subject=_name(subject),
        detail=clip(visible(_story(silence)), DETAIL_LIMIT),
        remedy=_remedy(silence.kind),
        since=silence.since,
        after=after,
    )


def of_return(
    feed: int, subject: str, silence: Silence, *, after: int | None, ended_at: datetime
) -> OperatorDraft:
    """Return what is told when a source is heard again."""
    return OperatorDraft(
        kind=AlertKind.SOURCE_BACK,
        cause=_cause(feed, silence),
        subject=_name(subject),
        detail=f"Heard again on {moment(ended_at)}, after {span(ended_at - silence.since)} of silence.",
        remedy="",
        since=silence.since,
        after=after,
    )


def of_dead_delivery(delivery: int, destination: str, reason: str, *, since: datetime) -> OperatorDraft:
    """Return what is told of a message that did not arrive; never to where it did not."""
    return OperatorDraft(
        kind=AlertKind.DELIVERY_DEAD,
        cause=f"delivery:{delivery}",
        subject=_name(f"delivery {delivery} to {destination}"),
        detail=clip(visible(f"Given up: {reason or 'no reason given'}"), DETAIL_LIMIT),
        remedy=f"Mend the destination, then send it again: monitor deliveries retry {delivery}",
        since=since,
        not_to=destination,
    )


def of_surge(
    topic: str, name: str, *, since: datetime, recent: float, usual: float, after: int | None
) -> OperatorDraft:
    """Return what is told of a topic that matches far more than it used to; *name* tells no secret."""
    return OperatorDraft(
        kind=AlertKind.TOPIC_SURGE,
        cause=f"topic:{topic}:{since.isoformat()}",
        subject=_name(name),
        detail=f"It matched {count(round(recent), 'article')} within an hour; {usual:.2g} an hour are usual. "
        "What it would tell at once waits for the hourly digest until that has passed.",
        remedy="See what it finds, then mend or pause the topic. The limit is alerts.surge_factor.",
        since=since,
        after=after,
    )


def of_calm(
    topic: str, name: str, *, since: datetime, after: int | None, ended_at: datetime
) -> OperatorDraft:
    """Return what is told when a topic matches as it used to."""
    return OperatorDraft(
        kind=AlertKind.TOPIC_CALM,
        cause=f"topic:{topic}:{since.isoformat()}",
        subject=_name(name),
        detail=f"It tells at once again since {moment(ended_at)}, after {span(ended_at - since)}.",
        remedy="",
        since=since,
        after=after,
    )


def _cause(feed: int, silence: Silence) -> str:
    return f"feed:{feed}:{silence.kind}:{silence.since.isoformat()}"


def _name(subject: str) -> str:
    return clip(visible(subject), SUBJECT_LIMIT)


def _story(silence: Silence) -> str:
    match silence.kind:
        case SilenceKind.FAILING:
            return f"It cannot be read: {silence.detail}."
        case SilenceKind.QUIET:
            return "It answers, but shows nothing new for longer than its own rhythm of four weeks explains."
        case SilenceKind.GONE:
            return "Its publisher says that it will not come back (http 410), so it is no longer polled."
        case _:
            assert_never(silence.kind)


def _remedy(kind: SilenceKind) -> str:
    match kind:
        case SilenceKind.FAILING:
            return "It is tried again by itself. If the site works, look for its feed: monitor feeds check"
        case SilenceKind.QUIET:
            return "See whether the outlet still publishes and where its feed has gone: monitor feeds check"
        case SilenceKind.GONE:
            return "Look for its new address (monitor feeds check) or take it off the list."
        case _:
            assert_never(kind)


# --- in how many messages -------------------------------------------------------------------------------


def due_at(messages: int, *, now: datetime) -> datetime:
    """Return when a message leaves before which *messages* left within the hour."""
    return now if messages < AT_ONCE else next_quarter(now)


# --- in which words -------------------------------------------------------------------------------------


def title(notices: Sequence[OperatorNotice]) -> str:
    """Return a message's title: the one thing that it tells, or how many of which kind."""
    if len(notices) == 1:
        return f"{_event(notices[0].kind)}: {notices[0].subject}"
    kinds = [notice.kind for notice in notices]
    parts = [
        (kinds.count(AlertKind.SOURCE_SILENT), "source", "silent"),
        (kinds.count(AlertKind.SOURCE_GONE), "source", "gone"),
        (kinds.count(AlertKind.SOURCE_BACK), "source", "back again"),
        (kinds.count(AlertKind.DELIVERY_DEAD), "message", "not delivered"),
        (kinds.count(AlertKind.TOPIC_SURGE), "topic", "flooding"),
        (kinds.count(AlertKind.TOPIC_CALM), "topic", "calm again"),
    ]
    return ", ".join(f"{count(number, noun)} {state}" for number, noun, state in parts if number)


def _event(kind: AlertKind) -> str:
    match kind:
        case AlertKind.SOURCE_SILENT:
            return "Source silent"
        case AlertKind.SOURCE_GONE:
            return "Source gone"
        case AlertKind.SOURCE_BACK:
            return "Source back again"
        case AlertKind.DELIVERY_DEAD:
            return "Message not delivered"
        case AlertKind.TOPIC_SURGE:
            return "Topic floods"
        case AlertKind.TOPIC_CALM:
            return "Topic calm again"
        case (
            AlertKind.NEW_STORY
            | AlertKind.NEW_REPORT
            | AlertKind.NEW_LANGUAGE
            | AlertKind.NEW_COUNTRY
            | AlertKind.FIGURES_DIFFER
            | AlertKind.FIGURES_UPDATED
            | AlertKind.SPIKE
            | AlertKind.CORRECTION
            | AlertKind.FIGURE
            | AlertKind.HEADLINE
            | AlertKind.REMOVED
            | AlertKind.DIGEST
        ):
            raise AssertionError("news is not told to operators")
        case _:
            assert_never(kind)


def label(notice: OperatorNotice) -> str:
    """Return what a notice is, where several stand in one message."""
    return f"{_event(notice.kind)}: {notice.subject}"


def when(notice: OperatorNotice) -> str:
    """Return since when it is so, in words for the small line below."""
    return f"since {moment(notice.since)}"


def footer(notices: Sequence[OperatorNotice]) -> str:
    """Return the ids under which the alerts are found again."""
    ids = ", ".join(str(notice.alert) for notice in notices)
    return f"operator · {'alert' if len(notices) == 1 else 'alerts'} {ids}"


def span(length: timedelta) -> str:
    """Return a length of time as people say it: 40 minutes, 5 hours, 3 days."""
    minutes = max(0, round(length / timedelta(minutes=1)))
    if minutes < 120:
        return count(minutes, "minute")
    return count(round(minutes / 60), "hour") if minutes < 48 * 60 else count(round(minutes / 1440), "day")
