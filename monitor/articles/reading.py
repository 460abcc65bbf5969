"""What to make of an attempt at a page: use it, let the feed's words stand in, try again, or give up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias, assert_never

from monitor.articles import robots
from monitor.articles.address import address_of, last_page
from monitor.articles.robots import Closed, Later, Unknown
from monitor.model import (
    Article,
    Cause,
    Entry,
    Extracted,
    FetchFailed,
    NotAnArticle,
    Outcome,
    Unusable,
    WorkerLost,
)

FIRST_RETRY = timedelta(minutes=1)
RETRY_FACTOR = 4  # 1, 4, 16 minutes: long enough for a server to restart
MAX_FACTOR = RETRY_FACTOR**4  # four hours: twenty attempts are allowed, and 4^19 minutes end the calendar
SLOW_RETRY = timedelta(hours=1)  # a page without its article yet: live blogs fill up, walls come down
MIDNIGHT = time(tzinfo=UTC)
ZONES = timedelta(hours=14)  # the farthest that a local day lies from UTC's
PASSING = frozenset({Cause.DNS, Cause.CONNECT, Cause.TIMEOUT, Cause.TRUNCATED, Cause.PROTOCOL})
REFUSING_STATUS = frozenset({401, 402, 403, 407, 429, 451})  # readers may be let in where we are not
ANSWERED = frozenset({Cause.HTTP, Cause.CHALLENGE, Cause.TOO_LARGE})  # a server stood at the end of the way
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The page gave its text."""

    extracted: Extracted


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """The page cannot be had: the feed's own words stand in, marked with why.

    Where they belong to no topic the page, if it is worth another try, may still do: `again` says when.
    """

    outcome: Outcome
    reason: str
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A passing fault: the article falls due again, marked with what its page showed instead."""

    at: datetime
    reason: str
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing was attempted: the article's turn at its host comes later."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """There is no article here."""

    outcome: Outcome
    reason: str


Attempt: TypeAlias = Extracted | NotAnArticle | FetchFailed | WorkerLost | Unusable | Closed | Unknown | Later
Reading: TypeAlias = Use | StandIn | Again | Wait | End


def after_attempt(attempt: Attempt, *, attempts: int, most: int, now: datetime, jitter: float) -> Reading:
    """Decide what an attempt at an article's page comes to.

    *attempts* counts the failed ones before it; after *most* the page is given up.

    Units: `jitter` is in 0 to 1 and stretches a wait by up to a quarter, so that a site that comes back
    is not met by everybody at once.
    """
    is_last = attempts + 1 >= most
    soon = now + FIRST_RETRY * min(RETRY_FACTOR**attempts, MAX_FACTOR) * (1 + jitter / 4)
    match attempt:
        case Extracted():
            return Use(extracted=attempt)
        case NotAnArticle(outcome=Outcome.BLOCKED, reason=reason):
            again = None if is_last else now + SLOW_RETRY * (attempts + 1)
            return StandIn(outcome=Outcome.BLOCKED, reason=reason, again=again)
        case NotAnArticle(outcome=outcome, reason=reason):
            if is_last:
                return End(outcome=outcome, reason=reason)
            return Again(at=now + SLOW_RETRY * (attempts + 1), reason=reason, outcome=outcome)
        case FetchFailed(label=reason, retry_after=asked) if is_refusal(attempt):
            later = max(now + SLOW_RETRY * (attempts + 1), now + (asked or timedelta()))
            return StandIn(outcome=Outcome.BLOCKED, reason=reason, again=None if is_last else later)
        case FetchFailed(label=reason, retry_after=asked):
            if is_last or not may_pass(attempt):
                return StandIn(outcome=Outcome.FEED, reason=reason)
            return Again(at=max(soon, now + (asked or timedelta())), reason=reason)
        case WorkerLost(reason=reason):
            if is_last:
                return StandIn(outcome=Outcome.QUARANTINED, reason=reason)
            return Again(at=soon, reason=reason)
        case Unusable(reason=reason):
            return StandIn(outcome=Outcome.FEED, reason=reason)
        case Closed():
            return StandIn(outcome=Outcome.FEED, reason=robots.CLOSED)
        case Unknown(until=until):
            if is_last:
                return StandIn(outcome=Outcome.FEED, reason=robots.UNKNOWN)
            return Again(at=max(soon, until), reason=robots.UNKNOWN)
        case Later(at=at):
            return Wait(until=at)
        case _:
            assert_never(attempt)


def address_after(link: str, final: str, hops: Sequence[str], attempt: Attempt) -> str:
    """Return where the article of *link* stands, after an attempt whose fetch ended at *final*.

    A wall's own address is nobody's article, however the link came there; nor is one at which nobody
    answered, which a redirect may have made up.
    """
    match attempt:
        case Extracted() | WorkerLost() | Unusable() | Closed():
            return address_of(link, final)
        case FetchFailed(cause=cause):
            return address_of(link, final if cause in ANSWERED else "")
        case NotAnArticle():
            return address_of(link, last_page(link, hops))
        case Unknown() | Later():
            return address_of(link)
        case _:
            assert_never(attempt)


def may_pass(failed: FetchFailed) -> bool:
    """Tell whether a fault is one of the moment, so that it is worth asking again."""
    return failed.cause in PASSING or (failed.cause is Cause.HTTP and failed.status in PASSING_STATUS)


def is_refusal(failed: FetchFailed) -> bool:
    """Tell whether a site would not let us read its page, which may be there for others."""
    return failed.cause is Cause.CHALLENGE or (
        failed.cause is Cause.HTTP and failed.status in REFUSING_STATUS
    )


def assemble(
    entry: Entry,
    extracted: Extracted,
    *,
    article: int,
    outlet: str,
    source: str,
    feed_language: str,
    seen_at: datetime,
) -> Article:
    """Put an article together: the page's word first, the feed's where the page is silent.

    The feed's language counts only where the text is too short to tell. `origins` says of each value
    where it came from.
    """
    language = extracted.language
    if language in ("", "und"):
        language = (entry.language or feed_language or "und").split("-")[0].lower()
    published = _published(extracted, entry.published_at)
    told_by_feed = {
        "title": entry.title and not extracted.title,
        "authors": entry.authors and not extracted.authors,
        "section": entry.section and not extracted.section,
        "image": entry.image and not extracted.image,
        "published_at": published != extracted.published_at,
        "language": language != extracted.language and language != "und",
    }
    from_feed = [name for name, is_so in told_by_feed.items() if is_so]
    return Article(
        id=article,
        url=entry.url or "",
        title=extracted.title or entry.title,
        text=extracted.text,
        language=language,
        outlet=outlet,
        source=source,
        seen_at=seen_at,
        published_at=published,
        authors=extracted.authors or entry.authors,
        tags=entry.tags,
        section=extracted.section or entry.section,
        image=extracted.image or entry.image,
        origins=dict(extracted.origins) | dict.fromkeys(from_feed, "feed"),
    )


def is_older(article: Article, than: datetime) -> bool:
    """Tell whether an article says that it was published before a moment; one that tells no date does not."""
    return article.published_at is not None and article.published_at < than


def _published(extracted: Extracted, feed: datetime | None) -> datetime | None:
    """Return the page's moment of publication.

    The feed knows better where the page's was guessed from its prose, and the hour where it is a bare day.
    """
    page = extracted.published_at
    if page is None or feed is None:
        return page or feed
    if extracted.origins.get("published_at") == "guessed":
        return feed
    is_bare_day = page.timetz() == MIDNIGHT and -ZONES <= feed - page < timedelta(days=1) + ZONES
    return feed if is_bare_day else page
