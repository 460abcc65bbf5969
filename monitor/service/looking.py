"""A look at one URL as polling would see it: the answer, the feed, its next poll, else the feeds of its site.

Nothing is stored, and no more is asked of a site than a reader's visit would.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from monitor.feeds.discover import COMMON_PATHS, find_feeds
from monitor.feeds.identity import body_hash
from monitor.feeds.pace import Pace
from monitor.feeds.parse import parse_feed
from monitor.feeds.schedule import FeedIntent, PolledParsed, PolledUnusable, PollOutcome, after_poll
from monitor.model import (
    Access,
    Cause,
    Feed,
    FeedSource,
    Fetched,
    FetchFailed,
    FetchResult,
    ParsedFeed,
    Unusable,
    WorkerLost,
)
from monitor.service.wiring import feed_getter, open_fetcher, poll_limits, runner
from monitor.settings import Settings
from monitor.stages.poll import asks_for_rest
from monitor.text.urls import clean_link, host_of, without_feed_scheme
from monitor.workers import Workers

MOVED_AWAY = frozenset({404, 410})  # the home page may know where the feed is now
PROBES = 6  # places that are tried for a feed beside the URL itself

Parsed: TypeAlias = ParsedFeed | Unusable | WorkerLost


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed of the site: it was fetched, and it parses."""

    url: str
    named: bool  # by the page itself, else found where sites usually keep one
    feed: ParsedFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen; of the feeds that the page names, `unread` gave none, `untried` were not looked at.

    `host_rests` says that the answer's Retry-After holds for all feeds of the host.
    """

    answer: FetchResult
    parsed: Parsed | None
    now: datetime | None = None
    next_poll: FeedIntent | None = None
    found: tuple[Found, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()  # with why
    untried: tuple[str, ...] = ()
    host_rests: bool = False
    sent: tuple[str, ...] = ()  # names of the fields that the feed's own settings add
    proxied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Eyes:
    get: Callable[[Feed], Awaitable[FetchResult]]
    parse: Callable[[Fetched], Awaitable[Parsed]]


async def look(url: str, settings: Settings, *, now: datetime) -> Seen:
    """Fetch and parse as the service would, with the feed's own settings where it is listed."""
    url = without_feed_scheme(url)
    link = clean_link(url if "://" in url else f"https://{url}") or url
    listed = next((source for source in settings.feeds if source.url == link), FeedSource(url=link))
    async with AsyncExitStack() as stack:
        eyes = await _open(stack, settings, listed.access, now)
        feed = Feed(
            id=0,
            url=link,
            listed_url=link,
            host=host_of(link),
            every=listed.every,
            interval=listed.every or settings.poll.every,
            next_poll_at=now,
        )
        answer = await eyes.get(feed)
        parsed = await eyes.parse(answer) if isinstance(answer, Fetched) else None
        seen = Seen(
            answer=answer,
            parsed=parsed,
            now=now,
            next_poll=_next_poll(feed, answer, parsed, settings, now),
            sent=tuple(name for name, _ in listed.access.fields),
            proxied=bool(listed.access.proxy or settings.net.proxy),
            host_rests=settings.poll.retry_after_scope == "host" and asks_for_rest(answer),
        )
        return await _with_feeds_of_the_site(seen, feed, eyes)


async def _open(stack: AsyncExitStack, settings: Settings, access: Access, now: datetime) -> _Eyes:
    fetcher = await stack.enter_async_context(open_fetcher(settings))
    workers = Workers(max_workers=1)
    stack.push_async_callback(workers.close)
    run = runner(workers)

    async def parse(answer: Fetched) -> Parsed:
        parsed: Parsed = await run(
            parse_feed,
            answer.body,
            url=answer.url,
            content_type=answer.content_type,
            charset=answer.charset,
            now=now,
            max_entries=settings.poll.max_entries,
            timeout=settings.poll.parse_timeout,
        )
        return parsed

    return _Eyes(get=feed_getter(fetcher, settings, lambda _: access), parse=parse)


def _next_poll(
    feed: Feed, answer: FetchResult, parsed: Parsed | None, settings: Settings, now: datetime
) -> FeedIntent:
    outcome: PollOutcome
    match answer, parsed:
        case Fetched(), ParsedFeed():
            outcome = PolledParsed(fetched=answer, parsed=parsed, body_hash=body_hash(answer.body))
        case Fetched(), Unusable() | WorkerLost():
            cause = Cause.PARSER if isinstance(parsed, WorkerLost) else Cause.NOT_A_FEED
            outcome = PolledUnusable(fetched=answer, cause=cause, detail=parsed.reason)
        case _:
            assert not isinstance(answer, Fetched)
            outcome = answer
    return after_poll(feed, outcome, pace=Pace(), now=now, jitter=0.0, limits=poll_limits(settings))


# --- the feeds of a site --------------------------------------------------------------------------------


async def _with_feeds_of_the_site(seen: Seen, feed: Feed, eyes: _Eyes) -> Seen:
    page: FetchResult = seen.answer
    if isinstance(page, FetchFailed) and page.status in MOVED_AWAY and (home := clean_link("/", feed.url)):
        page = await eyes.get(replace(feed, url=home))
    elif not isinstance(seen.parsed, Unusable):
        return seen
    if not isinstance(page, Fetched):
        return seen
    named = [url for url in find_feeds(page.body, page.url) if url not in (feed.url, page.url)]
    found, unread = await _feeds_among(named[:PROBES], feed, eyes, named=True)
    if not found:
        usual = [link for path in COMMON_PATHS if (link := clean_link(path, page.url)) is not None]
        untried = [url for url in usual if url not in (*named, feed.url, page.url)]
        found, _ = await _feeds_among(untried[: PROBES - len(named[:PROBES])], feed, eyes, named=False)
    return replace(seen, found=found, unread=unread, untried=tuple(named[PROBES:]))


async def _feeds_among(
    urls: list[str], feed: Feed, eyes: _Eyes, *, named: bool
) -> tuple[tuple[Found, ...], tuple[tuple[str, str], ...]]:
    """Return which of *urls* are feeds, one request after the other, each once; and why others are not."""
    found: dict[str, Found] = {}
    unread: list[tuple[str, str]] = []
    for url in urls:
        answer = await eyes.get(replace(feed, url=url))
        parsed = await eyes.parse(answer) if isinstance(answer, Fetched) else None
        if isinstance(answer, Fetched) and isinstance(parsed, ParsedFeed):
            found.setdefault(answer.url, Found(url=answer.url, named=named, feed=parsed))
        else:
            unread.append((url, _why(answer, parsed)))
    return tuple(found.values()), tuple(unread)


def _why(answer: FetchResult, parsed: Parsed | None) -> str:
    if isinstance(answer, FetchFailed):
        return answer.label
    return parsed.reason if isinstance(parsed, Unusable | WorkerLost) else "not modified"
