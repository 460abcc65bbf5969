"""When a page says its article appeared and when it was last changed, and where it says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.articles.dates import moment_in_path, parse_day, parse_moment
from monitor.articles.page import Page, visible_text

LONGEST = 100  # characters of a line that tells the date and little else
MOST = 40  # marked elements that are looked at; pages of comments have hundreds

_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished",
    "publishdate", "pubdate", "publish-date", "publish_date", "article.published", "parsely-pub-date",
    "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc:date", "date",
    "datecreated", "citation_publication_date", "cxenseparse:recs:publishtime", "publication_date",
    "article:post_date", "date.created", "rnews:datepublished", "og:pubdate", "published_at", "created",
    "mediator_published_time", "ptime", "pdate", "dcterms.issued", "dc.date.created", "bt:pubdate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "lastmod", "last-modified", "article:updated_time", "updated_time", "revision_date",
)  # fmt: skip
_MARKED = XPath("//*[@itemprop='datePublished']")
_TIMES = XPath("//time | //abbr[contains(@class, 'published')]")
_CHANGED = XPath(
    "//*[@itemprop='dateModified'] | //time[contains(@class, 'updated') or contains(@class, 'modif')]"
)
_DATE_WORDS = ("date", "Date", "publi", "posted", "time", "fecha", "datum", "tanggal", "tarih")
_CLASSED = XPath(
    "//*[self::span or self::div or self::p or self::li or self::td or self::small or self::em or self::b]"
    f"[contains(@id, 'date') or {' or '.join(f'contains(@class, {word!r})' for word in _DATE_WORDS)}]"
    f"[string-length(normalize-space()) <= {LONGEST}]"
)
# Times of what stands beside an article: comments, quoted posts, teasers.
_ELSEWHERE = re.compile(
    r"comment|instagram|twitter|tweet|embed|related|sidebar|teaser|recirc|latest|most-?read|ticker",
    re.IGNORECASE,
)


def published(page: Page, now: datetime) -> tuple[datetime | None, str]:
    """Return when *page*'s article appeared: json-ld, meta, markup, url or guessed."""
    for written, origin in _claims(page):
        if moment := parse_moment(written, now):
            return moment, origin
    if moment := moment_in_path(urlsplit(page.url).path, now):
        return moment, "url"
    for written in _shown(page):
        if moment := parse_moment(written, now):
            return moment, "markup"
    return _guessed_day(page, now)


def modified(page: Page, now: datetime, since: datetime | None) -> tuple[datetime | None, str]:
    """Return when *page* says its article was last changed, if that is later than *since*."""
    for written, origin in _changes(page):
        moment = parse_moment(written, now)
        if moment is not None and (since is None or moment > since):
            return moment, origin
    return None, ""


def _changes(page: Page) -> Iterator[tuple[str, str]]:
    if page.linked.modified:
        yield page.linked.modified, "json-ld"
    for name in _MODIFIED:
        for value in page.metas.get(name, ())[:1]:
            yield value, "meta"
    for element in _CHANGED(page.tree)[:3]:
        yield _written(element), "markup"


def _claims(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what is said to machines, the most trustworthy first."""
    if page.linked.published:
        yield page.linked.published, "json-ld"
    for name in _PUBLISHED:
        for value in page.metas.get(name, ())[:1]:
            yield value, "meta"
    for marked in (_MARKED, _TIMES):
        for element in _nearest(page, marked(page.tree)[:MOST]):
            yield _written(element), "markup"


def _shown(page: Page) -> Iterator[str]:
    """Yield the lines around the heading that may tell the day to readers."""
    yield from page.near_title
    for element in _nearest(page, _CLASSED(page.tree)[:MOST]):
        yield visible_text(element)


def _nearest(page: Page, elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Return *elements* that belong to the article: those below its heading first, then those above it."""
    own = [element for element in elements if not _is_elsewhere(element)]
    if len(own) < 2 or page.heading is None:
        return own
    below: list[HtmlElement] = []
    above: list[HtmlElement] = []
    wanted, found = set(own), False
    for element in page.tree.iter():
        found = found or element is page.heading
        if element in wanted:
            (below if found else above).append(element)
    return below + above[::-1]


def _is_elsewhere(element: HtmlElement) -> bool:
    for around in (element, *element.iterancestors()):
        if around.tag in ("aside", "nav", "footer", "blockquote"):
            return True
        if _ELSEWHERE.search(
            f"{around.get('class', '')} {around.get('id', '')}"[:200]
        ) and around.tag not in (
            "body",
            "html",
        ):
            return True
    return False


def _written(element: HtmlElement) -> str:
    claims = (element.get(name) for name in ("datetime", "content", "title"))
    return next(filter(None, claims), None) or visible_text(element)


def _guessed_day(page: Page, now: datetime) -> tuple[datetime | None, str]:
    """Ask htmldate, which reads days out of prose, when the page marks none."""
    from htmldate import find_date  # only workers need it, and it is heavy

    try:
        found = find_date(
            page.tree, original_date=True, extensive_search=True, max_date=now.date().isoformat()
        )
        day = date.fromisoformat(found) if found else None
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None, ""
    if day is None or (day.month, day.day) == (1, 1):  # how htmldate says that it found a year
        return None, ""
    return parse_day(day, now), "guessed"
