"""XML as a row of tags and texts: its elements moved, torn, heaped and buried."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from random import Random
from typing import TypeAlias

from tests.quality.fuzzing import values

Tokens: TypeAlias = list[str]
Change: TypeAlias = Callable[[Random, Tokens], Tokens]
Span: TypeAlias = tuple[int, int]

_TOKEN = re.compile(r"<!\[CDATA\[|<!--|<\?|<[^<>]*>|[^<]+|<")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_NAME = re.compile(r"</?([A-Za-z_][\w.:-]*)")

# Every element that feedparser has a method for, or that another module of ours looks for.
NAMES = (
    "rss", "channel", "item", "feed", "entry", "rdf:RDF", "rdf:Seq", "rdf:li", "urlset", "url", "loc",
    "title", "link", "guid", "id", "description", "summary", "content", "content:encoded", "tagline",
    "info", "pubDate", "published", "updated", "issued", "modified", "created", "lastmod", "dc:date",
    "expires", "author", "contributor", "name", "email", "uri", "dc:creator", "dc:publisher",
    "managingEditor", "webMaster", "itunes:author", "itunes:owner", "itunes:name", "itunes:summary",
    "itunes:explicit", "category", "dc:subject", "tags", "keywords", "itunes:category", "itunes:keywords",
    "media:keywords", "image", "logo", "icon", "url", "width", "height", "textInput", "cloud", "enclosure",
    "source", "media:group", "media:content", "media:thumbnail", "media:description", "media:credit",
    "media:title", "media:rating", "media:category", "media:license", "media:player", "media:restriction",
    "georss:point", "georss:line", "georss:polygon", "georss:box", "georss:where", "gml:Point", "gml:pos",
    "gml:posList", "gml:exterior", "gml:LinearRing", "geo:lat", "geo:long", "cc:license", "rights",
    "copyright", "dc:rights", "generator", "ttl", "language", "dc:language", "docs", "comments", "body",
    "xhtml:body", "xhtml:div", "div", "svg", "math", "abstract", "subtitle", "feedburner:origLink",
    "psc:chapters", "psc:chapter", "thr:in-reply-to", "news:news", "news:title", "news:publication_date",
    "atom:link", "atom:author", "wfw:commentRss", "slash:comments", "admin:generatorAgent", "newlocation",
    "entries", "links", "authors", "title_detail", "value", "_", "a" * 90, "имя",
)  # fmt: skip
NAMESPACES = (
    "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/modules/content/",
    "http://search.yahoo.com/mrss/", "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "http://www.georss.org/georss", "http://www.opengis.net/gml", "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/",
    "http://podlove.org/simple-chapters", "http://www.google.com/schemas/sitemap-news/0.9",
    "http://other.example/ns", "",
)  # fmt: skip
PREFIXES = (
    "", "rdf", "dc", "content", "media", "itunes", "georss", "gml", "atom", "xhtml", "xml", "xmlns", "a",
)  # fmt: skip
DEEPEST = 30_000  # elements; the fence stops at 20,000
MOST = 20_000  # copies of one element; a feed may have 5,000 entries and 200,000 tags


def tokens_of(text: str) -> Tokens:
    """Return the tags of *text* with what stands between them; joined they are *text* again."""
    tokens: Tokens = []
    position = 0
    endless: set[str] = set()  # a megabyte of openings is looked through once
    while found := _TOKEN.match(text, position):
        end = found.end()
        closing = _ENDS.get(found[0], "")
        if closing and closing not in endless:
            place = text.find(closing, end)
            end = place + len(closing) if place >= 0 else end
            endless |= {closing} if place < 0 else set()
        tokens.append(text[position:end])
        position = end
    return tokens


def name_of(token: str) -> str:
    """Return the name in a tag, empty for anything else."""
    found = _NAME.match(token)
    return found[1] if found else ""


def elements(tokens: Tokens) -> list[Span]:
    """Return where each element begins and ends; of unclosed ones only their tag."""
    spans: list[Span] = []
    opened: list[tuple[str, int]] = []
    for place, token in enumerate(tokens):
        name = name_of(token)
        if not name:
            continue
        if not token.startswith("</"):
            spans.append((place, place + 1))
            opened += [] if token.endswith("/>") else [(name, place)]
        elif opened and opened[-1][0] == name:
            spans.append((opened.pop()[1], place + 1))
    return spans


def _element(draw: Random, tokens: Tokens) -> Span:
    found = elements(tokens)
    return draw.choice(found) if found else (0, len(tokens))


def _count(draw: Random, most: int) -> int:
    """A number up to *most*, a small one more often."""
    return max(1, round(math.exp(draw.uniform(0, math.log(most)))))


def _random_name(draw: Random) -> str:
    return draw.choice(NAMES)


def delete(draw: Random, tokens: Tokens) -> Tokens:
    """Leave out an element, or one of its tags."""
    start, end = _element(draw, tokens)
    gone = draw.choice((range(start, end), (start,), (end - 1,)))
    return [token for place, token in enumerate(tokens) if place not in gone]


def duplicate(draw: Random, tokens: Tokens) -> Tokens:
    """Write an element twice or a few times, there or elsewhere."""
    start, end = _element(draw, tokens)
    place = draw.choice((end, draw.randrange(len(tokens) + 1)))
    return tokens[:place] + tokens[start:end] * draw.randint(1, 5) + tokens[place:]


def multiply(draw: Random, tokens: Tokens) -> Tokens:
    """Write a small element thousands of times."""
    start, end = min((_element(draw, tokens) for _ in range(3)), key=lambda span: span[1] - span[0])
    size = sum(map(len, tokens[start:end]))
    times = min(_count(draw, MOST), 2 * values.LONGEST // max(1, size))
    return tokens[:end] + tokens[start:end] * times + tokens[end:]


def swap(draw: Random, tokens: Tokens) -> Tokens:
    """Let two elements, or two tokens of any kind, change places."""
    first, second = sorted((_element(draw, tokens), _element(draw, tokens)))
    if first[1] > second[0] or draw.random() < 0.3:
        one, other = sorted(draw.choices(range(len(tokens)), k=2))
        first, second = (one, one + 1), (max(other, one + 1), other + 1)
    (a, b), (c, d) = first, second
    return tokens[:a] + tokens[c:d] + tokens[b:c] + tokens[a:b] + tokens[d:]


def rename(draw: Random, tokens: Tokens) -> Tokens:
    """Call an element something else, or only its first tag, or every element of that name."""
    start, end = _element(draw, tokens)
    old, new = name_of(tokens[start]), draw.choice((_random_name(draw), name_of(tokens[start]).upper()))
    everywhere = range(len(tokens))
    places = draw.choice((everywhere, (start, end - 1), (start,)))
    renamed = list(tokens)
    for place in places:
        if old and name_of(renamed[place]) == old:
            renamed[place] = renamed[place].replace(old, new, 1)
    return renamed


def nest(draw: Random, tokens: Tokens) -> Tokens:
    """Bury an element under others, all of them closed again, or some, or none."""
    start, end = _element(draw, tokens)
    name, depth = _random_name(draw), _count(draw, DEEPEST)
    closed = draw.choice((depth, depth, depth // 2, 0))
    return [
        *tokens[:start],
        f"<{name}>" * depth,
        *tokens[start:end],
        f"</{name}>" * closed,
        *tokens[end:],
    ]


def splice(draw: Random, tokens: Tokens) -> Tokens:
    """Put the whole feed into itself."""
    place = draw.randrange(len(tokens) + 1)
    return tokens[:place] + tokens + tokens[place:]


def add(draw: Random, tokens: Tokens) -> Tokens:
    """Add elements that parsers know, with attributes and texts that they do not expect, at one place."""
    start, end = _element(draw, tokens)
    place = draw.choice((start, start + 1, end))
    made = [_made(draw, depth=draw.randint(0, 2)) for _ in range(draw.randint(1, 6))]
    return [*tokens[:place], *made, *tokens[place:]]


def _made(draw: Random, depth: int) -> str:
    name = _random_name(draw)
    attributes = "".join(
        f' {draw.choice(ATTRIBUTES)}="{quoted(values.any_value(draw))}"' for _ in range(draw.randint(0, 3))
    )
    if draw.random() < 0.1:
        return f"<{name}{attributes}/>"
    inner = _made(draw, depth - 1) if depth else quoted(values.any_value(draw))
    return f"<{name}{attributes}>{inner}</{name}>"


ATTRIBUTES = (
    "href", "url", "rel", "type", "mode", "src", "value", "term", "scheme", "label", "domain", "length",
    "isPermaLink", "rdf:about", "rdf:resource", "rdf:parseType", "xml:base", "xml:lang", "version", "role",
    "email", "srsName", "srsDimension", "width", "text", "title", "id", "start", "xmlns", "xmlns:a", "ref",
)  # fmt: skip


def quoted(text: str) -> str:
    """Write *text* so that it stays one text of a document: what XML has no way to say as a reference."""
    return re.sub(r"[<>&\"\x00-\x08\x0b-\x1f\ud800-\udfff]", lambda found: f"&#{ord(found[0])};", text)


STRUCTURE: dict[str, Change] = {
    "delete": delete,
    "duplicate": duplicate,
    "multiply": multiply,
    "swap": swap,
    "rename": rename,
    "nest": nest,
    "splice": splice,
    "add": add,
}
