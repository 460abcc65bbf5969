"""What `/metrics` gathers: counts of the stages as they ran, and rows that are read seldom enough."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.alerts.retry import RetryLimits
from monitor.model import Cause, FeedSource, FetchFailed, Retention, TryLater
from monitor.service import exposing
from monitor.service.exposing import FRESH, Exposed
from monitor.service.loop import Loop
from monitor.service.measuring import Measured
from monitor.service.wiring import World
from monitor.stages.deliver import Delivering, deliver
from monitor.stages.poll import poll
from monitor.stages.prune import prune
from monitor.stages.read import read
from monitor.stages.watch import Lookout
from monitor.store.database import Database
from monitor.store.metrics import Standing, standing
from monitor.store.tables import articles
from monitor.web.families import (
    ARTICLES,
    AWAY,
    BUDGET,
    BUGS,
    BYTES,
    DATABASE,
    DEAD,
    DELIVERIES,
    ENTRIES,
    FAILING,
    FAMILIES,
    FEEDS,
    MATCHES,
    POLLS,
    PRUNED,
    QUEUE,
    QUEUE_AGE,
    RESTARTS,
    TURN,
    UNDELIVERED,
    Family,
    Samples,
)
from tests.stages.bench import OTHER, WEATHER, WIRE, Bench, entry
from tests.stages.office import Office

MINUTE = timedelta(minutes=1)
FROM_ROWS = {FEEDS, FAILING, AWAY, BYTES, QUEUE, QUEUE_AGE, UNDELIVERED, DEAD}


class Service:
    """What a running service has for its metrics, over a bench."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.measured = Measured()
        self.restarts = 0
        self.loop = Loop(bench.db, {}, now=self.now, poll_lease=MINUTE, read_lease=MINUTE, attempts=3)
        lookout = Lookout(db=bench.db, operators=tuple, now=self.now, alert_after=3)
        world = World(
            steps={},
            pushing=None,
            lookout=lookout,
            links=None,
            destinations=dict,
            alert_feeds=tuple,
            measured=self.measured,
            restarts=lambda: self.restarts,
        )
        self.exposed = Exposed(bench.db, self.loop, world, now=self.now, budget=5_000_000)

    def now(self) -> datetime:
        return self.bench.now

    async def samples(self) -> Samples:
        return await self.exposed.samples()

    async def some(self, family: Family) -> Mapping[tuple[str, ...], Any]:
        """The series of a family that are not 0."""
        return {labels: value for labels, value in (await self.samples())[family].items() if value}


@pytest.fixture
def service(database: Database, now: datetime) -> Service:
    return Service(Bench(database, now))


def list_feeds(bench: Bench, count: int) -> None:
    bench.list_feeds(*(FeedSource(url=f"https://{number}.test/feed") for number in range(count)))


async def test_every_metric_has_something_to_show(service: Service) -> None:
    assert set(await service.samples()) == set(FAMILIES)


async def test_what_the_database_takes_stands_beside_what_it_may(service: Service) -> None:
    samples = await service.samples()
    assert samples[BUDGET] == {(): 5_000_000}
    (size,) = samples[BYTES].values()
    assert isinstance(size, int)
    assert size > 100_000, "the empty tables alone"
    assert samples[AWAY] == {(): 0}


async def test_what_is_forgotten_is_counted_by_kind(service: Service) -> None:
    bench = service.bench
    await bench.tell("weather", WEATHER)
    keep = Retention(texts=timedelta(days=1), records=timedelta(days=900))
    later = bench.now + timedelta(days=2)
    await prune(bench.db, keep, now=later, on_bite=service.measured.pruned)
    assert await service.some(PRUNED) == {("texts",): 1}


async def test_polls_are_counted_as_they_end(service: Service) -> None:
    bench = service.bench
    polling = replace(bench.polling, count=service.measured.polled)
    list_feeds(bench, 2)
    bench.publish("https://0.test/feed", entry("one"), entry("two"))
    bench.answers["https://1.test/feed"] = FetchFailed(cause=Cause.HTTP, status=403)
    for feed in (1, 1, 2):
        await poll(feed, polling)
    assert await service.some(POLLS) == {("read",): 1, ("unchanged",): 1, ("http 403",): 1}
    assert await service.some(ENTRIES) == {(): 2}
    assert await service.some(FAILING) == {("http 403",): 1}


async def test_articles_are_counted_as_they_end_with_the_topics_that_they_belong_to(
    service: Service,
) -> None:
    bench = service.bench
    service.measured.know(topics=["refuge"], destinations=[])
    reading = replace(bench.reading, count=service.measured.read)
    list_feeds(bench, 1)
    pages = {"wire": WIRE, "weather": WEATHER, "again": WIRE}
    bench.publish("https://0.test/feed", *(entry(name) for name in pages))
    for name, text in pages.items():
        canonical = f"https://a.test/{'wire' if name == 'again' else name}"
        bench.page(f"https://a.test/{name}", text, canonical_url=canonical)
    await bench.poll()
    assert await service.some(QUEUE) == {("read",): 3}
    for article in bench.column(articles, "id"):
        await read(article, reading)
        await read(article, reading)
    bench.now += FRESH
    assert await service.some(ARTICLES) == {("page",): 2, ("duplicate url",): 1}
    assert await service.some(MATCHES) == {("t1",): 1}
    assert await service.some(QUEUE) == {("deliver",): 2}


async def test_an_article_without_a_word_is_counted_once(service: Service) -> None:
    bench = service.bench
    reading = replace(bench.reading, attempts=1, count=service.measured.read)
    list_feeds(bench, 1)
    bench.publish("https://0.test/feed", entry("one"))
    bench.answers["https://a.test/one"] = FetchFailed(cause=Cause.HTTP, status=403)
    await bench.poll()
    await read(1, reading)
    (ended,) = bench.column(articles, "outcome")
    assert await service.some(ARTICLES) == {(ended,): 1}


async def test_tries_are_counted_one_by_one(service: Service) -> None:
    bench, office = service.bench, Office(service.bench)
    service.measured.know(topics=[], destinations=["desk", "mail"])
    tools = Delivering(
        db=bench.db,
        send=office.channels,
        destinations=lambda: office.destinations,
        now=service.now,
        jitter=lambda: 1.0,
        limits=RetryLimits(),
        count=service.measured.delivered,
    )
    await bench.tell("wire", WIRE)
    await bench.tell("other", OTHER)
    office.answers = [TryLater(reason="ratelimited")]
    await deliver("desk", tools)
    await deliver("mail", tools)
    assert await service.some(DELIVERIES) == {("d1", "again"): 1, ("d2", "sent"): 2}


async def test_rows_are_read_again_after_a_while_and_no_sooner(service: Service) -> None:
    list_feeds(service.bench, 1)
    assert await service.some(FEEDS) == {("live",): 1}
    list_feeds(service.bench, 3)
    service.bench.now += FRESH - timedelta(milliseconds=1)
    assert await service.some(FEEDS) == {("live",): 1}
    service.bench.now += timedelta(milliseconds=1)
    assert await service.some(FEEDS) == {("live",): 3}


async def test_a_clock_that_was_set_back_does_not_keep_old_rows(service: Service) -> None:
    await service.samples()
    list_feeds(service.bench, 1)
    service.bench.now -= timedelta(days=1)
    assert await service.some(FEEDS) == {("live",): 1}
    assert (await service.samples())[QUEUE_AGE][("poll",)] == 0


async def test_ages_grow_between_two_looks_at_the_rows(service: Service) -> None:
    list_feeds(service.bench, 1)
    service.bench.now += MINUTE
    assert await service.some(QUEUE_AGE) == {("poll",): 60}
    service.bench.now += timedelta(seconds=2)
    assert await service.some(QUEUE_AGE) == {("poll",): 62}


async def test_whoever_asks_at_the_same_time_shares_one_look(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    async def counting(db: Database, *, now: datetime) -> Standing | None:
        nonlocal looks
        looks += 1
        return await standing(db, now=now)

    monkeypatch.setattr(exposing, "standing", counting)
    await asyncio.gather(*(service.samples() for _ in range(20)))
    assert looks == 1


async def test_while_the_database_is_away_the_process_still_tells_its_own(service: Service) -> None:
    service.bench.execute("ALTER TABLE feeds RENAME TO away")
    samples = await service.samples()
    assert samples[DATABASE] == {(): 0}
    assert set(FAMILIES) - set(samples) == FROM_ROWS
    service.bench.execute("ALTER TABLE away RENAME TO feeds")
    service.bench.now += FRESH
    samples = await service.samples()
    assert samples[DATABASE] == {(): 1}
    assert set(samples) >= FROM_ROWS


async def test_causes_that_no_program_knows_fall_together(service: Service) -> None:
    list_feeds(service.bench, 4)
    for feed, cause in enumerate(("http 998", "http 999", "a cause of next year"), 1):
        service.bench.execute(f"UPDATE feeds SET failures = 1, cause = '{cause}' WHERE id = {feed}")
    service.bench.execute("UPDATE feeds SET failures = 1, cause = NULL WHERE id = 4")
    assert await service.some(FAILING) == {("http 9xx",): 2, ("other",): 2}


async def test_bugs_and_lost_workers_are_told(service: Service) -> None:
    service.loop.count("read", ValueError())
    service.restarts = 2
    samples = await service.samples()
    assert await service.some(BUGS) == {("read",): 1}
    assert samples[BUGS][("loop",)] == 0
    assert samples[RESTARTS] == {(): 2}
    assert samples[TURN] == {(): service.loop.last_turn.timestamp()}
