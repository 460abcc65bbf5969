"""How fast a feed's entries come: what is counted of them, and when it is counted anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

RHYTHM = timedelta(days=7)  # a newsroom's week, with its quiet end
# how often an unchanged feed's entries are counted: a week's count moves no faster
RECOUNT = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a feed's entries came: how many moments within the last week, the first of them, and of all."""

    recent: int = 0
    first: datetime | None = None
    earliest: datetime | None = None

    @property
    def is_dated(self) -> bool:
        return self.earliest is not None


def pace_of(times: Collection[datetime], now: datetime) -> Pace:
    """Return the pace of entries that were published at *times*."""
    recent = {moment for moment in times if now - RHYTHM <= moment <= now}
    return Pace(recent=len(recent), first=min(recent, default=None), earliest=min(times, default=None))


def further(stored: Pace, shown: Pace) -> Pace:
    """Return the pace by which more is known: a feed may show what was never stored, and has dropped more."""
    known = max(stored, shown, key=lambda pace: pace.recent)
    reach = [moment for moment in (stored.earliest, shown.earliest) if moment is not None]
    return replace(known, earliest=min(reach, default=None))


def day_of(feed_id: int, moment: datetime) -> int:
    """Return the number of a feed's day, which begins at a minute of its own to spread a long list."""
    own = timedelta(minutes=feed_id)  # rows are numbered in turn
    return (moment + own - EPOCH) // RECOUNT
