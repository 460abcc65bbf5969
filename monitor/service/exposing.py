"""What `/metrics` shows, gathered when somebody asks: what the rows say and what this process counts."""

from __future__ import annotations

import asyncio
import platform
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version

from monitor.model import FeedStatus
from monitor.service.asking import ASKED
from monitor.service.labels import CAUSES, bounded
from monitor.service.loop import Loop
from monitor.service.measuring import STAGES, by_one
from monitor.service.wiring import World
from monitor.store.database import Database
from monitor.store.metrics import Standing, standing
from monitor.web.families import (
    AWAY,
    BUDGET,
    BUGS,
    BUILD,
    BYTES,
    DATABASE,
    DEAD,
    FAILING,
    FEEDS,
    QUEUE,
    QUEUE_AGE,
    RESTARTS,
    TURN,
    UNDELIVERED,
    Samples,
)

FRESH = timedelta(seconds=5)  # however often somebody asks; Prometheus itself asks every 15 s and more
BEATS = ("watch", "tidy", "prune", "subscribe", "reload")
PLACES = (*STAGES, "loop", *BEATS, ASKED, "put aside", "stray")  # where bugs count


class Exposed:
    """What is shown, with the rows as they stood at most a few seconds ago."""

    def __init__(
        self, db: Database, loop: Loop, world: World, *, now: Callable[[], datetime], budget: int = 0
    ) -> None:
        self._db, self._loop, self._world, self._now = db, loop, world, now
        self._budget = budget  # bytes; 0 is no limit
        self._one_at_a_time = asyncio.Lock()
        self._read_at: datetime | None = None
        self._standing: Standing | None = None

    async def samples(self) -> Samples:
        """Gather all of it."""
        found = await self._lately()
        return {
            **self._world.measured.samples(),
            RESTARTS: {(): self._world.restarts()},
            BUGS: by_one({**dict.fromkeys(PLACES, 0), **self._loop.bugs}),
            TURN: {(): self._loop.last_turn.timestamp()},
            BUILD: {(version("newsroom-monitor"), platform.python_version()): 1},
            DATABASE: {(): int(found is not None)},
            BUDGET: {(): self._budget},
            **({} if found is None else _stands(found, self._now())),
        }

    async def _lately(self) -> Standing | None:
        """The rows, read anew when the last look is too old; whoever asks meanwhile shares the look."""
        async with self._one_at_a_time:
            now = self._now()
            if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
                self._standing = await standing(self._db, now=now)
                self._read_at = self._now()
            return self._standing


def _stands(found: Standing, now: datetime) -> Samples:
    failing = Counter(dict.fromkeys(CAUSES, 0))
    for cause, count in found.failing.items():
        failing[bounded(cause)] += count
    queues = dict(zip(STAGES, (found.polls, found.reads, found.looks, found.deliveries), strict=True))
    return {
        FEEDS: by_one({status: found.feeds.get(status, 0) for status in FeedStatus}),
        FAILING: by_one(failing),
        QUEUE: by_one({stage: queue.count for stage, queue in queues.items()}),
        QUEUE_AGE: by_one({stage: _age(queue.since, now) for stage, queue in queues.items()}),
        UNDELIVERED: {(): _age(found.undelivered_since, now)},
        DEAD: {(): found.dead},
        AWAY: {(): int(found.is_away)},
        BYTES: {(): found.size},
    }


def _age(since: datetime | None, now: datetime) -> float:
    """Units: seconds; never below 0, also when the clock was set back."""
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
