"""How the stages get the world: credentials in force, the way to a feed, what a parser's bug becomes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import BadFeed, ParserFailed
from monitor.model import Access, Feed, FeedSource, Fetched, FetchResult, Unusable, Validators, WorkerLost
from monitor.service.watching import Watching
from monitor.service.wiring import feed_getter, open_fetcher, page_getter, runner
from monitor.settings import Settings, load
from monitor.workers import Workers
from tests.net.hostile import HostileServer, answer, fixed, serving

NOW = datetime(2026, 11, 5, tzinfo=UTC)
SECRET = Access(fields=(("Authorization", "Bearer t"), ("X-Key", "k")))
OK = answer("200 OK", body=b"<rss/>")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "monitor.toml").write_text('[net]\nallow_addresses = ["127.0.0.0/8"]\n', "utf-8")
    return load(tmp_path, {})


async def ask(settings: Settings, access: Access, url: str, listed: str) -> FetchResult:
    """Fetch a feed as a poll does."""
    watching = Watching(replace(settings, feeds=(FeedSource(url=listed, access=access),)))
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(open_fetcher(settings))
        feed = Feed(id=1, url=url, listed_url=listed, host="127.0.0.1", next_poll_at=NOW, etag='"v1"')
        return await feed_getter(fetcher, settings, watching.access)(feed)


def sent(server: HostileServer) -> list[str | None]:
    return [seen.headers.get("authorization") for seen in server.seen]


async def test_a_feed_is_asked_with_its_own_credentials_and_validators(settings: Settings) -> None:
    async with serving(fixed(OK)) as server:
        await ask(settings, SECRET, server.url("/feed"), server.url("/feed"))
    assert sent(server) == ["Bearer t"]
    assert server.seen[0].headers["x-key"] == "k"
    assert server.seen[0].headers["if-none-match"] == '"v1"'


async def test_a_feed_that_moved_within_its_origin_keeps_them(settings: Settings) -> None:
    async with serving(fixed(OK)) as server:
        await ask(settings, SECRET, server.url("/new"), server.url("/feed"))
    assert sent(server) == ["Bearer t"]


async def test_a_feed_that_moved_to_another_origin_is_asked_without_them(settings: Settings) -> None:
    async with serving(fixed(OK)) as server:
        result = await ask(settings, SECRET, server.url("/feed"), "http://listed.example/feed")
    assert isinstance(result, Fetched)
    assert sent(server) == [None]
    assert "x-key" not in server.seen[0].headers


async def test_a_feeds_proxy_is_the_way_to_it(settings: Settings) -> None:
    async with serving(fixed(OK)) as proxy:
        url = "http://127.0.0.9:9/feed"
        await ask(settings, replace(SECRET, proxy=proxy.url()), url, url)
    assert [seen.path for seen in proxy.seen] == ["http://127.0.0.9:9/feed"]


async def test_a_page_that_is_looked_at_again_is_asked_for_with_its_validators(settings: Settings) -> None:
    async with serving(fixed(OK)) as server, open_fetcher(settings) as fetcher:
        get = page_getter(fetcher, settings)
        await get(server.url("/page"))
        await get(server.url("/page"), Validators(etag='"v1"'))
    assert [seen.headers.get("if-none-match") for seen in server.seen] == [None, '"v1"']


def test_a_reload_changes_credentials(settings: Settings) -> None:
    url = "https://a.example/feed"
    watching = Watching(replace(settings, feeds=(FeedSource(url=url, access=SECRET),)))
    assert watching.access(url) == SECRET
    assert watching.access("https://b.example/feed") == Access()
    watching.swap(replace(settings, feeds=(FeedSource(url=url),)))
    assert watching.access(url) == Access()


def refuse(kind: type[BadFeed]) -> None:
    raise kind("why")


async def test_a_parsers_bug_is_no_word_about_the_feed() -> None:
    workers = Workers(max_workers=1, preload=())
    try:
        run = runner(workers)
        within = timedelta(seconds=30)
        assert await run(refuse, ParserFailed, timeout=within) == WorkerLost(reason="why")
        assert await run(refuse, BadFeed, timeout=within) == Unusable(reason="why")
    finally:
        await workers.close()
