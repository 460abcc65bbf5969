"""Feed lists go out and come back without loss, and hostile ones do nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import BadInput
from monitor.feeds.markup import one_line
from monitor.feeds.opml import LeftOut, read_opml, write_opml
from monitor.model import FeedSource

EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Subscriptions</title></head><body>
  <outline text="World" title="World">
    <outline text="Wires &amp; agencies">
      <outline type="rss" text="Agency" title="Agency" xmlUrl="https://agency.example/rss"
               htmlUrl="https://agency.example/"/>
    </outline>
    <outline type="rss" title="Only a title" xmlUrl="http://title.example/feed"
             language="id" category="/Asia/Jakarta,flood"/>
  </outline>
  <outline text="feed: scheme" xmlUrl="feed://scheme.example/x"/>
  <outline text="Sea"><outline text="Agency again" language="en" xmlUrl="https://agency.example/rss"/></outline>
  <outline text="No feed"/>
  <outline text="Bad" xmlUrl="javascript:alert(1)"/>
  <outline text="Bad" xmlUrl="http://me:secret@private.example/rss"/>
</body></opml>"""


def test_another_readers_export_becomes_sources_with_folders_as_tags() -> None:
    assert read_opml(EXPORT.encode()).feeds == (
        FeedSource(
            url="https://agency.example/rss",
            name="Agency",
            language="en",
            tags=("World", "Wires & agencies", "Sea"),
        ),
        FeedSource(
            url="http://title.example/feed",
            name="Only a title",
            language="id",
            tags=("World", "Asia/Jakarta", "flood"),
        ),
        FeedSource(url="http://scheme.example/x", name="feed: scheme"),
    )


@pytest.mark.parametrize(
    "attributes",
    [
        'xmlurl="https://a.example/rss"',
        'XMLURL="https://a.example/rss" TYPE="RSS"',
        'type="rss" url="https://a.example/rss"',
        'xmlUrl="feed:https://a.example/rss"',
    ],
)
def test_a_url_is_found_however_its_attribute_is_spelt(attributes: str) -> None:
    (source,) = read_opml(f'<opml><body><outline text="A" {attributes}/></body></opml>'.encode()).feeds
    assert (source.url, source.name) == ("https://a.example/rss", "A")


def test_a_link_to_a_page_is_no_feed() -> None:
    found = read_opml(b'<opml><body><outline type="link" text="A" url="https://a.example/"/></body></opml>')
    assert found.feeds == found.left_out == ()


def test_what_cannot_be_polled_is_named_by_its_line_and_never_by_its_url() -> None:
    assert read_opml(EXPORT.encode()).left_out == (
        LeftOut(line=14, name="Bad", reason="not an http(s) URL"),
        LeftOut(
            line=15, name="Bad", reason="a user name or password in its URL: list it in feeds.yaml with auth"
        ),
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "no URL"),
        ("  ", "no URL"),
        ("ftp://a.example/rss", "not an http(s) URL"),
        ("a.example/rss", "not an http(s) URL"),
        ("feed://me:pw@a.example/rss", "a user name or password in its URL: list it in feeds.yaml with auth"),
        ("http://a b.example/", "a malformed URL"),
        ("http://[", "a malformed URL"),
        ("https://a.example/" + "x" * 2_100, "a URL of over 2,048 characters"),
    ],
)
def test_why_a_url_cannot_be_polled_is_said(url: str, reason: str) -> None:
    found = read_opml(f'<opml><body><outline text="A" xmlUrl="{url}"/></body></opml>'.encode())
    assert found.feeds == ()
    assert [left_out.reason for left_out in found.left_out] == [reason]


def test_lines_are_counted_as_in_the_file_whatever_was_taken_out_of_it() -> None:
    body = """<?xml version="1.0"?>
<!-- a note
on two lines -->
<!DOCTYPE opml [
<!ENTITY x "y">
]>
<opml><!-- another
on two lines --><?and one
more?><body>
<outline text="A" xmlUrl="javascript:1"/></body></opml>"""
    assert [left_out.line for left_out in read_opml(body.encode()).left_out] == [10]


characters = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
labels = st.text(characters, min_size=1, max_size=20).map(lambda text: one_line(text, 20)).filter(bool)
sources = st.builds(
    FeedSource,
    url=st.integers(min_value=0, max_value=10**6).map("https://site.example/{}".format),
    name=st.just("") | labels,
    outlet=st.just("") | labels,
    language=st.sampled_from(["", "id", "en"]),
    every=st.none()
    | st.integers(min_value=1, max_value=10**6).map(lambda seconds: timedelta(seconds=seconds)),
    tags=st.lists(labels, max_size=4, unique=True).map(tuple),
)


@settings(deadline=None)
@given(st.lists(sources, max_size=12, unique_by=lambda source: source.url))
def test_a_list_comes_back_as_it_went_out(feeds: list[FeedSource]) -> None:
    back = read_opml(write_opml(feeds).encode()).feeds
    assert sorted(back, key=lambda source: source.url) == sorted(feeds, key=lambda source: source.url)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<html><body>hello</body></html>",
        b"<rss version='2.0'><channel/></rss>",
        b"<opml>" + b"<outline/>" * 300_000 + b"</opml>",
    ],
)
def test_what_is_no_opml_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        read_opml(body)


@pytest.mark.parametrize("body", [b"", b'{"feeds": []}', bytes(500)])
def test_what_is_no_markup_is_called_no_opml(body: bytes) -> None:
    with pytest.raises(BadInput, match=r"^not an OPML file"):
        read_opml(body)


def test_a_list_whose_encoding_nothing_names_is_read_by_its_attributes() -> None:
    name = "Główne wiadomości: rybacy są źli, łodzie stoją, a władze mówią, że sąd się śpieszy"
    body = f'<opml><body><outline text="{name}" title="{name}" xmlUrl="https://a.example/"/></body></opml>'
    (source,) = read_opml(body.encode("iso-8859-2")).feeds
    assert source.name == name


def test_entities_and_external_files_stay_names() -> None:
    body = b"""<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "boom">]>
    <opml><body><outline text="&x;&y;" xmlUrl="https://a.example/rss"/></body></opml>"""
    (source,) = read_opml(body).feeds
    assert source.name == "&x;&y;"


def test_a_broken_file_gives_what_can_be_read() -> None:
    body = b'<opml><body><outline text="A & B" xmlUrl="https://a.example/rss?x=1&y=2"><outline text="cut'
    (source,) = read_opml(body).feeds
    assert (source.name, source.url) == ("A & B", "https://a.example/rss?x=1&y=2")
