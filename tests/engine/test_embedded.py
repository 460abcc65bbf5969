"""The engine inside one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from monitor.engine.embedded import Embedded, Step


class Bench:
    """Work that waits until it is let go, and remembers what ran at the same time."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.running: set[Any] = set()
        self.started: list[Any] = []
        self.most = 0

    async def work(self, key: Any) -> None:
        self.started.append(key)
        self.running.add(key)
        self.most = max(self.most, len(self.running))
        await self.open.wait()
        self.running.discard(key)


def engine(work: Callable[[Any], Awaitable[None]], at_once: int = 10) -> Embedded:
    return Embedded({"read": Step(work=work, at_once=at_once)}, lambda: None)


async def test_a_key_that_runs_already_is_not_run_twice() -> None:
    bench = Bench()
    engine_ = engine(bench.work)
    assert engine_.dispatch("read", 1)
    assert not engine_.dispatch("read", 1)
    bench.open.set()
    assert await engine_.drain(5) == 0
    assert bench.started == [1]
    assert engine_.dispatch("read", 1), "and may run again once it is done"
    await engine_.drain(5)


async def test_one_lock_is_held_by_one_task_at_a_time() -> None:
    bench = Bench()
    engine_ = engine(bench.work)
    for key in range(5):
        engine_.dispatch("read", key, "host:a")
    bench.open.set()
    await engine_.drain(5)
    assert bench.most == 1
    assert sorted(bench.started) == [0, 1, 2, 3, 4]


async def test_a_stage_says_how_many_hands_are_free() -> None:
    bench = Bench()
    engine_ = engine(bench.work, at_once=3)
    engine_.dispatch("read", 1)
    engine_.dispatch("read", 2)
    assert engine_.free("read") == 1
    bench.open.set()
    await engine_.drain(5)
    assert engine_.free("read") == 3
    assert engine_.idle


async def test_each_end_is_told_so_that_more_can_be_claimed() -> None:
    told: list[int] = []

    async def work(key: Any) -> None:
        return None

    engine_ = Embedded({"read": Step(work=work, at_once=2)}, lambda: told.append(1))
    engine_.dispatch("read", 1)
    engine_.dispatch("read", 2)
    await engine_.drain(5)
    await asyncio.sleep(0)
    assert len(told) == 2


async def test_what_is_slow_gives_its_place_to_others_as_long_as_its_lane_has_room() -> None:
    bench, told = Bench(), asyncio.Event()
    step = Step(work=bench.work, at_once=2, slow=3, slow_after=timedelta(milliseconds=20))
    engine_ = Embedded({"read": step}, told.set)
    for key in range(5):
        async with asyncio.timeout(20):
            while engine_.free("read") == 0:
                told.clear()
                await told.wait()
        assert engine_.dispatch("read", key)
    assert len(bench.started) >= 4
    await asyncio.sleep(0.1)
    assert engine_.free("read") == 0, "three are slow, two hold the places"
    assert not engine_.dispatch("read", 0), "the slow run still"
    bench.open.set()
    await engine_.drain(5)
    await asyncio.sleep(0)
    assert engine_.free("read") == 2
    assert bench.most == 5
    assert engine_.idle


async def test_a_slow_one_moves_over_once_another_has_left_the_lane() -> None:
    first, second = Bench(), Bench()
    step = Step(
        work=lambda key: (first if key == 1 else second).work(key),
        at_once=1,
        slow=1,
        slow_after=timedelta(milliseconds=10),
    )
    told = asyncio.Event()
    engine_ = Embedded({"read": step}, told.set)
    async with asyncio.timeout(20):
        engine_.dispatch("read", 1)
        await told.wait()
        engine_.dispatch("read", 2)
        await asyncio.sleep(0.05)
        assert engine_.free("read") == 0
        first.open.set()
        while engine_.free("read") == 0:
            await asyncio.sleep(0.005)
        assert not engine_.idle, "the second runs on, in the lane"
        second.open.set()
    await engine_.drain(5)


async def test_draining_cancels_what_outlasts_the_deadline_and_counts_it() -> None:
    bench = Bench()
    engine_ = engine(bench.work)
    engine_.dispatch("read", "stuck")
    assert await engine_.drain(0.05) == 1
    await asyncio.sleep(0)
    assert engine_.idle
