"""Metadata: the value a reader would believe, and where it came from."""

# ruff: noqa: E501 - sentences and markup are not broken into lines

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.articles.metadata import read_metadata
from monitor.articles.page import parse_page

NOW = datetime(2026, 11, 21, tzinfo=UTC)
URL = "https://www.example.org/news/bridge?utm_source=rss"


def read(head: str = "", body: str = "", url: str = URL) -> Any:
    return read_metadata(parse_page(f"<html><head>{head}</head><body>{body}<p>x</p></body></html>", url), NOW)


def data(**values: Any) -> str:
    record = {"@context": "https://schema.org", "@type": "NewsArticle", **values}
    return f'<script type="application/ld+json">{json.dumps(record)}</script>'


SITE = '<meta property="og:site_name" content="The Courier">'


@pytest.mark.parametrize(
    ("head", "body", "title", "origin"),
    [
        ("<title>Bridge stays closed | The Courier</title>" + SITE, "", "Bridge stays closed", "window title"),
        ("<title>The Courier - Bridge stays closed</title>" + SITE, "", "Bridge stays closed", "window title"),
        ("<title>Bridge stays closed</title>", "<h1>Bridge stays closed until spring</h1>", "Bridge stays closed until spring", "markup"),
        ("<title>Bridge stays closed</title>", "<h1>The Courier</h1><h1>Bridge stays closed</h1>", "Bridge stays closed", "markup"),
        ("<title>Bridge stays closed - News - Courier</title>", "<h1>News</h1>", "Bridge stays closed - News - Courier", "window title"),
        ('<meta property="og:title" content="Bridge &amp;amp; road closed">', "", "Bridge & road closed", "meta"),
        (data(headline="Bridge stays closed"), "<h1>Welcome to this site</h1>", "Bridge stays closed", "json-ld"),
        ("", "<h1>Only this  stands\nhere</h1>", "Only this stands here", "markup"),
        ("<title>Old Paper: Bridge stays closed</title>", "<font><b>Bridge stays closed</b></font>", "Bridge stays closed", "markup"),
        ("<title>A\u202eb\u200bc\x07d</title>", "", "Abcd", "window title"),
        ("", "", "", None),
    ],
)  # fmt: skip
def test_the_title_is_what_a_reader_sees(head: str, body: str, title: str, origin: str | None) -> None:
    found = read(head, body)
    assert (found.title, found.origins.get("title")) == (title, origin)


@pytest.mark.parametrize(
    ("head", "body", "url", "expected", "origin"),
    [
        (data(datePublished="2026-10-04T08:00:00+07:00"), "", URL, "2026-10-04T01:00", "json-ld"),
        ('<meta property="article:published_time" content="2026-10-04T08:00:00Z">', "", URL, "2026-10-04T08:00", "meta"),
        ("", '<article><time datetime="2026-10-04T08:00:00+02:00">Sunday</time></article>', URL, "2026-10-04T06:00", "markup"),
        ("", '<span itemprop="datePublished" content="2026-10-04">Sunday</span>', URL, "2026-10-04T00:00", "markup"),
        ("", "", "https://example.org/2026/10/04/bridge", "2026-10-04T00:00", "url"),
        ("", "<div class='date'>October 4, 2026</div>", URL, "2026-10-04T00:00", "markup"),
        ("", "<h1>Bridge</h1><p>Ann Lee wrote this in the Courier of October 4, 2026, a Sunday, as she said.</p>", URL, "2026-10-04T00:00", "markup"),
        ("", "<p>Erschienen im Boten, Ausgabe vom 4.10.2026</p>", URL, "2026-10-04T00:00", "guessed"),
        ("", "<article><time datetime='2025-01-01'>old</time></article><h1>Bridge</h1><time datetime='2026-10-04'>Sunday</time>", URL, "2026-10-04T00:00", "markup"),
        ("", "<h1>Bridge</h1><blockquote class='instagram-media'><time datetime='2025-01-01'></time></blockquote><p class='meta-date'>Sonntag, 4. Oktober 2026</p>", URL, "2026-10-04T00:00", "markup"),
        ("<title>Bridge closed | Site</title>", "<h1>Site</h1><time datetime='2025-01-01'></time><h1>Bridge closed</h1><time datetime='2026-10-04'></time>", URL, "2026-10-04T00:00", "markup"),
        ("", "<h1>Bridge</h1><div>by Ann Lee – 04/10/2026 08:00</div>", URL, "2026-10-04T08:00", "markup"),
        (data(datePublished="soon") + '<meta name="date" content="2026-10-04">', "", URL, "2026-10-04T00:00", "meta"),
        (data(datePublished="2031-01-01"), "", URL, None, None),
    ],
)  # fmt: skip
def test_the_time_is_read_from_the_best_source(
    head: str, body: str, url: str, expected: str | None, origin: str | None
) -> None:
    found = read(head, body, url)
    moment = datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None
    assert (found.published_at, found.origins.get("published_at")) == (moment, origin)


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (data(author={"@type": "Person", "name": "Ann Lee"}), "", ("Ann Lee",)),
        (data(author=[{"name": "Ann Lee"}, {"name": "Bo Ek"}]), "", ("Ann Lee", "Bo Ek")),
        (data(author="By Ann Lee and Bo Ek"), "", ("Ann Lee", "Bo Ek")),
        (data(author={"name": "The Courier"}) + SITE, '<a rel="author">Ann Lee</a>', ("Ann Lee",)),
        ('<meta name="author" content="Ann Lee, MD">', "", ("Ann Lee",)),
        ('<meta property="article:author" content="https://facebook.com/ann">', '<div class="byline">Oleh: Ann Lee</div>', ("Ann Lee",)),
        ("", '<div id="comments"><a rel="author">Some Reader</a></div>', ()),
        ('<meta name="author" content="admin">', "", ()),
        ("", "<h1>Bridge</h1><div>by Ann Lee – 20/11/2026</div>", ("Ann Lee",)),
        ("", "<h1>Bridge</h1><div>By Ann Lee on Monday, November 18th</div>", ()),
        ("", '<a rel="author">Ann Lee</a><div rel="author">Ann Lee writes for us and would rather be by the sea</div>', ("Ann Lee",)),
        ('<meta name="author" content="Anjali Rao"><meta property="og:site_name" content="NJ">', "", ("Anjali Rao",)),
        ('<meta name="author" content="ann@example.org">', "", ()),
        ("", '<span class="byline__by">By</span> <a class="byline__names">Ann Lee</a><span class="byline">4 min</span>', ("Ann Lee",)),
        ("", '<span class="author">Yazar: Elif Kaya</span>', ("Elif Kaya",)),
    ],
)  # fmt: skip
def test_authors_are_people(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert read(head, body).authors == authors


@pytest.mark.parametrize(
    ("claim", "url", "expected"),
    [
        ("https://www.example.org/news/bridge", URL, "https://www.example.org/news/bridge"),
        ("/news/bridge#top", URL, "https://www.example.org/news/bridge"),
        ("https://news.example.org/bridge", URL, "https://news.example.org/bridge"),
        ("https://evil.example/bridge", URL, None),
        ("https://example.org.evil.example/bridge", URL, None),
        ("https://www.example.org/", URL, None),
        ("javascript:alert(1)", URL, None),
        ("https://u:p@www.example.org/x", URL, None),
        ("https://two.blogspot.com/a", "https://one.blogspot.com/a", None),
        ("http://127.0.0.1:8001/b", "http://127.0.0.1:8000/a", "http://127.0.0.1:8001/b"),
        ("http://127.0.0.2:8000/b", "http://127.0.0.1:8000/a", None),
        ("http://localhost:8000/b", "http://otherhost:8000/a", None),
    ],
)
def test_a_canonical_link_is_believed_within_its_own_domain(
    claim: str, url: str, expected: str | None
) -> None:
    assert read(f'<link rel="canonical" href="{claim}">', url=url).canonical_url == expected


def test_an_unbelievable_canonical_link_gives_way_to_the_next() -> None:
    head = '<link rel="canonical" href="https://evil.example/a"><meta property="og:url" content="https://www.example.org/b">'
    found = read(head)
    assert (found.canonical_url, found.origins["canonical_url"]) == ("https://www.example.org/b", "meta")


def test_an_image_is_a_link_or_nothing() -> None:
    assert read('<meta property="og:image" content="/a.jpg">').image == "https://www.example.org/a.jpg"
    assert (
        read(
            '<meta property="og:image" content="javascript:x">'
            + data(image={"url": "https://i.example/b.jpg"})
        ).image
        == "https://i.example/b.jpg"
    )
    assert read('<meta property="og:image" content="data:image/png;base64,AA">').image is None


@pytest.mark.parametrize(
    ("head", "body", "expected", "origin"),
    [
        (data(datePublished="2026-10-04", dateModified="2026-10-05T09:00:00Z"), "", "2026-10-05T09:00", "json-ld"),
        ('<meta property="article:modified_time" content="2026-10-05T09:00:00Z">', "", "2026-10-05T09:00", "meta"),
        ("", "<span itemprop='dateModified' content='2026-10-05T09:00:00Z'></span>", "2026-10-05T09:00", "markup"),
        (data(datePublished="2026-10-05", dateModified="2026-10-05T00:00:00Z"), "", None, None),
    ],
)  # fmt: skip
def test_a_change_is_told_where_it_is_later_than_the_publication(
    head: str, body: str, expected: str | None, origin: str | None
) -> None:
    found = read(head, body)
    moment = datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None
    assert (found.modified_at, found.origins.get("modified_at")) == (moment, origin)
