"""The page behind a link in a message: it asks first, and tells nobody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import pytest

from monitor.alerts.errands import Links
from monitor.model import Channel, Destination, Errand, ErrandKind
from monitor.web.errands import ErrandPage
from monitor.web.health import Health, Routes, serve
from tests.alerts.samples import NOW

DESK = Destination(name="desk", channel=Channel.SLACK, address="C1")
MARTA = Destination(name="marta", channel=Channel.EMAIL, address="m@desk.example", language="id")


@dataclass
class Desk:
    """A listener, and what was asked of it."""

    links: Links = field(default_factory=lambda: Links("", b"k" * 32))
    done: list[Errand] = field(default_factory=list)
    still_there: bool = True
    address: str = ""

    async def do(self, errand: Errand) -> bool:
        self.done.append(errand)
        return self.still_there

    def path(self, kind: ErrandKind, destination: str = "desk", story: int | None = 5) -> str:
        made = Links(f"http://{self.address}", self.links.key)
        return made.url(Errand(kind=kind, destination=destination, story=story), since=NOW)

    async def call(self, method: str, url: str, body: str = "") -> tuple[int, str, dict[str, str]]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, data=body or None) as answer,
        ):
            return answer.status, await answer.text(), dict(answer.headers)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    found = Desk()

    async def ready() -> bool:
        return True

    page = ErrandPage(
        links=found.links,
        destinations=lambda: {"desk": DESK, "marta": MARTA},
        do=found.do,
        now=lambda: NOW + timedelta(hours=1),
    )
    health = Health(alive=lambda: True, ready=ready)
    async with serve("127.0.0.1:0", health, Routes(table=tuple(page.routes()))) as address:
        found.address = address
        yield found


async def test_following_a_link_asks_and_does_nothing(desk: Desk) -> None:
    url = desk.path(ErrandKind.MUTE)
    for method in ("GET", "HEAD"):
        status, text, headers = await desk.call(method, url)
        assert status == 200
    assert desk.done == []
    status, text, headers = await desk.call("GET", url)
    assert "Tell desk nothing of story 5 for 24 hours?" in text
    assert '<form method="post">' in text
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_answering_yes_does_it_and_says_so(desk: Desk) -> None:
    status, text, _ = await desk.call("POST", desk.path(ErrandKind.MUTE))
    assert (status, desk.done) == (200, [Errand(kind=ErrandKind.MUTE, destination="desk", story=5)])
    assert "Done." in text


async def test_a_mail_program_unsubscribes_with_one_click(desk: Desk) -> None:
    url = desk.path(ErrandKind.UNSUBSCRIBE, "marta", None)
    status, text, _ = await desk.call("POST", url, "List-Unsubscribe=One-Click")
    assert status == 200
    assert desk.done == [Errand(kind=ErrandKind.UNSUBSCRIBE, destination="marta")]
    assert "Selesai." in text, "in the reader's language"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_no_link_or_over_is_told_nothing(desk: Desk, method: str) -> None:
    real = desk.path(ErrandKind.MUTE)
    for url in (real[:-4] + "AAAA", f"http://{desk.address}/do/x", f"http://{desk.address}/do/{'A' * 51}"):
        status, text, _ = await desk.call(method, url)
        assert status == 404
        assert "desk" not in text
    assert desk.done == []


async def test_a_story_that_was_forgotten_is_told_as_over(desk: Desk) -> None:
    desk.still_there = False
    status, text, _ = await desk.call("POST", desk.path(ErrandKind.FOLLOW))
    assert status == 404
    assert "over" in text


async def test_the_page_loads_nothing(desk: Desk) -> None:
    _, text, _ = await desk.call("GET", desk.path(ErrandKind.IRRELEVANT))
    assert not re.search(r"<script|<img|<link|src=|url\(|http", text)
