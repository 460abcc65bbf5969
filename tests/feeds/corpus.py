"""Where the feeds of these tests lie, and how they are parsed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.feeds.parse import parse_feed
from monitor.model import Entry, ParsedFeed

DATA = Path(__file__).parent / "data"
# Real feeds as published, where a checkout has them beside it; none of them is part of the project.
REAL = Path(__file__).parents[3] / "shared" / "data" / "feeds"
NOW = datetime(2026, 11, 5, tzinfo=UTC)
URL = "https://feeds.example/all.xml"


def parse(body: bytes, url: str = URL, charset: str | None = None) -> ParsedFeed:
    return parse_feed(body, url=url, charset=charset, now=NOW)


def parse_file(name: str) -> ParsedFeed:
    return parse((DATA / name).read_bytes())


def rss(inner: str, *, channel: str = "") -> bytes:
    """Return an RSS 2.0 feed with *inner* in its one item."""
    return (
        f'<rss version="2.0"><channel><title>T</title>{channel}<item>{inner}</item></channel></rss>'.encode()
    )


def entry(body: bytes) -> Entry:
    """Return the only entry of a feed."""
    (found,) = parse(body).entries
    return found
