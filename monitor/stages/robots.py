"""Robots: what a site's robots.txt says of a page is asked before the page, and a pause it wants is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import structlog

from monitor.articles.robots import (
    PATH,
    Closed,
    Copy,
    Later,
    Open,
    Permit,
    Ruling,
    Unknown,
    after_fetch,
    origin_of,
)
from monitor.articles.turns import PATIENCE, Turns
from monitor.model import FetchResult, Unusable, WorkerLost
from monitor.store import robots
from monitor.store.database import Database

log = structlog.get_logger(__name__)

UNHURRIED = timedelta(
    seconds=1
)  # between pages of a backlog: what crawlers allow themselves where nobody asks


class Robots:
    """What sites ask of robots: fetched once for all who want to know, kept for a day.

    `consult` holds a file against a URL where a parser may be killed.
    """

    def __init__(
        self,
        *,
        db: Database,
        get: Callable[[str], Awaitable[FetchResult]],
        consult: Callable[[str, str], Awaitable[Ruling | WorkerLost | Unusable]],
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._get = get
        self._consult = consult
        self._now = now
        self._turns = Turns()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def permit(self, url: str, article: int, *, unhurried: bool = False) -> Permit:
        """Say whether *article* may be fetched from *url* now; a turn that is near is waited for.

        What is *unhurried* keeps a pause of its own and waits for nothing: it comes back.
        """
        ruling = await self.ruling(url)
        if not isinstance(ruling, Open):
            return ruling
        pause = max(ruling.pause, UNHURRIED) if unhurried else ruling.pause
        if not pause:
            return ruling
        patience = timedelta() if unhurried else PATIENCE
        now = self._now()
        start = self._turns.take(origin_of(url), article, pause=pause, now=now, patience=patience)
        if start - now > patience:
            return Later(at=start)
        await asyncio.sleep((start - now).total_seconds())
        return ruling

    async def ruling(self, url: str) -> Open | Closed | Unknown:
        """Say what the site asks of robots about *url*."""
        origin = origin_of(url)
        copy = await self._copy(origin)
        if copy.text is None:
            return Unknown(until=copy.expires_at)
        if not copy.text:
            return Open()
        said = await self._consult(copy.text, url)
        if isinstance(said, WorkerLost | Unusable):  # a file that ends its parser is as good as none
            log.warning("robots.txt unusable", origin=origin, reason=said.reason)
            await self._db.write(robots.keep, origin, Copy(text="", expires_at=copy.expires_at))
            return Open()
        return said

    async def _copy(self, origin: str) -> Copy:
        async with self._locks.setdefault(origin, asyncio.Lock()):
            held = await self._db.read(robots.get, origin)
            if held is not None and held.expires_at > self._now():
                return held
            answer = await self._get(origin + PATH)
            copy = after_fetch(answer, held, self._now())
            await self._db.write(robots.keep, origin, copy)
            return copy
