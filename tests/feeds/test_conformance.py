"""What a newsroom meets in the wild, one case a row: the feed as published, and what must come out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import Entry
from tests.feeds.corpus import NOW, entry, parse, rss

HOME = "http://w.example/"
PAGE = "http://w.example/a"
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
NEWS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def item(inner: str, *, version: str = "2.0", names: str = "") -> str:
    """An RSS feed with one item."""
    return (
        f'<rss version="{version}" {names}><channel><title>W</title><link>{HOME}</link>'
        f"<item>{inner}</item></channel></rss>"
    )


FORMATS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "RSS 0.90": (
        "rss090",
        (
            f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>W</title>'
            f"<link>{HOME}</link></channel><item><title>A</title><link>{PAGE}</link></item></rdf:RDF>"
        ),
        {"title": "A", "url": PAGE},
    ),
    "RSS 0.91": (
        "rss091",
        item(f"<title>A</title><link>{PAGE}</link><description>d</description>", version="0.91"),
        {"title": "A", "url": PAGE, "summary": "d"},
    ),
    "RSS 0.92, where nothing is required": (
        "rss092",
        item(
            '<description>words &lt;a href="x"&gt;only&lt;/a&gt;</description><source url="x">Src</source>',
            version="0.92",
        ),
        {"title": "", "url": None, "summary": "words only", "source": "Src"},
    ),
    "RSS 1.0 with Dublin Core": (
        "rss10",
        (
            f'<rdf:RDF {RDF} {DC} xmlns="http://purl.org/rss/1.0/"><channel rdf:about="{HOME}">'
            f"<title>W</title><link>{HOME}</link><items><rdf:Seq>"
            f'<rdf:li rdf:resource="{PAGE}"/></rdf:Seq></items></channel>'
            f'<item rdf:about="{PAGE}"><title>A</title><link>{PAGE}</link><dc:date>2026-11-04</dc:date>'
            "<dc:creator>Ana Lima</dc:creator><dc:subject>Mundo</dc:subject></item></rdf:RDF>"
        ),
        {
            "url": PAGE,
            "published_at": datetime(2026, 11, 4, tzinfo=UTC),
            "authors": ("Ana Lima",),
            "tags": ("Mundo",),
        },
    ),
    "RSS without a version": (
        "rss",
        "<rss><channel><item><title>A</title></item></channel></rss>",
        {"title": "A"},
    ),
    "a channel without its rss": ("rss", "<channel><item><title>A</title></item></channel>", {"title": "A"}),
    "Atom 0.3": (
        "atom03",
        (
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>W</title><entry>'
            '<title mode="escaped" type="text/html">A &amp;amp; B</title><id>tag:w.example,2026:1</id>'
            f'<link rel="alternate" type="text/html" href="{PAGE}"/><issued>2026-11-04T10:00:00Z</issued>'
            '<modified>2026-11-04T12:00:00Z</modified><content type="text/html" mode="escaped">'
            "&lt;p&gt;Hi&lt;/p&gt;</content><author><name>Kim</name></author></entry></feed>"
        ),
        {
            "title": "A & B",
            "url": PAGE,
            "content": "<p>Hi</p>",
            "published_at": datetime(2026, 11, 4, 10, tzinfo=UTC),
            "authors": ("Kim",),
            "language": "en",
        },
    ),
    "Atom 1.0 with XHTML and a base": (
        "atom10",
        (
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://w.example/"><title>W</title><entry>'
            '<title type="html">A &lt;i&gt;b&lt;/i&gt;</title><link href="a"/><id>1</id>'
            '<updated>2026-11-04T10:00:00Z</updated><content type="xhtml">'
            '<div xmlns="http://www.w3.org/1999/xhtml"><p>Hi</p></div></content></entry></feed>'
        ),
        {"title": "A b", "url": PAGE, "content": "<p>Hi</p>", "summary": "Hi"},
    ),
    "JSON Feed 1.0 with a number for an id": (
        "json10",
        (
            f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"id": 1, "url": "{PAGE}",'
            '"content_text": "a < b", "author": {"name": "Kim"}}]}'
        ),
        {"url": PAGE, "content": "a &lt; b", "summary": "a < b", "authors": ("Kim",)},
    ),
    "JSON Feed 1.1": (
        "json11",
        (
            f'{{"version": "https://jsonfeed.org/version/1.1", "language": "id", "items": [{{"id": "1", '
            f'"url": "{PAGE}", "title": "A", "authors": [{{"name": "Kim"}}], '
            '"date_published": "2026-11-04T10:00:00+07:00"}]}'
        ),
        {"title": "A", "language": "id", "published_at": datetime(2026, 11, 4, 3, tzinfo=UTC)},
    ),
    "a news sitemap among pictures and pages": (
        "sitemap",
        (
            f"<urlset {NEWS}><url><loc>{PAGE}</loc><lastmod>2026-11-01</lastmod><image:image>"
            "<image:loc>http://w.example/a.jpg</image:loc><image:title>Picture</image:title></image:image>"
            "<news:news><news:publication><news:name>W</news:name><news:language>zh-cn</news:language>"
            "</news:publication><news:publication_date>2026-11-04T10:00:00+08:00</news:publication_date>"
            "<news:title>A</news:title><news:keywords>x, y</news:keywords></news:news></url>"
            "<url><loc>http://w.example/about</loc></url></urlset>"
        ),
        {
            "title": "A",
            "url": PAGE,
            "language": "zh",
            "source": "W",
            "tags": ("x", "y"),
            "published_at": datetime(2026, 11, 4, 2, tzinfo=UTC),
        },
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_its_entry(name: str) -> None:
    form, body, expected = FORMATS[name]
    feed = parse(body.encode())
    (found,) = feed.entries
    assert feed.format == form
    assert {field: getattr(found, field) for field in expected} == expected


ELEMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "full text beside a summary": (
        item(
            "<title>A</title><description>short</description>"
            "<content:encoded><![CDATA[<p>The whole of it.</p>]]></content:encoded>",
            names=CONTENT,
        ),
        {"summary": "short", "content": "<p>The whole of it.</p>"},
    ),
    "full text before its summary": (
        item(
            "<title>A</title><content:encoded><![CDATA[<p>The whole of it.</p>]]></content:encoded>"
            "<description>short</description>",
            names=CONTENT,
        ),
        {"summary": "short", "content": "<p>The whole of it.</p>"},
    ),
    "a caption is no description": (
        item(
            "<title>Main</title><media:content url='http://w.example/v.mp4' type='video/mp4'>"
            "<media:title>Clip</media:title><media:description type='plain'>A caption longer than what "
            "the item says of itself</media:description><media:credit>Nobody</media:credit></media:content>"
            "<media:thumbnail url='http://w.example/t.jpg'/><description>short</description>"
            "<content:encoded><![CDATA[<p>The whole of it.</p>]]></content:encoded>",
            names=f"{MEDIA} {CONTENT}",
        ),
        {"title": "Main", "summary": "short", "content": "<p>The whole of it.</p>", "authors": ()},
    ),
    "a caption after the description is none either": (
        item(
            "<title>Main</title><description>short</description><media:group><media:title>Clip</media:title>"
            "<media:description>A caption that is longer</media:description></media:group>",
            names=MEDIA,
        ),
        {"title": "Main", "summary": "short", "content": ""},
    ),
    "a caption where there is nothing else": (
        item(
            f"<link>{PAGE}</link><media:group><media:title>Clip</media:title>"
            "<media:description>Caption</media:description></media:group>",
            names=MEDIA,
        ),
        {"title": "Clip", "summary": "Caption"},
    ),
    "Dublin Core in RSS 2.0": (
        item(
            "<title>A</title><dc:creator>Ana Lima</dc:creator><dc:date>2026-11-04T10:00:00-03:00</dc:date>"
            "<dc:subject>Mundo</dc:subject>",
            names=DC,
        ),
        {
            "authors": ("Ana Lima",),
            "tags": ("Mundo",),
            "published_at": datetime(2026, 11, 4, 13, tzinfo=UTC),
        },
    ),
    "a permalink in place of a link": (
        item(f"<title>A</title><guid isPermaLink='true'>{PAGE}</guid>"),
        {"url": PAGE},
    ),
    "a guid is a permalink unless it says no": (item(f"<title>A</title><guid>{PAGE}</guid>"), {"url": PAGE}),
    "an id that is no link": (item("<title>A</title><guid>2026-17</guid>"), {"url": None}),
    "an Atom link in RSS": (
        item(f"<title>A</title><a:link xmlns:a='http://www.w3.org/2005/Atom' href='{PAGE}'/>"),
        {"url": PAGE},
    ),
    "a link in CDATA and blanks": (
        item(f"<title>A</title><link><![CDATA[\n {PAGE} \n]]></link>"),
        {"url": PAGE},
    ),
    "an enclosure is no page": (
        item(f"<title>A</title><link>{PAGE}</link><enclosure url='http://w.example/a.mp3' length='1'/>"),
        {"url": PAGE},
    ),
    "the site's picture lends an item nothing": (
        item("<title>A</title>").replace(
            "<item>", "<image><title>Logo</title><url>http://w.example/l.png</url></image><item>"
        ),
        {"title": "A", "url": None},
    ),
    "a date of 24 o'clock": (
        item("<title>A</title><pubDate>Tue, 03 Nov 2026 24:00:00 GMT</pubDate>"),
        {"published_at": datetime(2026, 11, 4, tzinfo=UTC)},
    ),
    "a date in the future is held to now, and kept as written": (
        item("<title>A</title><pubDate>Fri, 04 Nov 2050 10:00:00 GMT</pubDate>"),
        {"published_at": NOW, "published_claim": "Fri, 04 Nov 2050 10:00:00 GMT"},
    ),
    "a date that nobody can read is kept as written": (
        item("<title>A</title><pubDate>yesterday</pubDate>"),
        {"published_at": None, "published_claim": "yesterday"},
    ),
}


@pytest.mark.parametrize("name", ELEMENTS)
def test_every_element_means_what_it_says(name: str) -> None:
    body, expected = ELEMENTS[name]
    found = entry(body.encode())
    assert {field: getattr(found, field) for field in expected} == expected


def entries(*items: str) -> list[Entry]:
    """The entries of a feed of these items."""
    channel = "".join(f"<item>{one}</item>" for one in items)
    return list(parse(f"<rss version='2.0'><channel>{channel}</channel></rss>".encode()).entries)


def test_one_item_under_several_urls_is_one_entry_and_keeps_its_first() -> None:
    sections = [
        f"<title>A</title><guid>tag:1</guid><link>{HOME}{section}/a</link>" for section in ("news", "world")
    ]
    (found,) = entries(*sections)
    assert found.url == f"{HOME}news/a"


def test_an_id_outlives_the_links_that_change_under_it() -> None:
    one, two = (
        entry(rss(f"<title>A</title><guid>tag:1</guid><link>{HOME}a?token={token}</link>"))
        for token in ("x1", "y2")
    )
    assert one.key == two.key
    assert one.url != two.url


def test_without_an_id_a_link_is_known_however_a_reader_came_by_it() -> None:
    assert (
        len(entries(*(f"<title>A</title><link>{PAGE}?utm_source={way}</link>" for way in ("rss", "x")))) == 1
    )


@pytest.mark.parametrize(
    "junk", ["", "\ufeff", "\n\n", "<br />\n<b>Warning</b>: in /var/www on line 3<br />\n", "<!-- a -->"]
)
def test_what_stands_before_a_feed_costs_no_entry(junk: str) -> None:
    body = junk + "<?xml version='1.0'?>" + item("<title>Übermut</title>")
    assert entry(body.encode()).title == "Übermut"
