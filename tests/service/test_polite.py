"""How the loop keeps its manners: it waits for a host's pause, no longer, and holds up nobody else."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.engine.embedded import Step
from monitor.model import Cause, FeedSource, FetchFailed
from monitor.service.loop import Loop
from monitor.stages.poll import poll
from monitor.store.database import Database
from monitor.store.hosts import Manners
from monitor.store.tables import feeds, hosts
from tests.stages.bench import Bench

GAP = timedelta(milliseconds=500)
LEASE = timedelta(minutes=1)
PATIENCE = 20  # seconds; a loaded machine needs two


class Shift:
    """A loop over feeds that fail at once, on the real clock; when each was claimed is noted.

    A claim keeps the gap, whatever the machine's load; its work may begin late, and then the next one seems
    to follow too soon.
    """

    def __init__(self, bench: Bench, manners: Manners) -> None:
        self.bench = bench
        self.claimed: list[tuple[str, datetime]] = []
        steps = {name: Step(work=self.work, at_once=10) for name in ("poll", "read", "deliver")}
        self.loop = Loop(
            bench.db,
            steps,
            now=self.now,
            poll_lease=LEASE,
            read_lease=timedelta(minutes=1),
            attempts=2,
            manners=manners,
        )

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def work(self, key: int) -> None:
        (row,) = [row for row in self.bench.rows(feeds) if row["id"] == key]
        self.claimed.append((row["host"], row["claimed_until"] - LEASE))
        self.bench.now = self.now()
        self.bench.answers[row["url"]] = FetchFailed(cause=Cause.HTTP, status=500)
        await poll(key, self.bench.polling)

    def list(self, host: str, count: int) -> list[FeedSource]:
        return [FeedSource(url=f"https://{host}/{number}") for number in range(count)]

    def gaps(self, host: str) -> list[timedelta]:
        mine = [moment for name, moment in self.claimed if name == host]
        return [later - earlier for earlier, later in pairwise(mine)]


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database, datetime.now(UTC))


async def test_one_run_polls_every_feed_of_a_host_with_its_gap_between_them(bench: Bench) -> None:
    shift = Shift(bench, Manners(gap=GAP))
    bench.list_feeds(*shift.list("crowd.test", 6), *shift.list("a.test", 1), *shift.list("b.test", 1))
    await asyncio.wait_for(shift.loop.until_done(), PATIENCE)
    assert len(shift.claimed) == 8
    assert min(shift.gaps("crowd.test")) >= GAP
    assert {host for host, _ in shift.claimed[:3]} == {"crowd.test", "a.test", "b.test"}


async def test_one_run_does_not_wait_for_a_host_that_rests(bench: Bench) -> None:
    shift = Shift(bench, Manners(gap=GAP))
    bench.list_feeds(*shift.list("a.test", 1), *shift.list("b.test", 1))
    rest = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None)
    bench.execute(f"UPDATE hosts SET not_before = '{rest}', ready_at = '{rest}' WHERE host = 'a.test'")
    await asyncio.wait_for(shift.loop.until_done(), PATIENCE)
    assert [host for host, _ in shift.claimed] == ["b.test"]


async def test_without_a_gap_many_feeds_of_one_host_take_no_time(bench: Bench) -> None:
    shift = Shift(bench, Manners())
    bench.list_feeds(*shift.list("127.0.0.1", 14))
    began = time.monotonic()
    await asyncio.wait_for(shift.loop.until_done(), PATIENCE)
    assert len(shift.claimed) == 14
    assert time.monotonic() - began < 10


async def test_the_service_works_a_host_off_at_its_gap_and_not_at_the_clocks(bench: Bench) -> None:
    shift = Shift(bench, Manners(gap=GAP))
    bench.list_feeds(*shift.list("crowd.test", 5))
    task = asyncio.create_task(shift.loop.until_stopped())
    async with asyncio.timeout(PATIENCE):
        while len(shift.claimed) < 5:
            await asyncio.sleep(0.01)
    shift.loop.stop()
    await asyncio.wait_for(task, PATIENCE)
    assert min(shift.gaps("crowd.test")) >= GAP
    assert shift.loop.bugs.total() == 0
    assert all(row["ready_at"] is not None for row in bench.rows(hosts))
