"""The world handed to the stages: one client, one pool, one channel of each kind, closed in reverse order."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from monitor.alerts.errands import Links
from monitor.alerts.retry import RetryLimits
from monitor.articles.robots import MAX_TEXT, Ruling, consult, product_token
from monitor.engine.embedded import Step
from monitor.errors import BadInput, ParserFailed
from monitor.feeds.schedule import PollLimits
from monitor.model import Access, AlertFeed, Destination, Feed, FetchResult, Unusable, Validators, WorkerLost
from monitor.net.fetch import PER_HOST, Fetcher, FetchLimits
from monitor.service.measuring import Measured
from monitor.service.speaking import Speaking, open_channels
from monitor.service.watching import Watching, surge_limits
from monitor.settings import Settings
from monitor.stages.deliver import Delivering, deliver
from monitor.stages.poll import Keep, Polling, poll
from monitor.stages.pool import Run
from monitor.stages.push import Pushing
from monitor.stages.read import Reading, read
from monitor.stages.revisit import Revisiting, revisit
from monitor.stages.robots import Robots
from monitor.stages.watch import Lookout
from monitor.store import outbox, quarantine
from monitor.store.database import Database
from monitor.store.link_key import link_key
from monitor.store.receipts import NAME, Receipts
from monitor.text.urls import same_origin
from monitor.workers import Workers

log = structlog.get_logger(__name__)

ACCEPT_FEED = (
    "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
ROBOTS_TIMEOUT = timedelta(seconds=10)  # a small text file; within the minute that a read's lease has over
SLOW_LANE = 2  # beside each place; sixty bodies of 10 MB would be 600 MB, but hardly a feed passes 1 MB
SLOW_DESTINATIONS = 50  # beside the places: a busy Slack channel takes one message a second, a dead one none
LOOKS = 2  # articles looked at again at once: news goes first, and a look may come a minute late


class GetPage(Protocol):
    """Fetches a page."""

    async def __call__(self, url: str, validators: Validators | None = None, /) -> FetchResult:
        """Answer what is there, or why it could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The opened world: a step for each stage, push where hubs can reach us, and the watch over sources.

    By `links` readers answer messages, where they can reach us. `measured` counts what the steps do,
    `restarts` the workers that had to be replaced.
    """

    steps: Mapping[str, Step]
    pushing: Pushing | None
    lookout: Lookout
    links: Links | None
    destinations: Callable[[], Mapping[str, Destination]]
    alert_feeds: Callable[[], Sequence[AlertFeed]]
    measured: Measured
    restarts: Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What the stages share."""

    settings: Settings
    db: Database
    watching: Watching
    fetcher: Fetcher
    run: Run
    measured: Measured
    receipts: Receipts
    now: Callable[[], datetime]
    jitter: Callable[[], float]


async def open_world(
    stack: AsyncExitStack,
    settings: Settings,
    db: Database,
    watching: Watching,
    *,
    now: Callable[[], datetime],
    jitter: Callable[[], float],
) -> World:
    """Open the world; *stack* closes what was opened."""
    workers = Workers(settings.service.workers)
    stack.push_async_callback(workers.close)
    fetcher = await stack.enter_async_context(open_fetcher(settings))
    measured = Measured()
    measured.know(topics=watching.watch().topics, destinations=watching.destinations())
    opened = _Opened(
        settings=settings,
        db=db,
        watching=watching,
        fetcher=fetcher,
        run=runner(workers),
        measured=measured,
        receipts=await _receipts(stack, settings, db),
        now=now,
        jitter=jitter,
    )
    links = _links(settings)
    speaking = open_channels(stack, settings, fetcher, layouts=watching.layouts, links=links, now=now)
    steps = _steps(opened, speaking)
    return World(
        steps={stage: replace(step, work=measured.timed(stage, step.work)) for stage, step in steps.items()},
        pushing=_pushing(settings, db, fetcher, opened.run, now),
        lookout=_lookout(opened),
        links=links,
        destinations=watching.destinations,
        alert_feeds=watching.alert_feeds,
        measured=measured,
        restarts=lambda: workers.restarts,
    )


def _steps(opened: _Opened, speaking: Speaking) -> Mapping[str, Step]:
    """A step for each stage, with as many hands as the settings give it."""
    settings = opened.settings
    robots = _robots(settings, opened.db, opened.fetcher, opened.run, opened.now)
    polling, delivering = _polling(opened), _delivering(opened, speaking)
    reading, revisiting = _reading(opened, robots), _revisiting(opened, robots)
    polls, reads = settings.poll.concurrency, settings.read.concurrency
    looks = min(reads, LOOKS)
    return {
        "poll": Step(work=lambda feed: poll(feed, polling), at_once=polls, slow=SLOW_LANE * polls),
        "read": Step(work=lambda article: read(article, reading), at_once=reads, slow=SLOW_LANE * reads),
        "revisit": Step(
            work=lambda article: revisit(article, revisiting), at_once=looks, slow=SLOW_LANE * looks
        ),
        "deliver": Step(
            work=lambda name: deliver(name, delivering),
            at_once=settings.alerts.concurrency,
            slow=SLOW_DESTINATIONS,
        ),
    }


def _polling(opened: _Opened) -> Polling:
    settings = opened.settings
    return Polling(
        db=opened.db,
        get=feed_getter(opened.fetcher, settings, opened.watching.access),
        run=opened.run,
        now=opened.now,
        jitter=opened.jitter,
        limits=poll_limits(settings),
        backlog=settings.poll.backlog,
        max_entries=settings.poll.max_entries,
        timeout=settings.poll.parse_timeout,
        new_secret=_new_secret if settings.web.public_url else None,
        keep=_keeper(settings),
        retry_after_scope=settings.poll.retry_after_scope,
        remembered=settings.keep.records,
        count=opened.measured.polled,
    )


def _reading(opened: _Opened, robots: Robots | None) -> Reading:
    settings = opened.settings
    return Reading(
        db=opened.db,
        get=page_getter(opened.fetcher, settings),
        run=opened.run,
        watch=opened.watching.watch,
        now=opened.now,
        jitter=opened.jitter,
        attempts=settings.read.attempts,
        timeout=settings.read.extract_timeout,
        window=settings.stories.window,
        backlog=settings.poll.backlog,
        robots=robots,
        count=opened.measured.read,
    )


def _revisiting(opened: _Opened, robots: Robots | None) -> Revisiting:
    settings = opened.settings
    return Revisiting(
        db=opened.db,
        get=page_getter(opened.fetcher, settings),
        run=opened.run,
        watch=opened.watching.watch,
        now=opened.now,
        timeout=settings.read.extract_timeout,
        window=settings.stories.window,
        robots=robots,
        count=opened.measured.looked,
    )


def _delivering(opened: _Opened, speaking: Speaking) -> Delivering:
    settings = opened.settings
    return Delivering(
        db=opened.db,
        send=speaking.send,
        refresh=speaking.refresh,
        destinations=opened.watching.destinations,
        now=opened.now,
        jitter=opened.jitter,
        limits=RetryLimits(
            first=settings.alerts.retry_first,
            longest=settings.alerts.retry_longest,
            give_up_after=settings.alerts.give_up_after,
        ),
        count=opened.measured.delivered,
        receipts=opened.receipts,
    )


async def _receipts(stack: AsyncExitStack, settings: Settings, db: Database) -> Receipts:
    """What was taken before the last end and is not in the rows: known before the first message leaves."""

    def tell(fault: OSError) -> None:
        log.warning("receipts", reason=os.strerror(fault.errno or 0), note="a kill may repeat a mail")

    receipts = Receipts(settings.service.state_dir / NAME, tell=tell)
    stack.callback(receipts.close)
    receipts.keep_only(await db.read(outbox.tried))
    return receipts


def _lookout(opened: _Opened) -> Lookout:
    settings = opened.settings
    return Lookout(
        db=opened.db,
        operators=opened.watching.operators,
        now=opened.now,
        alert_after=settings.poll.alert_after,
        surge=surge_limits(settings),
        audience=lambda: opened.watching.watch().audience,
    )


def _links(settings: Settings) -> Links | None:
    if not settings.web.public_url or not settings.web.listen:
        return None
    return Links(settings.web.public_url, link_key(settings.service.state_dir))


def _pushing(
    settings: Settings, db: Database, fetcher: Fetcher, run: Run, now: Callable[[], datetime]
) -> Pushing | None:
    if not settings.web.public_url:
        return None
    base = settings.web.public_url.rstrip("/")
    limits = _limits(settings, 100_000)

    async def post(url: str, form: Mapping[str, str]) -> FetchResult:
        return await fetcher.post_form(url, form, limits=limits)

    return Pushing(
        db=db,
        post=post,
        run=run,
        callback=lambda token: f"{base}/websub/{token}",
        now=now,
        max_entries=settings.poll.max_entries,
        timeout=settings.poll.parse_timeout,
        remembered=settings.keep.records,
    )


def _robots(
    settings: Settings, db: Database, fetcher: Fetcher, run: Run, now: Callable[[], datetime]
) -> Robots | None:
    if not settings.read.respect_robots:
        return None
    agent = product_token(settings.net.user_agent)
    limits = FetchLimits(max_bytes=4 * MAX_TEXT, total=ROBOTS_TIMEOUT, connect=settings.net.connect_timeout)

    async def get(url: str) -> FetchResult:
        return await fetcher.get(url, limits=limits, accept="text/plain, */*;q=0.1")

    async def ask(text: str, url: str) -> Ruling | WorkerLost | Unusable:
        said: Ruling | WorkerLost | Unusable = await run(
            consult, text, url=url, agent=agent, timeout=ROBOTS_TIMEOUT
        )
        return said

    return Robots(db=db, get=get, consult=ask, now=now)


def _new_secret() -> str:
    return secrets.token_urlsafe(24)


def open_fetcher(settings: Settings) -> Fetcher:
    """The HTTP client as the settings want it."""
    return Fetcher(
        user_agent=settings.net.user_agent,
        exempt=settings.net.allow_addresses,
        concurrency=(1 + SLOW_LANE) * (settings.poll.concurrency + settings.read.concurrency + LOOKS),
        per_host=max(PER_HOST, settings.poll.per_host),
        proxy=settings.net.proxy or None,
    )


def poll_limits(settings: Settings) -> PollLimits:
    """How often a feed may be asked."""
    return PollLimits(
        usual=settings.poll.every, shortest=settings.poll.shortest, longest=settings.poll.longest
    )


def feed_limits(settings: Settings) -> FetchLimits:
    """What one feed may take of us."""
    return _limits(settings, settings.poll.max_feed_bytes)


def _limits(settings: Settings, max_bytes: int) -> FetchLimits:
    return FetchLimits(
        max_bytes=max_bytes,
        total=settings.net.timeout,
        connect=settings.net.connect_timeout,
        redirects=settings.net.max_redirects,
    )


def feed_getter(
    fetcher: Fetcher, settings: Settings, access: Callable[[str], Access]
) -> Callable[[Feed], Awaitable[FetchResult]]:
    """A function that fetches a feed if it changed, by the way and with the credentials in force now.

    A feed that has moved to another origin is asked without them: its operator meant them for the old one.
    """
    limits = feed_limits(settings)

    async def get(feed: Feed) -> FetchResult:
        way = access(feed.listed_url)
        return await fetcher.get(
            feed.url,
            limits=limits,
            accept=ACCEPT_FEED,
            validators=Validators(etag=feed.etag, last_modified=feed.last_modified),
            headers=dict(way.fields) if same_origin(feed.url, feed.listed_url) else None,
            proxy=way.proxy,
        )

    return get


def _keeper(settings: Settings) -> Keep:
    folder = settings.service.state_dir / quarantine.FOLDER

    async def keep(feed: int, body: bytes, note: Mapping[str, object]) -> None:
        await asyncio.to_thread(quarantine.keep, folder, feed, body, note)

    return keep


def page_getter(fetcher: Fetcher, settings: Settings) -> GetPage:
    """A function that fetches a page as a reader's browser would; with validators, if it changed."""
    limits = _limits(settings, settings.read.max_page_bytes)

    async def get(url: str, validators: Validators | None = None) -> FetchResult:
        return await fetcher.get(url, limits=limits, accept=ACCEPT_PAGE, validators=validators)

    return get


def runner(workers: Workers) -> Run:
    """Run in the pool; what the parser refuses and what kills a worker come back as values."""

    async def run(function: Callable[..., Any], /, *args: Any, timeout: timedelta, **kwargs: Any) -> Any:
        try:
            return await workers.run(function, *args, timeout=timeout, **kwargs)
        except ParserFailed as bug:  # it cost no worker, and is as little the document's word as if it had
            return WorkerLost(reason=str(bug))
        except BadInput as refused:
            return Unusable(reason=str(refused))

    return run
