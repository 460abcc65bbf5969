"""The feeds that a page names are found, the likeliest first."""

from __future__ import annotations

import time

import pytest

from monitor.feeds.discover import COMMON_PATHS, MAX_FOUND, find_feeds
from monitor.text.urls import clean_link

URL = "https://paper.example/world/"
PAGE = b"""<!DOCTYPE html><html><head>
<link rel="stylesheet" href="/style.css" type="text/css">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="Alternate" type="application/atom+xml; charset=utf-8" href="atom.xml">
<link rel="alternate" type="application/rss+xml" href="https://paper.example/feed/">
<link rel="alternate" hreflang="de" href="https://paper.example/de/">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body>
<a href="/rss/sport.xml">Sport</a> <a href="/about.html">About RSS</a> <a href="/feed/">again</a>
<a href="https://feeds.feedburner.com/paper/rss">Burner</a>
<a href="https://stranger.example/rss">Not ours</a>
<a href="/news/feeding-the-poor">Story</a> <a href="/index.php?format=feed">Joomla</a>
</body></html>"""


def test_feeds_are_found_in_the_head_and_among_the_links() -> None:
    assert find_feeds(PAGE, URL) == (
        "https://paper.example/world/atom.xml",
        "https://paper.example/feed/",
        "https://paper.example/rss/sport.xml",
        "https://feeds.feedburner.com/paper/rss",
        "https://paper.example/index.php?format=feed",
        "https://paper.example/comments/feed/",
    )


def test_a_base_element_is_what_links_start_from() -> None:
    page = b'<head><base href="https://cdn.example/x/"><link rel=alternate type=application/rss+xml href=rss>'
    assert find_feeds(page, URL) == ("https://cdn.example/x/rss",)


@pytest.mark.parametrize("page", [b"", b"   ", b"plain text", bytes(5_000), b"\xff\xfe\x00", b"<rss/>"])
def test_a_page_without_feeds_names_none(page: bytes) -> None:
    assert find_feeds(page, URL) == ()


def test_a_hostile_page_is_bounded() -> None:
    started = time.process_time()
    many = b"".join(b'<a href="/rss/%d.xml">x</a>' % number for number in range(20_000))
    assert len(find_feeds(many, URL)) == MAX_FOUND
    find_feeds(b"<div>" * 400_000, URL)
    find_feeds(b'<a href="' + b"rss/" * 500_000, URL)
    assert time.process_time() - started < 5


def test_common_paths_are_usable_on_any_site() -> None:
    assert all(clean_link(path, URL) for path in COMMON_PATHS)
    assert len(set(COMMON_PATHS)) == len(COMMON_PATHS)
