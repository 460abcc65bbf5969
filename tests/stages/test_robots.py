"""Robots.txt over real HTTP: asked once, kept, respected, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from monitor.articles import robots as rules
from monitor.model import Extracted, FeedSource, FetchResult, WorkerLost
from monitor.net.fetch import Fetcher, FetchLimits
from monitor.stages.read import read
from monitor.stages.robots import UNHURRIED, Robots
from monitor.store import robots as copies
from monitor.store.tables import article_texts, articles
from tests.net.hostile import Exchange, HostileServer, answer, serving
from tests.stages.bench import WIRE, Bench, entry

LIMITS = FetchLimits(max_bytes=1_000_000, total=timedelta(seconds=5))
SUMMARY = "Nine of those evacuated wait for papers."
CLOSED = "User-agent: *\nDisallow: /closed/\n"
HTML = "Content-Type: text/html"


class Site:
    """A site on loopback: its robots.txt, its pages, and when each of them was asked for."""

    def __init__(self) -> None:
        self.robots: bytes = answer("404 Not Found")
        self.moved: dict[str, str] = {}
        self.slow = 0.0
        self.asked: list[tuple[str, datetime]] = []
        self.server: HostileServer

    async def reply(self, exchange: Exchange) -> None:
        self.asked.append((exchange.path, datetime.now(UTC)))
        if exchange.path == "/robots.txt":
            await asyncio.sleep(self.slow)
            await exchange.send(self.robots)
        elif exchange.path in self.moved:
            await exchange.send(answer("302 Found", f"Location: {self.moved[exchange.path]}"))
        else:
            await exchange.send(answer("200 OK", HTML, body=b"a page"))

    def says(self, text: str) -> None:
        self.robots = answer("200 OK", "Content-Type: text/plain", body=text.encode())

    def url(self, path: str) -> str:
        return self.server.url(path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class Reader:
    """Articles of one site, read over real HTTP; the parser of robots.txt can be made to die."""

    def __init__(self, bench: Bench, site: Site, fetcher: Fetcher) -> None:
        self.bench, self.site, self.fetcher = bench, site, fetcher
        self.consulted = 0
        self.parser_dies = False
        self.start()

    def start(self) -> None:
        """Begin anew, as after a restart: what was kept in memory is gone."""
        self.robots = Robots(db=self.bench.db, get=self.get, consult=self.consult, now=lambda: self.bench.now)

    async def get(self, url: str) -> FetchResult:
        return await self.fetcher.get(url, limits=LIMITS, accept="*/*")

    async def consult(self, text: str, url: str) -> Any:
        self.consulted += 1
        if self.parser_dies:
            return WorkerLost(reason="took over 10 s")
        return rules.consult(text, url=url, agent="newsroom-monitor")

    async def publish(self, *paths: str, old: Sequence[str] = ()) -> None:
        """Let articles appear in the feed, some of them *old*, and find them there."""
        feed = self.site.url("/feed")
        self.bench.list_feeds(FeedSource(url=feed))
        days = {self.site.url(path): 3 if path in old else 0 for path in (*paths, *old)}
        urls = list(days)
        published = {url: self.bench.now - timedelta(days=age) for url, age in days.items()}
        self.bench.publish(
            feed, *(entry(url, url=url, summary=SUMMARY, published_at=published[url]) for url in urls)
        )
        for url in urls:
            self.bench.pages[url] = Extracted(title="T", text=f"{WIRE} {url}", language="en")
        await self.bench.poll()

    async def read_all(self) -> Sequence[dict[str, Any]]:
        """Read all that is due at once, as the service does, and answer their rows."""
        tools = replace(self.bench.reading, get=self.get, robots=self.robots)
        due = [row["id"] for row in self.bench.rows(articles) if row["next_try_at"] <= self.bench.now]
        await asyncio.gather(*(read(article, tools) for article in due))
        return self.bench.rows(articles)


@pytest.fixture
async def reader(bench: Bench) -> AsyncIterator[Reader]:
    site = Site()
    async with (
        serving(site.reply) as site.server,
        Fetcher(user_agent="newsroom-monitor/1.0", exempt=[ip_network("127.0.0.0/8")]) as fetcher,
    ):
        yield Reader(bench, site, fetcher)


async def test_eight_articles_of_a_site_ask_once(reader: Reader) -> None:
    reader.site.says(CLOSED)
    reader.site.slow = 0.1
    paths = [f"/story/{number}" for number in range(8)]
    await reader.publish(*paths)
    rows = await reader.read_all()
    assert {row["outcome"] for row in rows} == {"page"}
    assert reader.site.paths()[0] == "/robots.txt"
    assert sorted(reader.site.paths()[1:]) == paths


async def test_a_closed_page_is_not_fetched_and_the_feeds_words_stand_in(reader: Reader) -> None:
    reader.site.says(CLOSED)
    await reader.publish("/closed/story")
    (row,) = await reader.read_all()
    assert (row["state"], row["outcome"], row["reason"]) == ("done", "feed", "robots")
    assert reader.bench.column(article_texts, "text") == [SUMMARY]
    assert reader.site.paths() == ["/robots.txt"]


async def test_a_closed_page_is_not_read_behind_a_redirect_either(reader: Reader) -> None:
    reader.site.says(CLOSED)
    reader.site.moved = {"/open": "/closed/story"}
    await reader.publish("/open")
    (row,) = await reader.read_all()
    assert (row["outcome"], row["reason"]) == ("feed", "robots")
    assert reader.bench.column(article_texts, "text") == [SUMMARY]


async def test_a_site_without_the_file_is_open(reader: Reader) -> None:
    await reader.publish("/closed/story")
    (row,) = await reader.read_all()
    assert row["outcome"] == "page"
    assert reader.consulted == 0, "there is nothing to parse"


async def test_the_file_is_kept_for_a_day_over_restarts(reader: Reader) -> None:
    reader.site.says(CLOSED)
    await reader.publish("/one")
    await reader.read_all()
    reader.start()
    reader.site.says("User-agent: *\nDisallow: /\n")
    await reader.publish("/one", "/two")
    reader.bench.now += timedelta(hours=23)
    await reader.read_all()
    assert reader.site.paths() == ["/robots.txt", "/one", "/two"]
    await reader.publish("/one", "/two", "/three")
    reader.bench.now += timedelta(hours=2)
    rows = await reader.read_all()
    assert [row["reason"] for row in rows] == [None, None, "robots"]
    assert reader.site.paths().count("/robots.txt") == 2


async def test_a_site_that_says_nothing_is_left_alone_until_it_does(reader: Reader) -> None:
    reader.site.robots = answer("503 Service Unavailable")
    await reader.publish("/one", "/two")
    for row in await reader.read_all():
        assert (row["state"], row["attempts"], row["reason"]) == ("new", 1, "robots.txt unreachable")
        assert row["next_try_at"] > reader.bench.now
    assert reader.site.paths() == ["/robots.txt"], "one silence answers for both"
    reader.site.says(CLOSED)
    reader.bench.now += timedelta(minutes=3)
    assert {row["outcome"] for row in await reader.read_all()} == {"page"}


async def test_a_site_that_stays_silent_costs_the_page_and_not_the_article(reader: Reader) -> None:
    reader.site.robots = answer("500 Internal Server Error")
    await reader.publish("/one")
    for _ in range(3):
        (row,) = await reader.read_all()
        reader.bench.now += timedelta(hours=1)
    assert (row["state"], row["outcome"], row["reason"]) == ("done", "feed", "robots.txt unreachable")
    assert set(reader.site.paths()) == {"/robots.txt"}


async def test_an_old_copy_stands_in_for_a_site_that_fell_silent(reader: Reader) -> None:
    reader.site.says(CLOSED)
    await reader.publish("/one")
    await reader.read_all()
    reader.site.robots = answer("502 Bad Gateway")
    reader.bench.now += timedelta(days=3)
    await reader.publish("/one", "/two", "/closed/three")
    rows = await reader.read_all()
    assert [row["reason"] for row in rows] == [None, None, "robots"]


async def test_a_file_that_ends_its_parser_forbids_nothing_and_ends_no_second(reader: Reader) -> None:
    reader.site.says(CLOSED)
    reader.parser_dies = True
    for paths in (["/one"], ["/one", "/two"]):
        await reader.publish(*paths)
        assert {row["outcome"] for row in await reader.read_all()} == {"page"}
    assert reader.consulted == 1
    copy = reader.bench.db.read_now(copies.get, rules.origin_of(reader.site.url("/")))
    assert copy is not None
    assert copy.text == ""


async def test_a_new_feeds_backlog_is_read_at_a_walk_and_news_does_not_wait_for_it(reader: Reader) -> None:
    backlog = [f"/old/{number}" for number in range(4)]
    await reader.publish("/new/1", "/new/2", "/new/3", old=backlog)
    await reader.read_all()
    asked = reader.site.paths()
    assert {"/new/1", "/new/2", "/new/3"} < set(asked)
    assert len(set(asked) & set(backlog)) == 1
    for seconds in range(1, 4):
        reader.bench.now += UNHURRIED
        rows = await reader.read_all()
        assert len(set(reader.site.paths()) & set(backlog)) == 1 + seconds
    assert {row["outcome"] for row in rows} == {"page"}
    assert {row["attempts"] for row in rows} == {0}, "waiting is no attempt"


async def test_an_article_whose_turn_is_far_is_put_back_without_an_attempt(reader: Reader) -> None:
    reader.site.says("User-agent: *\nCrawl-delay: 20\n")
    await reader.publish("/one", "/two", "/three")
    began = reader.bench.now
    states = [(row["state"], row["attempts"]) for row in await reader.read_all()]
    assert sorted(states) == [("done", 0), ("new", 0), ("new", 0)]
    waiting = sorted(row["next_try_at"] for row in reader.bench.rows(articles) if row["state"] == "new")
    assert waiting == [began + timedelta(seconds=20), began + timedelta(seconds=40)]
    for seconds in (20, 20):
        reader.bench.now += timedelta(seconds=seconds)
        await reader.read_all()
    assert {row["state"] for row in reader.bench.rows(articles)} == {"done"}
    assert reader.site.paths().count("/robots.txt") == 1
    assert len(reader.site.paths()) == 4


def test_copies_that_nobody_asks_for_are_dropped(bench: Bench) -> None:
    for days in (1, 40):
        copy = rules.Copy(text="", expires_at=bench.now - timedelta(days=days))
        bench.db.write_now(copies.keep, f"https://{days}.test", copy)
    assert bench.db.write_now(copies.prune, before=bench.now - timedelta(days=30)) == 1
    assert bench.db.read_now(copies.get, "https://1.test") is not None
    assert bench.db.read_now(copies.get, "https://40.test") is None
