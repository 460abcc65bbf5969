"""The loop: claims what is due, outlives bugs, and ends when it should."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.engine.embedded import Step
from monitor.model import FeedSource
from monitor.service.loop import Loop
from monitor.store.database import Database
from monitor.store.tables import articles, deliveries, feeds, looks
from tests.stages.bench import OTHER, WIRE, Bench, entry

MINUTE = timedelta(minutes=1)
SECRET = "https://a.test/feed?key=hunter2"
Work = Callable[[Any], Awaitable[None]]


@pytest.fixture
def bench(database: Database, now: datetime) -> Bench:
    """An empty database with the stages over it."""
    return Bench(database, now)


class Shift:
    """A loop over a bench, with work that a test gives it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.done: list[tuple[str, Any]] = []
        self.work: dict[str, Work] = {}

    def loop(self, **at_once: int) -> Loop:
        steps = {
            stage: Step(work=self._step(stage), at_once=at_once.get(stage, 10))
            for stage in ("poll", "read", "revisit", "deliver")
        }
        return Loop(
            self.bench.db,
            steps,
            now=lambda: self.bench.now,
            poll_lease=MINUTE,
            read_lease=MINUTE,
            attempts=2,
        )

    def _step(self, stage: str) -> Work:
        async def work(key: Any) -> None:
            self.done.append((stage, key))
            if stage in self.work:
                await self.work[stage](key)

        return work


@pytest.fixture
def shift(bench: Bench) -> Shift:
    return Shift(bench)


def list_feeds(bench: Bench, count: int) -> None:
    bench.list_feeds(*(FeedSource(url=f"https://{number}.test/feed") for number in range(count)))


async def a_bug(key: Any) -> None:
    raise ValueError(SECRET)


async def a_bug_at_the_first(key: Any) -> None:
    if key == 1:
        await a_bug(key)


async def test_what_is_due_is_claimed_once_and_then_it_ends(shift: Shift) -> None:
    list_feeds(shift.bench, 3)
    await shift.loop().until_done()
    assert shift.done == [("poll", 1), ("poll", 2), ("poll", 3)]


async def test_no_more_is_claimed_than_there_are_hands(shift: Shift) -> None:
    list_feeds(shift.bench, 5)
    held: list[int] = []

    async def look(key: int) -> None:
        held.append(sum(claim is not None for claim in shift.bench.column(feeds, "claimed_until")))

    shift.work["poll"] = look
    await shift.loop(poll=2).until_done()
    assert held[0] == 2, "what nobody can work on stays free"
    assert len(shift.done) == 5


async def test_an_article_is_looked_at_again_when_that_is_due(shift: Shift) -> None:
    await shift.bench.tell("wire", WIRE)
    shift.bench.execute("UPDATE deliveries SET state = 'sent'")
    shift.bench.execute("UPDATE feeds SET status = 'removed'")
    await shift.loop().until_done()
    assert shift.done == []
    shift.bench.now = shift.bench.column(looks, "next_look_at")[0]

    async def look(article: int) -> None:
        shift.bench.execute(f"UPDATE looks SET next_look_at = NULL WHERE article_id = {article}")

    shift.work["revisit"] = look
    await shift.loop().until_done()
    assert shift.done == [("revisit", 1)]


async def test_a_look_that_hits_a_bug_is_put_aside_and_at_last_given_up(shift: Shift) -> None:
    await shift.bench.tell("wire", WIRE)
    shift.bench.execute("UPDATE deliveries SET state = 'sent'")
    shift.bench.execute("UPDATE feeds SET status = 'removed'")
    shift.work["revisit"] = a_bug
    loop = shift.loop()
    for _ in range(2):
        (row,) = shift.bench.rows(looks)
        shift.bench.now = row["next_look_at"]
        await loop.until_done()
    (row,) = shift.bench.rows(looks)
    assert (row["failures"], row["next_look_at"], row["claimed_until"]) == (2, None, None)
    assert loop.bugs["revisit"] == 2


async def test_no_more_messages_leave_at_once_than_allowed(shift: Shift) -> None:
    await shift.bench.tell("wire", WIRE)
    running, most = 0, 0

    async def send(name: str) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        shift.bench.execute(f"UPDATE deliveries SET state = 'sent' WHERE destination = '{name}'")
        running -= 1

    shift.work["deliver"] = send
    await shift.loop(deliver=1).until_done()
    assert {key for _, key in shift.done} == {"desk", "mail"}
    assert most == 1


async def test_feeds_that_fall_due_meanwhile_belong_to_the_next_run(shift: Shift) -> None:
    list_feeds(shift.bench, 1)

    async def poll(key: int) -> None:
        shift.bench.now += MINUTE
        list_feeds(shift.bench, 2)  # the second is due from now on

    shift.work["poll"] = poll
    await shift.loop().until_done()
    assert shift.done == [("poll", 1)]


async def test_articles_that_a_poll_finds_belong_to_the_same_run(shift: Shift) -> None:
    list_feeds(shift.bench, 1)
    shift.bench.publish("https://0.test/feed", entry("one"))

    async def poll(key: int) -> None:
        await shift.bench.poll(key)

    shift.work["poll"] = poll
    await shift.loop().until_done()
    assert shift.done == [("poll", 1), ("read", 1)]


async def test_a_bug_is_counted_and_its_neighbours_go_on(shift: Shift) -> None:
    list_feeds(shift.bench, 3)
    shift.work["poll"] = a_bug_at_the_first
    loop = shift.loop()
    with capture_logs() as log:
        await loop.until_done()
    assert len(shift.done) == 3
    assert loop.bugs == {"poll": 1}
    (bug,) = [line for line in log if line["event"] == "bug"]
    assert (bug["stage"], bug["key"], bug["error"]) == ("poll", 1, "ValueError")
    assert any("a_bug" in frame for frame in bug["at"])
    assert "hunter2" not in str(log)


async def test_a_feed_that_hit_a_bug_is_put_aside(shift: Shift) -> None:
    list_feeds(shift.bench, 2)
    shift.work["poll"] = a_bug_at_the_first
    await shift.loop().until_done()
    hit, well = shift.bench.rows(feeds)
    assert (hit["cause"], hit["failures"], hit["claimed_until"]) == ("bug", 1, None)
    assert hit["next_poll_at"] > shift.bench.now
    assert "hunter2" not in hit["last_error"]
    assert well["cause"] is None


async def test_an_article_that_hits_a_bug_again_and_again_is_quarantined(shift: Shift) -> None:
    list_feeds(shift.bench, 1)
    shift.bench.publish("https://0.test/feed", entry("one"))
    await shift.bench.poll()
    shift.work["read"] = a_bug
    states = []
    for _ in range(3):
        await shift.loop().until_done()
        states.append(shift.bench.column(articles, "state")[0])
        shift.bench.now += timedelta(minutes=10)
    assert states == ["new", "failed", "failed"]
    assert [stage for stage, _ in shift.done].count("read") == 2
    assert shift.bench.column(articles, "outcome") == ["quarantined"]


async def test_a_message_that_hits_a_bug_waits_and_keeps_its_place(shift: Shift) -> None:
    await shift.bench.tell("wire", WIRE)

    async def send(name: str) -> None:
        shift.bench.execute(f"UPDATE deliveries SET state = 'sending' WHERE destination = '{name}'")
        await a_bug(name)

    shift.work["deliver"] = send
    await shift.loop().until_done()
    for row in shift.bench.rows(deliveries):
        assert row["state"] == "pending"
        assert row["next_attempt_at"] > shift.bench.now


async def test_when_putting_aside_fails_too_the_claim_runs_out_by_itself(shift: Shift) -> None:
    list_feeds(shift.bench, 1)

    async def poll(key: int) -> None:
        shift.bench.execute("ALTER TABLE feeds RENAME TO away")
        await a_bug(key)

    shift.work["poll"] = poll
    loop = shift.loop()
    await loop.until_done()
    assert loop.bugs["poll"] == loop.bugs["put aside"] == 1
    assert loop.bugs["loop"] == 1, "and the run ends, because nothing can be claimed"
    shift.bench.execute("ALTER TABLE away RENAME TO feeds")
    assert shift.bench.column(feeds, "claimed_until") == [shift.bench.now + MINUTE]


async def test_the_service_outlives_a_database_that_is_away(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.service.loop.PAUSE_AFTER_BUG", timedelta(milliseconds=10))
    list_feeds(shift.bench, 1)
    shift.bench.execute("ALTER TABLE feeds RENAME TO away")
    loop = shift.loop()
    task = asyncio.create_task(loop.until_stopped())
    while not loop.bugs["loop"]:
        await asyncio.sleep(0.01)
    shift.bench.execute("ALTER TABLE away RENAME TO feeds")
    while not shift.done:
        await loop.tick()
        await asyncio.sleep(0.01)
    loop.stop()
    await asyncio.wait_for(task, 5)
    assert shift.done == [("poll", 1)]


async def test_the_beat_of_the_clock_finds_what_fell_due(shift: Shift) -> None:
    loop = shift.loop()
    task = asyncio.create_task(loop.until_stopped())
    await asyncio.sleep(0.05)
    list_feeds(shift.bench, 1)
    shift.bench.now += MINUTE
    await loop.tick()
    while not shift.done:
        await asyncio.sleep(0.01)
    assert loop.last_turn == shift.bench.now
    loop.stop()
    await asyncio.wait_for(task, 5)


async def test_stopping_claims_no_more(shift: Shift) -> None:
    list_feeds(shift.bench, 3)
    loop = shift.loop(poll=1)

    async def poll(key: int) -> None:
        loop.stop()

    shift.work["poll"] = poll
    await asyncio.wait_for(loop.until_done(), 5)
    assert len(shift.done) == 1
    assert await loop.engine.drain(1) == 0


async def test_other_work_may_fail_without_ending_anything(shift: Shift) -> None:
    loop = shift.loop()

    async def tidy() -> None:
        await a_bug(None)

    with capture_logs() as log:
        await loop.surviving("tidy", tidy)()
    assert loop.bugs == {"tidy": 1}
    assert "hunter2" not in str(log)


async def test_the_fault_of_a_task_that_nobody_awaits_is_counted_without_its_message(shift: Shift) -> None:
    loop = shift.loop()
    loop.catch_strays()
    with capture_logs() as log:
        task = asyncio.create_task(a_bug(None))
        await asyncio.wait([task])
        del task  # only now does asyncio find out that nobody asked
        gc.collect()
        asyncio.get_running_loop().call_exception_handler({"message": "Unclosed connection"})
    assert loop.bugs == {"stray": 1}
    assert [line["event"] for line in log] == ["bug", "stray"]
    assert log[1]["note"] == "Unclosed connection"
    assert "hunter2" not in str(log)


async def test_a_whole_run_over_the_stages_tells_what_was_published(shift: Shift) -> None:
    bench = shift.bench
    list_feeds(bench, 2)
    for number, text in enumerate((WIRE, OTHER)):
        bench.publish(f"https://{number}.test/feed", entry(f"n{number}", url=f"https://{number}.test/story"))
        bench.page(f"https://{number}.test/story", text)

    async def poll(key: int) -> None:
        await bench.poll(key)

    async def read(key: int) -> None:
        await bench.read_all()

    async def deliver(name: str) -> None:
        bench.execute(f"UPDATE deliveries SET state = 'sent' WHERE destination = '{name}'")

    shift.work |= {"poll": poll, "read": read, "deliver": deliver}
    loop = shift.loop()
    await loop.until_done()
    assert loop.bugs.total() == 0
    assert bench.column(articles, "state") == ["done", "done"]
    assert bench.column(deliveries, "state") == ["sent"] * 4
