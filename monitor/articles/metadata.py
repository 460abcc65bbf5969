"""Title, authors, time, section, canonical URL, site and image of a page, each with where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from urllib.parse import urlsplit

from monitor.articles.authors import read_authors
from monitor.articles.moments import modified, published
from monitor.articles.page import Page, one_line
from monitor.articles.titles import read_title
from monitor.text.urls import canonical_url, clean_link, host_of, registered_domain

MAX_NAME = 80  # characters of an outlet's or a section's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its article."""

    title: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    canonical_url: str | None = None
    site: str = ""
    section: str = ""
    image: str | None = None
    origins: dict[str, str] = field(default_factory=dict)


def read_metadata(page: Page, now: datetime) -> Metadata:
    """Return what *page* says of its article; `origins` names json-ld, meta, markup, url or guessed."""
    site = page.meta("og:site_name", "application-name", "al:android:app_name") or page.linked.publisher
    appeared = published(page, now)
    found: dict[str, tuple[object, str]] = {
        "title": read_title(page, site),
        "published_at": appeared,
        "modified_at": modified(page, now, since=appeared[0]),
        "authors": read_authors(page, site),
        "canonical_url": _canonical(page),
        "site": (one_line(site)[:MAX_NAME], "page" if site else ""),
        "section": _section(page),
        "image": _image(page),
    }
    values = {name: value for name, (value, _) in found.items() if value}
    origins = {name: origin for name, (value, origin) in found.items() if value}
    return Metadata(**values, origins=origins)  # type: ignore[arg-type]


def _canonical(page: Page) -> tuple[str | None, str]:
    """Return the page's own URL for itself, believed only within the same registered domain.

    A page must not claim to be an article of another outlet, nor a whole site to be its front page.
    """
    own = [link for link in page.named["link"] if link.get("rel") == "canonical"]
    claims = [(href, "markup") for link in own if (href := link.get("href")) is not None][:2]
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
