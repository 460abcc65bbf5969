"""Feeds: what is listed, what is polled, what one poll found, and silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class FeedStatus(StrEnum):
    """Whether a feed is polled, and if not, why."""

    LIVE = "live"
    GONE = "gone"  # answered 410: the publisher says it will not come back
    REMOVED = "removed"  # no longer in the configuration; kept for its articles


class FeedOrigin(StrEnum):
    """Who put a feed on the list."""

    CONFIG = "config"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one feed is reached: header fields that its server wants to see, and a proxy on the way.

    Any value may be a secret: it is kept in memory only, and shown, stored or logged nowhere.
    """

    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """A feed as an operator lists it; only the URL is required."""

    url: str
    name: str = ""
    outlet: str = ""
    language: str = ""
    every: timedelta | None = None
    tags: tuple[str, ...] = ()
    access: Access = field(default=Access(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """How often in a row a feed's body has ended its parser, and the last body that did."""

    count: int = 0
    body_hash: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it is stored: what a poll needs to know and what a person asks about."""

    id: int
    url: str
    host: str
    name: str = ""
    outlet: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    origin: FeedOrigin = FeedOrigin.CONFIG
    status: FeedStatus = FeedStatus.LIVE
    interval: timedelta = timedelta(minutes=15)
    next_poll_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0
    cause: str | None = None
    last_error: str | None = None
    first_success_at: datetime | None = None
    last_success_at: datetime | None = None
    moved_to: str | None = None
    moves: int = 0
    entries: int = 0
    listed_url: str = ""  # as the operator wrote it; `url` may have moved since
    losses: Losses = Losses()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An Atom entry or RSS item, cleaned of everything a database or a reader cannot bear."""

    key: str  # hash of the guid, else of the link, else of title and date: identity within its feed
    url: str | None  # absolute http(s), never with user info
    title: str
    summary: str = ""  # plain text
    content: str = ""  # HTML as published, unsafe until sanitised; empty when the feed gives no full text
    published_at: datetime | None = None  # clamped to the moment of the poll
    published_claim: str = ""  # the date as the feed wrote it
    authors: tuple[str, ...] = ()
    language: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""  # the outlet that an aggregator names
    section: str = ""
    image: str | None = None  # absolute http(s); shown as a link, never fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed's bytes say, with what had to be mended to read them."""

    format: str  # rss20, rss10, rss091, atom10, json11, …
    title: str
    home: str | None
    language: str
    ttl: timedelta | None
    entries: tuple[Entry, ...]
    repairs: tuple[str, ...] = ()
    hub: str | None = None  # where changes of this feed are announced (WebSub)
    topic: str | None = None  # the URL by which the hub knows the feed


class SilenceKind(StrEnum):
    """How a source came to tell us nothing, the worse the later."""

    QUIET = "quiet"  # it answers, and shows nothing new for longer than its own rhythm explains
    FAILING = "failing"  # several polls in a row gave nothing
    GONE = "gone"  # answered 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A source that tells us nothing; `detail` is safe to store and show.

    `since` is its last sign of life: the last success, for a quiet one its last entry.
    """

    kind: SilenceKind
    since: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Our own network failed: of the hosts asked at its beginning, so many gave no answer, for this cause."""

    since: datetime
    asked: int
    unreached: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How much of the list we hear: feeds read on time, failing, unusually quiet, gone, and all of them."""

    polled: int
    failing: int
    quiet: int
    gone: int
    total: int
