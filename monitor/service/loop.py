"""The loop that keeps the stages busy: claim what is due, dispatch it, wait for the clock or a free hand."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor.engine.embedded import Embedded, Step
from monitor.logs import told
from monitor.store import work
from monitor.store.database import Database
from monitor.store.hosts import TWO_AT_ONCE, Manners
from monitor.store.work import Due

log = structlog.get_logger(__name__)

Beat = Callable[[], Awaitable[None]]

BREATH = timedelta(milliseconds=10)  # hands that get free together are filled by one claim
PAUSE_AFTER_BUG = timedelta(seconds=1)  # a database that is away answers at once, a thousand times a second


class Loop:
    """Claims and dispatches until told to stop; `bugs` counts what should not have happened."""

    def __init__(
        self,
        db: Database,
        steps: Mapping[str, Step],
        *,
        now: Callable[[], datetime],
        poll_lease: timedelta,
        read_lease: timedelta,
        attempts: int,
        manners: Manners = TWO_AT_ONCE,
    ) -> None:
        self._db = db
        self._now = now
        self._leases = {"poll_lease": poll_lease, "read_lease": read_lease}
        self._attempts = attempts
        self._manners = manners
        self._gap_ends = now()  # until then, others of the hosts claimed last wait for nothing but the gap
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        guarded = {name: replace(step, work=self._guarded(name, step.work)) for name, step in steps.items()}
        self.engine = Embedded(guarded, self._wake.set)
        self.bugs: Counter[str] = Counter()
        self.last_turn = now()
        self._turned = time.monotonic()

    async def tick(self) -> None:
        """The clock's beat: look for due work."""
        self._wake.set()

    def still_for(self) -> timedelta:
        """How long ago the loop last looked for due work, by a clock that nobody can set."""
        return timedelta(seconds=time.monotonic() - self._turned)

    def stop(self) -> None:
        """Claim no more."""
        self._stop.set()
        self._wake.set()

    async def until_stopped(self) -> None:
        """Work until `stop` is called; no fault of the database ends it."""
        while not self._stop.is_set():
            try:
                await self._turn()
            except Exception as bug:  # noqa: BLE001  the one catch-all: the service outlives its bugs
                self.count("loop", bug)
                await asyncio.sleep(PAUSE_AFTER_BUG.total_seconds())
            await self._rest()

    async def until_done(self, polls_due: datetime | None = None) -> None:
        """Work until nothing is due and nothing runs, or until `stop` is called, or until the database fails.

        Feeds that fall due after *polls_due*, by default after now, belong to the next run, or a list of
        many would never end.
        """
        began = polls_due or self._now()
        while not self._stop.is_set():
            try:
                due = await self._turn(polls_due=began)
                again = None if due or not self.engine.idle else await self._held_back(began)
            except Exception as bug:  # noqa: BLE001  counted, so that the exit code tells; rows wait as they are
                self.count("loop", bug)
                return
            if not due and self.engine.idle and again is None:
                return
            await self._rest(again)

    async def _held_back(self, polls_due: datetime) -> datetime | None:
        """When what is due may go on, where it waits for nothing but its host's pause."""
        return await self._db.read(
            work.held_back_until, now=self._now(), polls_due=polls_due, manners=self._manners
        )

    async def _rest(self, until: datetime | None = None) -> None:
        """Wait for the clock or a free hand, no longer than *until* or the end of the last claims' gap."""
        now = self._now()
        if self._gap_ends > now:
            until = min(until or self._gap_ends, self._gap_ends)
        with suppress(TimeoutError):
            async with asyncio.timeout(None if until is None else (until - now).total_seconds()):
                await self._wake.wait()
        if not self.engine.idle and not self._stop.is_set():
            await asyncio.sleep(BREATH.total_seconds())

    async def _turn(self, polls_due: datetime | None = None) -> Due:
        self._wake.clear()
        now = self._now()
        due = await self._db.write(
            work.claim_due,
            now=now,
            polls_due=polls_due or now,
            polls=self.engine.free("poll"),
            reads=self.engine.free("read"),
            again=self.engine.free("revisit"),
            manners=self._manners,
            **self._leases,
        )
        if due.feeds:
            self._gap_ends = now + self._manners.gap
        for feed, _ in due.feeds:
            self.engine.dispatch("poll", feed)
        for article in due.articles:
            self.engine.dispatch("read", article)
        for article in due.looks:
            self.engine.dispatch("revisit", article)
        for destination in due.destinations:  # not claimed: those that find no free hand are found again
            if self.engine.free("deliver") > 0:
                self.engine.dispatch("deliver", destination)
        self.last_turn, self._turned = now, time.monotonic()
        return due

    def _guarded(
        self, stage: str, step: Callable[[Any], Awaitable[None]]
    ) -> Callable[[Any], Awaitable[None]]:
        async def safe(key: Any) -> None:
            try:
                await step(key)
            except Exception as bug:  # noqa: BLE001  counted, put aside, and its neighbours go on
                self.count(stage, bug, key=key)
                await self._put_aside(stage, key)

        return safe

    async def _put_aside(self, stage: str, key: Any) -> None:
        try:
            await self._db.write(work.after_bug, stage, key, now=self._now(), most=self._attempts)
        except Exception as bug:  # noqa: BLE001  the claim runs out by itself
            self.count("put aside", bug, key=key)

    def surviving(self, name: str, work: Beat) -> Callable[[], Coroutine[Any, Any, None]]:
        """Return *work* as something that may fail: its bug is counted and ends nothing else."""

        async def safe() -> None:
            try:
                await work()
            except Exception as bug:  # noqa: BLE001  as above
                self.count(name, bug)

        return safe

    def catch_strays(self) -> None:
        """Count the faults of tasks that nobody awaits; asyncio itself would print their messages."""

        def stray(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            fault = context.get("exception")
            if isinstance(fault, Exception):
                self.count("stray", fault)
            else:
                log.warning("stray", note=context["message"])

        asyncio.get_running_loop().set_exception_handler(stray)

    def count(self, stage: str, bug: BaseException, **fields: Any) -> None:
        """Remember a bug and say where it is, without its message."""
        self.bugs[stage] += 1
        log.error("bug", stage=stage, **told(bug), **fields)
