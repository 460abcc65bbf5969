"""A process of its own that publishes articles in many feeds at an even pace, and serves their pages."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from multiprocessing.connection import Connection

from aiohttp import web

HOSTS = 100  # addresses on loopback: twenty feeds each, so that manners towards a host are kept with room
LISTED = 30  # entries of a feed, the newest first
_PARAGRAPH = re.compile(rb"<p(\s[^>]*)?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is published: `rate` articles a second for `seconds`, over and over the `pages`."""

    feeds: int
    rate: float
    seconds: float
    pages: tuple[bytes, ...]

    @property
    def articles(self) -> int:
        return int(self.rate * self.seconds)

    def page(self, number: int) -> bytes:
        """An article's page, which says its number, so that no two are the same."""
        said = rb"\g<0>Report number %d. " % number
        return _PARAGRAPH.sub(said, self.pages[number % len(self.pages)], count=1)

    def feed(self, feed: int, base: str, published: int) -> bytes:
        """A feed that lists its newest articles of the first *published* of all."""
        newest = range(feed, published, self.feeds)[-LISTED:]
        at = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><guid>{number}</guid><link>{base}/page/{number}</link><title>Report {number}</title>"
            f"<description>What happened in place {number}.</description><pubDate>{at}</pubDate></item>"
            for number in reversed(newest)
        )
        return (
            f'<rss version="2.0"><channel><title>Feed {feed}</title><link>{base}</link>'
            f"<description>News</description>{items}</channel></rss>"
        ).encode()


class Offered:
    """The server, seen from the benchmark."""

    def __init__(self, plan: Plan, pipe: Connection) -> None:
        self._pipe = pipe
        port = pipe.recv()
        self.urls = [f"http://{host(number)}:{port}/feed/{number}" for number in range(plan.feeds)]

    def begin(self) -> None:
        """Let the first article appear now, and the others after it."""
        self._pipe.send("begin")


@contextmanager
def offering(plan: Plan) -> Iterator[Offered]:
    """Serve *plan* for as long as the context lasts."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(plan, theirs), daemon=True)
    process.start()
    try:
        yield Offered(plan, ours)
    finally:
        process.terminate()
        process.join()


def host(number: int) -> str:
    """The address of a feed and its pages."""
    return f"127.0.21.{number % HOSTS + 1}"


def _serve(plan: Plan, pipe: Connection) -> None:
    asyncio.run(_run(plan, pipe))


async def _run(plan: Plan, pipe: Connection) -> None:
    began: list[float] = []

    def published() -> int:
        return min(plan.articles, int(plan.rate * (time.monotonic() - began[0]))) if began else 0

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        base = f"http://{request.host}"
        count = published()
        etag = f'"{len(range(number, count, plan.feeds))}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = plan.feed(number, base, count)
        return web.Response(body=body, headers={"ETag": etag, "Content-Type": "application/rss+xml"})

    async def page(request: web.Request) -> web.Response:
        body = plan.page(int(request.match_info["number"]))
        return web.Response(body=body, headers={"Content-Type": "text/html; charset=utf-8"})

    app = web.Application()
    app.router.add_get("/feed/{number}", feed)
    app.router.add_get("/page/{number}", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await _listen(runner, pipe)
    await asyncio.to_thread(pipe.recv)
    began.append(time.monotonic())
    await asyncio.Event().wait()


async def _listen(runner: web.AppRunner, pipe: Connection) -> None:
    port = 0
    for number in range(HOSTS):
        await web.TCPSite(runner, host(number), port).start()
        port = port or runner.addresses[0][1]
    pipe.send(port)


def on_topic(pages: Sequence[bytes], others: Sequence[bytes], share: float) -> tuple[bytes, ...]:
    """Mix *pages* into *others* so that they make up about *share* of what is published."""
    every = max(1, round(1 / share)) if share else 0
    mixed = []
    for number in range(max(len(others), every * len(pages))):
        mixed.append(others[number % len(others)])
        if every and number % every == 0:
            mixed[-1] = pages[(number // every) % len(pages)]
    return tuple(mixed)
