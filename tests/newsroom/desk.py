"""What the outlets publish: feeds and pages rendered from the articles, as bytes under paths."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import jinja2

from tests.newsroom.articles import ArticleText, Truth
from tests.newsroom.outlets import FeedFormat, Outlet
from tests.newsroom.web import Page

RELATED = 5  # links under an article, as sites have them
CONTENT_TYPES = {
    FeedFormat.RSS20: "application/rss+xml",
    FeedFormat.RSS10: "application/rdf+xml",
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.JSON: "application/feed+json",
    FeedFormat.INDONESIAN: "application/rss+xml",
    FeedFormat.FULL_TEXT: "application/rss+xml",
    FeedFormat.BROKEN: "text/xml",
}
HARI = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
BULAN = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedArticle:
    """An article at its place in the world: what a reader can fetch, with the truth about it."""

    slug: str
    outlet: Outlet
    url: str  # canonical
    feed_url: str  # as the feed links it
    published_at: datetime
    source: ArticleText

    @property
    def truth(self) -> Truth:
        return self.source.truth

    @property
    def title(self) -> str:
        return self.source.title

    @property
    def language(self) -> str:
        return self.source.language

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def held(self) -> bool:
        return self.source.held

    @property
    def local(self) -> datetime:
        """The publication time on the outlet's own clock."""
        return self.outlet.local(self.published_at)


def indonesian_date(moment: datetime) -> str:
    """Write *moment* as Indonesian sites do: "Sabtu, 21 November 2026 09:15 WIB"."""
    return f"{HARI[moment.weekday()]}, {moment.day} {BULAN[moment.month - 1]} {moment:%Y %H:%M} WIB"


def _environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    env.filters["rfc822"] = format_datetime
    env.filters["iso"] = lambda moment: moment.isoformat(timespec="seconds")
    env.filters["indonesian"] = indonesian_date
    return env


class Desk:
    """Holds the world's articles and renders what is published at the moment of asking."""

    def __init__(self, articles: Iterable[PublishedArticle], bases: dict[str, str], now: datetime) -> None:
        self._env = _environment()
        self._bases = bases
        self._now = now
        self._by_outlet: dict[str, list[PublishedArticle]] = {}
        for article in sorted(articles, key=lambda one: one.published_at, reverse=True):
            self._by_outlet.setdefault(article.outlet.id, []).append(article)
        self._outlets = {one.outlet.id: one.outlet for rest in self._by_outlet.values() for one in rest}
        self._out: dict[str, int] = {}  # held slug → its turn of publication

    def publish(self, slug: str) -> None:
        """Let a held article appear in its feed."""
        self._out.setdefault(slug, len(self._out) + 1)

    def page(self, outlet_id: str, path: str) -> Page | None:
        """Return what *path* of an outlet shows now, or nothing: the 404."""
        outlet = self._outlets.get(outlet_id)
        if outlet is None:
            return None
        if path == outlet.feed_path:
            return self._feed(outlet)
        if path == "/":
            return self._home(outlet)
        if path == "/robots.txt":
            return self._page(outlet, "User-agent: *\nDisallow: /admin/\n", "text/plain", [])
        for article in self._published(outlet):
            if article.url == self._bases[outlet_id] + path:
                return self._article(outlet, article)
        return None

    def _published(self, outlet: Outlet) -> list[PublishedArticle]:
        return [one for one in self._by_outlet[outlet.id] if not one.held or one.slug in self._out]

    def _feed(self, outlet: Outlet) -> Page:
        entries = self._published(outlet)
        if outlet.format is FeedFormat.JSON:
            text = _json_feed(outlet, self._bases[outlet.id], entries)
        else:
            template = self._env.get_template(f"feeds/{outlet.format}.xml")
            text = template.render(outlet=outlet, base=self._bases[outlet.id], entries=entries)
        return self._page(outlet, text, CONTENT_TYPES[outlet.format], entries)

    def _home(self, outlet: Outlet) -> Page:
        entries = self._published(outlet)
        text = self._env.get_template("pages/home.html").render(
            outlet=outlet, base=self._bases[outlet.id], entries=entries, type=CONTENT_TYPES[outlet.format]
        )
        return self._page(outlet, text, "text/html", entries)

    def _article(self, outlet: Outlet, article: PublishedArticle) -> Page:
        related = [one for one in self._published(outlet) if one is not article][:RELATED]
        text = self._env.get_template(f"pages/{outlet.id}.html").render(
            outlet=outlet,
            base=self._bases[outlet.id],
            article=article,
            source=article.source,
            related=related,
            published=article.local,
            ld=_json_ld(outlet, article),
        )
        return self._page(outlet, text, "text/html", [article])

    def _page(self, outlet: Outlet, text: str, content_type: str, shown: list[PublishedArticle]) -> Page:
        turn = max((self._out.get(one.slug, 0) for one in shown), default=0)
        newest = max((one.published_at for one in shown), default=self._now)
        return Page(
            body=text.encode(outlet.encoding, "xmlcharrefreplace"),
            content_type=content_type,
            charset=outlet.encoding,
            # a late publication changes the feed at a moment of its own, whatever date it bears
            changed_at=self._now + timedelta(seconds=turn) if turn else newest,
        )


def place(text: ArticleText, outlet: Outlet, base: str, now: datetime) -> PublishedArticle:
    """Give an article its URL and its date in a world whose present is *now*."""
    published = (now - timedelta(hours=text.hours_ago)).replace(second=0, microsecond=0)
    url = base + outlet.path_of(text.slug, published)
    return PublishedArticle(
        slug=text.slug,
        outlet=outlet,
        url=url,
        feed_url=f"{url}?{outlet.tracking}" if outlet.tracking else url,
        published_at=published,
        source=text,
    )


def _json_feed(outlet: Outlet, base: str, entries: list[PublishedArticle]) -> str:
    """Write JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    items = [
        {
            "id": f"{base}/?p={one.slug}",
            "url": one.feed_url,
            "title": one.title,
            "summary": one.source.paragraphs[0],
            "date_published": one.local.isoformat(),
            "authors": [{"name": name} for name in one.source.authors],
            "tags": list(one.source.tags),
            "language": one.language,
        }
        for one in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": base + "/",
        "feed_url": base + outlet.feed_path,
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_ld(outlet: Outlet, article: PublishedArticle) -> dict[str, object]:
    """Return the schema.org description that most of the outlets put into their pages."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": article.url,
        "headline": article.title,
        "datePublished": article.local.isoformat(),
        "dateModified": article.local.isoformat(),
        "inLanguage": article.language,
        "articleSection": article.source.section,
        "author": [{"@type": "Person", "name": name} for name in article.source.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name},
    }
