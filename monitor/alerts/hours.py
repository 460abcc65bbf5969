"""When something is due on the clocks that its readers see; no route and no alert enters here."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from monitor.model import Frequency, QuietHours, Route

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
_DAYS_AHEAD = 4  # zones have skipped a whole day (Samoa, 30 December 2011), never two


def due_at(way: Route, *, now: datetime) -> datetime:
    """Return when *way* tells what it hears at *now*: at once, or at its next full hour or local time."""
    match way.frequency:
        case Frequency.IMMEDIATE | Frequency.SUMMARY:
            return now
        case Frequency.HOURLY:
            return _next_hour(now, ZoneInfo(way.timezone))
        case Frequency.DAILY:
            return next_time(now, ZoneInfo(way.timezone), way.at)
        case _:
            assert_never(way.frequency)


def _next_hour(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next full hour on the zone's clocks, which are not UTC's in Delhi."""
    local = now.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return (now - into + HOUR).astimezone(UTC)


def next_time(now: datetime, zone: ZoneInfo, minutes: int) -> datetime:
    """Return the next moment at which the zone's clocks show *minutes* after midnight.

    A time that the clocks skip in spring comes as much later as they were moved; a time that they
    show twice in autumn counts the first time only (PEP 495, fold=0).
    """
    today = now.astimezone(zone).date()
    wall = time(minutes // 60, minutes % 60)
    days = (today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    moments = (datetime.combine(day, wall, tzinfo=zone).astimezone(UTC) for day in days)
    return next(moment for moment in moments if moment > now)


def next_quarter(now: datetime) -> datetime:
    """Return the next quarter of an hour: until then a burst is gathered."""
    into = timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
    return now - into + QUARTER


def quiet_until(quiet: QuietHours | None, now: datetime, *, score: float | None = None) -> datetime | None:
    """Return when the quiet hours end in which *now* lies; None outside them, and for a high enough *score*.

    The clocks on the wall decide, so that a night in which they are moved is an hour shorter or longer.
    """
    if quiet is None or (
        quiet.unless_score is not None and score is not None and score >= quiet.unless_score
    ):
        return None
    zone = ZoneInfo(quiet.timezone)
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if quiet.begins <= quiet.ends:
        is_quiet = quiet.begins <= minute < quiet.ends
    else:
        is_quiet = minute >= quiet.begins or minute < quiet.ends
    return next_time(now, zone, quiet.ends) if is_quiet else None
