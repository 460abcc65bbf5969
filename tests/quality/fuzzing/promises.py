"""What the program relies on in a parsed feed, whatever it was made of."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from monitor.feeds.entries import MAX_CLAIM, MAX_CONTENT, MAX_NAME, MAX_NAMES, MAX_SUMMARY, MAX_TITLE
from monitor.feeds.parse import MAX_TTL
from monitor.model import Entry, ParsedFeed
from monitor.text.urls import MAX_URL
from tests.feeds.corpus import NOW

MAX_ENTRIES = 5_000  # poll.max_entries

_UNBEARABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK = re.compile("[\t\n]")
_KEY = re.compile("[0-9a-f]{64}")


def faults(feed: ParsedFeed) -> Iterator[str]:
    """Yield what is wrong with *feed*, in words that name no value."""
    if len(feed.entries) > MAX_ENTRIES:
        yield "over the limit of entries"
    if len({entry.key for entry in feed.entries}) < len(feed.entries):
        yield "a key twice"
    if feed.ttl is not None and not timedelta() < feed.ttl <= MAX_TTL:
        yield "ttl out of bounds"
    yield from _in_one_line("format", feed.format, 20)
    yield from _in_one_line("feed's title", feed.title, MAX_TITLE)
    yield from _in_one_line("feed's language", feed.language, 3)
    for repair in feed.repairs:
        yield from _in_one_line("repair", repair, 200)
    for name in ("home", "hub", "topic"):
        yield from _as_link(name, getattr(feed, name))
    for entry in feed.entries:
        yield from _of_entry(entry)
    yield from _as_travels(feed)


def _of_entry(entry: Entry) -> Iterator[str]:
    if not _KEY.fullmatch(entry.key):
        yield "a key that is no hash"
    yield from _as_link("url", entry.url)
    yield from _in_one_line("title", entry.title, MAX_TITLE)
    yield from _in_one_line("summary", entry.summary, MAX_SUMMARY)
    yield from _as_text("content", entry.content, MAX_CONTENT)
    yield from _in_one_line("claim", entry.published_claim, MAX_CLAIM)
    yield from _in_one_line("language", entry.language, 3)
    yield from _in_one_line("source", entry.source, MAX_NAME)
    yield from _as_names("authors", entry.authors)
    yield from _as_names("tags", entry.tags)
    yield from _as_date(entry.published_at)


def _as_text(name: str, text: Any, longest: int) -> Iterator[str]:
    if type(text) is not str:  # feedparser has relatives of it, which bring their own baggage
        yield f"{name} is no plain string"
    elif len(text) > longest:
        yield f"{name} over its limit"
    elif _UNBEARABLE.search(text):
        yield f"{name} holds what a database cannot bear"


def _in_one_line(name: str, text: Any, longest: int) -> Iterator[str]:
    yield from _as_text(name, text, longest)
    if _BREAK.search(text):
        yield f"{name} in several lines"


def _as_names(name: str, names: tuple[str, ...]) -> Iterator[str]:
    if len(names) > MAX_NAMES or len(set(names)) < len(names):
        yield f"{name} too many or twice"
    for one in names:
        yield from _in_one_line(name, one, MAX_NAME)


def _as_link(name: str, link: str | None) -> Iterator[str]:
    if link is None:
        return
    yield from _in_one_line(name, link, MAX_URL)
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield f"{name} leads elsewhere than http"
    if "@" in parts.netloc or "\\" in link or not link.isascii():
        yield f"{name} can be read in two ways"


def _as_date(moment: datetime | None) -> Iterator[str]:
    if moment is None:
        return
    if moment.tzinfo is not UTC:
        yield "a date not in UTC"
    elif moment > NOW:
        yield "a date in the future"


def _as_travels(feed: ParsedFeed) -> Iterator[str]:
    try:
        if pickle.loads(pickle.dumps(feed)) != feed:
            yield "another after its way home"
    except Exception:  # noqa: BLE001 - pickle raises whatever the value's class raises
        yield "cannot travel"
