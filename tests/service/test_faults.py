"""The world breaks under the running loop, and mends: nothing is lost, and nobody has to lend a hand."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.engine.embedded import Step
from monitor.model import Feed, FeedSource, FetchResult
from monitor.service.loop import Loop
from monitor.store import database as database_module
from monitor.store import schema
from monitor.store.database import Database
from monitor.store.tables import articles, deliveries
from tests import postgres
from tests.stages.bench import OTHER, WIRE, Bench, entry

MINUTE = timedelta(minutes=1)
PATIENCE = 30  # seconds; a loaded machine needs a tenth of it


def _published(database: Database, now: datetime) -> Bench:
    """A bench with two feeds, each with an article that belongs to a topic."""
    bench = Bench(database, now)
    bench.list_feeds(*(FeedSource(url=f"https://{number}.test/feed") for number in range(2)))
    for number, text in enumerate((WIRE, OTHER)):
        bench.publish(f"https://{number}.test/feed", entry(f"n{number}", url=f"https://{number}.test/story"))
        bench.page(f"https://{number}.test/story", text)
    return bench


def _loop(bench: Bench) -> Loop:
    async def poll(key: int) -> None:
        await bench.poll(key)

    async def read(_: int) -> None:
        await bench.read_all()

    async def deliver(name: str) -> None:
        def sent(connection: sa.Connection) -> None:
            mine = deliveries.c.destination == name
            connection.execute(sa.update(deliveries).where(mine).values(state="sent"))

        await bench.db.write(sent)

    async def look(_: int) -> None:
        raise AssertionError("nothing is due to be looked at again")

    works = {"poll": poll, "read": read, "revisit": look, "deliver": deliver}
    steps = {stage: Step(work=work, at_once=4) for stage, work in works.items()}
    return Loop(bench.db, steps, now=lambda: bench.now, poll_lease=MINUTE, read_lease=MINUTE, attempts=3)


@asynccontextmanager
async def _working(bench: Bench) -> AsyncIterator[Loop]:
    loop = _loop(bench)
    task = asyncio.create_task(loop.until_stopped())
    try:
        yield loop
    finally:
        loop.stop()
        await asyncio.wait_for(task, PATIENCE)
        await loop.engine.drain(PATIENCE)


async def _until(loop: Loop, bench: Bench, seen: Callable[[], bool]) -> None:
    """Let the clock beat, a minute at a time, until *seen*."""
    async with asyncio.timeout(PATIENCE):
        while not seen():
            bench.now += MINUTE
            await loop.tick()
            await asyncio.sleep(0.02)


def _all_told(bench: Bench) -> bool:
    try:
        return (
            bench.column(articles, "state") == ["done"] * 2
            and bench.column(deliveries, "state") == ["sent"] * 4
        )
    except sa.exc.SQLAlchemyError:
        return False


@pytest.fixture(autouse=True)
def _no_long_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.service.loop.PAUSE_AFTER_BUG", timedelta(milliseconds=10))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An SQLite database whose writer waits for a lock a tenth of a second instead of thirty."""
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 100)
    return tmp_path / "monitor.db"


async def test_a_database_that_somebody_locks_for_longer_than_we_wait_loses_nothing(
    file: Path, now: datetime
) -> None:
    database = Database(f"sqlite:///{file}")
    try:
        database.write_now(schema.upgrade)
        bench = _published(database, now)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with _working(bench) as loop:
                await _until(loop, bench, lambda: loop.bugs["loop"] >= 3)
                assert not bench.column(articles, "state")
                other.execute("ROLLBACK")
                await _until(loop, bench, lambda: _all_told(bench))
    finally:
        database.close()


async def test_a_disk_that_is_full_acknowledges_nothing_and_loses_nothing(file: Path, now: datetime) -> None:
    database = Database(f"sqlite:///{file}")

    def room(connection: sa.Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    try:
        database.write_now(schema.upgrade)
        bench = _published(database, now)
        database.write_now(lambda c: c.exec_driver_sql("CREATE TABLE ballast (bytes BLOB)"))
        (used,) = database.read_now(lambda c: c.exec_driver_sql("PRAGMA page_count").one())
        database.write_now(room, used)
        with pytest.raises(sa.exc.OperationalError, match="full"):
            database.write_now(lambda c: c.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(1000000))"))
        async with _working(bench) as loop:
            await _until(loop, bench, lambda: loop.bugs.total() >= 3)
            database.write_now(room, 1_000_000)
            await _until(loop, bench, lambda: _all_told(bench))
    finally:
        database.close()


async def test_a_state_directory_that_turns_read_only_loses_nothing_and_work_goes_on_when_it_is_writable(
    file: Path, now: datetime
) -> None:
    database = Database(f"sqlite:///{file}")

    frozen = False

    def checked_out(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only = {int(frozen)}")  # SQLite answers as it does on such a disk

    sa.event.listen(database._writer, "checkout", checked_out)
    try:
        database.write_now(schema.upgrade)
        bench = _published(database, now)
        frozen = True
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            database.write_now(lambda c: c.exec_driver_sql("DELETE FROM feeds"))
        async with _working(bench) as loop:
            await _until(loop, bench, lambda: loop.bugs.total() >= 3)
            assert not bench.column(articles, "state")
            frozen = False
            await _until(loop, bench, lambda: _all_told(bench))
    finally:
        database.close()


async def test_hosts_that_are_all_slow_hold_up_no_message_and_lose_nothing(file: Path, now: datetime) -> None:
    database = Database(f"sqlite:///{file}")
    try:
        database.write_now(schema.upgrade)
        bench = _published(database, now)
        async with _working(bench) as loop:
            await _until(loop, bench, lambda: _all_told(bench))
        crowd = [FeedSource(url=f"https://{number}.test/feed") for number in range(20)]
        bench.list_feeds(*crowd)
        for source in crowd[2:]:
            bench.publish(source.url, entry(source.url, url=source.url.replace("feed", "story")))
            bench.page(source.url.replace("feed", "story"), "Fog over the harbour kept the ferries in port.")
        answer, waiting = asyncio.Event(), 0
        fetch = bench.get_feed

        async def slow(feed: Feed) -> FetchResult:
            nonlocal waiting
            waiting += 1
            await answer.wait()
            return await fetch(feed)

        bench.get_feed = slow  # type: ignore[method-assign]
        async with _working(bench) as loop:
            await _until(loop, bench, lambda: waiting >= 4)
            assert loop.engine.free("poll") == 0, "every hand waits"
            bench.execute("UPDATE deliveries SET state = 'pending'")
            await _until(loop, bench, lambda: _all_told(bench))
            answer.set()
            await _until(loop, bench, lambda: bench.column(articles, "state") == ["done"] * 20)
        assert set(loop.bugs) <= {"revisit"}, "hours have passed, and this loop looks at nothing again"
    finally:
        database.close()


def _end_every_session(server: str, url: str) -> None:
    """What a restarted server does to its clients."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": sa.make_url(url).database},
        )
    engine.dispose()


async def test_a_restarted_postgresql_loses_nothing_and_the_service_its_place(
    postgres_server: str, now: datetime
) -> None:
    with postgres.fresh_database(postgres_server) as url:
        first, second = Database(url), Database(url)
        try:
            first.write_now(schema.upgrade)
            assert first.hold()
            bench = _published(first, now)
            _end_every_session(postgres_server, url)
            async with _working(bench) as loop:
                await _until(loop, bench, lambda: _all_told(bench))
            assert first.keep_hold()
            assert not second.hold()
            _end_every_session(postgres_server, url)
            assert second.hold(), "another was quicker"
            assert not first.keep_hold()
        finally:
            first.close()
            second.close()
