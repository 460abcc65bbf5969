"""An entry stays the same entry when its feed is read again, moves, or is re-encoded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.identity import body_hash, guid_key, link_key, text_key
from tests.feeds.corpus import DATA, parse, rss

KEYS = [guid_key("a"), link_key("a"), text_key("a", "")]


def keys(body: bytes, url: str = "http://site.example/feed") -> list[str]:
    return [entry.key for entry in parse(body, url).entries]


FEEDS = {
    "guids": "<guid isPermaLink='false'>1</guid><link>{0}://site.example/1</link>",
    "permalinks": "<guid>{0}://site.example/1</guid>",
    "links": "<link>{0}://site.example/1?utm_source=rss</link>",
    "relative guids": "<guid>/a/1</guid><link>/a/1</link>",
    "relative links": "<link>/a/1</link>",
    "neither": "<pubDate>Wed, 04 Nov 2026 10:30:00 GMT</pubDate>",
}


@pytest.mark.parametrize("item", FEEDS.values(), ids=FEEDS.keys())
def test_a_feed_that_moves_to_https_gives_nothing_new(item: str) -> None:
    before = rss("<title>x</title>" + item.format("http"), channel="<link>http://site.example/</link>")
    after = rss("<title>x</title>" + item.format("https"), channel="<link>https://site.example/</link>")
    assert keys(before) == keys(after, "https://site.example/feed")


@pytest.mark.parametrize("item", FEEDS.values(), ids=FEEDS.keys())
def test_a_feed_that_moves_to_another_host_keeps_its_entries(item: str) -> None:
    body = rss("<title>x</title>" + item.format("http"))
    assert keys(body) == keys(body, "https://cdn.other.example/feeds/site")


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_a_second_look_at_the_same_bytes_gives_the_same_keys(path) -> None:  # type: ignore[no-untyped-def]
    assert keys(path.read_bytes()) == keys(path.read_bytes())


def test_a_new_title_or_date_is_not_a_new_entry() -> None:
    before = rss("<title>First words</title><guid>1</guid><pubDate>Wed, 04 Nov 2026 10:30:00 GMT</pubDate>")
    after = rss("<title>Better words</title><guid>1</guid><pubDate>Thu, 05 Nov 2026 10:30:00 GMT</pubDate>")
    assert keys(before) == keys(after)


def test_a_tracking_parameter_is_not_a_new_entry() -> None:
    assert keys(rss("<title>x</title><link>https://a.example/1?utm_source=rss</link>")) == keys(
        rss("<title>x</title><link>https://a.example/1?utm_source=feed</link>")
    )


@pytest.mark.parametrize(
    ("items", "count"),
    [
        # the same item twice
        ("<item><title>a</title><guid>1</guid></item>" * 2, 1),
        ("<item><title>a</title><link>https://a.example/1</link></item>" * 2, 1),
        # one item under two URLs
        (
            (
                "<item><title>a</title><guid>1</guid><link>https://a.example/1</link></item>"
                "<item><title>a</title><guid>1</guid><link>https://a.example/sport/1</link></item>"
            ),
            1,
        ),
        # one item under two titles
        (
            (
                "<item><title>a</title><guid>1</guid><link>https://a.example/1</link></item>"
                "<item><title>b</title><guid>1</guid><link>https://a.example/1</link></item>"
            ),
            1,
        ),
        # an id that a template gave to everything
        (
            (
                "<item><title>a</title><guid>home</guid><link>https://a.example/1</link></item>"
                "<item><title>b</title><guid>home</guid><link>https://a.example/2</link></item>"
            ),
            2,
        ),
        # a link that a template gave to everything
        (
            (
                "<item><title>a</title><link>https://a.example/</link></item>"
                "<item><title>b</title><link>https://a.example/</link></item>"
            ),
            2,
        ),
        ("<item><title>a</title></item><item><title>b</title></item>", 2),
        # links that are none do no harm
        (
            (
                "<item><title>a</title><guid>1</guid><link>http://[</link></item>"
                "<item><title>b</title><guid>1</guid><link>http://[::</link></item>"
            ),
            2,
        ),
        ("<item/><item><guid>1</guid></item><item><title> </title></item>", 0),
    ],
)
def test_entries_of_one_feed_are_told_apart(items: str, count: int) -> None:
    found = keys(f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode())
    assert len(found) == len(set(found)) == count


def test_an_id_is_never_mistaken_for_a_link_or_a_title() -> None:
    assert len(set(KEYS)) == len(KEYS)


@settings(deadline=None)
@given(st.text(), st.text())
def test_keys_have_one_length_and_differ_as_their_ids_do(one: str, other: str) -> None:
    assert len(guid_key(one)) == 64
    assert (guid_key(one) == guid_key(other)) == (
        one.strip().encode("utf-8", "replace") == other.strip().encode("utf-8", "replace")
    ) or "http" in (one + other).lower()


def test_a_body_is_known_by_its_bytes() -> None:
    assert body_hash(b"a") == body_hash(b"a") != body_hash(b"a ")
