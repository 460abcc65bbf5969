"""The feeds that mutants are made of: of every format, small enough that a hundred thousand take an hour."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.feed_material import FORMATS, Material, from_folder, generated
from tests.feeds.corpus import DATA, rss

KEPT = 4  # entries of a long feed; what a mutation does to one it does to any
LONG = 12_000  # bytes; longer feeds are thinned

_ENTRY = re.compile(rb"<(item|entry|url)\b[^>]*>.*?</\1>\s*", re.DOTALL)
_NAMES = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)
RICH = rss(
    "<title>Council &amp; harbour</title><link>/news/1?a=b&amp;c=d</link><guid>1</guid>"
    "<author>desk@w.example (Kim Roe)</author><dc:creator>Kim Roe</dc:creator>"
    '<category domain="x">Harbour</category><itunes:keywords>sea, port</itunes:keywords>'
    "<pubDate>Thu, 05 Nov 2026 10:00:00 +0700</pubDate><dc:date>2026-11-05T10:00:00+07:00</dc:date>"
    "<description><![CDATA[<p>Words &nbsp;<a href='/x'>here</a></p>]]></description>"
    "<content:encoded>&lt;p&gt;More words, &amp;eacute; and so on&lt;/p&gt;</content:encoded>"
    '<enclosure url="/a.mp3" length="12" type="audio/mpeg"/><source url="/s.xml">Wire</source>'
    '<media:group><media:content url="/a.jpg" medium="image"><media:title>A</media:title>'
    '<media:description>B</media:description></media:content></media:group><media:thumbnail url="/t.jpg"/>'
    "<georss:where><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>45 -110 46 -109</gml:posList>"
    "</gml:LinearRing></gml:exterior></gml:Polygon></georss:where><georss:point>1 2</georss:point>",
    channel=(
        '<link>http://w.example/</link><language>en-GB</language><ttl>60</ttl><cloud domain="w.example"/>'
        "<image><url>/i.png</url><title>I</title></image><textInput><title>S</title></textInput>"
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
    ),
).replace(b"<rss ", b"<rss " + _NAMES.encode() + b" ", 1)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="http://w.example/a/"><title>W</title>'
    b'<link rel="self" href="atom.xml"/><link rel="hub" href="https://hub.example/"/><entry><id>tag:1</id>'
    b'<title type="html">A &lt;i&gt;b</title><link href="1"/><updated>2026-11-05T10:00:00Z</updated>'
    b'<author><name>Kim</name><email>k@w.example</email><uri>/kim</uri></author><category term="a"/>'
    b'<summary type="text">a &lt; b</summary><content type="xhtml" xml:base="x/">'
    b'<div xmlns="http://www.w3.org/1999/xhtml"><p title="x">Words <b>here</b><br/></p></div></content>'
    b"<source><id>s</id><title>Wire</title></source><rights>c</rights></entry></feed>"
)
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "W & Co",
        "home_page_url": "https://w.example/",
        "feed_url": "https://w.example/feed.json",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {"id": "1", "url": "/1", "title": "A < b", "content_html": "<p>Words</p>", "tags": ["a", "b"]},
            {
                "id": 2,
                "external_url": "https://x.example/2",
                "content_text": "a < b",
                "author": {"name": "Kim"},
            },
            {
                "url": "/3",
                "summary": "Words",
                "date_published": "2026-11-05T10:00:00+07:00",
                "language": "id",
            },
        ],
    }
).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed that mutants are made of."""

    name: str
    body: bytes
    content_type: str

    @property
    def is_json(self) -> bool:
        return self.body.lstrip()[:1] == b"{"


def sources(folder: Path | None = None) -> list[Source]:
    """The project's own feeds, and those of *folder*; the same order for the same files."""
    own = [
        *((path.name, _as_served(path.read_bytes())) for path in sorted(DATA.iterdir())),
        *((name, _as_served(body)) for name, body in (("rich", RICH), ("atom", ATOM), ("json", JSON))),
        *((f"generated {number}", feed) for number, feed in enumerate(generated(2 * len(FORMATS)))),
    ]
    theirs = enumerate(from_folder(folder)) if folder else ()
    named = own + [(f"{number} of {folder.name if folder else ''}", feed) for number, feed in theirs]
    return [
        Source(name=name, body=_thinned(feed.body), content_type=feed.content_type) for name, feed in named
    ]


def _as_served(body: bytes) -> Material:
    return Material(body=body, content_type="application/feed+json" if body[:1] == b"{" else "text/xml")


def _thinned(body: bytes) -> bytes:
    """Return a long feed with its first entries only, and one that cannot be told apart cut in the middle."""
    if len(body) <= LONG:
        return body
    if body[:1] == b"{":
        document = json.loads(body)
        return json.dumps(document | {"items": document.get("items", [])[:KEPT]}).encode()
    later = [found.span() for found in _ENTRY.finditer(body)][KEPT:]
    return body[: later[0][0]] + body[later[-1][1] :] if later else body
