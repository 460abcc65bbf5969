"""Alerts as a feed that any reader can follow: Atom (RFC 4287) and JSON Feed 1.1, from the same entries.

A feed does not name its own address: its token is in it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from markupsafe import Markup, escape

from monitor.alerts.clean import safe_url, visible
from monitor.alerts.digest import Item
from monitor.alerts.foreign import base_language, direction, marked
from monitor.alerts.wording import Wording
from monitor.model import Notice

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
AUTHOR = "Newsroom Monitor"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without entries; Atom wants a time all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert, as it was told at a moment; never changed after that."""

    notice: Notice
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An entry in words; what is discreet has neither link nor content."""

    id: str
    title: str
    summary: str
    content: str
    url: str
    language: str
    tags: tuple[str, ...]
    at: datetime


def atom(name: str, title: str, entries: Sequence[Entry], say: Wording) -> bytes:
    """Return the feed *name* as Atom, the newest entry first."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", say.voice.language)
    _add(root, "id", _feed_id(name))
    _add(root, "title", title)
    _add(root, "updated", max((entry.at for entry in entries), default=EPOCH).isoformat())
    _add(_add(root, "author"), "name", AUTHOR)
    for entry in entries:
        _atom_entry(_add(root, "entry"), _told(name, entry, say))
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _atom_entry(element: etree._Element, told: _Told) -> None:
    _add(element, "id", told.id)
    _add(element, "title", told.title)
    _add(element, "updated", told.at.isoformat())
    _add(element, "published", told.at.isoformat())
    for tag in told.tags:
        _add(element, "category").set("term", tag)
    if told.url:
        _add(element, "link").set("href", told.url)
    _add(element, "summary", told.summary)
    if told.content:
        _add(element, "content", told.content).set("type", "html")


def _add(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    if text:
        element.text = text
    return element


def json_feed(name: str, title: str, entries: Sequence[Entry], say: Wording) -> bytes:
    """Return the feed *name* as JSON Feed, the newest entry first."""
    told = [_told(name, entry, say) for entry in entries]
    feed = {
        "version": JSON_FEED,
        "title": title,
        "language": say.voice.language,
        "authors": [{"name": AUTHOR}],
        "items": [_json_item(each) for each in told],
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def _json_item(told: _Told) -> dict[str, object]:
    item: dict[str, object] = {
        "id": told.id,
        "title": told.title,
        "summary": told.summary,
        "date_published": told.at.isoformat(),
        "tags": list(told.tags),
        **({"content_html": told.content} if told.content else {"content_text": told.summary}),
    }
    if told.url:
        item["external_url"] = told.url
    if told.language:
        item["language"] = told.language
    return item


def _told(name: str, entry: Entry, say: Wording) -> _Told:
    notice = entry.notice
    made_of = f"{_feed_id(name)}/{notice.alert}"
    if notice.discreet:
        item = Item(notice=notice, alerts=(notice.alert,))
        title, summary, content, url = say.discreet(item), say.footer(item), "", ""
    else:
        lead = say.lead(notice, reply=False)
        title = f"{lead}: {say.name(notice.headline)}" if lead else visible(notice.headline)
        source = say.source(notice.language, say.name(notice.outlet))
        summary = f"{source} · {say.seen(notice)}"
        content, url = str(_content(notice, summary, say)), safe_url(notice.url) or ""
    return _Told(
        id=f"urn:uuid:{uuid5(NAMESPACE_URL, made_of)}",
        title=title,
        summary=summary,
        content=content,
        url=url,
        language=base_language(notice.language),
        tags=tuple(visible(topic) for topic in notice.topics),
        at=entry.at,
    )


def _content(notice: Notice, summary: str, say: Wording) -> Markup:
    """What a reader shows: the sentences with their matched words, each piece escaped where it is put in."""
    language = base_language(notice.language) or "und"
    quotes = Markup("").join(
        Markup('<blockquote lang="{}" dir="{}">{}</blockquote>').format(
            language, direction(notice.language), _marked(quote, notice.matched)
        )
        for quote in notice.quotes
    )
    matched = say.names(notice.matched)
    why = Markup("<p>{}</p>").format(say.matched(matched)) if matched else Markup("")
    page = Markup("<p>{}</p>{}{}").format(summary, quotes, why)
    return Markup('<div dir="rtl">{}</div>').format(page) if say.voice.runs_left else page


def _marked(text: str, matched: tuple[str, ...]) -> Markup:
    hit = Markup("<strong>{}</strong>")
    runs = marked(visible(text), matched)
    return Markup("").join(hit.format(run) if is_hit else escape(run) for run, is_hit in runs)


def _feed_id(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:newsroom-monitor:feed:{name}')}"
