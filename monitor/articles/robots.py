"""What a site's robots.txt asks of us, and what the answer to asking for it means; nothing here fetches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import urlsplit

from protego import Protego

from monitor.model import Cause, Fetched, FetchFailed, FetchResult

PATH = "/robots.txt"
FRESH = timedelta(hours=24)  # RFC 9309 2.4: a copy is not to be used for longer
UNREACHABLE = timedelta(minutes=2)  # until the next try; articles wait for it, and count it as theirs
MAX_TEXT = 512_000  # characters; RFC 9309 2.5 wants at least 500 KiB read, and the rest may be ignored
LONGEST_PAUSE = timedelta(seconds=30)  # a site that asks for minutes would be read days late
CLOSED, UNKNOWN = "robots", "robots.txt unreachable"  # why the page was not read, as people see it

_PRODUCT = re.compile(r"[A-Za-z_-]+")  # RFC 9309 2.2.1
# Faults that pass. A broken certificate or a closed address is not here: it meets the page as well, which
# then says so, while a file that cannot be used forbids nothing.
_SILENT = frozenset({Cause.DNS, Cause.CONNECT, Cause.TIMEOUT, Cause.TRUNCATED, Cause.PROTOCOL})
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is held of a robots.txt; an empty text forbids nothing, and None says that it was never read."""

    text: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """The page may be fetched, this long after the one before it."""

    pause: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The site asks robots not to fetch the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The site does not tell what it asks, and until it is asked again that counts as a no."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The page may be fetched, but it is not its turn yet."""

    at: datetime


Ruling: TypeAlias = Open | Closed
Permit: TypeAlias = Open | Closed | Unknown | Later


def product_token(user_agent: str) -> str:
    """Return the name that robots.txt files know us by: how the User-Agent begins."""
    found = _PRODUCT.search(user_agent)
    return found[0] if found else ""


def origin_of(url: str) -> str:
    """Return scheme, host and port of *url*: each combination has a robots.txt of its own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def after_fetch(answer: FetchResult, before: Copy | None, now: datetime) -> Copy:
    """Return what to hold after asking for a robots.txt.

    Whatever the server refuses, from 404 to a bot check, forbids nothing. Silence forbids everything,
    unless there is a copy from better days.

    Source: RFC 9309 2.3.1 (2xx, 4xx, 5xx, redirects), 2.4 (caching); 429 counts as "not now".
    """
    if isinstance(answer, Fetched):
        text = answer.body.decode("utf-8-sig", "replace").replace("\0", "")[:MAX_TEXT]
        return Copy(text=text, expires_at=now + FRESH)
    if isinstance(answer, FetchFailed) and _is_silent(answer):
        return Copy(text=before.text if before else None, expires_at=now + UNREACHABLE)
    return Copy(text="", expires_at=now + FRESH)


def _is_silent(failed: FetchFailed) -> bool:
    if failed.cause is Cause.HTTP and failed.status is not None:
        return failed.status >= 500 or failed.status == TOO_MANY_REQUESTS
    return failed.cause in _SILENT


def consult(text: str, *, url: str, agent: str) -> Ruling:
    """Return what a robots.txt says of the page at *url*.

    Some files take a parser's whole time and memory, so run it where a process may be killed.
    """
    rules = _rules(text)
    if not rules.can_fetch(url, agent):
        return Closed()
    seconds = min(rules.crawl_delay(agent) or 0.0, LONGEST_PAUSE.total_seconds())
    return Open(pause=timedelta(seconds=seconds))


@lru_cache(maxsize=32)  # a site's articles come in a row
def _rules(text: str) -> Protego:
    return Protego.parse(text)
