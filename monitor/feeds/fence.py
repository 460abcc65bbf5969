"""feedparser behind a fence: bounds where its own work grows with the square of what it is given.

It is handed bytes that the pre-filter made, never a string (which it might open as a file or a URL), and
what it returns is text as published: not sanitised, not resolved, not to be trusted.
"""

from __future__ import annotations

import importlib.util
import io
import re
import xml.sax
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import feedparser
from feedparser import api

from monitor.errors import BadFeed, OperatorFault
from monitor.feeds import expat

MAX_TAGS = 200  # categories of one entry; each new one is compared with all before it
MAX_AUTHOR = 1_000  # characters of an author, who may be a whole desk
MAX_BASE = 2_048  # characters; nested xml:base attributes join into gigabytes
MAX_NAMESPACES = 200  # looked through for every element of a namespace that is not known
MAX_DEPTH = 20_000  # elements within elements; XHTML stays under 60, but unclosed tags all add up

_MAIL = re.compile(r"[^\s<>()]*@[^\s<>()]*")

# feedparser would first try Debian's libxml2 driver, which resolves external entities, and then whatever
# PY_SAX_PARSER names. Now there is nothing to try.
api.PREFERRED_XML_PARSERS[:] = [expat.__name__]


class Fence:
    """Mixed in before feedparser's own methods."""

    def unknown_starttag(self: Any, tag: str, attrs: list[tuple[str, str]]) -> Any:
        if self.depth > MAX_DEPTH:
            raise BadFeed(f"elements over {MAX_DEPTH} deep")
        result = super().unknown_starttag(tag, attrs)  # type: ignore[misc]
        if len(self.baseuri) > MAX_BASE:
            self.baseuri = ""
            self.basestack[-1:] = [""]
        return result

    def track_namespace(self: Any, prefix: str | None, uri: str) -> None:
        if len(self.namespaces_in_use) < MAX_NAMESPACES:
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def _add_tag(self: Any, term: str | None, scheme: str | None, label: str | None) -> None:
        if len(self._get_context().get("tags", ())) < MAX_TAGS:
            super()._add_tag(term, scheme, label)  # type: ignore[misc]

    # A text input inside an item or a picture is noted there, and then looked for in the feed: a KeyError.
    def _get_context(self: Any) -> Any:
        if self.intextinput:
            self.feeddata.setdefault("textinput", feedparser.FeedParserDict())
        return super()._get_context()  # type: ignore[misc]

    # feedparser takes the caption of a picture for the item's description, and the description that follows
    # it for full text: kept apart, the caption can serve where there is nothing else.
    def _start_media_description(self: Any, attrs: dict[str, str]) -> None:
        self.push("media_description", 1)

    def _end_media_description(self: Any) -> None:
        self.pop("media_description")

    def _sync_author_detail(self: Any, key: str = "author") -> None:
        context = self._get_context()
        detail = context.get(f"{key}s", ({},))[-1]
        text = context.get(key)
        if detail or not isinstance(text, str):
            super()._sync_author_detail(key)  # type: ignore[misc]
        elif name := _person(text[:MAX_AUTHOR]):
            detail["name"] = name


def _person(text: str) -> str:
    """Return the name in `desk@paper.example (Jane Doe)` and its like.

    feedparser's own search knows top-level domains of four letters at most, and takes 16 s for 64,000 "a".
    """
    return _MAIL.sub("", text).strip(" ()<>,;")


STRICT, LOOSE = api.StrictFeedParser, api.LooseFeedParser  # as feedparser ships them
api.StrictFeedParser = type("StrictFeedParser", (Fence, STRICT), {})
api.LooseFeedParser = type("LooseFeedParser", (Fence, LOOSE), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What feedparser made of a feed; `bozo` says that it was not well-formed.

    `misplaced` counts elements that mean nothing where they stand.
    """

    version: str
    feed: Mapping[str, Any]
    entries: Sequence[Mapping[str, Any]]
    bozo: bool
    misplaced: int = 0


def require_safe_xml() -> None:
    """Refuse a Python in which feeds could reach another XML parser than ours; to be called before a start.

    Raises: `OperatorFault` where Debian's libxml2 bindings can be imported, or our driver is passed over.
    """
    if importlib.util.find_spec("drv_libxml2") is not None:
        raise OperatorFault("python3-libxml2's SAX driver resolves external entities: use a venv without it")
    parser = xml.sax.make_parser(api.PREFERRED_XML_PARSERS)  # noqa: S317 - made to be looked at, never fed
    if not isinstance(parser, expat.BufferedExpat):
        raise OperatorFault("feedparser does not use the XML parser it was given")


def read_plainly(data: bytes) -> Reading:
    """Return feedparser's reading of pre-filtered *data*, all by its own ways.

    Raises: `BadFeed` past a limit, and whatever feedparser raises.
    """
    found = feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return Reading(version=found.version, feed=found.feed, entries=found.entries, bozo=bool(found.bozo))
