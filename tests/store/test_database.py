"""Transactions and their threads."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.tables import hosts
from tests import postgres


def _add(connection: sa.Connection, host: str) -> None:
    connection.execute(sa.insert(hosts).values(host=host))


def _count(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(hosts)) or 0


async def test_what_fails_halfway_leaves_nothing(database: Database) -> None:
    def half(connection: sa.Connection) -> None:
        _add(connection, "a.test")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await database.write(half)
    assert await database.read(_count) == 0


async def test_a_cancelled_caller_does_not_cut_a_transaction(database: Database) -> None:
    task = asyncio.create_task(database.write(_add, "a.test"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.write(_count) == 1, "the writer's thread finished what it had begun"


def test_eight_writers_at_once_wait_for_each_other(database_url: str) -> None:
    def write(number: int) -> None:
        database = Database(database_url)
        for turn in range(10):
            database.write_now(_add, f"{number}-{turn}.test")
        database.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    database = Database(database_url)
    assert database.read_now(_count) == 80
    database.close()


def test_a_reader_of_sqlite_cannot_write(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.write_now(hosts.create)
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        database.read_now(_add, "a.test")
    database.close()


def test_times_come_back_as_the_utc_that_went_in(database: Database, now: datetime) -> None:
    there = now.astimezone(timezone(timedelta(hours=7)))
    database.write_now(lambda c: c.execute(sa.insert(hosts).values(host="a", not_before=there)))
    back = database.read_now(lambda c: c.scalar(sa.select(hosts.c.not_before)))
    assert back == now
    assert back is not None
    assert back.utcoffset() == timedelta(0)


def test_a_naive_time_never_reaches_the_database(database: Database, now: datetime) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive"):
        database.write_now(
            lambda c: c.execute(sa.insert(hosts).values(host="a", not_before=now.replace(tzinfo=None)))
        )


def test_one_service_at_a_time_works_on_a_postgresql_database(postgres_server: str) -> None:
    with postgres.fresh_database(postgres_server) as url:
        first, second = Database(url), Database(url)
        assert first.hold()
        assert not second.hold()
        first.close()
        assert second.hold()
        second.close()
