"""Entries as any format gives them, made into the entries that the rest of the program may trust."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from monitor.feeds.dates import parse_date
from monitor.feeds.identity import guid_key, link_key, text_key
from monitor.feeds.markup import one_line, plain_text
from monitor.model import Entry
from monitor.text.urls import clean_link
from monitor.text.words import clean

# Characters; each is several times what newsrooms publish, and together they bound an entry.
MAX_TITLE = 1_000
MAX_SUMMARY = 20_000
MAX_CONTENT = 1_000_000
MAX_NAME = 200
MAX_CLAIM = 100
MAX_SECTION = 80  # as of a page
MAX_NAMES = 50  # authors, tags

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?=$|[-_])")
_OLD_CODES = {"in": "id", "iw": "he", "ji": "yi"}  # withdrawn from ISO 639 in 1989, still written by Java


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry as its format gives it: nothing cleaned, nothing resolved, any field may be missing.

    All texts are HTML, save that `title_is_text` says of a title that its angle brackets are its own.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_text: bool = False
    summary: str = ""
    content: str = ""
    date: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A feed as its format gives it; `title` is HTML, `ttl` a number of minutes."""

    format: str
    title: str = ""
    home: str | None = None
    language: str = ""
    ttl: str = ""
    entries: tuple[RawEntry, ...] = ()
    repairs: tuple[str, ...] = ()
    hub: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The entries of one feed, and what had to be mended to tell them apart."""

    entries: tuple[Entry, ...]
    repairs: tuple[str, ...]


def build_entries(raw: Sequence[RawEntry], *, base: str, language: str, now: datetime) -> Built:
    """Return the entries of one feed in its own order, each once, those that say nothing left out."""
    guids, links = _shared_guids(raw), _shared_links(raw)
    built: dict[str, Entry] = {}
    mended: Counter[str] = Counter()
    for entry in raw:
        guid = "" if entry.guid in guids else entry.guid.strip()
        link = "" if entry.link in links else entry.link.strip()
        found = _build(entry, (guid, link), base=base, language=language, now=now)
        if found is None:
            mended["left out: nothing in it"] += 1
        elif built.setdefault(found.key, found) is not found:
            mended["left out: another again"] += 1
        elif not guid:
            mended["without an own id: known by link or title"] += 1
    return Built(
        entries=tuple(built.values()),
        repairs=tuple(_count(number, what) for what, number in mended.items()),
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'} {what}"


def language_code(text: str) -> str:
    """Return the language of a tag such as `en-GB` as ISO 639; empty when it is none."""
    found = _LANGUAGE.match(text.strip())
    code = found[1].lower() if found else ""
    return _OLD_CODES.get(code, code)


def _build(
    raw: RawEntry, identity: tuple[str, str], *, base: str, language: str, now: datetime
) -> Entry | None:
    url = clean_link(raw.link, base) if raw.link.strip() else None
    title = (
        one_line(unescape(raw.title), MAX_TITLE) if raw.title_is_text else plain_text(raw.title, MAX_TITLE)
    )
    claim = one_line(raw.date, MAX_CLAIM)
    summary = plain_text(raw.summary, MAX_SUMMARY)
    if url is None and not title and not summary:
        return None
    language = language_code(raw.language) or language
    return Entry(
        key=_entry_key(*identity, title or summary, claim),
        url=url,
        title=title,
        summary=summary,
        content=_content(raw.content),
        published_at=parse_date(claim, now, language) if claim else None,
        published_claim=claim,
        authors=_names(raw.authors),
        language=language,
        tags=_names(raw.tags),
        source=plain_text(raw.source, MAX_NAME),
        section=plain_text(raw.section, MAX_SECTION),
        image=clean_link(raw.image, base) if raw.image.strip() else None,
    )


def _content(html: str) -> str:
    """Return full text within its limit, which some letters pass when cleaning takes them apart."""
    cleaned = clean(html) if len(html) <= MAX_CONTENT else ""
    return cleaned if len(cleaned) <= MAX_CONTENT else ""


def _entry_key(guid: str, link: str, title: str, claim: str) -> str:
    if guid:
        return guid_key(guid)
    return link_key(link) if link else text_key(title, claim)


def _shared_guids(raw: Iterable[RawEntry]) -> set[str]:
    """Return the ids that entries of different title *and* link share: template leftovers that identify none.

    One item under several URLs keeps its title, an item that was renamed keeps its link.
    """
    first: dict[str, tuple[str, str]] = {}
    shared: set[str] = set()
    for entry in raw:
        title, link = first.setdefault(entry.guid, (entry.title, entry.link))
        if title != entry.title and entry.guid not in shared and _differ(link, entry.link):
            shared.add(entry.guid)
    return shared


def _shared_links(raw: Iterable[RawEntry]) -> set[str]:
    """Return the links that entries without id share under different titles, such as a podcast's home."""
    first: dict[str, str] = {}
    nameless = (entry for entry in raw if not entry.guid)
    return {entry.link for entry in nameless if first.setdefault(entry.link, entry.title) != entry.title}


def _differ(link: str, other: str) -> bool:
    return bool(link and other) and link_key(link) != link_key(other)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    cleaned = (plain_text(name, MAX_NAME) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:MAX_NAMES]
