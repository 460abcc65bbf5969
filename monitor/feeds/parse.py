"""Feed bytes as a `ParsedFeed`, whatever the format; runs in a worker that may be killed.

Every limit of the formats stands in the modules behind this one; here they are told apart and put together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import Any

from monitor.errors import BadFeed
from monitor.feeds.entries import MAX_TITLE, RawEntry, RawFeed, build_entries, language_code
from monitor.feeds.fence import Reading
from monitor.feeds.jsonfeed import looks_like_json, read_json_feed
from monitor.feeds.markup import plain_text
from monitor.feeds.mojibake import mend_feed
from monitor.feeds.prefilter import Prefiltered, prefilter
from monitor.feeds.reading import read_with_feedparser
from monitor.feeds.sitemap import read_news_sitemap
from monitor.model import ParsedFeed
from monitor.text.urls import clean_link

MAX_ENTRIES = 5_000
MAX_TTL = timedelta(hours=24)

_FORMATS = {"": "rss", "rss091u": "rss091", "rss091n": "rss091"}
_HTML = frozenset({"html", "head", "body", "title", "meta", "script", "div", "p"})
_HTML_TYPES = frozenset({"text/html", "html", "application/xhtml+xml", "xhtml"})


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    charset: str | None = None,
    now: datetime,
    max_entries: int = MAX_ENTRIES,
) -> ParsedFeed:
    """Return what *body* says, with its entries in the feed's own order.

    `content_type` and `charset` are the server's claims: the bytes are believed before either. `url`
    only resolves relative links; no entry's identity depends on it.

    Raises: `BadFeed` for what is no feed or passes a limit, its `ParserFailed` for what a parser broke
            over, and nothing else.
    """
    if not body.strip():
        raise BadFeed("not a feed: an empty answer")
    is_called_json = "json" in content_type and not body.lstrip().startswith(b"<")
    if is_called_json or looks_like_json(body):
        raw = read_json_feed(body, charset)
    else:
        raw = _read_xml(prefilter(body, charset))
    return _parsed(mend_feed(raw), url, now, max_entries)


def _parsed(raw: RawFeed, url: str, now: datetime, max_entries: int) -> ParsedFeed:
    home = clean_link(raw.home, url) if raw.home else None
    # Atom's links start from the document, RSS's from the site that its channel names
    base = url if raw.format.startswith("atom") else home or url
    language = language_code(raw.language)
    built = build_entries(raw.entries[:max_entries], base=base, language=language, now=now)
    repairs = raw.repairs + built.repairs
    if len(raw.entries) > max_entries:
        repairs += (f"{len(raw.entries) - max_entries} entries over the limit left out",)
    return ParsedFeed(
        format=raw.format,
        title=plain_text(raw.title, MAX_TITLE),
        home=home,
        language=language,
        ttl=_ttl(raw.ttl),
        entries=built.entries,
        repairs=repairs,
        hub=clean_link(raw.hub, url) if raw.hub else None,
        topic=clean_link(raw.topic, url) if raw.topic else None,
    )


def _ttl(text: str) -> timedelta | None:
    """Return RSS's `ttl`, which counts minutes, within a day."""
    digits = text.strip()[:6]
    if not (digits.isascii() and digits.isdigit() and int(digits)):
        return None
    return min(timedelta(minutes=int(digits)), MAX_TTL)


# --- XML ------------------------------------------------------------------------------------------------


def _read_xml(filtered: Prefiltered) -> RawFeed:
    root = filtered.root.lower().rpartition(":")[2]
    if root == "urlset":
        return read_news_sitemap(filtered)
    if root == "sitemapindex":
        raise BadFeed("not a feed: an index of sitemaps")
    if root in _HTML:
        raise BadFeed("not a feed: an HTML page")
    if root not in ("rss", "rdf", "feed", "channel"):
        raise BadFeed("not a feed: another kind of XML")
    result = read_with_feedparser(filtered.data)
    is_cut_off = result.bozo and _is_cut_off(filtered.data)
    return _from_feedparser(result, filtered.repairs, is_cut_off=is_cut_off)


def _is_cut_off(data: bytes) -> bool:
    """Say whether the last entry never ends, where others do."""
    ended = max(data.rfind(b"</item>"), data.rfind(b"</entry>"))
    return 0 <= ended < max(data.rfind(b"<item"), data.rfind(b"<entry"))


def _from_feedparser(result: Reading, repairs: tuple[str, ...], *, is_cut_off: bool) -> RawFeed:
    entries = tuple(_raw_entry(dict(entry), result.version) for entry in result.entries)
    if is_cut_off and len(entries) > 1 and not entries[-1].link:
        # by its title alone it would be another entry than the one that the whole feed shows next time
        entries = entries[:-1]
        repairs += ("the last entry, cut off before its link, left out",)
    if result.bozo and not entries:
        raise BadFeed("not well-formed, and no entry in it")
    feed = dict(result.feed)
    if result.bozo:
        repairs += ("not well-formed XML",)
    if result.misplaced:
        repairs += ("elements out of place left out",)
    return RawFeed(
        format=_FORMATS.get(result.version, result.version),
        title=_text(feed, "title"),
        home=_text(feed, "link") or None,
        language=_text(feed, "language"),
        ttl=_text(feed, "ttl"),
        entries=entries,
        repairs=repairs,
        hub=_related(feed, "hub"),
        topic=_related(feed, "self"),
    )


def _related(feed: dict[str, Any], relation: str) -> str:
    """Return where the feed's first link of a relation leads: its hub, itself."""
    links = (link for link in _list(feed, "links") if link.get("rel") == relation)
    return next((str(link.get("href", "")) for link in links), "")


def _raw_entry(entry: dict[str, Any], version: str) -> RawEntry:
    title = _mapping(entry, "title_detail")
    summary = _text(entry, "summary") or _text(entry, "media_description")
    content = _content(entry)
    return RawEntry(
        guid=_text(entry, "id"),
        link=_text(entry, "feedburner_origlink") or _link(entry),
        title=_text(entry, "title"),
        title_is_text=version.startswith("atom") and title.get("type") == "text/plain",
        summary=summary,
        # a second description (iTunes) arrives as content too; full text is longer than a summary
        content=content if len(content) >= len(summary) else "",
        date=_text(entry, "published") or _text(entry, "created") or _text(entry, "updated"),
        authors=tuple(
            name for name in (_text(who, "name") for who in _list(entry, "authors")) if "@" not in name
        ),
        language=_text(entry, "language") or _text(title, "language"),
        tags=tuple(_text(tag, "label") or _text(tag, "term") for tag in _list(entry, "tags")),
        source=_text(_mapping(entry, "source"), "title"),
        section=_section(entry),
        image=_image(entry),
    )


def _section(entry: dict[str, Any]) -> str:
    """Return the section that an entry names; among several categories none is known to be it."""
    tags = _list(entry, "tags")
    marked = (_text(tag, "term") for tag in tags if "section" in _text(tag, "scheme").lower())
    sole = _text(tags[0], "label") or _text(tags[0], "term") if len(tags) == 1 else ""
    return _text(entry, "prism_section") or _text(entry, "section") or next(marked, sole)


def _image(entry: dict[str, Any]) -> str:
    """Return the picture that an entry shows: the large one before its thumbnail and an enclosed one."""
    media = [part for part in _list(entry, "media_content") if _is_image(part)]
    enclosed = [link for link in _list(entry, "links") if link.get("rel") == "enclosure" and _is_image(link)]
    found = (
        _text(part, "url") or _text(part, "href")
        for part in (*media, *_list(entry, "media_thumbnail"), *enclosed)
    )
    return next(filter(None, found), "")


def _is_image(part: dict[str, Any]) -> bool:
    return part.get("medium") == "image" or _text(part, "type").startswith("image/")


def _link(entry: dict[str, Any]) -> str:
    """Return the entry's own page: its link, else an alternate of whatever type.

    feedparser takes an id for a link where there is none; an id without a slash is only a number.
    """
    links = (_text(link, "href") for link in _list(entry, "links") if link.get("rel") == "alternate")
    link = _text(entry, "link") or next(links, "")
    return "" if entry.get("guidislink") and "/" not in link else link


def _content(entry: dict[str, Any]) -> str:
    """Return the longest of an entry's contents as HTML."""
    contents = [
        _text(part, "value") if part.get("type") in _HTML_TYPES else escape(_text(part, "value"))
        for part in _list(entry, "content")
    ]
    return max(contents, key=len, default="")


# feedparser puts elements that it does not know beside those that it does, under names that the feed
# chose: a hostile one can lay a mapping where a text belongs.


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _mapping(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _list(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = fields.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
