"""Our side of the polling benchmark: the service's loop, database, fetcher and workers, without reading."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, redirect_stderr
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from monitor import logs
from monitor.engine.embedded import Step
from monitor.model import FeedSource
from monitor.service.eventloop import new_event_loop
from monitor.service.heap import settle
from monitor.service.loop import Loop
from monitor.service.watching import Watching
from monitor.service.wiring import open_world
from monitor.settings import Settings, load
from monitor.store import feeds, schema, tables
from monitor.store.database import Database
from monitor.store.hosts import Manners
from tests.benchmarks.figures import Figures
from tests.newsroom.configuration import write_folder
from tests.usage import children, cpu_seconds, peak_mb, shared_mb

LATER = timedelta(hours=3)  # past any interval and the back-off after one failure: every feed is due again
STILL = 0.02  # CPU seconds within half a second: whatever was starting has started


class _Clock:
    """The time of day, which can be moved on."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def measure(folder: Path, warm_up: Sequence[str], urls: Sequence[str], polls: int) -> Figures:
    """Poll every one of *urls* so many times, with a new database in *folder*."""
    with (folder / "log.jsonl").open("w") as log, redirect_stderr(log):
        logs.configure(form="json", level="info")
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(_measure(folder, warm_up, urls, polls))


async def _measure(folder: Path, warm_up: Sequence[str], urls: Sequence[str], polls: int) -> Figures:
    settings = _settings(folder, urls)
    clock = _Clock()
    db = Database(settings.database.url)
    try:
        db.write_now(schema.upgrade)
        async with AsyncExitStack() as stack:
            world = await open_world(
                stack, settings, db, Watching(settings), now=clock.now, jitter=random.random
            )
            settle()
            await _start_workers(db, world.steps, settings, warm_up, clock)
            _list(db, settings.feeds, settings, clock)
            spent = []
            for _ in range(polls):
                before = cpu_seconds()
                await _poll_due(db, world.steps, settings, clock)
                spent.append(cpu_seconds() - before)
                clock.offset += LATER
            workers = [peak_mb(child) for child in children("self")]
            own, theirs = shared_mb("self"), sum(map(shared_mb, children("self")))
        return Figures(
            polls=spent,
            peak_mb=peak_mb(),
            worker_mb=max(workers, default=0),
            service_mb=own,
            all_mb=own + theirs,
            read=_read(db, urls, polls),
        )
    finally:
        db.close()


def _settings(folder: Path, urls: Sequence[str]) -> Settings:
    tables = {
        "service": {"state_dir": str(folder / "state")},
        "net": {"allow_addresses": ["127.0.0.0/8"], "user_agent": "newsroom-monitor/benchmark"},
        "poll": {"host_gap": "0s"},
        "slack": {"token": "xoxb-benchmark"},
        "email": {"host": "127.0.0.1", "sender": "monitor@newsroom.test"},
    }
    return load(write_folder(folder / "config", tables=tables, feeds=[{"url": url} for url in urls]))


def _list(db: Database, sources: Sequence[FeedSource], settings: Settings, clock: _Clock) -> None:
    db.write_now(feeds.sync, sources, first_polls=[clock.now()] * len(sources), interval=settings.poll.every)


async def _start_workers(
    db: Database, steps: Mapping[str, Step], settings: Settings, warm_up: Sequence[str], clock: _Clock
) -> None:
    """Have the workers started and everything loaded: a service starts once, and polls for months."""
    _list(db, [FeedSource(url=url) for url in warm_up], settings, clock)
    await _poll_due(db, steps, settings, clock)
    before = cpu_seconds()
    while True:
        await asyncio.sleep(0.5)
        now = cpu_seconds()
        if now - before < STILL:
            return
        before = now


async def _poll_due(db: Database, steps: Mapping[str, Step], settings: Settings, clock: _Clock) -> None:
    """Poll what is due as the service does: claims, dispatching and all, but nothing is read or delivered."""
    idle = Step(work=steps["read"].work, at_once=0)
    loop = Loop(
        db,
        {"poll": steps["poll"], "read": idle, "deliver": idle},
        now=clock.now,
        poll_lease=timedelta(minutes=5),
        read_lease=timedelta(minutes=5),
        attempts=3,
        manners=Manners(at_once=settings.poll.per_host, gap=settings.poll.host_gap),
    )
    await loop.until_done()
    assert not loop.bugs, loop.bugs


def _read(db: Database, urls: Sequence[str], polls: int) -> int:
    """How many feeds were read; a benchmark that did not do its work has no figures."""

    def counts(connection: sa.Connection) -> tuple[int, int]:
        mine = tables.feeds.c.url.in_(urls)
        ids = sa.select(tables.feeds.c.id).where(mine)
        done = sa.select(sa.func.count()).where(tables.polls.c.feed_id.in_(ids))
        read = sa.select(sa.func.count()).where(mine, tables.feeds.c.last_success_at.is_not(None))
        return connection.scalar(done) or 0, connection.scalar(read) or 0

    done, read = db.read_now(counts)
    assert done == polls * len(urls), f"{done} polls of {polls * len(urls)}"
    return read
