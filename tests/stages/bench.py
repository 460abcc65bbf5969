"""The stages on a real database, with hand-made values in the place of the network and the pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.alerts.surge import USUAL_LIMITS
from monitor.articles.extract import read_entry, read_page
from monitor.articles.revision import compare
from monitor.feeds.schedule import PollLimits
from monitor.model import (
    Concept,
    Entry,
    Extracted,
    Extraction,
    Feed,
    FeedSource,
    Fetched,
    FetchResult,
    ParsedFeed,
    Route,
    Topic,
    Unusable,
    Validators,
    WorkerLost,
)
from monitor.stages.judging import Watch
from monitor.stages.poll import Polling, poll
from monitor.stages.read import Reading, read
from monitor.stages.revisit import Revisiting
from monitor.store import feeds, tables
from monitor.store.database import Database
from monitor.topics.match import compile_topics

WINDOW = timedelta(days=7)
SCHEDULE = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
REFUGE = Topic(
    id="refuge",
    title="People who flee",
    match="@refuge",
    concepts=(Concept(name="refuge", weight=3.0, aliases={"any": ("asylum", "evacuated")}),),
)
HARM = Topic(
    id="harm",
    title="People in danger",
    match="@harm",
    concepts=(Concept(name="harm", weight=2.0, aliases={"any": ("torture", "detained")}),),
)
ROUTES = (Route(destinations=("desk", "mail")),)

WIRE = (
    "The harbour town of Norrvik took in 31 men on Tuesday who had been evacuated by ferry from the coast "
    "of Estrava. The relief group Open Quay chartered the vessel after two of its drivers were turned back "
    "at the border. Its director Mira Halvorsen said that nine others remain in a guarded house outside "
    "Dorsk and wait for papers. The consulate confirmed the arrival but would not say who paid for the "
    "crossing, which took eleven hours in heavy weather."
)
REPORT = (
    "Mira Halvorsen had not slept for two nights when the ferry from Estrava came in. The director of Open "
    "Quay counted 31 men down the gangway at Norrvik, each of them hoping for asylum. Behind her, neighbours "
    "handed out soup and dry coats. What happens to the nine who are still hidden near Dorsk, nobody at the "
    "consulate wanted to tell reporters on Wednesday."
)
OTHER = (
    "Judges in Pellworm rejected the asylum request of a violinist whose orchestra left the country in May. "
    "Her lawyer Tomas Brandt announced an appeal and called the reasoning thin. The chamber found that "
    "musicians face no danger if they stay silent about the president, an argument that two professors of "
    "law had dismissed in their written opinions."
)
WEATHER = "Rain is expected along the coast until Friday, with gusts in the evening and calmer air at night."


def entry(name: str, /, **values: Any) -> Entry:
    """An entry of a feed, known by its name."""
    usual: dict[str, Any] = {"key": name, "url": f"https://a.test/{name}", "title": f"Title {name}"}
    return Entry(**{**usual, **values})


def extracted(text: str, **values: Any) -> Extracted:
    """What a page says."""
    usual: dict[str, Any] = {"title": "", "language": "en"}
    return Extracted(**{**usual, **values, "text": text})


class Bench:
    """Feeds and pages that answer what a test says, at a moment that the test moves."""

    def __init__(self, database: Database, now: datetime, *topics: Topic) -> None:
        self.db, self.now = database, now
        self.answers: dict[str, FetchResult] = {}
        self.parsed: dict[bytes, ParsedFeed | Unusable | WorkerLost] = {}
        self.pages: dict[str, Extraction | Unusable | WorkerLost] = {}
        self.lost: set[Callable[..., Any]] = set()
        self.asked: list[tuple[str, Validators]] = []
        self.parses = 0
        self.routes: tuple[Route, ...] = ROUTES
        self.surge = USUAL_LIMITS
        self.look_again = SCHEDULE
        self.watch_for(*(topics or (REFUGE,)))

    # --- the world, as the tests make it ---

    def watch_for(self, *topics: Topic) -> None:
        """Put these topics into force."""
        self.topics = topics
        self.matcher = compile_topics(topics)

    def list_feeds(self, *sources: FeedSource) -> None:
        """Put these feeds on the list, due now."""
        self.db.write_now(
            feeds.sync, sources, first_polls=[self.now] * len(sources), interval=timedelta(minutes=15)
        )

    def publish(self, url: str, *entries: Entry, etag: str | None = None) -> bytes:
        """Let the feed at *url* show *entries* and answer the body that stands for them."""
        body = f"{url} {etag} {entries}".encode()
        self.answers[url] = Fetched(url=url, status=200, body=body, validators=Validators(etag=etag))
        self.parsed[body] = ParsedFeed(
            format="rss20", title="A feed", home=None, language="en", ttl=None, entries=entries
        )
        return body

    def page(self, url: str, text: str, **values: Any) -> None:
        """Let a page tell *text*."""
        self.pages[url] = extracted(text, **values)

    # --- the seams ---

    async def get_feed(self, feed: Feed) -> FetchResult:
        self.asked.append((feed.url, Validators(etag=feed.etag, last_modified=feed.last_modified)))
        return self.answers[feed.url]

    async def get_page(self, url: str) -> FetchResult:
        self.asked.append((url, Validators()))
        return self.answers.get(url) or Fetched(url=url, status=200, body=b"page")

    async def get_page_again(self, url: str, validators: Validators) -> FetchResult:
        self.asked.append((url, validators))
        return self.answers.get(url) or Fetched(url=url, status=200, body=b"page")

    async def run(
        self, function: Callable[..., Any], subject: Any, /, *more: Any, timeout: timedelta, **kwargs: Any
    ) -> Any:
        """Answer for the pool."""
        if function in self.lost:
            return WorkerLost(reason="took over 1 s")
        if function is compare:
            return compare(subject, *more, **kwargs)
        if function is read_page:
            return self.pages[kwargs["url"]]
        if function is read_entry:
            return read_entry(subject, **kwargs)
        self.parses += 1
        return self.parsed[subject]

    # --- the stages ---

    @property
    def polling(self) -> Polling:
        return Polling(
            db=self.db,
            get=self.get_feed,
            run=self.run,
            now=lambda: self.now,
            jitter=lambda: 0.5,
            limits=PollLimits(),
            backlog=timedelta(hours=48),
            max_entries=100,
            timeout=timedelta(seconds=1),
        )

    @property
    def reading(self) -> Reading:
        return Reading(
            db=self.db,
            get=self.get_page,
            run=self.run,
            watch=self.watch,
            now=lambda: self.now,
            jitter=lambda: 0.0,
            attempts=3,
            timeout=timedelta(seconds=1),
            window=WINDOW,
            backlog=timedelta(hours=48),
        )

    @property
    def revisiting(self) -> Revisiting:
        return Revisiting(
            db=self.db,
            get=self.get_page_again,
            run=self.run,
            watch=self.watch,
            now=lambda: self.now,
            timeout=timedelta(seconds=1),
            window=WINDOW,
        )

    def watch(self) -> Watch:
        return Watch(
            matcher=self.matcher,
            topics={topic.id: topic for topic in self.topics},
            routes=self.routes,
            surge=self.surge,
            look_again=self.look_again,
        )

    async def poll(self, feed: int = 1) -> Feed:
        """Poll a feed and answer what became of it."""
        await poll(feed, self.polling)
        after = self.db.read_now(feeds.get, feed)
        assert after is not None
        return after

    async def read_all(self) -> None:
        """Read every article that is due, in the order of their ids."""
        for row in self.rows(tables.articles):
            if row["state"] == "new" and row["next_try_at"] <= self.now:
                await read(row["id"], self.reading)

    async def tell(self, name: str, text: str, **values: Any) -> dict[str, Any]:
        """Publish one article in a feed of its own outlet, read it, and answer its row.

        `host`, `summary` and `published_at` belong to the entry, the rest to what the page says.
        """
        feed = f"https://{values.pop('host', 'a.test')}/feed-{name}"
        url = feed.replace("feed-", "")
        published = values.pop("published_at", None)
        words = {"summary": values.pop("summary")} if "summary" in values else {}
        known = [FeedSource(url=row["url"], outlet=row["outlet"]) for row in self.rows(tables.feeds)]
        self.list_feeds(*known, FeedSource(url=feed, outlet=f"Outlet {name}"))
        self.publish(feed, entry(name, url=url, published_at=published, **words))
        self.page(url, text, **values)
        await self.poll(self.rows(tables.feeds)[-1]["id"])
        await self.read_all()
        return self.rows(tables.articles)[-1]

    # --- what stands in the database ---

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Every row of a table in the order of its keys."""

        def every(connection: sa.Connection) -> Sequence[sa.Row[Any]]:
            return connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all()

        return [dict(row._mapping) for row in self.db.read_now(every)]

    def column(self, table: sa.Table, name: str) -> list[Any]:
        """One column of a table."""
        return [row[name] for row in self.rows(table)]

    def execute(self, statement: str) -> None:
        """Run SQL that no stage would."""
        self.db.write_now(lambda connection: connection.execute(sa.text(statement)))
