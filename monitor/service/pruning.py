"""When the service forgets what it need not keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from monitor.service.watching import Watching
from monitor.stages.prune import prune
from monitor.store.database import Database

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=6)  # far shorter than the shortest span, a day
DOUBT = timedelta(days=1)  # a clock that was set may be wrong, by years: time for somebody to notice


class Pruning:
    """Prunes by the clock on the wall, unless somebody set it a moment ago: what is forgotten is gone."""

    def __init__(
        self,
        db: Database,
        watching: Watching,
        *,
        now: Callable[[], datetime],
        count: Callable[[str, int], None] = lambda kind, rows: None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db, self._watching, self._now, self._steady = db, watching, now, steady
        self._count = count
        self._doubtful_until = -1.0

    def doubt(self) -> None:
        """Hear that the clock was set."""
        self._doubtful_until = self._steady() + DOUBT.total_seconds()

    async def __call__(self) -> None:
        """Forget what is old enough."""
        if self._steady() >= self._doubtful_until:
            gone = await prune(self._db, self._watching.retention(), now=self._now(), on_bite=self._count)
            if gone:
                log.info("pruned", **{kind.replace(" ", "_"): rows for kind, rows in gone.items()})
