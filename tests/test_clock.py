"""The clock: it beats, it never beats twice at once, and it stops without cutting a beat short."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base

from monitor.clock import Clock

SHORT = timedelta(milliseconds=20)


class Beats:
    """Counts beats; each waits until it is let go."""

    def __init__(self) -> None:
        self.begun = self.ended = 0
        self.go = asyncio.Event()
        self.go.set()

    async def beat(self) -> None:
        self.begun += 1
        await self.go.wait()
        self.ended += 1


@pytest.fixture
async def beats() -> Beats:
    return Beats()


async def reached(beats: Beats, count: int) -> None:
    async with asyncio.timeout(5):
        while beats.begun < count:
            await asyncio.sleep(0.005)


async def test_it_beats_at_its_interval_until_it_is_paused(beats: Beats) -> None:
    clock = Clock()
    clock.every("tick", SHORT, beats.beat)
    clock.start()
    await reached(beats, 3)
    clock.pause()
    await asyncio.sleep(0.05)
    before = beats.begun
    await asyncio.sleep(0.1)
    assert beats.begun == before
    clock.stop()


async def test_a_beat_that_lasts_is_not_begun_a_second_time(beats: Beats) -> None:
    beats.go.clear()
    clock = Clock()
    clock.every("tick", SHORT, beats.beat)
    clock.start()
    await reached(beats, 1)
    await asyncio.sleep(0.15)
    assert beats.begun == 1
    beats.go.set()
    await reached(beats, 2)
    clock.stop()


async def test_a_beat_that_fails_does_not_stop_the_clock(beats: Beats) -> None:
    async def broken() -> None:
        await beats.beat()
        raise ValueError("a bug")

    clock = Clock()
    clock.every("tick", SHORT, broken)
    clock.start()
    await reached(beats, 3)
    clock.stop()


async def test_stopping_lets_a_running_beat_go_on(beats: Beats) -> None:
    beats.go.clear()
    clock = Clock()
    clock.every("tick", SHORT, beats.beat)
    clock.start()
    await reached(beats, 1)
    clock.pause()
    beats.go.set()
    async with asyncio.timeout(5):
        while beats.ended < 1:
            await asyncio.sleep(0.005)
    clock.stop()


# --- a clock that somebody sets -------------------------------------------------------------------------


class Wall:
    """The clock on the wall, which can be set; APScheduler is made to go by it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.off = timedelta()
        wall = self

        class Datetime(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + wall.off

        monkeypatch.setattr(base, "datetime", Datetime)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(minutes=10)])
async def test_it_goes_on_when_the_clock_is_set_and_says_by_how_much(
    beats: Beats, monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    wall, told = Wall(monkeypatch), []

    async def on_set(moved: timedelta) -> None:
        told.append(moved)

    clock = Clock(on_set, now=wall.now, guard=SHORT)
    clock.every("tick", SHORT, beats.beat)
    clock.start()
    await reached(beats, 2)
    wall.off = by
    await reached(beats, beats.begun + 3)
    while not told:
        await asyncio.sleep(0.005)
    clock.pause()
    clock.stop()
    (moved,) = told
    assert abs(moved - by) < timedelta(seconds=5)


async def test_the_clock_s_own_small_corrections_are_nobody_s_business(
    beats: Beats, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall, told = Wall(monkeypatch), []

    async def on_set(moved: timedelta) -> None:
        told.append(moved)

    clock = Clock(on_set, now=wall.now, guard=SHORT)
    clock.every("tick", SHORT, beats.beat)
    clock.start()
    wall.off = timedelta(seconds=20)
    await reached(beats, 4)
    clock.pause()
    clock.stop()
    assert told == []
