"""Feeds that a page names: in its head, among its links, and where sites keep them; it fetches none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from monitor.errors import BadFeed
from monitor.feeds.decode import decode
from monitor.text.urls import clean_link, registered_domain

# Where the common systems keep their feeds: WordPress, Drupal, Ghost, Jekyll, Blogger, Arc, Bitrix.
COMMON_PATHS = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/rss/",
    "/feeds/posts/default",
    "/arc/outboundfeeds/rss/",
    "/rss/news",
    "/index.rdf",
    "/?feed=rss2",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
)
MAX_FOUND = 50  # candidates that somebody may want to try; portals name hundreds
MAX_PAGE = 3_000_000  # bytes, as for every page

_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "text/xml",
    }
)
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|[/._-])(?:rss2?|atom|feeds?|rdf)(?:$|[/._?-])|[?&](?:feed|format|output|type)=(?:rss|atom|feed|xml)",
    re.IGNORECASE,
)
_NOT_NEWS = re.compile(r"comments?(?:$|[/_?-])|komentar|kommentar|commentaires", re.IGNORECASE)
_NOT_A_FEED = re.compile(r"\.(?:html?|png|jpe?g|gif|svg|css|js|pdf|mp3|mp4|zip)$", re.IGNORECASE)


def find_feeds(body: bytes, url: str) -> tuple[str, ...]:
    """Return the feeds that the page at *url* names, the likeliest first: `link rel`, then its own links.

    Feeds of comments come last. Nothing is promised: a candidate is a feed when it parses as one.
    """
    root = _html(body)
    if root is None:
        return ()
    base = _base(root, url)
    named = [*_alternates(root, base), *_anchors(root, base)]
    ordered = sorted(dict.fromkeys(named), key=lambda found: bool(_NOT_NEWS.search(found)))
    return tuple(ordered[:MAX_FOUND])


def _html(body: bytes) -> Any | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=False)
    try:
        text, _ = decode(body[:MAX_PAGE])
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (BadFeed, etree.XMLSyntaxError, etree.ParserError):  # a picture, or nothing at all
        return None


def _base(root: Any, url: str) -> str:
    found = next(iter(root.iter("base")), None)
    return (clean_link(found.get("href") or "", url) if found is not None else None) or url


def _alternates(root: Any, base: str) -> Iterator[str]:
    for link in root.iter("link"):
        kinds = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").lower().partition(";")[0].strip()
        is_feed = kind in _TYPES and "alternate" in kinds
        if (is_feed or "feed" in kinds) and (found := clean_link(link.get("href") or "", base)):
            yield found


def _anchors(root: Any, base: str) -> Iterator[str]:
    """Yield the links that look like feeds, of this site and of the hosts that serve feeds for others."""
    home = registered_domain(base)
    for anchor in root.iter("a"):
        found = clean_link(anchor.get("href") or "", base)
        if found is None or _NOT_A_FEED.search(found.partition("?")[0]):
            continue
        is_near = registered_domain(found) in {home, "feedburner.com", "feedblitz.com", "rss.app"}
        if is_near and _LOOKS_LIKE_FEED.search(found.partition("//")[2]):
            yield found
