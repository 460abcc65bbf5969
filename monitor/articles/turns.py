"""Whose turn it is at a site that wants a pause between fetches; it keeps no time of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

PATIENCE = timedelta(seconds=5)  # what a reader may wait holding its place: as long as a usual tick


@dataclass(slots=True)
class Turns:
    """Gives each article its turn, one pause apart, however late those before it came.

    In memory only: a restart is a pause by itself, and articles come back when their old turn came.
    """

    _started: dict[str, datetime] = field(default_factory=dict)
    _free: dict[str, datetime] = field(default_factory=dict)  # the first turn that nobody has
    _given: dict[tuple[str, int], datetime] = field(default_factory=dict)

    def take(
        self, site: str, article: int, *, pause: timedelta, now: datetime, patience: timedelta = PATIENCE
    ) -> datetime:
        """Return when *article* may start; past *patience* it has to come back then and ask again."""
        turn = self._given.pop((site, article), None) or self._free.get(site, now)
        start = max(now, turn, self._started.get(site, now - pause) + pause)
        self._free[site] = max(self._free.get(site, now), start + pause)
        if start - now > patience:
            self._given[site, article] = start
        else:
            self._started[site] = start
        return start
