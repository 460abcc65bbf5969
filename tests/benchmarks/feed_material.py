"""Feeds made of the small world's own articles, as large and as varied as newsrooms publish them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from tests.newsroom.articles import ArticleText, load_articles

NEWEST = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ENTRIES = (20, 50)
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A feed's bytes and what its server calls them."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """What one entry says, in plain text."""

    link: str
    guid: str
    title: str
    author: str
    at: datetime
    tags: tuple[str, ...]
    language: str
    paragraphs: tuple[str, ...]

    @property
    def html(self) -> str:
        image = f'<figure><img src="{self.link}/lead.jpg" alt="{escape(self.title)}"></figure>'
        words = "".join(f"<p>{escape(part)}</p>\n" for part in self.paragraphs)
        return f'{image}\n{words}<p><a href="{self.link}?utm_source=rss">&#8230;</a></p>'

    @property
    def teaser(self) -> str:
        return self.paragraphs[0][:300]


def generated(count: int, *, seed: int = 1) -> list[Material]:
    """*count* feeds, the same for the same *seed*: one in ten is JSON, a third carry whole articles."""
    chance = random.Random(seed)
    articles = [article for article in load_articles().values() if article.paragraphs]
    by_language: dict[str, list[ArticleText]] = {}
    for article in articles:
        by_language.setdefault(article.language, []).append(article)
    return [_feed(number, by_language, chance) for number in range(count)]


def from_folder(folder: Path) -> list[Material]:
    """The feeds that lie in a folder, as they are."""
    bodies = (path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    return [Material(body=body, content_type=JSON if body[:1] == b"{" else "text/xml") for body in bodies]


def _feed(number: int, articles: dict[str, list[ArticleText]], chance: random.Random) -> Material:
    language = chance.choice(sorted(articles))
    site = f"https://outlet-{number}.example"
    items = [_item(site, place, articles[language], chance) for place in range(chance.randint(*ENTRIES))]
    return FORMATS[number % len(FORMATS)](site, language, items)


def _item(site: str, place: int, articles: Sequence[ArticleText], chance: random.Random) -> _Item:
    source = chance.choice(articles)
    number = chance.randrange(10**7)
    words = source.title.split()
    chance.shuffle(words)
    return _Item(
        link=f"{site}/{source.language}/2026/11/{number}-{source.slug}",
        guid=f"urn:example:{number}",
        title=" ".join(words),
        author=chance.choice(source.authors or ("",)),
        at=NEWEST - timedelta(minutes=place * chance.randint(10, 90)),
        tags=source.tags[:4],
        language=source.language,
        paragraphs=tuple(chance.sample(source.paragraphs, len(source.paragraphs))),
    )


# --- formats --------------------------------------------------------------------------------------------

_RSS_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Outlet</title><link>{site}</link><description>News</description><language>{language}</language>
<atom:link href="{site}/rss.xml" rel="self" type="application/rss+xml"/>
"""


def _rss_item(item: _Item, *, body: str) -> str:
    tags = "".join(f"<category><![CDATA[{tag}]]></category>\n" for tag in item.tags)
    return f"""<item>
<title>{escape(item.title)}</title>
<link>{item.link}</link>
<guid isPermaLink="false">{item.guid}</guid>
<dc:creator><![CDATA[{item.author}]]></dc:creator>
<pubDate>{format_datetime(item.at)}</pubDate>
{tags}{body}
</item>
"""


def _rss(site: str, language: str, items: Sequence[_Item], bodies: Callable[[_Item], str]) -> Material:
    inner = "".join(_rss_item(item, body=bodies(item)) for item in items)
    text = _RSS_HEAD.format(site=site, language=language) + inner + "</channel>\n</rss>\n"
    return Material(body=text.encode(), content_type=RSS)


def _teasers(site: str, language: str, items: Sequence[_Item]) -> Material:
    def body(item: _Item) -> str:
        picture = f'<media:content url="{item.link}/lead.jpg" medium="image" width="1200" height="630"/>'
        return f"<description>{escape(item.teaser)}</description>\n{picture}"

    return _rss(site, language, items, body)


def _escaped_html(site: str, language: str, items: Sequence[_Item]) -> Material:
    return _rss(site, language, items, lambda item: f"<description>{escape(item.html[:1_500])}</description>")


def _full_text(site: str, language: str, items: Sequence[_Item]) -> Material:
    def body(item: _Item) -> str:
        teaser = f"<description><![CDATA[<p>{item.teaser}</p>]]></description>"
        return f"{teaser}\n<content:encoded><![CDATA[{item.html}]]></content:encoded>"

    return _rss(site, language, items, body)


def _atom(site: str, language: str, items: Sequence[_Item]) -> Material:
    entries = "".join(
        f"""<entry>
<id>{item.guid}</id><title type="html">{escape(escape(item.title))}</title>
<link rel="alternate" type="text/html" href="{item.link}"/>
<author><name>{escape(item.author)}</name></author>
<published>{item.at.isoformat()}</published><updated>{item.at.isoformat()}</updated>
{"".join(f'<category term="{escape(tag)}"/>' for tag in item.tags)}
<summary>{escape(item.teaser)}</summary>
<content type="html">{escape(item.html)}</content>
</entry>
"""
        for item in items
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">
<title>Outlet</title><id>{site}/</id><updated>{NEWEST.isoformat()}</updated>
<link href="{site}"/><link rel="self" href="{site}/atom.xml"/>
{entries}</feed>
"""
    return Material(body=text.encode(), content_type=ATOM)


def _json(site: str, language: str, items: Sequence[_Item]) -> Material:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Outlet",
        "home_page_url": site,
        "language": language,
        "items": [
            {
                "id": item.guid,
                "url": item.link,
                "title": item.title,
                "content_html": item.html,
                "summary": item.teaser,
                "date_published": item.at.isoformat(),
                "authors": [{"name": item.author}],
                "tags": list(item.tags),
            }
            for item in items
        ],
    }
    return Material(body=json.dumps(document, ensure_ascii=False).encode(), content_type=JSON)


FORMATS = (
    _teasers, _full_text, _escaped_html, _teasers, _atom, _teasers, _full_text, _escaped_html, _atom, _json,
)  # fmt: skip
