"""A hub pushes to the running service: subscribed, verified, delivered; forgeries are dropped."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web

from monitor.store import tables
from monitor.store.database import Database
from tests.acceptance.process import running
from tests.newsroom.background import LoopThread

pytestmark = pytest.mark.acceptance
PATIENCE = 40  # seconds; subscribing alone may take twenty
ITEM = (
    "<item><guid>{n}</guid><title>Piece {n}</title><link>{base}/{n}</link>"
    "<description>{words}</description></item>"
)
RSS = "<rss version='2.0'><channel><title>A</title><link>{base}</link>{items}</channel></rss>"


class Hub:
    """A publisher and its hub: verifies what it is asked, and pushes signed changes."""

    def __init__(self) -> None:
        self.requests: list[dict[str, str]] = []
        self.verified = False
        self.base = ""
        self.polls = 0

    async def open(self) -> None:
        app = web.Application()
        app.add_routes(
            [web.get("/feed", self._feed), web.post("/hub", self._subscribe), web.get("/{n}", self._page)]
        )
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        await self._runner.cleanup()

    def feed(self, *numbers: int) -> bytes:
        items = "".join(ITEM.format(n=n, base=self.base, words="Words of a piece. " * 60) for n in numbers)
        return RSS.format(base=self.base, items=items).encode()

    async def _feed(self, _: web.Request) -> web.Response:
        self.polls += 1
        links = f'<{self.base}/hub>; rel="hub", <{self.base}/feed>; rel="self"'
        return web.Response(body=self.feed(1), content_type="application/rss+xml", headers={"Link": links})

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(status=404)

    async def _subscribe(self, request: web.Request) -> web.Response:
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        self.requests.append(form)
        self._verifying = asyncio.create_task(self._verify(form))
        return web.Response(status=202)

    async def _verify(self, form: dict[str, str]) -> None:
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "echo me",
            "hub.lease_seconds": "864000",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.get(form["hub.callback"], params=query) as answer,
        ):
            self.verified = answer.status == 200 and await answer.text() == "echo me"

    def push(self, body: bytes, secret: str, charset: str = "utf-8") -> int:
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        kind = f"application/rss+xml; charset={charset}"
        headers = {"Content-Type": kind, "X-Hub-Signature": f"sha256={signature}"}
        with urlopen(Request(self.requests[0]["hub.callback"], body, headers)) as answer:
            return int(answer.status)


@pytest.fixture
def hub() -> Iterator[Hub]:
    thread, made = LoopThread("hub"), Hub()
    thread.run(made.open())
    yield made
    thread.run(made.close())
    thread.stop()


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_hub_delivers_what_is_new_between_two_polls(hub: Hub, tmp_path: Path) -> None:
    port = _free_port()
    (tmp_path / "monitor.toml").write_text(
        f'[service]\nstate_dir = "{tmp_path}/state"\n[net]\nallow_addresses = ["127.0.0.0/8"]\n'
        f'[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n'
        '[poll]\ntick = "200ms"\n'
    )
    (tmp_path / "feeds.yaml").write_text(f"- url: {hub.base}/feed\n")
    (tmp_path / "people.yaml").write_text("destinations: {}\nroutes: []\n")

    def titles() -> list[str]:
        database = Database(f"sqlite:///{tmp_path}/state/monitor.db")
        try:
            return database.read_now(
                lambda connection: list(connection.scalars(sa.select(tables.articles.c.title)))
            )
        finally:
            database.close()

    with running("run", "--config", tmp_path):
        _until(lambda: hub.verified)
        assert len(titles()) == 1
        secret = hub.requests[0]["hub.secret"]
        assert hub.push(hub.feed(1, 2), "not the secret") == 202
        assert len(titles()) == 1, "a forged delivery is answered politely and dropped"
        assert hub.push(hub.feed(1, 2), secret) == 202
        assert len(titles()) == 2
        assert hub.push(b"no feed at all", secret) == 202
        assert len(titles()) == 2
        greek = hub.feed(3).replace(b"Piece 3", "Κομμάτι".encode("iso8859-7"))
        assert hub.push(greek, secret, charset="iso-8859-7") == 202
        assert "Κομμάτι" in titles(), "which only the header tells"
        assert hub.polls == 1
