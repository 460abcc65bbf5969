"""Transactions and their threads."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import OperatorFault
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


def _add_all(connection: sa.Connection, names: Sequence[str]) -> list[str]:
    for name in names:
        if name == "bug":
            raise RuntimeError("not this one")
        _add(connection, name)
    return [f"{name} of {len(names)}" for name in names]


async def test_what_waits_for_the_same_work_is_done_in_one_transaction(database: Database) -> None:
    names = ["a", "b", "c", "d"]
    answers = await asyncio.gather(*(database.write_together(_add_all, name) for name in names))
    assert answers == ["a of 4", "b of 4", "c of 4", "d of 4"]
    assert await database.read(_count) == 4
    assert await database.write_together(_add_all, "e") == "e of 1", "a lot that is over starts anew"


async def test_what_comes_while_a_lot_runs_is_the_next_lot(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def held_up(connection: sa.Connection, names: Sequence[str]) -> list[str]:
        begun.set()
        assert go_on.wait(20)
        return _add_all(connection, names)

    first = asyncio.create_task(database.write_together(held_up, "a"))
    assert await asyncio.to_thread(begun.wait, 20)
    rest = [asyncio.create_task(database.write_together(held_up, name)) for name in ("b", "c")]
    await asyncio.sleep(0)
    go_on.set()
    assert [await task for task in (first, *rest)] == ["a of 1", "b of 2", "c of 2"]


async def test_one_items_bug_costs_that_item_only(database: Database) -> None:
    names = ["a", "bug", "c"]
    answers = await asyncio.gather(
        *(database.write_together(_add_all, name) for name in names), return_exceptions=True
    )
    assert [answers[0], answers[2]] == ["a of 1", "c of 1"]
    assert isinstance(answers[1], RuntimeError)
    assert await database.read(_count) == 2


async def test_a_caller_that_left_does_not_keep_the_others_waiting(database: Database) -> None:
    tasks = [asyncio.create_task(database.write_together(_add_all, name)) for name in ("a", "b")]
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert await tasks[1] == "b of 2"
    assert await database.read(_count) == 2, "what had begun was finished"


async def test_together_can_be_read_as_well(database: Database) -> None:
    await database.write(_add, "a.test")

    def known(connection: sa.Connection, names: Sequence[str]) -> list[bool]:
        there = set(connection.scalars(sa.select(hosts.c.host)))
        return [name in there for name in names]

    found = await asyncio.gather(*(database.read_together(known, name) for name in ("a.test", "b.test")))
    assert found == [True, False]


async def test_look_ups_that_hang_in_every_thread_hold_up_no_query(database: Database) -> None:
    answered = threading.Event()
    look_ups = ThreadPoolExecutor(2)
    asyncio.get_running_loop().set_default_executor(look_ups)
    hanging = [asyncio.create_task(asyncio.to_thread(answered.wait, 60)) for _ in range(9)]
    try:
        await asyncio.wait_for(database.write(_add, "a.test"), 30)
        assert await asyncio.wait_for(database.read(_count), 30) == 1
        assert not any(task.done() for task in hanging)
    finally:
        answered.set()
        await asyncio.gather(*hanging)


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


def test_a_file_of_another_user_is_told_with_what_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'monitor.db'}")
    database.require_writable()  # it is made where there is none
    (tmp_path / "monitor.db").touch()
    database.require_writable()
    root = os.geteuid() == 0  # whom no mode keeps out
    (tmp_path / "monitor.db").chmod(0o444)
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(OperatorFault, match=r"cannot be written by this user.*chown"):
            database.require_writable()
    finally:
        if root:
            os.seteuid(0)
    database.close()
