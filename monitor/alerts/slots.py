"""Which digests fall due next, whatever will be in them: a digest of nothing says that nothing happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.hours import due_at, quiet_until
from monitor.alerts.route import DIGESTS, Audience
from monitor.model import Frequency


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A digest that one destination is to get at one moment."""

    destination: str
    frequency: Frequency
    due_at: datetime


def slots(audience: Audience, *, now: datetime) -> frozenset[Slot]:
    """Return the next digest of every route that wants one even if it is empty.

    Hourly ones that fall into quiet hours come at their end, all as one.
    """
    found = set()
    for way in audience.routes:
        if way.frequency not in DIGESTS or not way.even_empty:
            continue
        for name in way.destinations:
            due = due_at(way, now=now)
            place = audience.destinations.get(name)
            if way.frequency is Frequency.HOURLY and place is not None:
                due = max(due, quiet_until(place.quiet, now) or due)
            found.add(Slot(destination=name, frequency=way.frequency, due_at=due))
    return frozenset(found)
