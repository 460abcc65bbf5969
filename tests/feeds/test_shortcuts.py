"""The shortcuts change nothing of what is read, and feedparser is still the one that they were made for."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import feedparser
import pytest
from feedparser import api, datetimes, mixin, urls, util
from feedparser.parsers import loose, strict
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import BadFeed
from monitor.feeds import shortcuts
from monitor.feeds.fence import Reading, read_plainly
from monitor.feeds.prefilter import prefilter
from monitor.feeds.quick import StrictShortcuts, read_quickly
from monitor.feeds.shortcuts import Shortcuts
from tests.benchmarks.feed_material import FORMATS as GENERATED
from tests.benchmarks.feed_material import generated
from tests.feeds.corpus import DATA, REAL, entry, parse, rss
from tests.feeds.test_conformance import FORMATS
from tests.feeds.test_hostile_input import HOSTILE

# The code that the shortcuts stand in for, or whose every word they count on: how its SHA-256 begins.
READ_OFF = {
    mixin._FeedParserMixin.__init__: "595f14498fac",
    mixin._FeedParserMixin.track_namespace: "df173aa4c370",
    mixin._FeedParserMixin.unknown_starttag: "9fda2fdebe14",
    mixin._FeedParserMixin.unknown_endtag: "3dfb95bdf8a5",
    mixin._FeedParserMixin.handle_data: "955225638e5f",
    mixin._FeedParserMixin.push: "4730b5e8afd6",
    mixin._FeedParserMixin.pop: "d8b47b45a581",
    mixin._FeedParserMixin.push_content: "0ef39ad5d85e",
    mixin._FeedParserMixin.pop_content: "22b35210d644",
    mixin._FeedParserMixin.looks_like_html: "04ae5fef00bc",
    mixin._FeedParserMixin.resolve_uri: "77c2d3da5307",
    mixin._FeedParserMixin._get_context: "b7a3f0b5f964",
    strict._StrictFeedParser: "a233386b0b1a",
    loose._LooseFeedParser: "9f4cf6184490",
    util.FeedParserDict: "66a86d4b0b0f",
    urls._urljoin: "9a3dd9ebe1eb",
    urls.make_safe_absolute_uri: "0133149bc2d8",
    datetimes._parse_date: "c2a653435054",
    api.parse: "2333700c9661",
}

SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
        "old": "http://backend.userland.com/rss2",
        "own": "urn:example:own",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "svg": "http://www.w3.org/2000/svg",
        "xhtml": "http://www.w3.org/1999/xhtml",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)
FRAMES = {
    "RSS": f'<rss version="2.0" {SPACES}><channel><title>T</title><item>%s</item></channel></rss>',
    "Atom": f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><entry>%s</entry><title>T</title></feed>',
    "Atom by prefix": f"<atom:feed {SPACES}><atom:entry>%s</atom:entry></atom:feed>",
    "RDF": f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {SPACES}><channel/><item>%s</item></rdf:RDF>',
    "a channel": f"<rss {SPACES}><channel>%s<item><title>x</title></item></channel></rss>",
    "what does not end": f'<rss version="2.0" {SPACES}><channel><item>%s</item>',
}
NAMES = """
    title link description summary content guid id author name email uri url category tags pubDate published
    updated issued created date language source image width textinput generator enclosure comments item entry
    div p b br svg math links authors title_detail rss feed atom:link atom:title atom:content atom:summary
    content:encoded dc:date dc:creator dc:subject dc:title dc:language itunes:summary itunes:author
    itunes:keywords itunes:image media:group media:title media:description media:content media:thumbnail
    media:credit old:title old:link own:thing own:title rdf:li svg:svg svg:title xhtml:div xhtml:p xhtml:body
""".split()  # noqa: SIM905 - paragraphs of names read and diff better than columns of quotes
ATTRIBUTES = """
    href="http://a.example/x" href="/rel" href="http:////a.example/y" HREF="up" rel="self" rel="alternate"
    REL="Enclosure" type="xhtml" type="html" type="text" type="text/plain" type="application/xml"
    type="image/png" mode="base64" xml:base="http://b.example/a/" xml:base="rel/" xml:base="file:a/b"
    xml:base="" base="http://c.example/" xml:lang="de_AT" xml:lang="" lang="fr" isPermaLink="false"
    url="http://u.example/" term="t" label="l" own:href="o" xlink:href="http://x.example/" text="x" class="c"
    rdf:about="http://r.example/" lastmod="2026-01-02" src="http://s.example/" title="&lt;i&gt;&quot;"
    xmlns:own="urn:example:another" xmlns:w="http://www.w3.org/2005/Atom" xmlns="urn:example:other" xmlns=""
    xmlns="http://www.w3.org/1999/xhtml"
""".split()  # noqa: SIM905 - as above
TEXTS = (
    "words", "  words\n", "\n", "&lt;b&gt;bold&lt;/b&gt; &amp; more", "<![CDATA[<p>a paragraph</p>]]>",
    "http://a.example/?a=1&amp;b=2", "http://a.example/?a=1&amp;amp;b=2;", "/rel", "2026-01-02T03:04:05Z",
    "Fri, 02 Jan 2026 03:04:05 +0700", "été", "Ã©tÃ©", "дом “дома”", "&#150;", "\x93cited\x94", "d29yZHM=",
    "a, b", "desk@site.example (Jane Doe)", "&copy; &amp;copy;", "<br/>", "urn:example:1", "yes", "en_GB",
)  # fmt: skip

CASES = {
    "a bare date is an update": rss("<date>2026-01-02</date><title>x</title>"),
    "an image of the channel's": rss("", channel="<image><title>i</title><link>l</link></image><link/>"),
    "an image that does not end": rss("", channel="<image><own/><link>l</link>"),
    "an input that does not end": rss("", channel="<textinput><link>l</link><own/><title>y</title>"),
    "an image of the item's": rss("<image><link>l</link></image>"),
    "a text within the same text": rss("<own>a<own>b</own></own><own>c</own>"),
    "a text that the first one holds": rss("<title>x</title><own><place>a</place></own><place>b</place>"),
    "an end without a start": rss("</title></description><title>x</title><summary>y</summary>"),
    "an id that is no link": rss('<a xml:base="http://b.example/"><guid isPermaLink="false">7</guid></a>'),
    "an id that is one": rss('<a xml:base="http://b.example/"><guid>7</guid></a>'),
    "a link of four slashes": rss("<link>http:////a.example/</link>"),
    "a base that grows": rss('<a xml:base="file:a/b"><b><link>l</link></b></a>'),
    "a feed within the feed": rss('<a xml:lang="de_AT"><rss/></a><title>x</title>'),
    "a language that ends": rss('<a xml:lang="de_AT"><b></b></a><title>x</title>'),
    "texts in base64": rss('<fullitem mode="base64">d29yZHM=</fullitem><fullitem mode="base64">?</fullitem>'),
    "a typed document": (FRAMES["Atom"] % '<content type="image/png">d29yZHM=</content>').encode(),
    "markup in escaped content": rss("<description>a<div>b<p>c</p></div></description><title>x</title>"),
    "a division in escaped content": rss("<description>a<div>b</div></description><title>x</title>"),
    "islands in content": (FRAMES["Atom"] % (
        '<content type="xhtml"><xhtml:div><svg:svg><svg:title>t</svg:title></svg:svg><math'
        ' xmlns="http://www.w3.org/1998/Math/MathML"/><a xlink:href="b" own:c="d"/></xhtml:div></content>'
    )).encode(),
    "an island that does not end": rss('<content type="xhtml"><svg>a</content><title>t</title>'),
    "each element says its namespace": rss('<m:own xmlns:m="http://search.yahoo.com/mrss/">x</m:own>' * 3),
    "one prefix, two namespaces": rss(
        '<a:title xmlns:a="urn:b">x</a:title><a:title xmlns:a="http://purl.org/dc/elements/1.1/">y</a:title>'
        '<a:title xmlns:a="urn:b">z</a:title><a:own xmlns:a="urn:c">z</a:own><a:own xmlns:a="urn:b">z</a:own>'
    ),
    "one prefix, two namespaces at a time": rss(
        '<b xmlns:a="urn:b"><a:own>x</a:own><c xmlns:a="urn:c"/><a:own>x</a:own></b><title>y</title>'
    ),
    "a namespace by two prefixes": (FRAMES["RSS"] % '<b:own xmlns:b="urn:example:own">x</b:own>').encode(),
    "a namespace without a prefix": rss('<own xmlns="urn:a">x</own><own xmlns="urn:b" xmlns:c="urn:b"/>'),
    "one attribute of two namespaces": rss('<link href="a" b:href="c" xmlns:b="urn:b"/><title>x</title>'),
    "more names than are kept": rss("".join(f"<n{n}>x</n{n}>" for n in range(2_500)) + "<title>x</title>"),
}  # fmt: skip


MISPLACED = ("KeyError", "IndexError", "TypeError")  # what feedparser raises over an element out of place


def both(body: bytes) -> tuple[object, object]:
    """All that feedparser's parsers lay down of *body*, with the shortcuts and without."""
    return _read(body, read_quickly), _read(body, read_plainly)


def _read(body: bytes, read: Callable[[bytes], Reading]) -> object:
    try:
        found = read(prefilter(body).data)
    except BadFeed as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - what feedparser raises over is a reading, too
        return type(error).__name__
    return found.version, found.bozo, _undated(found.feed), _undated(found.entries)


def _undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _undated(one) for name, one in value.items() if not name.endswith("_parsed")}
    return list(map(_undated, value)) if isinstance(value, list) else value


# --- the same reading -----------------------------------------------------------------------------------


def test_every_feed_of_the_corpus_reads_the_same() -> None:
    files = [path for folder in (DATA, REAL) if folder.is_dir() for path in sorted(folder.iterdir())]
    assert len(files) >= 10
    for path in files:
        ours, theirs = both(path.read_bytes())
        assert ours == theirs, path.name


def test_the_feeds_of_the_benchmark_read_the_same() -> None:
    for material in generated(len(GENERATED)):
        ours, theirs = both(material.body)
        assert ours == theirs


@pytest.mark.parametrize("body", CASES.values(), ids=CASES.keys())
def test_feeds_that_try_its_corners_read_the_same(body: bytes) -> None:
    ours, theirs = both(body)
    assert ours == theirs


@pytest.mark.parametrize("name", [name for name, body in HOSTILE.items() if len(body) < 700_000])
def test_hostile_feeds_meet_the_same_end(name: str) -> None:
    ours, theirs = both(HOSTILE[name])
    assert ours == theirs


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads_the_same(name: str) -> None:
    ours, theirs = both(FORMATS[name][1].encode())
    assert ours == theirs


def _element(name: str, attributes: list[str], inner: list[str]) -> str:
    # a <date> with attributes differs, and so does whatever else feedparser keeps by another name; see below
    spaced = "" if name == "date" else "".join(f" {one}" for one in attributes)
    words = "" if name == "authors" else "".join(inner)
    return f"<{name}{spaced}>{words}</{name}>"


ELEMENTS = st.recursive(
    st.sampled_from(TEXTS),
    lambda inner: st.builds(
        _element,
        st.sampled_from(NAMES),
        st.lists(st.sampled_from(ATTRIBUTES), max_size=2, unique_by=lambda one: one.partition("=")[0]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(frame=st.sampled_from(sorted(FRAMES)), inner=st.lists(ELEMENTS, max_size=6))
def test_any_small_feed_reads_the_same(frame: str, inner: list[str]) -> None:
    ours, theirs = both((FRAMES[frame] % "".join(inner)).encode())
    assert ours == theirs or theirs in MISPLACED


# --- what is read better --------------------------------------------------------------------------------


def test_a_date_with_attributes_wipes_no_date_before_it() -> None:
    body = rss('<title>x</title><updated>2026-01-02</updated><date kind="old">2025-01-02</date>')
    assert entry(body).published_claim == "2026-01-02"


def test_an_author_beside_words_named_authors_keeps_the_name() -> None:
    body = (
        b"<rss><channel><item><title>x</title><authors>w</authors><author>Jane Doe</author></item></channel>"
    )
    ours, theirs = both(body)
    assert "'author': 'Jane Doe'" in str(ours)
    assert "'author': ''" in str(theirs)


@pytest.mark.parametrize(
    "element",
    [
        "<g:pos xmlns:g='http://www.opengis.net/gml'>1 2</g:pos>",
        "<g:posList xmlns:g='http://www.opengis.net/gml'>1 2 3 4</g:posList>",
    ],
)
def test_an_element_out_of_place_costs_itself_and_no_feed(element: str) -> None:
    body = rss(f"<title>x</title>{element}<link>http://w.example/1</link><description>d</description>")
    assert both(body)[1] in MISPLACED
    found = entry(body)
    assert (found.title, found.url, found.summary) == ("x", "http://w.example/1", "d")
    assert "elements out of place left out" in parse(body).repairs


def test_a_link_closed_behind_its_entry_costs_neither_the_feed_nor_itself() -> None:
    body = b"<rss><channel><item><title>x</title><link>/1</item></link>"
    assert both(body)[1] in MISPLACED
    found = parse(body)
    assert found.entries[0].title == "x"
    assert "elements out of place left out" not in found.repairs


def test_a_text_input_inside_an_entry_costs_nothing() -> None:
    body = b"<rss><channel><item><title>x</title><textInput><link>u</link></textInput></item></channel>"
    assert both(body)[1] in MISPLACED
    assert parse(body).entries[0].title == "x"


def test_a_no_break_space_in_a_namespace_costs_no_feed() -> None:
    body = '<rss xmlns:a="urn:\u00a0a"><channel><item><a:b/><title>x</title></item></channel></rss>'.encode()
    assert both(body)[1] == "ValueError"
    assert entry(body).title == "x"


# --- the feedparser that is known -----------------------------------------------------------------------


@pytest.mark.parametrize("code", READ_OFF, ids=lambda code: code.__qualname__)
def test_the_code_that_the_shortcuts_stand_in_for_is_as_it_was(code: type) -> None:
    found = sha256(inspect.getsource(code).encode()).hexdigest()[:12]
    assert found == READ_OFF[code], f"{code.__qualname__} has changed: hold the shortcuts against it again"


def test_no_parsers_own_method_is_taken_from_the_other() -> None:
    lightened = vars(shortcuts._Lightened).keys()
    assert {"push_content", "_start_item", "_end_published"} <= lightened
    own = vars(strict._StrictFeedParser).keys() | vars(loose._LooseFeedParser).keys()
    assert lightened & own <= vars(object).keys() | {"__dict__", "__weakref__", "__module__"}


def test_an_element_of_a_feed_reaches_none_of_our_own_methods() -> None:
    ours = vars(Shortcuts).keys() | vars(StrictShortcuts).keys()
    assert not [name for name in ours if name.startswith(("_start_", "_end_"))]


def test_feedparser_itself_stays_as_it_is() -> None:
    (found,) = feedparser.parse(io.BytesIO(rss("<pubDate>2026-01-02</pubDate>"))).entries
    assert isinstance(found, util.FeedParserDict)
    assert found.published_parsed.tm_year == 2026
    assert not issubclass(api.StrictFeedParser, Shortcuts)
