"""Read: a page becomes an article with its topics, its story and its alerts, in one transaction.

gather (page, extraction) → decide (topics, features) → settle (copy, story, alerts, deliveries).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

import structlog

from monitor.articles.address import is_elsewhere, leads_on, outlet_behind, sites_of
from monitor.articles.extract import has_full_text, read_entry, read_page
from monitor.articles.looks import next_look
from monitor.articles.reading import (
    Again,
    Attempt,
    End,
    StandIn,
    Use,
    Wait,
    address_after,
    after_attempt,
    assemble,
    is_older,
)
from monitor.articles.robots import Closed, Later, Unknown
from monitor.model import (
    ArticleState,
    Cause,
    Extracted,
    Fetched,
    FetchFailed,
    FetchResult,
    NotAnArticle,
    NotModified,
    Outcome,
    Unusable,
    Validators,
    WorkerLost,
)
from monitor.stages.judging import Judged, Watch, judge
from monitor.stages.pages import Visit, fetch_page
from monitor.stages.placing import place_and_tell
from monitor.stages.pool import Run
from monitor.stages.robots import Robots
from monitor.store import articles, feeds, figures, looks, near
from monitor.store.articles import ToRead
from monitor.store.database import Connection, Database
from monitor.text.urls import host_of, url_key

log = structlog.get_logger(__name__)

NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading needs of the world."""

    db: Database
    get: Callable[[str], Awaitable[FetchResult]]
    run: Run
    watch: Callable[[], Watch]
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    attempts: int
    timeout: timedelta
    window: timedelta
    backlog: timedelta
    robots: Robots | None = None  # with it, robots.txt is respected
    count: Callable[[Outcome, Sequence[str]], None] = lambda outcome, topics: None  # hears of each end


async def read(article_id: int, tools: Reading) -> None:
    """Read one article to its end, or to the moment at which it is tried again."""
    work = await tools.db.read(articles.to_read, article_id)
    if work is None:
        return
    gathered = await _gather(work, tools)
    reading = after_attempt(
        gathered.attempt,
        attempts=work.attempts,
        most=tools.attempts,
        now=tools.now(),
        jitter=tools.jitter(),
    )
    match reading:
        case Use(extracted=extracted):
            await _take(work, gathered, extracted, gathered.outcome, None, tools)
        case StandIn():
            await _stand_in(work, gathered, reading, tools)
        case Again():
            await _try_again(work, reading, tools)
        case Wait(until=until):
            await tools.db.write(articles.wait, work.id, until=until)
        case End(outcome=outcome, reason=reason):
            await _end(work, outcome, reason, tools)
        case _:
            assert_never(reading)


# --- gather -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What an attempt gave, and where its link led; `outcome` holds where the attempt gave a text."""

    attempt: Attempt
    url: str = ""
    outcome: Outcome = Outcome.PAGE
    validators: Validators = NO_VALIDATORS


async def _gather(work: ToRead, tools: Reading) -> Gathered:
    """Read the page, or the feed's entry where it is whole or there is no page.

    A link that only leads on is followed even so: it does not say whose article this is.
    """
    link = work.entry.url
    if link is None or (has_full_text(work.entry) and not leads_on(link)):
        attempt = await _extract(read_entry, work.entry, tools=tools)
        return Gathered(attempt=attempt, url=link or "", outcome=Outcome.FEED)
    # a new feed's backlog is told to nobody, and may be thousands of pages of one site
    visit = await fetch_page(link, work.id, get=tools.get, robots=tools.robots, unhurried=work.quiet)
    attempt, validators = await _read(work, visit, tools)
    return Gathered(
        attempt=attempt, url=address_after(link, visit.url, visit.hops, attempt), validators=validators
    )


async def _read(work: ToRead, visit: Visit, tools: Reading) -> tuple[Attempt, Validators]:
    """Extract the page that a visit met, with its validators."""
    answer = visit.answer
    match answer:
        case Fetched():
            attempt = await _extract(
                read_page,
                answer.body,
                tools=tools,
                url=answer.url,
                content_type=answer.content_type,
                charset=answer.charset,
                feed_language=work.feed_language,
            )
            return attempt, answer.validators
        case FetchFailed() | Closed() | Unknown() | Later():
            return answer, NO_VALIDATORS
        case NotModified():
            fault = FetchFailed(cause=Cause.PROTOCOL, detail="304 to an unconditional request")
            return fault, NO_VALIDATORS
        case _:
            assert_never(answer)


async def _extract(
    function: Callable[..., Any], subject: object, *, tools: Reading, **kwargs: Any
) -> Attempt:
    result = await tools.run(function, subject, timeout=tools.timeout, now=tools.now(), **kwargs)
    assert isinstance(result, Extracted | NotAnArticle | WorkerLost | Unusable)
    return result


async def _stand_in(work: ToRead, gathered: Gathered, page: StandIn, tools: Reading) -> None:
    """Read the feed's own words, marked with why the page was not.

    An alert must not wait for a wall to come down; words of no topic may, for the page may know more.
    """
    words = await _extract(read_entry, work.entry, tools=tools)
    again = Again(at=page.again, reason=page.reason, outcome=page.outcome) if page.again else None
    if isinstance(words, Extracted):
        await _take(work, gathered, words, page.outcome, page.reason, tools, unless_told=again)
    elif again is not None:
        await _try_again(work, again, tools)
    else:
        await _end(work, page.outcome, f"{page.reason}; the feed gives no text either", tools)


async def _try_again(work: ToRead, again: Again, tools: Reading) -> None:
    await tools.db.write(articles.try_again, work.id, at=again.at, reason=again.reason, outcome=again.outcome)
    log.info(
        "article waits",
        article=work.id,
        feed=work.feed,
        host=work.source,
        reason=again.reason,
        until=again.at,
    )


async def _end(work: ToRead, outcome: Outcome, reason: str, tools: Reading) -> None:
    state = ArticleState.DONE if outcome is Outcome.NOT_AN_ARTICLE else ArticleState.FAILED
    await tools.db.write(
        articles.save_unread, work.id, state=state, outcome=outcome, reason=reason, now=tools.now()
    )
    tools.count(outcome, ())
    log.info(
        "article ends", article=work.id, feed=work.feed, host=work.source, outcome=outcome, reason=reason
    )


# --- decide -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An article that was read, as it is to be kept; `validators` are those of the page that told it."""

    judged: Judged
    extracted: Extracted
    outcome: Outcome
    reason: str | None
    quiet: bool
    validators: Validators

    @property
    def canonical_key(self) -> str:
        """The article's identity: the page's own URL for itself, else where its link led."""
        article = self.judged.article
        return url_key(self.extracted.canonical_url or article.url or f"entry:{article.id}")


def verdict_of(
    work: ToRead,
    gathered: Gathered,
    extracted: Extracted,
    watch: Watch,
    *,
    outcome: Outcome,
    reason: str | None,
    listed: str,
    backlog: timedelta,
) -> Verdict:
    """Put an article together and hold it against the topics; *listed* is what our list calls its outlet.

    Of a new feed's entries that tell no date, the page may know that they are old.
    """
    article = assemble(
        work.entry,
        extracted,
        article=work.id,
        outlet=work.outlet,
        source=work.source,
        feed_language=work.feed_language,
        seen_at=work.seen_at,
    )
    if gathered.url:
        article = replace(article, url=gathered.url)
    if work.entry.url and is_elsewhere(work.entry.url, article.url):
        outlet = outlet_behind(article.url, named=work.named, listed=listed)
        article = replace(article, outlet=outlet, source=host_of(article.url))
    is_old = work.is_undated_at_first and is_older(article, work.seen_at - backlog)
    return Verdict(
        judged=judge(article, watch),
        extracted=extracted,
        outcome=outcome,
        reason=reason,
        quiet=work.quiet or is_old,
        validators=gathered.validators if outcome is Outcome.PAGE else NO_VALIDATORS,
    )


# --- settle -----------------------------------------------------------------------------------------


async def _take(
    work: ToRead,
    gathered: Gathered,
    extracted: Extracted,
    outcome: Outcome,
    reason: str | None,
    tools: Reading,
    *,
    unless_told: Again | None = None,
) -> None:
    watch = tools.watch()
    listed = ""
    if work.entry.url and is_elsewhere(work.entry.url, gathered.url):
        listed = await tools.db.read(feeds.outlet_at, sites_of(gathered.url))
    verdict = verdict_of(
        work,
        gathered,
        extracted,
        watch,
        outcome=outcome,
        reason=reason,
        listed=listed,
        backlog=tools.backlog,
    )
    if unless_told is not None and not verdict.judged.matches:
        await _try_again(work, unless_told, tools)
        return
    kept = await tools.db.write(settle, verdict, watch, now=tools.now(), window=tools.window)
    if kept is None:
        return
    tools.count(kept.outcome, kept.topics)
    log.info(
        "article read",
        article=work.id,
        feed=work.feed,
        host=verdict.judged.article.source,
        outcome=kept.outcome,
        reason=reason,
        language=verdict.judged.article.language,
        topics=len(kept.topics),
        alerts=kept.alerts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stands in the database of an article that was read: how it ended, its topics, its alerts."""

    outcome: Outcome
    topics: tuple[str, ...] = ()
    alerts: int = 0


def settle(
    connection: Connection, verdict: Verdict, watch: Watch, *, now: datetime, window: timedelta
) -> Kept | None:
    """Commit an article with its matches, its place in a story, its alerts and their deliveries.

    All of it or nothing: an alert without its deliveries would be lost, an article without its alert
    would never be looked at again. None when it was read meanwhile. One that we hold by another link is no
    article: it was seen once more.
    """
    judged = verdict.judged
    article = judged.article
    if not articles.is_waiting(connection, article.id):
        return None
    key = verdict.canonical_key
    known = articles.same_page(connection, article.id, key, has_page=verdict.outcome is Outcome.PAGE)
    if known is not None:
        articles.make_link(connection, article.id, known)
        return Kept(outcome=Outcome.DUPLICATE_URL)
    articles.save_read(
        connection,
        article,
        verdict.extracted,
        outcome=verdict.outcome,
        reason=verdict.reason,
        canonical_key=key,
        quiet=verdict.quiet,
        now=now,
    )
    if not verdict.quiet:
        near.save(connection, article.id, judged.near_misses, now=now)
    if judged.matches or judged.near_misses:
        _plan(connection, verdict, watch, now=now)
    if not judged.matches:
        return Kept(outcome=verdict.outcome)
    figures.save(connection, article.id, judged.figures)
    told = place_and_tell(connection, judged, watch, quiet=verdict.quiet, now=now, window=window)
    topics = tuple(match.topic for match in judged.matches)
    return Kept(outcome=verdict.outcome, topics=topics, alerts=told)


def _plan(connection: Connection, verdict: Verdict, watch: Watch, *, now: datetime) -> None:
    """Plan to look at the page again, also where a topic just missed it: a word more may bring it there."""
    looks.plan(
        connection,
        verdict.judged.article,
        at=next_look(now, watch.look_again, now=now),
        has_page=verdict.outcome is Outcome.PAGE,
        validators=verdict.validators,
        now=now,
    )
