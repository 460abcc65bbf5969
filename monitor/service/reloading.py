"""How a configuration is put into force, at the start and later; a broken topic stays as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from monitor.alerts.route import Audience
from monitor.errors import SettingsFault
from monitor.feeds.schedule import spread
from monitor.service.edits import Edits
from monitor.service.heap import settle
from monitor.service.loop import Loop
from monitor.service.measuring import IN_PART, REFUSED, RELOADED, Measured
from monitor.service.supervisor import Supervisor
from monitor.service.watching import Watching
from monitor.settings import LastGood, Settings, usable
from monitor.store import discretion, feeds, looks, topics
from monitor.store.database import Database

log = structlog.get_logger(__name__)

WHERE = "`monitor topics lint` names them"


def resumed(settings: Settings, config_dir: Path, db: Database) -> Settings:
    """Return *settings* for a start: with the last good version of each topic whose edit is broken.

    Raises: SettingsFault where a broken topic has never been in force.
    """
    if not settings.topic_faults:
        return settings
    stored = db.read_now(topics.in_force)
    last = {name: LastGood(topic=topic, file=file) for name, (topic, file) in stored.items()}
    found = usable(config_dir, last)
    if found.topic_faults and (found.lost or not found.kept):
        raise SettingsFault(found.topic_faults)
    _tell(found)
    return found


async def take_up(db: Database, settings: Settings, *, now: datetime, once: bool = False) -> None:
    """Put feeds, topics and looks at articles on their lists.

    New feeds are polled one by one, or in this *once* all of them. Messages that wait tell nothing of topics
    that are discreet from now on.
    """
    count = len(settings.feeds)
    await db.write(
        feeds.sync,
        settings.feeds,
        first_polls=[now] * count if once else spread(count, now=now),
        interval=settings.poll.every,
    )
    await db.write(topics.put_in_force, settings.topics, settings.topic_files, settings.kept, now=now)
    discreet = {topic.id: topic.code_name for topic in settings.topics if topic.discreet}
    await db.write(discretion.enforce, Audience(routes=settings.routes, discreet=discreet))
    await db.write(looks.replan, settings.read.look_again, now=now)


class Reloading:
    """Reads the configuration again, on an order or when its files were edited."""

    def __init__(
        self,
        watching: Watching,
        config_dir: Path,
        db: Database,
        measured: Measured,
        loop: Loop,
        supervisor: Supervisor,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._watching, self._config_dir, self._db = watching, config_dir, db
        self._measured, self._loop, self._supervisor, self._now = measured, loop, supervisor, now
        self._edits = Edits(config_dir)
        self._one_at_a_time = asyncio.Lock()  # two orders at once: the later one reads the later files

    async def on_edit(self) -> None:
        """Reload if files were edited and are left alone again."""
        if await asyncio.to_thread(self._edits.waiting):
            await self.reload()

    async def reload(self) -> None:
        """Put into force what can be used, and say what came of it."""
        async with self._one_at_a_time:
            self._supervisor.reloading()
            try:
                self._measured.reloaded(await self._reloaded())
            finally:
                self._supervisor.ready()
            watching = self._watching
            self._measured.know(topics=watching.watch().topics, destinations=watching.destinations())
            await self._loop.tick()

    async def _reloaded(self) -> str:
        """All of it but broken topics, or nothing: those stay as they were."""
        self._edits.read()
        try:
            settings = await asyncio.to_thread(usable, self._config_dir, self._watching.in_force())
        except SettingsFault as fault:
            log.error("reload refused", faults=len(fault.faults), note="`monitor check-config` names them")
            return REFUSED
        await asyncio.to_thread(self._watching.swap, settings)
        await asyncio.to_thread(settle)
        await take_up(self._db, settings, now=self._now())
        log.info("reloaded", feeds=len(settings.feeds), topics=len(settings.topics))
        _tell(settings)
        return IN_PART if settings.topic_faults else RELOADED


def _tell(settings: Settings) -> None:
    """Log how many topics are broken; which ones is nobody's business who reads logs."""
    if settings.topic_faults:
        log.error(
            "topics broken",
            kept=len(settings.kept),
            left_out=len(settings.lost),
            faults=len(settings.topic_faults),
            note=f"those kept stay at their last good version; {WHERE}",
        )
