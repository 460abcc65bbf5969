"""The outlets of the world: who publishes, in which language, format and encoding, from which address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum


class FeedFormat(StrEnum):
    """How an outlet writes its feed; the value names the template."""

    RSS20 = "rss20"
    RSS10 = "rss10"
    ATOM = "atom"
    JSON = "json"
    INDONESIAN = "rss20_indonesian"  # pubDates in Indonesian words
    FULL_TEXT = "rss20_full"  # the whole article in content:encoded
    BROKEN = "rss20_broken"  # not well-formed, yet readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher with its own address, page template and habits."""

    id: str
    number: int  # the last part of its loopback address
    name: str
    language: str
    format: FeedFormat
    feed_path: str
    article_path: str
    tagline: str = ""
    encoding: str = "utf-8"
    tracking: str = ""  # parameters on the links in the feed that the canonical URL drops
    utc_hours: int = 0
    tags: tuple[str, ...] = ()
    alive: bool = True

    def local(self, moment: datetime) -> datetime:
        """Return *moment* on this outlet's clock."""
        return moment.astimezone(timezone(timedelta(hours=self.utc_hours)) if self.utc_hours else UTC)

    def path_of(self, slug: str, published: datetime) -> str:
        """Return the path of the page that tells *slug*."""
        return self.article_path.format(slug=slug, date=self.local(published))


OUTLETS = (
    Outlet(
        id="northwire",
        number=1,
        name="Northwire",
        tagline="The co-operative news agency",
        language="en",
        format=FeedFormat.ATOM,
        feed_path="/world.atom",
        article_path="/dispatch/{date:%Y-%m-%d}/{slug}",
        tags=("wire",),
    ),
    Outlet(
        id="fernhaven-herald",
        number=2,
        name="The Fernhaven Herald",
        tagline="Serving the lakeshore since 1887",
        language="en",
        format=FeedFormat.RSS20,
        feed_path="/rss/news.xml",
        article_path="/news/{date:%Y/%m}/{slug}.html",
        tracking="utm_source=rss&utm_medium=feed&utm_campaign=herald",
        utc_hours=-5,
        tags=("regional",),
    ),
    Outlet(
        id="lavender-line",
        number=3,
        name="Lavender Line",
        tagline="Queer news, told plainly",
        language="en",
        format=FeedFormat.JSON,
        feed_path="/feed.json",
        article_path="/stories/{slug}/",
        tracking="ref=feed",
        tags=("lgbt",),
    ),
    Outlet(
        id="tidewater-post",
        number=4,
        name="Tidewater Post",
        tagline="News from the capes to the falls",
        language="en",
        format=FeedFormat.RSS10,
        feed_path="/index.rdf",
        article_path="/{date:%Y/%m/%d}/{slug}/",
        utc_hours=-5,
        tags=("regional",),
    ),
    Outlet(
        id="pacific-courier",
        number=5,
        name="Pacific Courier",
        tagline="Independent on both sides of the Tasman",
        language="en",
        format=FeedFormat.RSS20,
        feed_path="/feeds/latest",
        article_path="/article/{slug}",
        tracking="utm_source=feed&utm_content=top",
        utc_hours=10,
        tags=("regional",),
    ),
    Outlet(
        id="strait-telegraph",
        number=6,
        name="Strait Telegraph",
        tagline="Trade, ports and people",
        language="en",
        format=FeedFormat.ATOM,
        feed_path="/atom.xml",
        article_path="/story/{date:%Y%m%d}-{slug}",
        utc_hours=8,
        tags=("regional",),
    ),
    Outlet(
        id="harbour-gazette",
        number=7,
        name="Harbour Gazette",
        tagline="The town paper",
        language="en",
        format=FeedFormat.BROKEN,
        feed_path="/feed.php",
        article_path="/index.php/{date:%Y}/{slug}",
        tags=("regional",),
    ),
    Outlet(
        id="suara-nusa",
        number=8,
        name="Suara Nusa",
        tagline="Kabar dari seluruh kepulauan",
        language="id",
        format=FeedFormat.INDONESIAN,
        feed_path="/rss",
        article_path="/read/{date:%Y/%m/%d}/{slug}",
        tracking="utm_source=rss",
        utc_hours=7,
        tags=("nasional",),
    ),
    Outlet(
        id="kabar-warna",
        number=9,
        name="Kabar Warna",
        tagline="Cerita keberagaman",
        language="id",
        format=FeedFormat.FULL_TEXT,
        feed_path="/feed/",
        article_path="/{slug}/",
        utc_hours=7,
        tags=("lgbt",),
    ),
    Outlet(
        id="neva-observer",
        number=10,
        name="Невский обозреватель",
        tagline="Ежедневная городская газета",
        language="ru",
        format=FeedFormat.RSS20,
        feed_path="/export/rss.xml",
        article_path="/news/{date:%Y/%m/%d}/{slug}.shtml",
        encoding="windows-1251",
        utc_hours=3,
        tags=("regional",),
    ),
    Outlet(
        id="elbwarte",
        number=11,
        name="Elbwarte",
        tagline="Zeitung für Stadt und Strom",
        language="de",
        format=FeedFormat.ATOM,
        feed_path="/nachrichten.atom",
        article_path="/artikel/{slug}-{date:%y%m%d}.html",
        utc_hours=1,
        tags=("regional",),
    ),
    Outlet(
        id="la-ribera",
        number=12,
        name="Diario La Ribera",
        tagline="Información de la comarca y del mundo",
        language="es",
        format=FeedFormat.RSS20,
        feed_path="/rss/portada.xml",
        article_path="/noticias/{slug}-{date:%Y%m%d}.html",
        tracking="utm_source=rss&utm_medium=portada",
        utc_hours=1,
        tags=("regional",),
    ),
    Outlet(
        id="al-marsad",
        number=13,
        name="المرصد اليوم",
        tagline="أخبار المنطقة والعالم",
        language="ar",
        format=FeedFormat.RSS20,
        feed_path="/ar/rss",
        article_path="/ar/{date:%Y/%m/%d}/{slug}",
        utc_hours=2,
        tags=("regional",),
    ),
    Outlet(
        id="old-mill-quarterly",
        number=14,
        name="Old Mill Quarterly",
        language="en",
        format=FeedFormat.RSS20,
        feed_path="/feed",
        article_path="/{slug}",
        alive=False,
    ),
)
