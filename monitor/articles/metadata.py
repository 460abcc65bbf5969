"""Title, authors, time, section, canonical URL, site and image of a page, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from urllib.parse import urlsplit

from monitor.articles.authors import read_authors
from monitor.articles.dates import moment_in_path, parse_day, parse_moment
from monitor.articles.page import Page, one_line, visible_text
from monitor.articles.titles import read_title
from monitor.text.urls import canonical_url, clean_link, host_of, registered_domain

MAX_NAME = 80  # characters of an outlet's or a section's name

_TIMES = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished",
    "publishdate", "pubdate", "publish-date", "publish_date", "article.published", "parsely-pub-date",
    "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc:date", "date",
    "datecreated", "citation_publication_date", "cxenseparse:recs:publishtime", "publication_date",
    "article:post_date", "date.created", "rnews:datepublished", "og:pubdate", "published_at", "created",
    "mediator_published_time", "ptime", "pdate",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its article."""

    title: str = ""
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    canonical_url: str | None = None
    site: str = ""
    section: str = ""
    image: str | None = None
    origins: dict[str, str] = field(default_factory=dict)


def read_metadata(page: Page, now: datetime) -> Metadata:
    """Return what *page* says of its article; `origins` names json-ld, meta, markup, url or guessed."""
    site = page.meta("og:site_name", "application-name", "al:android:app_name") or page.linked.publisher
    found: dict[str, tuple[object, str]] = {
        "title": read_title(page, site),
        "published_at": _published(page, now),
        "authors": read_authors(page, site),
        "canonical_url": _canonical(page),
        "site": (one_line(site)[:MAX_NAME], "page" if site else ""),
        "section": _section(page),
        "image": _image(page),
    }
    values = {name: value for name, (value, _) in found.items() if value}
    origins = {name: origin for name, (value, origin) in found.items() if value}
    return Metadata(**values, origins=origins)  # type: ignore[arg-type]


def _published(page: Page, now: datetime) -> tuple[datetime | None, str]:
    for written, origin in _moments(page):
        if moment := parse_moment(written, now):
            return moment, origin
    if moment := moment_in_path(urlsplit(page.url).path, now):
        return moment, "url"
    return _guessed_day(page, now)


def _moments(page: Page) -> Iterator[tuple[str, str]]:
    if page.linked.published:
        yield page.linked.published, "json-ld"
    for name in _TIMES:
        for value in page.metas.get(name, ())[:1]:
            yield value, "meta"
    marked = page.tree.xpath("//*[@itemprop='datePublished'] | //time[@pubdate] | //abbr[@class='published']")
    within = page.tree.xpath(
        "//article//time[@datetime] | //header//time[@datetime] | //main//time[@datetime]"
    )
    for element in [*marked[:3], *within[:1], *list(page.tree.iter("time"))[:1]]:
        claims = (element.get(name) for name in ("datetime", "content", "title"))
        yield next(filter(None, claims), None) or visible_text(element), "markup"
    for line in page.near_title:
        yield line, "markup"


def _guessed_day(page: Page, now: datetime) -> tuple[datetime | None, str]:
    """Ask htmldate, which reads days out of prose, when the page marks none."""
    from htmldate import find_date  # only workers need it, and it is heavy

    try:
        found = find_date(
            page.tree, original_date=True, extensive_search=False, max_date=now.date().isoformat()
        )
        day = date.fromisoformat(found) if found else None
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None, ""
    return (parse_day(day, now), "guessed") if day else (None, "")


def _canonical(page: Page) -> tuple[str | None, str]:
    """Return the page's own URL for itself, believed only within the same registered domain.

    A page must not claim to be an article of another outlet, nor a whole site to be its front page.
    """
    claims = [
        (link.get("href") or "", "markup") for link in page.tree.xpath("//link[@rel='canonical'][@href]")[:2]
    ]
    claims += [(page.meta("og:url"), "meta"), (page.linked.url, "json-ld")]
    for claim, origin in claims:
        link = clean_link(claim, page.url) if claim else None
        if link and _is_same_owner(link, page.url) and _names_a_page(link, page.url):
            return link.split("#", 1)[0], origin
    return None, ""


def _is_same_owner(link: str, url: str) -> bool:
    return (
        not url
        or host_of(link) == host_of(url)
        or (registered_domain(link) == registered_domain(url) != "" and "." in registered_domain(url))
    )


def _names_a_page(link: str, url: str) -> bool:
    claimed, own = urlsplit(canonical_url(link)), urlsplit(canonical_url(url))
    return claimed.path != "/" or bool(claimed.query) or own.path == "/"


def _section(page: Page) -> tuple[str, str]:
    if page.linked.section:
        return one_line(unescape(page.linked.section))[:MAX_NAME], "json-ld"
    names = ("article:section", "section", "og:article:section", "parsely-section", "cxenseparse:category")
    return page.meta(*names)[:MAX_NAME], "meta"


def _image(page: Page) -> tuple[str | None, str]:
    names = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    claims = [(page.meta(*names), "meta"), (page.linked.image, "json-ld")]
    for claim, origin in claims:
        if claim and (link := clean_link(claim, page.url)):
            return link, origin
    return None, ""
