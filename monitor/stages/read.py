"""Read: a page becomes an article with its topics, its story and its alerts, in one transaction.

gather (page, extraction) → decide (topics, features) → settle (copy, story, alerts, deliveries). Which
story an article belongs to is decided inside the transaction, because two first reports of one event
that are read at the same moment must meet.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, assert_never

import structlog

from monitor.alerts.decide import decide
from monitor.alerts.route import Audience
from monitor.alerts.surge import USUAL_LIMITS, SurgeLimits
from monitor.articles.extract import has_full_text, read_entry, read_page
from monitor.articles.looks import next_look
from monitor.articles.reading import (
    Again,
    Attempt,
    End,
    StandIn,
    Use,
    Wait,
    after_attempt,
    assemble,
    is_older,
)
from monitor.articles.robots import Closed, Later, Unknown
from monitor.model import (
    Article,
    ArticleState,
    Cause,
    Credit,
    Destination,
    Document,
    Extracted,
    Fetched,
    FetchFailed,
    FetchResult,
    Figure,
    Match,
    NearMiss,
    NotAnArticle,
    NotModified,
    Outcome,
    Placement,
    Route,
    Silenced,
    Topic,
    TopicStatus,
    Unusable,
    Validators,
    WorkerLost,
)
from monitor.stages import copying, pacing
from monitor.stages.disagreeing import disagreements
from monitor.stages.pages import fetch_page
from monitor.stages.robots import Robots
from monitor.stages.telling import News, tell
from monitor.store import alerts, articles, copies, figures, looks, near, stories
from monitor.store.articles import ToRead
from monitor.store.database import Connection, Database, one_story_at_a_time
from monitor.stories.credits import credits_of
from monitor.stories.duplicates import Shingles, shingle
from monitor.stories.features import Features, features, keys
from monitor.stories.figures.extract import figures_of
from monitor.stories.grouping import Limits, place
from monitor.stories.sources import Dispatch
from monitor.text.countries import country_of
from monitor.text.urls import url_key
from monitor.topics.match import Matcher, matches
from monitor.topics.near import Profiles, likenesses, near_misses

log = structlog.get_logger(__name__)

NO_VALIDATORS = Validators()
SPIKE_WITHIN = timedelta(hours=1)  # within which many outlets that report a story are told as a spike


class Run(Protocol):
    """Runs a pure function in a process that may be killed."""

    async def __call__(
        self, function: Callable[..., Any], /, *args: Any, timeout: timedelta, **kwargs: Any
    ) -> Any | WorkerLost | Unusable:
        """Answer the function's value, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched for, swapped as a whole when the configuration is read again."""

    matcher: Matcher
    topics: Mapping[str, Topic]
    routes: tuple[Route, ...]
    surge: SurgeLimits = USUAL_LIMITS
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    silenced: tuple[Silenced, ...] = ()
    profiles: Profiles = field(default_factory=dict)

    @property
    def open(self) -> frozenset[str]:
        """The topics that raise alerts and hide nothing."""
        return frozenset(topic for topic in self.live if not self.topics[topic].discreet)

    @property
    def live(self) -> frozenset[str]:
        """The topics that raise alerts."""
        return frozenset(topic.id for topic in self.topics.values() if topic.status is TopicStatus.LIVE)

    @property
    def audience(self) -> Audience:
        """Who is there to be told."""
        return Audience(
            routes=self.routes,
            destinations=self.destinations,
            silenced=self.silenced,
            titles={topic.id: topic.title for topic in self.topics.values()},
            discreet={topic.id: topic.code_name for topic in self.topics.values() if topic.discreet},
        )


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
    look_again: tuple[timedelta, ...] = ()  # when pages that matched are looked at again
    count: Callable[[Outcome, Sequence[str]], None] = lambda outcome, topics: None  # hears of each end


async def read(article_id: int, tools: Reading) -> None:
    """Read one article to its end, or to the moment at which it is tried again."""
    work = await tools.db.read(articles.to_read, article_id)
    if work is None:
        return
    page = None if has_full_text(work.entry) else work.entry.url
    attempt, validators = await _gather(work, page, tools)
    now = tools.now()
    reading = after_attempt(
        attempt, attempts=work.attempts, most=tools.attempts, now=now, jitter=tools.jitter()
    )
    match reading:
        case Use(extracted=extracted):
            outcome = Outcome.FEED if page is None else Outcome.PAGE
            await _take(work, extracted, outcome, None, tools, validators)
        case StandIn():
            await _stand_in(work, reading, tools)
        case Again():
            await _try_again(work, reading, tools)
        case Wait(until=until):
            await tools.db.write(articles.wait, work.id, until=until)
        case End(outcome=outcome, reason=reason):
            await _end(work, outcome, reason, tools)
        case _:
            assert_never(reading)


# --- gather -----------------------------------------------------------------------------------------


async def _gather(work: ToRead, page: str | None, tools: Reading) -> tuple[Attempt, Validators]:
    """Read the page, or the feed's entry where it is whole or there is no page; with a page's validators."""
    if page is None:
        return await _extract(read_entry, work.entry, tools=tools), NO_VALIDATORS
    answer = await fetch_page(page, work.id, get=tools.get, robots=tools.robots)
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


async def _stand_in(work: ToRead, page: StandIn, tools: Reading) -> None:
    """Read the feed's own words, marked with why the page was not.

    An alert must not wait for a wall to come down; words of no topic may, for the page may know more.
    """
    words = await _extract(read_entry, work.entry, tools=tools)
    again = Again(at=page.again, reason=page.reason, outcome=page.outcome) if page.again else None
    if isinstance(words, Extracted):
        await _take(work, words, page.outcome, page.reason, tools, unless_told=again)
    elif again is not None:
        await _try_again(work, again, tools)
    else:
        await _end(work, page.outcome, f"{page.reason}; the feed gives no text either", tools)


async def _try_again(work: ToRead, again: Again, tools: Reading) -> None:
    await tools.db.write(articles.try_again, work.id, at=again.at, reason=again.reason, outcome=again.outcome)
    log.info("article waits", article=work.id, host=work.source, reason=again.reason, until=again.at)


async def _end(work: ToRead, outcome: Outcome, reason: str, tools: Reading) -> None:
    state = ArticleState.DONE if outcome is Outcome.NOT_AN_ARTICLE else ArticleState.FAILED
    await tools.db.write(
        articles.save_unread, work.id, state=state, outcome=outcome, reason=reason, now=tools.now()
    )
    tools.count(outcome, ())
    log.info("article ends", article=work.id, host=work.source, outcome=outcome, reason=reason)


# --- decide -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An article with everything that can be known of it without looking at the others."""

    article: Article
    extracted: Extracted
    outcome: Outcome
    reason: str | None
    quiet: bool
    matches: tuple[Match, ...]
    shingles: Shingles | None
    features: Features | None
    figures: tuple[Figure, ...] = ()
    credits: tuple[Credit, ...] = ()
    likeness: Mapping[str, float] = field(default_factory=dict)  # to the examples of topics
    near_misses: tuple[NearMiss, ...] = ()
    validators: Validators = NO_VALIDATORS  # of the page that the text comes from


def judged(
    work: ToRead,
    extracted: Extracted,
    outcome: Outcome,
    reason: str | None,
    watch: Watch,
    *,
    backlog: timedelta,
) -> Judged:
    """Hold an article against the topics, and take its fingerprints if it belongs to one.

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
    document = Document(
        title=article.title,
        text=article.text,
        language=article.language,
        source=article.source,
        tags=article.tags,
    )
    held = watch.matcher.held(document)
    found = matches(held, document)
    alike = likenesses(document, watch.profiles)
    concepts = frozenset(item.concept for match in found for item in match.evidence)
    return Judged(
        article=article,
        extracted=extracted,
        outcome=outcome,
        reason=reason,
        quiet=work.quiet or (work.is_undated_at_first and is_older(article, work.seen_at - backlog)),
        matches=found,
        shingles=shingle(article.text or article.title, article.language) if found else None,
        features=features(article.title, article.text, article.language, concepts) if found else None,
        figures=figures_of(article) if found else (),
        credits=credits_of(article) if found else (),
        likeness=alike,
        near_misses=tuple(near for near in near_misses(held, alike) if near.topic in watch.open),
    )


# --- settle -----------------------------------------------------------------------------------------


async def _take(
    work: ToRead,
    extracted: Extracted,
    outcome: Outcome,
    reason: str | None,
    tools: Reading,
    validators: Validators = NO_VALIDATORS,
    unless_told: Again | None = None,
) -> None:
    watch = tools.watch()
    verdict = replace(
        judged(work, extracted, outcome, reason, watch, backlog=tools.backlog), validators=validators
    )
    if unless_told is not None and not verdict.matches:
        await _try_again(work, unless_told, tools)
        return
    kept = await tools.db.write(
        settle, verdict, watch, now=tools.now(), window=tools.window, look_again=tools.look_again
    )
    if kept is None:
        return
    tools.count(kept.outcome, kept.topics)
    log.info(
        "article read",
        article=work.id,
        host=work.source,
        outcome=kept.outcome,
        reason=reason,
        language=verdict.article.language,
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
    connection: Connection,
    verdict: Judged,
    watch: Watch,
    *,
    now: datetime,
    window: timedelta,
    look_again: Sequence[timedelta] = (),
) -> Kept | None:
    """Commit an article with its matches, its place in a story, its alerts and their deliveries.

    All of it or nothing: an alert without its deliveries would be lost, an article without its alert
    would never be looked at again. None when it was read meanwhile.
    """
    article = verdict.article
    if not articles.is_waiting(connection, article.id):
        return None
    canonical_key = url_key(verdict.extracted.canonical_url or article.url or f"entry:{article.id}")
    known = articles.same_page(connection, article.id, canonical_key)
    if known is not None:
        articles.save_unread(
            connection,
            article.id,
            state=ArticleState.DONE,
            outcome=Outcome.DUPLICATE_URL,
            reason=f"the page is article {known}",
            now=now,
        )
        return Kept(outcome=Outcome.DUPLICATE_URL)
    articles.save_read(
        connection,
        article,
        verdict.extracted,
        outcome=verdict.outcome,
        reason=verdict.reason,
        canonical_key=canonical_key,
        quiet=verdict.quiet,
        now=now,
    )
    if not verdict.quiet:
        near.save(connection, article.id, verdict.near_misses, now=now)
    if not verdict.matches:
        return Kept(outcome=verdict.outcome)
    articles.save_matches(connection, article.id, verdict.matches)
    figures.save(connection, article.id, verdict.figures)
    looks.plan(
        connection,
        article,
        at=next_look(now, look_again, now=now),
        has_page=verdict.outcome is Outcome.PAGE,
        validators=verdict.validators,
        now=now,
    )
    told = _tell(connection, verdict, watch, now=now, window=window)
    topics = tuple(match.topic for match in verdict.matches)
    return Kept(outcome=verdict.outcome, topics=topics, alerts=told)


def _tell(connection: Connection, verdict: Judged, watch: Watch, *, now: datetime, window: timedelta) -> int:
    article = verdict.article
    one_story_at_a_time(connection)
    story, placement = _place(connection, verdict, now=now, window=window)
    found = disagreements(connection, story, article.id)
    drafts = decide(
        article=article,
        matches=verdict.matches,
        placement=placement,
        told=alerts.told(connection, story),
        live=watch.live,
        quiet=verdict.quiet,
        reach=stories.reach(connection, story, without=article.id, since=now - SPIKE_WITHIN),
        country=country_of(article.source, article.tags),
        disagreements=found,
        wanted_figures={topic.id: topic.figures for topic in watch.topics.values() if topic.figures},
    )
    waiting = pacing.gathered(connection, drafts, watch.topics, watch.surge, story=story, now=now)
    news = News(
        article=article,
        matches=verdict.matches,
        story=story,
        disagreements=found,
        likeness=verdict.likeness,
    )
    return tell(connection, drafts, news, watch.audience, now=now, gathered=waiting)


def _place(
    connection: Connection, verdict: Judged, *, now: datetime, window: timedelta
) -> tuple[int, Placement]:
    assert verdict.shingles is not None
    assert verdict.features is not None
    own_keys = keys(verdict.features)
    found = copying.find(connection, verdict.article, verdict.shingles, window=window)
    placement = place(
        verdict.features,
        stories.candidates(connection, own_keys, since=now - window),
        copy=found.original,
        now=now,
        limits=Limits(window=window),
    )
    dispatch = Dispatch(credits=verdict.credits, figures=verdict.figures, shingles=verdict.shingles)
    family = copying.family_for(connection, found, placement.story, dispatch)
    story = stories.settle(
        connection,
        verdict.article,
        placement,
        topics=[match.topic for match in verdict.matches],
        features=verdict.features,
        keys=own_keys,
        family=family,
        named=verdict.credits,
        now=now,
    )
    copies.keep_sample(connection, verdict.article.id, family, found.sample)
    if placement.copy is not None:
        copying.put_in_order(connection, verdict.article, verdict.shingles, placement.copy)
    return story, placement
