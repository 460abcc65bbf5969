"""Feeds of alerts over real HTTP, read by a feed reader's parser."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime

import aiohttp
import feedparser
import pytest

from monitor.alerts.feed import Entry, atom, json_feed
from monitor.alerts.route import Audience
from monitor.alerts.wording import wording
from monitor.model import AlertFeed
from monitor.store.database import Database
from monitor.web.feeds import FeedsPage
from monitor.web.health import Health, Routes, serve
from tests.alerts.hostile import NASTY
from tests.alerts.samples import NOTICE, NOW
from tests.stages.bench import HARM, OTHER, REFUGE, REPORT, WIRE, Bench

OPEN = AlertFeed(name="open", token="opentoken" * 3)
WILLOW = AlertFeed(name="willow", token="willowtoken" * 3, topics=("harm",), language="id")
BOTH = AlertFeed(name="both", token="bothtoken" * 3, topics=("harm", "refuge"))
TITLES = {"refuge": "People who flee", "harm": "People in danger"}


class Listener:
    """A listener over what a bench told."""

    def __init__(self, address: str, bench: Bench) -> None:
        self.address, self.bench = address, bench

    async def get(
        self, feed: str, form: str = "atom", **headers: str
    ) -> tuple[int, bytes, Mapping[str, str]]:
        url = f"http://{self.address}/feeds/{feed}/alerts.{form}"
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            return answer.status, await answer.read(), answer.headers


@pytest.fixture
async def listener(database: Database, now: datetime) -> AsyncIterator[Listener]:
    bench = Bench(database, now, REFUGE, HARM)

    async def ready() -> bool:
        return True

    page = FeedsPage(
        db=database,
        feeds=lambda: (OPEN, WILLOW, BOTH),
        audience=lambda: Audience(titles=TITLES, discreet={"harm": "Willow"}),
    )
    health = Health(alive=lambda: True, ready=ready)
    async with serve("127.0.0.1:0", health, Routes(table=tuple(page.routes()))) as address:
        yield Listener(address, bench)


async def test_a_feed_tells_what_its_topics_told_and_the_rest_is_hidden(listener: Listener) -> None:
    await listener.bench.tell("wire", WIRE, title="A ferry from Estrava")
    await listener.bench.tell("report", REPORT, title="Ferry brings 31 men", host="b.test")
    await listener.bench.tell("other", OTHER, title="They were detained and tortured", host="c.test")
    status, body, headers = await listener.get(OPEN.token)
    read = feedparser.parse(body)
    assert (status, read.bozo, read.version) == (200, False, "atom10")
    assert headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert read.feed.title == "People who flee"
    assert "Ferry brings 31 men" in [entry.title for entry in read.entries]
    entry = next(each for each in read.entries if "Ferry brings" in each.title)
    assert entry.link == "https://b.test/report"
    assert entry.tags[0].term == "People who flee"
    assert "<blockquote" in entry.content[0].value
    assert "<strong>asylum</strong>" in entry.content[0].value
    assert len({each.id for each in read.entries}) == len(read.entries)
    assert OPEN.token.encode() not in body


async def test_json_feed_tells_the_same(listener: Listener) -> None:
    await listener.bench.tell("wire", WIRE, title="A ferry from Estrava")
    status, body, headers = await listener.get(OPEN.token, "json")
    feed = json.loads(body)
    assert (status, feed["version"]) == (200, "https://jsonfeed.org/version/1.1")
    assert headers["Content-Type"] == "application/feed+json; charset=utf-8"
    (item,) = feed["items"]
    assert item["title"] == "A ferry from Estrava"
    assert item["external_url"] == "https://a.test/wire"
    assert item["content_html"].count("<strong>") >= 1
    assert feedparser.parse((await listener.get(OPEN.token))[1]).entries[0].id == item["id"]


async def test_of_a_discreet_topic_a_feed_tells_the_code_name_alone(listener: Listener) -> None:
    await listener.bench.tell(
        "harm", "He was detained and faced torture in the port of Varde.", title="Secret"
    )
    for form in ("atom", "json"):
        _, body, _ = await listener.get(WILLOW.token, form)
        text = body.decode()
        assert "Willow: berita baru" in text
        for word in ("Secret", "torture", "detained", "a.test", "harm", "danger"):
            assert word not in text.replace("charm", ""), word
    _, body, _ = await listener.get(OPEN.token)
    assert feedparser.parse(body).entries == [], "only a feed that names it"


async def test_an_unchanged_feed_is_answered_304_and_a_changed_one_whole(listener: Listener) -> None:
    await listener.bench.tell("wire", WIRE)
    _, body, headers = await listener.get(OPEN.token)
    again = {"If-None-Match": headers["ETag"]}
    status, nothing, _ = await listener.get(OPEN.token, **again)
    assert (status, nothing) == (304, b"")
    await listener.bench.tell("report", REPORT, host="b.test")
    status, more, _ = await listener.get(OPEN.token, **again)
    assert status == 200
    assert len(more) > len(body)


@pytest.mark.parametrize("token", ["x", "opentoken", "opentoken" * 4, "%00", "ключ", OPEN.token[:-1] + "X"])
async def test_without_its_token_there_is_no_feed(listener: Listener, token: str) -> None:
    status, body, _ = await listener.get(token)
    assert (status, body) == (404, b"")


async def test_nothing_is_kept_by_others_or_told_to_them(listener: Listener) -> None:
    _, _, headers = await listener.get(OPEN.token)
    assert headers["Cache-Control"] == "private, max-age=60"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("text", NASTY)
def test_strangers_words_stay_words_in_both_forms(text: str) -> None:
    notice = replace(NOTICE, headline=text or "-", outlet=text, quotes=(text,) * 2, matched=(text[:60],))
    entries = [Entry(notice=notice, at=NOW)]
    read = feedparser.parse(atom("desk", text, entries, wording()), sanitize_html=False)
    assert not read.bozo
    (item,) = json.loads(json_feed("desk", text, entries, wording()))["items"]
    for content in (read.entries[0].content[0].value, item["content_html"]):
        assert "<script" not in content
        assert "<img" not in content
        assert content.count("<blockquote") == 2
