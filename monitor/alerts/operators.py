"""What those who run the service are told, and in how many messages; no story and no words enter here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.clean import clip, visible
from monitor.alerts.hours import next_quarter
from monitor.model import AlertKind, OperatorFacts, Outage, Silence, SilenceKind

# Messages an hour to one destination; what comes after them waits for the next quarter hour, so that a
# network that fails on our side is no storm of messages.
AT_ONCE = 5
SUBJECT_LIMIT = 80  # characters; outlets' names are shorter, hostile ones are not
DETAIL_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDraft:
    """Something to tell operators, not yet stored; unique by kind and cause.

    `after` is the alert whose message this one goes under; `not_to` a destination that cannot be told;
    `topic` the one that it is about: of a discreet one only its own recipients hear.
    """

    kind: AlertKind
    cause: str
    subject: str
    since: datetime
    facts: OperatorFacts
    after: int | None = None
    not_to: str = ""
    topic: str = ""


def of_silence(feed: int, subject: str, silence: Silence, *, after: int | None) -> OperatorDraft:
    """Return what is told of a source that fell silent, or whose silence grew worse."""
    kind = AlertKind.SOURCE_GONE if silence.kind is SilenceKind.GONE else AlertKind.SOURCE_SILENT
    return OperatorDraft(
        kind=kind,
        cause=_cause(feed, silence),
        subject=_name(subject),
        since=silence.since,
        facts=OperatorFacts(silence=silence.kind, reason=_reason(silence.detail)),
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
        since=silence.since,
        facts=OperatorFacts(ended_at=ended_at),
        after=after,
    )


def of_dead_delivery(delivery: int, destination: str, reason: str, *, since: datetime) -> OperatorDraft:
    """Return what is told of a message that did not arrive; never to where it did not."""
    return OperatorDraft(
        kind=AlertKind.DELIVERY_DEAD,
        cause=f"delivery:{delivery}",
        subject=_name(f"delivery {delivery} to {destination}"),
        since=since,
        facts=OperatorFacts(delivery=delivery, destination=_name(destination), reason=_reason(reason)),
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
        since=since,
        facts=OperatorFacts(recent=round(recent), usual=usual),
        after=after,
        topic=topic,
    )


def of_calm(
    topic: str, name: str, *, since: datetime, after: int | None, ended_at: datetime
) -> OperatorDraft:
    """Return what is told when a topic matches as it used to."""
    return OperatorDraft(
        kind=AlertKind.TOPIC_CALM,
        cause=f"topic:{topic}:{since.isoformat()}",
        subject=_name(name),
        since=since,
        facts=OperatorFacts(ended_at=ended_at),
        after=after,
        topic=topic,
    )


def of_outage(outage: Outage, *, after: int | None, ended_at: datetime | None) -> OperatorDraft:
    """Return what is told when our own network fails, or is back again."""
    return OperatorDraft(
        kind=AlertKind.NETWORK_AWAY if ended_at is None else AlertKind.NETWORK_BACK,
        cause=f"network:{outage.since.isoformat()}",
        subject="network",
        since=outage.since,
        facts=OperatorFacts(
            reason=outage.cause, asked=outage.asked, unreached=outage.unreached, ended_at=ended_at
        ),
        after=after,
    )


def _cause(feed: int, silence: Silence) -> str:
    return f"feed:{feed}:{silence.kind}:{silence.since.isoformat()}"


def _name(subject: str) -> str:
    return clip(visible(subject), SUBJECT_LIMIT)


def _reason(said: str) -> str:
    return clip(visible(said), DETAIL_LIMIT)


def due_at(messages: int, *, now: datetime) -> datetime:
    """Return when a message leaves before which *messages* left within the hour."""
    return now if messages < AT_ONCE else next_quarter(now)
