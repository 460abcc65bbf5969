"""Workers: what one call may cost, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.errors import BadInput, BadPage, BadQuery
from monitor.model import WorkerLost
from monitor.workers import Workers

LONG = timedelta(seconds=30)
SHORT = timedelta(seconds=1)


def double(number: int, *, add: int = 0) -> int:
    return 2 * number + add


def pid() -> int:
    return os.getpid()


def hang() -> None:
    while True:
        pass


def hang_in_c() -> None:
    re.match(r"(a*)*b", "a" * 60)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(7)


def swell() -> int:
    return len(b"x" * (4 << 30))


def refuse() -> None:
    raise BadPage("page is over 3 MB")


def refuse_a_query() -> None:
    raise BadQuery("no", position=3, remedy="mend it")


class Unpicklable(Exception):
    def __init__(self, *, needed: str) -> None:
        super().__init__("secret text of the page")


def fail() -> None:
    raise Unpicklable(needed="x")


def ignored() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def gone(process: int, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while is_alive(process) and time.monotonic() < until:
        await asyncio.sleep(0.05)
    return not is_alive(process)


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(2, preload=())
    yield pool
    await pool.close()


async def test_a_call_returns_its_value(workers: Workers) -> None:
    assert await workers.run(double, 20, timeout=LONG, add=2) == 42
    assert workers.restarts == 0


async def test_what_the_function_refuses_is_raised_with_its_words(workers: Workers) -> None:
    with pytest.raises(BadPage, match="page is over 3 MB"):
        await workers.run(refuse, timeout=LONG)


async def test_a_refusal_that_cannot_travel_arrives_as_bad_input(workers: Workers) -> None:
    with pytest.raises(BadInput, match="no"):
        await workers.run(refuse_a_query, timeout=LONG)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (hang, "took over 1 s"),
        (hang_in_c, "took over 1 s"),
        (die, "worker died (SIGKILL)"),
        (leave, "worker died (exit code 7)"),
        (swell, "took too much memory"),
        (fail, "parser failed (Unpicklable)"),
    ],
)
async def test_a_bad_input_costs_its_own_call_only(
    workers: Workers, function: Callable[[], object], reason: str
) -> None:
    bad, *good = await asyncio.gather(
        workers.run(function, timeout=SHORT), *(workers.run(double, n, timeout=LONG) for n in range(6))
    )
    assert bad == WorkerLost(reason=reason)
    assert good == [0, 2, 4, 6, 8, 10]


async def test_lost_workers_are_counted(workers: Workers) -> None:
    await workers.run(die, timeout=LONG)
    await workers.run(hang, timeout=SHORT)
    assert workers.restarts == 2


async def test_a_worker_killed_between_calls_is_replaced(workers: Workers) -> None:
    processes = {await workers.run(pid, timeout=LONG) for _ in range(3)}
    for process in processes:
        assert isinstance(process, int)
        os.kill(process, signal.SIGKILL)
        assert await gone(process)
    await asyncio.sleep(0.3)
    assert await workers.run(double, 4, timeout=LONG) == 8


async def test_many_calls_survive_a_broken_pool_together(workers: Workers) -> None:
    process = await workers.run(pid, timeout=LONG)
    assert isinstance(process, int)
    os.kill(process, signal.SIGKILL)
    assert await asyncio.gather(*(workers.run(double, n, timeout=LONG) for n in range(8))) == [
        2 * n for n in range(8)
    ]


async def test_workers_are_recycled() -> None:
    pool = Workers(1, max_tasks=2, preload=())
    try:
        processes = [await pool.run(pid, timeout=LONG) for _ in range(6)]
    finally:
        await pool.close()
    assert len(set(processes)) == 3
    assert pool.restarts == 0


async def test_idle_workers_end_and_the_next_call_starts_others() -> None:
    pool = Workers(1, preload=(), idle=timedelta(seconds=0.2))
    try:
        process = await pool.run(pid, timeout=LONG)
        assert isinstance(process, int)
        assert await gone(process)
        assert await pool.run(pid, timeout=LONG) != process
        await pool.run(time.sleep, 0.5, timeout=LONG)  # a call that outlasts the rest is left alone
        assert pool.restarts == 0
    finally:
        await pool.close()


async def test_workers_leave_the_keyboard_to_their_parent(workers: Workers) -> None:
    assert await workers.run(ignored, timeout=LONG) is True


async def test_a_worker_that_cannot_start_is_no_fault_of_the_input() -> None:
    pool = Workers(1, preload=("no.such.module",))
    try:
        with pytest.raises(RuntimeError, match="cannot be started"):
            await pool.run(double, 1, timeout=LONG)
    finally:
        await pool.close()


async def test_closing_leaves_no_process_and_waits_for_no_hanging_call() -> None:
    pool = Workers(1, preload=())
    process = await pool.run(pid, timeout=LONG)
    assert isinstance(process, int)
    call = asyncio.create_task(pool.run(hang, timeout=LONG))
    await asyncio.sleep(0.5)
    started = time.monotonic()
    await pool.close(timedelta(seconds=0.2))
    assert time.monotonic() - started < 5
    assert await gone(process)
    with pytest.raises(asyncio.CancelledError):
        await call
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(double, 1, timeout=LONG)


async def test_a_running_call_may_finish_before_the_deadline() -> None:
    pool = Workers(1, preload=())
    call = asyncio.create_task(pool.run(time.sleep, 0.5, timeout=LONG))
    while not pool._running:
        await asyncio.sleep(0)
    await pool.close(timedelta(seconds=30))
    assert await call is None


async def test_closing_what_never_started_is_nothing() -> None:
    await Workers(2).close()


async def test_a_cancelled_call_frees_its_worker() -> None:
    pool = Workers(1, preload=())
    try:
        await pool.run(pid, timeout=LONG)
        call = asyncio.create_task(pool.run(hang, timeout=LONG))
        await asyncio.sleep(0.5)
        call.cancel()
        assert await pool.run(double, 3, timeout=LONG) == 6
    finally:
        await pool.close()


async def test_the_parsers_are_loaded_before_the_clock_runs() -> None:
    pool = Workers(1)
    try:
        assert await pool.run(loaded, timeout=LONG) == [True, True]
    finally:
        await pool.close()


def loaded() -> list[bool]:
    return [name in sys.modules for name in ("monitor.articles.extract", "monitor.feeds.parse")]


PARENT = """
import asyncio, json, sys
from datetime import timedelta
from monitor.workers import Workers
from tests.test_workers import hang_in_c, pid

async def main():
    pool = Workers(2, preload=())
    calls = [asyncio.create_task(pool.run(pid, timeout=timedelta(seconds=30))) for _ in range(2)]
    print(json.dumps([await call for call in calls]), flush=True)
    await asyncio.gather(*(pool.run(hang_in_c, timeout=timedelta(seconds=60)) for _ in range(2)))

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = str(Path(__file__).parent.parent)
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    )
    assert parent.stdout is not None
    with parent.stdout:
        processes = json.loads(await asyncio.to_thread(parent.stdout.readline))
        await asyncio.sleep(0.5)
        parent.kill()
        await asyncio.to_thread(parent.wait)
    assert all([await gone(process) for process in processes])
