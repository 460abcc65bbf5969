"""What readers ask of messages, by a button or by a link: stored, and the loop told that there is work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import structlog

from monitor.model import Errand, ErrandKind
from monitor.service.loop import Loop
from monitor.store import errands, threads
from monitor.store.database import Connection, Database

log = structlog.get_logger(__name__)

ASKED = "asked"  # where its bugs are counted
WAITS = (0.1, 0.2, 0.4, 0.8)  # seconds; Slack waits three for an acknowledgement


class Asking:
    """Does what is asked; *loop* hears that there is work, and of bugs."""

    def __init__(self, db: Database, loop: Loop, *, now: Callable[[], datetime]) -> None:
        self._db, self._loop, self._now = db, loop, now

    async def do(self, errand: Errand) -> bool:
        """Do it; False when there is no such story any more."""
        with self._counted():
            done = await self._db.write(errands.perform, errand, now=self._now())
        log.info("asked", kind=errand.kind, story=errand.story, destination=errand.destination, done=done)
        await self._loop.tick()
        return done

    async def press(self, kind: ErrandKind, story: int, places: Sequence[str]) -> bool:
        """Do what was asked by a button under one of *places*; False when none is a root of that story.

        A root that was posted a moment ago is known a moment later, when Slack's answer was stored.
        """
        destination = None
        for wait in (*WAITS, None):
            with self._counted():
                destination = await self._db.read(_destination, story, places)
            if destination is not None or wait is None:
                break
            await asyncio.sleep(wait)
        if destination is None:
            log.info("asked", kind=kind, story=story, done=False)
            return False
        return await self.do(Errand(kind=kind, destination=destination, story=story))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count a bug and let it go on: whoever asked is not told that it was done."""
        try:
            yield
        except Exception as bug:
            self._loop.count(ASKED, bug)
            raise


def _destination(connection: Connection, story: int, places: Sequence[str]) -> str | None:
    found = (threads.root_at(connection, story, place) for place in places)
    return next((name for name in found if name is not None), None)
