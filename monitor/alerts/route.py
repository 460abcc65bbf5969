"""Who hears of an alert, and when; never what they read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.alerts.hours import due_at, next_quarter, quiet_until
from monitor.model import (
    SEVERAL,
    AlertDraft,
    AlertKind,
    DeliveryDraft,
    Destination,
    Frequency,
    Mute,
    Route,
    Silenced,
)

DIGESTS = (Frequency.HOURLY, Frequency.DAILY)  # what a route may ask for, and a reader may unsubscribe from
REPORTS_AT_ONCE = 5  # messages an hour about reports of one story at one destination; then they are gathered
_STRENGTH = (Frequency.IMMEDIATE, Frequency.SUMMARY, Frequency.HOURLY, Frequency.DAILY)
_WEIGHT = (  # of what one article tells, the first gives the message its name
    AlertKind.NEW_STORY,
    AlertKind.REMOVED,
    AlertKind.RETURNED,
    AlertKind.CORRECTION,
    AlertKind.FIGURES_DIFFER,
    AlertKind.FIGURE,
    AlertKind.SPIKE,
    AlertKind.NEW_COUNTRY,
    AlertKind.NEW_LANGUAGE,
    AlertKind.FIGURES_UPDATED,
    AlertKind.HEADLINE,
    AlertKind.NEW_REPORT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is there to be told, as the configuration says; `discreet` maps topics to their code names."""

    routes: Sequence[Route] = ()
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    silenced: Sequence[Silenced] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    discreet: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many messages went to a destination within the hour, and how many told a report of this story."""

    messages: int = 0
    reports: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What routes ask of the article that is told, and what stands in its way."""

    language: str = ""
    tags: Collection[str] = ()
    mutes: Sequence[Mute] = ()  # those that are in force for the story, or for any
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    gathered: Collection[int] = ()  # drafts, by index, that are told at once nowhere: they wait for an hour


def recipients(audience: Audience, topic: str) -> frozenset[str]:
    """The destinations that a route names *topic* for: of a discreet one nobody else hears anything."""
    return frozenset(name for way in audience.routes if topic in way.topics for name in way.destinations)


ANY = Occasion()
_NO_TRAFFIC = Traffic()


def route(
    drafts: Sequence[AlertDraft], audience: Audience, occasion: Occasion = ANY, *, now: datetime
) -> tuple[DeliveryDraft, ...]:
    """Return one delivery for every draft at every destination that is to hear of it.

    *drafts* are those of one article. An article tells a destination once: the strongest draft
    carries the others there, which point at it with `carried_by`, an index into this result. Discreet
    topics share no message with others, which would tell what they are about.
    """
    result: list[DeliveryDraft] = []
    for destination in dict.fromkeys(name for each in audience.routes for name in each.destinations):
        found = list(_legs(drafts, audience, occasion, destination, now))
        for legs in _apart(found, drafts, audience.discreet):
            result += _message(legs, drafts, audience, occasion, destination, len(result), now)
    return tuple(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """One draft's way to one destination, before the strongest is known."""

    alert: int
    frequency: Frequency
    due_at: datetime


def _legs(
    drafts: Sequence[AlertDraft],
    audience: Audience,
    occasion: Occasion,
    destination: str,
    now: datetime,
) -> Iterator[_Leg]:
    """Yield the quickest way of each draft to *destination*, if there is one."""
    for index, draft in enumerate(drafts):
        if _is_stopped(draft, audience.silenced, occasion.mutes, destination):
            continue
        ways = [
            _Leg(alert=index, frequency=each.frequency, due_at=due_at(each, now=now))
            for each in (_calmer(way) if index in occasion.gathered else way for way in audience.routes)
            if destination in each.destinations
            and _wants(each, draft, occasion, is_discreet=draft.topic in audience.discreet)
            and not _is_unsubscribed(each.frequency, occasion.mutes, destination)
        ]
        if ways:
            yield min(ways, key=_wait)


def _calmer(way: Route) -> Route:
    return replace(way, frequency=Frequency.HOURLY) if way.frequency is Frequency.IMMEDIATE else way


def _wants(way: Route, draft: AlertDraft, occasion: Occasion, *, is_discreet: bool) -> bool:
    topic = draft.topic in way.topics or not (way.topics or is_discreet)
    return (
        topic
        and draft.score >= way.min_score
        and _admits(way.kinds, [draft.kind])
        and _admits(way.languages, [occasion.language.split("-")[0]])
        and _admits(way.tags, occasion.tags)
    )


def _admits(wanted: Sequence[str], found: Iterable[str]) -> bool:
    return not wanted or any(each in wanted for each in found)


def _is_stopped(
    draft: AlertDraft, silenced: Sequence[Silenced], mutes: Sequence[Mute], destination: str
) -> bool:
    """Whether the configuration never tells this here, or somebody muted it for now."""
    return any(silences(each, draft.kind, destination, topic=draft.topic) for each in silenced) or any(
        each.topic in (None, draft.topic) and each.destination in (None, *_names(destination))
        for each in mutes
        if not each.digests
    )


def _is_unsubscribed(frequency: Frequency, mutes: Sequence[Mute], destination: str) -> bool:
    return frequency in DIGESTS and any(each.digests and each.destination == destination for each in mutes)


def silences(rule: Silenced, kind: AlertKind, destination: str, *, topic: str = "") -> bool:
    """Whether *rule* keeps an alert from *destination*; what operators are told has no topic."""
    return (
        _admits(rule.topics, [topic])
        and _admits(rule.kinds, [kind])
        and _admits(rule.destinations, _names(destination))
    )


def _names(destination: str) -> tuple[str, str]:
    """A recipient's name, and that of the destination whose addresses he shares."""
    return destination, destination.partition(SEVERAL)[0]


def _apart(
    legs: Sequence[_Leg], drafts: Sequence[AlertDraft], discreet: Mapping[str, str]
) -> list[list[_Leg]]:
    """Return what goes into one message together: all open topics, and each discreet one for itself."""
    groups: dict[str, list[_Leg]] = {}
    for leg in legs:
        topic = drafts[leg.alert].topic
        groups.setdefault(topic if topic in discreet else "", []).append(leg)
    return list(groups.values())


def _message(
    legs: list[_Leg],
    drafts: Sequence[AlertDraft],
    audience: Audience,
    occasion: Occasion,
    destination: str,
    begin: int,
    now: datetime,
) -> list[DeliveryDraft]:
    """Return *legs* as one message, of which the strongest carries the others; *begin* is its first index."""
    paced = _paced(legs, drafts, audience, occasion, destination, now)
    strongest = min(range(len(paced)), key=lambda place: _weakness(paced[place], drafts))
    return [
        DeliveryDraft(
            alert=leg.alert,
            destination=destination,
            frequency=leg.frequency,
            due_at=leg.due_at,
            carried_by=None if place == strongest else begin + strongest,
        )
        for place, leg in enumerate(paced)
    ]


def _paced(
    legs: list[_Leg],
    drafts: Sequence[AlertDraft],
    audience: Audience,
    occasion: Occasion,
    destination: str,
    now: datetime,
) -> list[_Leg]:
    """Let wait what would go out in quiet hours, above the hourly limit, or as one more report of many."""
    place = audience.destinations.get(destination)
    traffic = occasion.traffic.get(destination, _NO_TRAFFIC)
    score = max(drafts[leg.alert].score for leg in legs)
    if place is not None and (end := quiet_until(place.quiet, now, score=score)) is not None:
        return [_held(leg, end) for leg in legs]
    if all(leg.frequency is not Frequency.IMMEDIATE for leg in legs):
        return legs
    if place is not None and place.per_hour is not None and traffic.messages >= place.per_hour:
        return [_folded(leg, next_quarter(now), Frequency.SUMMARY) for leg in legs]
    only_reports = all(drafts[leg.alert].kind is AlertKind.NEW_REPORT for leg in legs)
    if only_reports and traffic.reports >= REPORTS_AT_ONCE:
        return [_folded(leg, next_quarter(now), Frequency.IMMEDIATE) for leg in legs]
    return legs


def _held(leg: _Leg, end: datetime) -> _Leg:
    """Let all but a daily digest, which has a time of its own, wait for the end of the quiet hours."""
    if leg.frequency is Frequency.IMMEDIATE:
        return replace(leg, frequency=Frequency.SUMMARY, due_at=end)
    is_early = leg.frequency is Frequency.HOURLY and leg.due_at < end
    return replace(leg, due_at=end) if is_early else leg


def _folded(leg: _Leg, due: datetime, frequency: Frequency) -> _Leg:
    return replace(leg, frequency=frequency, due_at=due) if leg.frequency is Frequency.IMMEDIATE else leg


def _weakness(leg: _Leg, drafts: Sequence[AlertDraft]) -> tuple[datetime, int, int, float, int]:
    """Order legs from the strongest: the one told first, the weightier kind, then the score."""
    draft = drafts[leg.alert]
    weight = _WEIGHT.index(draft.kind) if draft.kind in _WEIGHT else len(_WEIGHT)
    return *_wait(leg), weight, -draft.score, leg.alert


def _wait(leg: _Leg) -> tuple[datetime, int]:
    """Order legs by when they tell; what is immediate is due now, so a carrier delays nothing it carries."""
    return leg.due_at, _STRENGTH.index(leg.frequency)
