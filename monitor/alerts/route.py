"""Who hears of an alert, and when; never what they read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from monitor.model import AlertDraft, AlertKind, DeliveryDraft, Frequency, Route

HOUR = timedelta(hours=1)
_STRENGTH = (Frequency.IMMEDIATE, Frequency.HOURLY, Frequency.DAILY)
_DAYS_AHEAD = 4  # zones have skipped a whole day (Samoa, 30 December 2011), never two


def route(
    drafts: Sequence[AlertDraft],
    routes: Sequence[Route],
    *,
    now: datetime,
    gathered: Collection[int] = (),
) -> tuple[DeliveryDraft, ...]:
    """Return one delivery for every draft at every destination that its topic is routed to.

    *drafts* are those of one article. An article tells a destination once: the strongest draft
    carries the others there, which point at it with `carried_by`, an index into this result.

    Drafts in *gathered*, by their index, are told at once nowhere: they wait for an hourly digest.
    """
    result: list[DeliveryDraft] = []
    for destination in dict.fromkeys(name for each in routes for name in each.destinations):
        legs = list(_legs(drafts, routes, destination, now, gathered))
        if not legs:
            continue
        strongest = min(range(len(legs)), key=lambda place: _weakness(legs[place], drafts))
        carrier = len(result) + strongest
        for place, leg in enumerate(legs):
            draft = DeliveryDraft(
                alert=leg.alert, destination=destination, frequency=leg.frequency, due_at=leg.due_at
            )
            result.append(draft if place == strongest else replace(draft, carried_by=carrier))
    return tuple(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """One draft's way to one destination, before the strongest is known."""

    alert: int
    frequency: Frequency
    due_at: datetime


def _legs(
    drafts: Sequence[AlertDraft],
    routes: Sequence[Route],
    destination: str,
    now: datetime,
    gathered: Collection[int],
) -> Iterator[_Leg]:
    """Yield the quickest way of each draft to *destination*, if there is one."""
    for index, draft in enumerate(drafts):
        ways = [
            _Leg(alert=index, frequency=each.frequency, due_at=due_at(each, now=now))
            for each in (_calmer(each) if index in gathered else each for each in routes)
            if destination in each.destinations and (not each.topics or draft.topic in each.topics)
        ]
        if ways:
            yield min(ways, key=_wait)


def _calmer(way: Route) -> Route:
    return replace(way, frequency=Frequency.HOURLY) if way.frequency is Frequency.IMMEDIATE else way


def _weakness(leg: _Leg, drafts: Sequence[AlertDraft]) -> tuple[datetime, int, bool, float, int]:
    """Order legs from the strongest: the one told first, a new story before a report, then the score."""
    draft = drafts[leg.alert]
    return *_wait(leg), draft.kind is not AlertKind.NEW_STORY, -draft.score, leg.alert


def _wait(leg: _Leg) -> tuple[datetime, int]:
    """Order legs by when they tell; what is immediate is due now, so a carrier delays nothing it carries."""
    return leg.due_at, _STRENGTH.index(leg.frequency)


def due_at(way: Route, *, now: datetime) -> datetime:
    """Return when *way* tells what it hears at *now*: at once, or at its next full hour or local time."""
    match way.frequency:
        case Frequency.IMMEDIATE:
            return now
        case Frequency.HOURLY:
            return _next_hour(now, ZoneInfo(way.timezone))
        case Frequency.DAILY:
            return _next_daily(now, ZoneInfo(way.timezone), way.at)
        case _:
            assert_never(way.frequency)


def _next_hour(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next full hour on the zone's clocks, which are not UTC's in Delhi."""
    local = now.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return (now - into + HOUR).astimezone(UTC)


def _next_daily(now: datetime, zone: ZoneInfo, minutes: int) -> datetime:
    """Return the next moment at which the zone's clocks show *minutes* after midnight.

    A time that the clocks skip in spring comes as much later as they were moved; a time that they
    show twice in autumn counts the first time only (PEP 495, fold=0).
    """
    today = now.astimezone(zone).date()
    wall = time(minutes // 60, minutes % 60)
    days = (today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    moments = (datetime.combine(day, wall, tzinfo=zone).astimezone(UTC) for day in days)
    return next(moment for moment in moments if moment > now)
