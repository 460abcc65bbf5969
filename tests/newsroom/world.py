"""The world as tests and the demo hold it: started, asked, made to misbehave, and stopped again."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.newsroom.articles import load_articles
from tests.newsroom.background import LoopThread
from tests.newsroom.configuration import TOPICS, merged, write_folder
from tests.newsroom.desk import Desk, PublishedArticle, place
from tests.newsroom.outlets import OUTLETS, Outlet
from tests.newsroom.slack import SlackStub
from tests.newsroom.smtp import MailServer
from tests.newsroom.web import NewsroomHttp, Page

USER_AGENT = "newsroom-monitor-test/1.0 (+https://newsroom.test/about)"
PORT_TRIES = 20  # a free port on one loopback address may be taken on another


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldFeed:
    """A feed of the world as an operator would list it."""

    url: str
    outlet: str  # id
    name: str
    language: str
    tags: tuple[str, ...]
    alive: bool


class World:
    """Fourteen outlets, a Slack and a mail server on loopback, as long as the `with` lasts.

    `now` is the present from which every article's date is counted back; `port` asks for a fixed
    port for the outlets. `mail_login` makes the mail server ask for that user and password.
    """

    def __init__(
        self, now: datetime | None = None, *, port: int = 0, mail_login: tuple[str, str] = ("", "")
    ) -> None:
        self.now = now or datetime.now(UTC)
        self.slack = SlackStub()
        self.mail = MailServer(*mail_login)
        self.http = NewsroomHttp(self._page)
        self.feeds: list[WorldFeed] = []
        self.articles: list[PublishedArticle] = []
        self._port = port

    # --- life ---

    def __enter__(self) -> Self:
        self._thread = LoopThread("newsroom world")
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self) -> None:
        bases = self._thread.run(self._listen())
        self.feeds = [_feed(outlet, bases[outlet.id]) for outlet in OUTLETS]
        outlets = {outlet.id: outlet for outlet in OUTLETS}
        self.articles = [
            place(text, outlets[text.outlet], bases[text.outlet], self.now)
            for text in load_articles().values()
        ]
        self._desk = Desk(self.articles, bases, self.now)
        self._thread.run(self.slack.open())
        self._thread.run(self.mail.open())

    def _stop(self) -> None:
        self._thread.run(self.http.close())
        self._thread.run(self.slack.close())
        self._thread.run(self.mail.close())
        self._thread.stop()

    async def _listen(self) -> dict[str, str]:
        """Open every outlet on an address of its own, or where that fails on a port of its own."""
        for _ in range(1 if self._port else PORT_TRIES):
            try:
                return await self._listen_apart()
            except OSError as error:
                await self.http.close()
                if error.errno == errno.EADDRNOTAVAIL:  # only Linux gives the whole of 127.0.0.0/8
                    return await self._listen_together()
                if error.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "no port is free on all the outlets' addresses")

    async def _listen_apart(self) -> dict[str, str]:
        bases, port = {}, self._port
        for outlet in OUTLETS:
            host = f"127.0.10.{outlet.number}"
            port = await self.http.open(outlet.id, host, port)
            bases[outlet.id] = f"http://{host}:{port}"
        return bases

    async def _listen_together(self) -> dict[str, str]:
        bases = {}
        for outlet in OUTLETS:
            wanted = self._port + outlet.number if self._port else 0
            bases[outlet.id] = f"http://127.0.0.1:{await self.http.open(outlet.id, '127.0.0.1', wanted)}"
        return bases

    def _page(self, outlet: str, path: str) -> Page | None:
        return self._desk.page(outlet, path)

    # --- questions and orders ---

    def article(self, slug: str) -> PublishedArticle:
        """Return one article; a slug that no outlet has is a LookupError."""
        for article in self.articles:
            if article.slug == slug:
                return article
        raise LookupError(f"no article of the world is called {slug!r}")

    def publish(self, *slugs: str) -> None:
        """Let held articles appear in their feeds."""
        for slug in slugs:
            self._desk.publish(self.article(slug).slug)

    def write_config(
        self,
        directory: Path,
        *,
        state_dir: Path,
        database_url: str | None = None,
        topics: Path | None = TOPICS,
        **toml_overrides: Mapping[str, object],
    ) -> Path:
        """Write a whole configuration folder for the service and return it.

        Each further keyword is a table of monitor.toml whose keys replace or join the usual ones.
        """
        database = {"database": {"url": database_url}} if database_url else {}
        tables = merged({**database, **self._tables(state_dir)}, toml_overrides)
        feeds: list[dict[str, object]] = [
            {
                "url": feed.url,
                "name": feed.name,
                "outlet": feed.name,
                "language": feed.language,
                "tags": list(feed.tags),
            }
            for feed in self.feeds
        ]
        return write_folder(directory, tables=tables, feeds=feeds, topics=topics)

    def _tables(self, state_dir: Path) -> dict[str, dict[str, object]]:
        return {
            "service": {"state_dir": str(state_dir)},
            "net": {"allow_addresses": ["127.0.0.0/8"], "user_agent": USER_AGENT},
            "slack": {"base_url": self.slack.base_url, "token": self.slack.token},
            "email": {
                "host": self.mail.host,
                "port": self.mail.port,
                "tls": "none",
                "username": self.mail.username,
                "password": self.mail.password,
                "sender": "monitor@newsroom.test",
            },
            "web": {"listen": "127.0.0.1:0"},
        }


def _feed(outlet: Outlet, base: str) -> WorldFeed:
    return WorldFeed(
        url=base + outlet.feed_path,
        outlet=outlet.id,
        name=outlet.name,
        language=outlet.language,
        tags=outlet.tags,
        alive=outlet.alive,
    )
