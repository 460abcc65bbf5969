"""What the benchmark of delivering stands on: a mail server in its own process, feeds that grow evenly."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from aiohttp import web

from tests.newsroom.background import LoopThread
from tests.newsroom.smtp import MailServer

FEEDS = 20  # on as many addresses, so that manners towards a host delay nothing
LISTED = 30  # entries of a feed, the newest first
SYLLABLES = ("ba", "dor", "el", "fim", "gra", "hul", "ist", "jo", "kan", "lem", "mur", "nov", "ost", "per")
WORDS = 24  # made-up names in an article: no two articles share more than by chance
GUID = re.compile(r"Notice (\d+)")


def topic_word(topic: int) -> str:
    """The word that puts an article into a topic."""
    return (
        "quokka",
        "axolotl",
        "pangolin",
        "narwhal",
        "okapi",
        "tapir",
        "kakapo",
        "dugong",
        "numbat",
        "saola",
    )[topic]


@contextmanager
def mail_server() -> Iterator[int]:
    """Run a mail server in a process of its own, whose work is not ours; yield its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve_mail, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve_mail(pipe: Connection) -> None:
    async def serve() -> None:
        server = MailServer()
        await server.open()
        pipe.send(server.port)
        await asyncio.Event().wait()

    asyncio.run(serve())


class Growing:
    """Feeds in which *rate* articles a second appear, each of one of *topics* topics; times are monotonic."""

    def __init__(self, *, rate: float, seconds: float, topics: int) -> None:
        self.rate, self.topics, self.articles = rate, topics, int(rate * seconds)
        self.urls: list[str] = []
        self.served: dict[int, float] = {}  # article → when a poll first saw it
        self.began: float | None = None
        self._thread = LoopThread("growing feeds")
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Growing:
        self._thread.run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        if self._runner is not None:
            self._thread.run(self._runner.cleanup())
        self._thread.stop()

    def begin(self) -> None:
        """Let the first article appear now, and the others after it."""
        self.began = time.monotonic()

    async def _open(self) -> None:
        app = web.Application()
        app.router.add_get("/feed/{feed}", self._feed)
        app.router.add_get("/page/{number}", self._page)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        port = 0
        for feed in range(FEEDS):
            await web.TCPSite(self._runner, _host(feed), port).start()
            port = port or self._runner.addresses[0][1]
        self.urls = [f"http://{_host(feed)}:{port}/feed/{feed}" for feed in range(FEEDS)]

    async def _feed(self, request: web.Request) -> web.Response:
        feed, now = int(request.match_info["feed"]), time.monotonic()
        count = 0 if self.began is None else min(self.articles, int(self.rate * (now - self.began)))
        newest = range(feed, count, FEEDS)[-LISTED:]
        for number in newest:
            self.served.setdefault(number, now)
        items = "".join(
            f"<item><guid>{number}</guid><link>http://{request.host}/page/{number}</link>"
            f"<title>{headline(number)}</title></item>"
            for number in reversed(newest)
        )
        body = f'<rss version="2.0"><channel><title>Feed {feed}</title>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml")

    async def _page(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        title = headline(number)
        text = "".join(f"<p>{paragraph}</p>" for paragraph in article(number, self.topics))
        page = f"<html lang=en><title>{title}</title><article><h1>{title}</h1>{text}</article></html>"
        return web.Response(text=page, content_type="text/html")


def _host(feed: int) -> str:
    return f"127.0.22.{feed + 1}"


def headline(number: int) -> str:
    """An article's title, which says its number."""
    return f"Notice {number} from {_names(number)[0]}"


def article(number: int, topics: int) -> list[str]:
    """An article's paragraphs: plain sentences about names that no other article has."""
    names = _names(number)
    word = topic_word(random.Random(number).randrange(topics))  # of any feed, not always of the same ones
    return [
        f"The {word} of {names[0]} was moved to {names[1]} on the advice of {names[2]} and {names[3]}.",
        *(
            f"{one} told {other} that {third} had not been asked, and that the way to {fourth} stays shut."
            for one, other, third, fourth in zip(*[iter(names[4:])] * 4, strict=False)
        ),
    ]


def _names(number: int) -> list[str]:
    chance = random.Random(number)
    return ["".join(chance.choices(SYLLABLES, k=4)).capitalize() for _ in range(WORDS)]
