"""Articles: as read from a page or a feed, and as stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class ArticleState(StrEnum):
    """Where an article is on its way through the read stage."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class Outcome(StrEnum):
    """What reading an article came to."""

    PAGE = "page"  # text from the page
    FEED = "feed"  # text from the feed: it was whole, or the page was refused
    NOT_AN_ARTICLE = "not an article"
    BLOCKED = "blocked"
    DUPLICATE_URL = "duplicate url"  # the page's canonical URL is an article we hold
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The text that a reader sees on a page, and what the page says of itself."""

    title: str
    text: str
    language: str  # ISO 639-1, or "und"
    published_at: datetime | None = None
    modified_at: datetime | None = None  # only where it is later than the publication
    authors: tuple[str, ...] = ()
    canonical_url: str | None = None
    site: str = ""
    section: str = ""
    image: str | None = None
    origins: dict[str, str] = field(default_factory=dict)  # field → page | feed | detected …


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnArticle:
    """A page that holds no article: a consent wall, a challenge, a list, an empty shell."""

    outcome: Outcome
    reason: str


Extraction: TypeAlias = Extracted | NotAnArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as the decisions see it, once its text is known."""

    id: int
    url: str
    title: str
    text: str
    language: str
    outlet: str
    source: str  # host, without "www."
    seen_at: datetime
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str = ""
    image: str | None = None  # shown as a link, never fetched
    origins: Mapping[str, str] = field(default_factory=dict)  # field → where its value came from
