"""What readers ask: done at the destination under whose root it was asked, and bugs counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from monitor.model import Errand, ErrandKind
from monitor.service.asking import Asking
from monitor.store import mutes
from monitor.store.database import Database
from tests.stages.bench import WIRE, Bench
from tests.stages.office import Office


class Listening:
    """A loop that remembers what it was told."""

    def __init__(self) -> None:
        self.ticks = 0
        self.bugs: Counter[str] = Counter()

    async def tick(self) -> None:
        self.ticks += 1

    def count(self, stage: str, bug: BaseException, **_: Any) -> None:
        self.bugs[stage] += 1


@pytest.fixture
async def office(database: Database, now: Any) -> Office:
    bench = Bench(database, now)
    await bench.tell("wire", WIRE)
    told = Office(bench)
    await told.deliver("desk")
    return told


def asking(office: Office, loop: Listening) -> Asking:
    return Asking(office.bench.db, loop, now=lambda: office.bench.now)  # type: ignore[arg-type]


@pytest.mark.parametrize("places", [("ref-1",), ("reply", "ref-1")], ids=["root", "reply"])
async def test_a_press_counts_where_the_root_stands(office: Office, places: tuple[str, ...]) -> None:
    loop = Listening()
    assert await asking(office, loop).press(ErrandKind.MUTE, 1, places)
    (mute,) = office.bench.db.read_now(mutes.listing, now=office.bench.now)
    assert (mute.story, mute.destination, loop.ticks) == (1, "desk", 1)


@pytest.mark.parametrize(("story", "places"), [(1, ("elsewhere",)), (2, ("ref-1",)), (1, ())])
async def test_a_press_under_a_message_that_is_not_ours_does_nothing(
    office: Office, story: int, places: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.service.asking.WAITS", (0.0,))
    loop = Listening()
    assert not await asking(office, loop).press(ErrandKind.MUTE, story, places)
    assert office.bench.db.read_now(mutes.listing, now=office.bench.now) == []
    assert loop.bugs == {}


async def test_a_bug_is_counted_and_not_told_as_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Listening()

    def broken(*_: Any, **__: Any) -> bool:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("monitor.store.errands.perform", broken)
    with pytest.raises(RuntimeError):
        await asking(office, loop).do(Errand(kind=ErrandKind.MUTE, destination="desk", story=1))
    assert loop.bugs == {"asked": 1}


async def test_a_press_that_is_faster_than_slacks_own_answer_is_done_all_the_same(
    database: Database, now: Any
) -> None:
    bench = Bench(database, now)
    await bench.tell("wire", WIRE)
    office, loop = Office(bench), Listening()
    pressed = asyncio.create_task(asking(office, loop).press(ErrandKind.MUTE, 1, ("ref-1",)))
    await asyncio.sleep(0.05)
    await office.deliver("desk")
    assert await pressed
