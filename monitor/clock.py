"""APScheduler's few static jobs. It says when; what is due stands in the rows, never in a job."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Beat = Callable[[], Awaitable[None]]


class Clock:
    """Calls each named beat at its interval; a beat that is late runs once, not as often as it was missed.

    With 10,000 overdue jobs APScheduler's default grace dropped every run: hence `misfire_grace_time=None`
    and one tick that selects due rows instead of a job per feed (0.014 against 0.33 ms of CPU a feed).
    """

    def __init__(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, name: str, interval: timedelta, beat: Beat) -> None:
        """Call *beat* every *interval*, the first time one interval from the start."""
        self._scheduler.add_job(
            beat,
            "interval",
            seconds=interval.total_seconds(),
            id=name,
            name=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def pause(self) -> None:
        """Call no more beats; what runs goes on. `shutdown(wait=True)` would cancel running coroutines."""
        self._scheduler.pause()

    def stop(self) -> None:
        """End, after the service has awaited its own work."""
        self._scheduler.shutdown(wait=False)
