"""A look at a URL: what the service would see there, when it would come back, and which feeds a site has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Cause, Fetched, FetchFailed, ParsedFeed, Unusable
from monitor.service.looking import PROBES, Seen, look
from monitor.settings import Settings, load
from tests.feeds.corpus import rss
from tests.net.hostile import Exchange, HostileServer, answer, serving

NOW = datetime(2026, 11, 5, tzinfo=UTC)
FEED = rss("<title>x</title><guid>1</guid>")
PAGE = b"<html><head>%s</head><body>%s</body></html>"


def linked(*paths: str) -> bytes:
    """A page that names these feeds."""
    links = (f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in paths)
    return PAGE % ("".join(links).encode(), b"")


def configured(folder: Path, feeds: str = "") -> Settings:
    (folder / "monitor.toml").write_text('[net]\nallow_addresses = ["127.0.0.0/8"]\n', "utf-8")
    (folder / "feeds.yaml").write_text(feeds, "utf-8")
    return load(folder, {"MONITOR_SECRETS__WIRE": "me:pw"} if "wire" in feeds else {})


async def seen_at(folder: Path, bodies: Mapping[str, bytes], path: str = "/") -> tuple[Seen, HostileServer]:
    """Look at a site that has *bodies* and answers 404 everywhere else."""

    async def reply(exchange: Exchange) -> None:
        body = bodies.get(exchange.path)
        await exchange.send(answer("404 Not Found") if body is None else answer("200 OK", body=body))

    async with serving(reply) as server:
        return await look(server.url(path), configured(folder), now=NOW), server


async def test_a_feed_is_seen_with_its_next_poll_and_nothing_else_is_asked(tmp_path: Path) -> None:
    seen, server = await seen_at(tmp_path, {"/feed": FEED}, "/feed")
    assert isinstance(seen.answer, Fetched)
    assert isinstance(seen.parsed, ParsedFeed)
    assert seen.next_poll is not None
    assert seen.next_poll.reason == "in 15 min: its entries tell no dates"
    assert [asked.path for asked in server.seen] == ["/feed"]


async def test_a_sites_feeds_are_those_that_it_names_and_that_parse(tmp_path: Path) -> None:
    page = linked("/a.xml", "/dead.xml", "/page.xml", "/b.xml")
    seen, server = await seen_at(
        tmp_path, {"/": page, "/a.xml": FEED, "/b.xml": FEED, "/page.xml": PAGE % (b"", b"")}
    )
    assert isinstance(seen.parsed, Unusable)
    assert [(found.url, found.named) for found in seen.found] == [
        (server.url("/a.xml"), True),
        (server.url("/b.xml"), True),
    ]
    assert [asked.path for asked in server.seen] == ["/", "/a.xml", "/dead.xml", "/page.xml", "/b.xml"]


async def test_where_none_is_named_the_usual_places_are_tried(tmp_path: Path) -> None:
    seen, server = await seen_at(tmp_path, {"/news": PAGE % (b"", b"hello"), "/rss.xml": FEED}, "/news")
    assert [(found.url, found.named) for found in seen.found] == [(server.url("/rss.xml"), False)]
    assert len(server.seen) == 1 + PROBES


async def test_a_site_is_asked_a_handful_of_times_however_many_feeds_it_names(tmp_path: Path) -> None:
    page = linked(*(f"/rss/{number}.xml" for number in range(20)))
    seen, server = await seen_at(tmp_path, {"/": page})
    assert seen.found == ()
    assert len(server.seen) == 1 + PROBES
    assert seen.untried == tuple(server.url(f"/rss/{number}.xml") for number in range(PROBES, 20))


async def test_the_home_page_knows_where_a_lost_feed_is_now(tmp_path: Path) -> None:
    seen, server = await seen_at(tmp_path, {"/": linked("/new.xml"), "/new.xml": FEED}, "/old/feed.xml")
    assert isinstance(seen.answer, FetchFailed)
    assert [found.url for found in seen.found] == [server.url("/new.xml")]
    assert seen.next_poll is not None
    assert seen.next_poll.cause == "http 404"


async def test_a_listed_feed_is_asked_as_the_service_asks_it(tmp_path: Path) -> None:
    async def reply(exchange: Exchange) -> None:
        allowed = exchange.headers.get("authorization") == "Basic bWU6cHc="
        await exchange.send(answer("200 OK", body=FEED) if allowed else answer("401 Unauthorized"))

    async with serving(reply) as server:
        feeds = f"- url: {server.url('/feed')}\n  every: 5m\n  auth: {{basic_secret: wire}}\n"
        seen = await look(server.url("/feed"), configured(tmp_path, feeds), now=NOW)
        other = await look(server.url("/other"), configured(tmp_path, feeds), now=NOW)
    assert seen.sent == ("Authorization",)
    assert "me:pw" not in repr(seen)
    assert "bWU6cHc=" not in repr(seen)
    assert seen.next_poll is not None
    assert seen.next_poll.reason == "in 5 min: set by the operator"
    assert isinstance(other.answer, FetchFailed)
    assert other.answer.label == "http 401"


@pytest.mark.parametrize("url", ["ftp://a.example/", "https://me:pw@a.example/", "", "://"])
async def test_what_is_no_address_is_said_to_be_none(url: str, tmp_path: Path) -> None:
    seen = await look(url, configured(tmp_path), now=NOW)
    assert isinstance(seen.answer, FetchFailed)
    assert seen.answer.cause is Cause.BAD_URL
