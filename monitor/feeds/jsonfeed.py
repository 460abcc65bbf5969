"""JSON Feed 1.0 and 1.1, read field by field: any of them may be missing or of another type.

Source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import codecs
import json
import re
from html import escape
from typing import Any

from monitor.errors import BadFeed
from monitor.feeds.decode import decode
from monitor.feeds.entries import RawEntry, RawFeed

_HALVES = re.compile("[\ud800-\udfff]")  # JSON can write half of a pair; no encoding of text can, nor nh3
_VERSIONS = {"jsonfeed.org/version/1": "json10", "jsonfeed.org/version/1.1": "json11"}


def looks_like_json(body: bytes) -> bool:
    """Say whether *body* begins as a JSON object does; no other format of feeds does."""
    return body[:400].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")


def read_json_feed(body: bytes, charset: str | None = None) -> RawFeed:
    """Return the feed in *body*.

    Raises: `BadFeed` for JSON that is broken, nested beyond reason or no JSON Feed.
    """
    text, codec = decode(body, charset)
    try:
        document = json.loads(text, strict=False)  # raw line breaks in strings are a common slip
    except (ValueError, RecursionError) as error:
        raise BadFeed("not a feed: broken JSON") from error
    if not isinstance(document, dict):
        raise BadFeed("not a feed: JSON, but not a JSON Feed")
    version = _text(document, "version").rpartition("//")[2].removeprefix("www.").rstrip("/")
    if version not in _VERSIONS:
        raise BadFeed("not a feed: JSON, but not a JSON Feed")
    return RawFeed(
        format=_VERSIONS[version],
        title=escape(_text(document, "title")),
        home=_text(document, "home_page_url") or None,
        language=_text(document, "language"),
        hub=_hub(document),
        topic=_text(document, "feed_url"),
        entries=tuple(_entry(item) for item in _list(document, "items") if isinstance(item, dict)),
        repairs=() if codec == "utf-8" else (f"read as {codec}",),
    )


def _hub(document: dict[str, Any]) -> str:
    hubs = (hub for hub in _list(document, "hubs") if isinstance(hub, dict))
    return next((_text(hub, "url") for hub in hubs if _text(hub, "type").lower() == "websub"), "")


def _entry(item: dict[str, Any]) -> RawEntry:
    html = _text(item, "content_html") or escape(_text(item, "content_text"))
    authors = [*_list(item, "authors"), item.get("author")]
    return RawEntry(
        guid=_id(item),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        title_is_text=True,
        summary=escape(_text(item, "summary")) or html,
        content=html,
        date=_text(item, "date_published") or _text(item, "date_modified"),
        authors=tuple(_text(author, "name") for author in authors if isinstance(author, dict)),
        language=_text(item, "language"),
        image=_text(item, "image") or _text(item, "banner_image"),
        tags=tuple(_whole(tag) for tag in _list(item, "tags") if isinstance(tag, str)),
    )


def _id(item: dict[str, Any]) -> str:
    """Return the id; version 1.0 let it be a number."""
    value = item.get("id")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(item, "id")


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return _whole(value) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    return text if text.isascii() else _HALVES.sub("", text)


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    return value if isinstance(value, list) else []
