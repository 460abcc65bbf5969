"""The clock: it beats, it never beats twice at once, and it stops without cutting a beat short."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

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
