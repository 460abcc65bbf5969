"""Feed lists as OPML, in and out: folders are tags, and what OPML has no word for is in our namespace.

Source: http://opml.org/spec2.opml
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from lxml import etree

from monitor.errors import BadFeed, BadInput
from monitor.feeds.markup import one_line
from monitor.feeds.prefilter import prefilter
from monitor.feeds.xmltree import local_name, xml_tree
from monitor.model import FeedSource
from monitor.text.urls import MAX_URL, clean_link, without_feed_scheme

NAMESPACE = "https://newsroom-monitor.example/opml"  # a name, not a page
MAX_FEEDS = 50_000  # far above any reader's export; the list is held in memory
MAX_TEXT = 500  # characters of a name or a tag
MAX_EVERY = timedelta(days=31)

_FEED_TYPES = frozenset({"rss", "atom", "feed"})
_OUTLET = f"{{{NAMESPACE}}}outlet"
_EVERY = f"{{{NAMESPACE}}}every"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An outline with a URL that cannot be polled; neither field repeats the URL, which may hold a password.

    Units: `line` counts from 1.
    """

    line: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlList:
    """What an OPML file lists, each URL once, and what it lists in vain."""

    feeds: tuple[FeedSource, ...]
    left_out: tuple[LeftOut, ...] = ()


def read_opml(body: bytes) -> OpmlList:
    """Return the feeds that an OPML file lists, with their folders and categories as tags.

    Raises: `BadInput` when the file is no OPML, or lists more than a newsroom could read.
    """
    try:
        filtered = prefilter(body, keep_lines=True)
    except BadFeed as fault:
        raise BadInput(str(fault).replace("not a feed", "not an OPML file")) from fault
    if filtered.root.lower() != "opml":
        raise BadInput("not an OPML file")
    found: dict[str, FeedSource] = {}
    left_out: list[LeftOut] = []
    for outline, folders in _outlines(xml_tree(filtered)):
        source = _source(outline, folders)
        if isinstance(source, FeedSource):
            known = found.get(source.url)
            found[source.url] = source if known is None else _joined(known, source)
        else:
            line = outline.sourceline + filtered.first_line - 2  # our own declaration stands on line 1
            left_out.append(LeftOut(line=line, name=_name(outline), reason=source))
        if len(found) + len(left_out) > MAX_FEEDS:
            raise BadInput(f"over {MAX_FEEDS:,} feeds")
    return OpmlList(feeds=tuple(found.values()), left_out=tuple(left_out))


def write_opml(feeds: Iterable[FeedSource], *, title: str = "Feeds") -> str:
    """Return *feeds* as OPML 2.0, each in the folder of its first tag, in their order within it."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"monitor": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, Any] = {}
    for feed in feeds:
        parent = body
        if feed.tags:
            name = _line(feed.tags[0])
            if name not in folders:
                folders[name] = etree.SubElement(body, "outline", {"text": name, "title": name})
            parent = folders[name]
        etree.SubElement(parent, "outline", _attributes(feed))
    etree.indent(root)
    text: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


# --- in -------------------------------------------------------------------------------------------------


def _outlines(root: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield each outline that has a URL, with the names of the folders it lies in, outermost first."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        if _url(element) is not None:
            yield element, folders
        elif local_name(element) == "outline" and (name := _name(element)):
            folders = (*folders, name)
        waiting.extend((child, folders) for child in reversed(element) if isinstance(child.tag, str))


def _source(outline: Any, folders: tuple[str, ...]) -> FeedSource | str:
    """Return the feed, or why its URL cannot be used."""
    written = (_url(outline) or "").strip()
    url = clean_link(without_feed_scheme(written))
    if url is None:
        return _why_not(written)
    name = _name(outline)
    return FeedSource(
        url=url,
        name="" if name in (written, url) else name,
        outlet=_line(outline.get(_OUTLET)),
        language=_line(outline.get("language")),
        every=_span(outline.get(_EVERY)),
        tags=tuple(dict.fromkeys((*folders, *_categories(outline.get("category"))))),
    )


def _joined(first: FeedSource, again: FeedSource) -> FeedSource:
    """Return a feed that stands in several folders: all of them are its tags, the first to say counts."""
    return replace(
        first,
        name=first.name or again.name,
        outlet=first.outlet or again.outlet,
        language=first.language or again.language,
        every=first.every or again.every,
        tags=tuple(dict.fromkeys((*first.tags, *again.tags))),
    )


def _url(outline: Any) -> str | None:
    """Return where an outline's feed is: OPML minds the case of its attributes, lists do not."""
    url: str | None = outline.get("xmlUrl")
    if url is not None or local_name(outline) != "outline":
        return url
    lowered = {name.lower(): value for name, value in outline.attrib.items()}
    is_feed = lowered.get("type", "").lower() in _FEED_TYPES
    return lowered.get("xmlurl", lowered.get("url") if is_feed else None)


def _why_not(url: str) -> str:
    scheme, _, rest = without_feed_scheme(url).partition("://")
    if not url:
        return "no URL"
    if len(url) > MAX_URL:
        return f"a URL of over {MAX_URL:,} characters"
    if scheme.lower() not in ("http", "https"):
        return "not an http(s) URL"
    if "@" in rest.partition("/")[0]:
        return "a user name or password in its URL: list it in feeds.yaml with auth"
    return "a malformed URL"


def _name(outline: Any) -> str:
    return _line(outline.get("text")) or _line(outline.get("title"))


def _line(value: str | None) -> str:
    return one_line(value or "", MAX_TEXT)


def _categories(value: str | None) -> list[str]:
    """Return the tags of a `category`: comma-separated, and in other hands paths that begin with a slash."""
    parts = (_line(unquote(part.strip().removeprefix("/"))) for part in (value or "").split(","))
    return [part for part in parts if part]


def _span(value: str | None) -> timedelta | None:
    digits = (value or "").strip()[:9]
    if not (digits.isascii() and digits.isdigit() and int(digits)):
        return None
    return min(timedelta(seconds=int(digits)), MAX_EVERY)


# --- out ------------------------------------------------------------------------------------------------


def _attributes(feed: FeedSource) -> dict[str, str]:
    """Return an outline's attributes; the folder says the first tag, `category` all of them."""
    every = str(int(feed.every.total_seconds())) if feed.every else ""
    attributes = {
        "type": "rss",
        "text": _line(feed.name) or feed.url,
        "title": _line(feed.name) or feed.url,
        "xmlUrl": feed.url,
        "language": _line(feed.language),
        "category": ",".join(map(_escaped, feed.tags)),
        _OUTLET: _line(feed.outlet),
        _EVERY: every,
    }
    return {name: value for name, value in attributes.items() if value}


def _escaped(tag: str) -> str:
    """Write a tag so that commas, per cent signs and a leading slash come back."""
    tag = _line(tag).replace("%", "%25").replace(",", "%2C")
    return "%2F" + tag[1:] if tag.startswith("/") else tag
