"""Inputs that cost a bare feedparser seconds or gigabytes are read or refused at once.

Not every linear cost is refused here: a feed of a hundred thousand tiny elements takes a few seconds, and
the worker's own limits on time and memory are for those.
"""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import BadFeed
from tests.feeds.corpus import DATA, entry, parse, rss

SECONDS = 10.0  # of CPU: `poll.parse_timeout`, after which a worker is ended; usual is a tenth
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/"><entry><title>x</title>{0}</entry></feed>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BLANKS = "\n<!---->" * 400_000


def _atom(inner: str) -> bytes:
    return ATOM.format(inner).encode()


HOSTILE = {
    "blank lines before the root": b"\n" * 5_000_000 + rss("<title>x</title>"),
    "a long XML declaration": b'<?xml version="1.0" '
    + b'encoding="' * 200_000
    + b"?>"
    + rss("<title>x</title>"),
    "a long author": rss(f"<title>x</title><author>{'a' * 640_000}</author>"),
    "an author of mail addresses": rss(f"<title>x</title><author><![CDATA[{'a@a.' * 100_000}]]></author>"),
    "an author by name": _atom(f"<author><name>{'a' * 640_000}</name></author>"),
    "nested bases": _atom('<a xml:base="aa/">' * 19_000 + "</a>" * 19_000),
    "long bases": _atom(f'<a xml:base="{"a" * 1_000}/">' * 5_000 + "</a>" * 5_000),
    "one large entity": b'<!DOCTYPE r [<!ENTITY a "%s">]>' % (b"x" * 100_000)
    + rss("<title>x</title>" + "&a;" * 30_000),
    "a billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>'.encode() + rss("<title>&l9;</title>"),
    "an external entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + rss("<title>&x;</title>"),
    "an external DTD": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">' + rss("<title>x</title>"),
    "doctypes without end": b"<!DOCTYPE x>" * 500_000,
    "comments without end": rss("<!--" * 1_000_000),
    "sections without end": rss("<![CDATA[" * 500_000),
    "instructions without end": rss("<?" * 1_000_000),
    "brackets that open nothing": rss("<" * 3_000_000),
    "ampersands": rss("&" * 3_000_000),
    "a reference of a million digits": rss(f"<title>x</title><a>&#{'9' * 1_000_000};</a>"),
    "an unclosed tag in an unclosed tag": rss("<a " * 100_000),
    "elements without bottom": _atom("<a>" * 50_000 + "</a>" * 50_000),
    "unclosed elements": rss("<b>" * 90_000),
    "a tag of megabytes": b'<rss a="' + b"x" * 5_000_000 + b'"><channel/></rss>',
    "thousands of attributes": b"<rss "
    + b" ".join(b'a%d="1"' % n for n in range(8_000))
    + b"><channel/></rss>",
    "blank text in XHTML": _atom(f'<content type="xhtml">{chr(10) * 3_000_000}<div>x</div></content>'),
    "blank text between comments": _atom(f'<content type="xhtml">{BLANKS}<div>x</div></content>'),
    "ten thousand keywords": rss(f"<title>x</title><tags>{','.join(map(str, range(100_000)))}</tags>"),
    "a megabyte of date": rss(f"<title>x</title><pubDate>{'1' * 1_000_000}</pubDate>"),
    "a text of megabytes": rss(f"<title>x</title><description>{'word ' * 1_900_000}</description>"),
    "markup without bottom": rss(
        f"<title>x</title><description><![CDATA[{'<b>' * 1_000_000}]]></description>"
    ),
    "a table without bottom": rss(
        f"<title>x</title><description><![CDATA[{'<table><td>' * 300_000}]]></description>"
    ),
    "attributes in a summary": rss(
        f"<title>x</title><description><![CDATA[<a {'b=c ' * 900_000}>]]></description>"
    ),
    "JSON without bottom": b'{"version":' + b"[" * 1_000_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_over_before_its_worker_would_be_ended(body: bytes) -> None:
    started = time.process_time()
    with suppress(BadFeed):
        parse(body)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("name", ["nested bases", "long bases", "one large entity", "a billion laughs"])
def test_what_took_gigabytes_takes_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        with suppress(BadFeed):
            parse(HOSTILE[name])
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 150_000_000


@pytest.mark.parametrize("name", ["a billion laughs", "an external entity"])
def test_an_entity_stays_a_name(name: str) -> None:
    assert entry(HOSTILE[name]).title in ("&l9;", "&x;")


def test_an_entity_value_may_hold_what_ends_a_doctype() -> None:
    head = b'<!DOCTYPE rss [<!ENTITY a "]"><!ENTITY b "<rss>">\n]>'
    assert entry(head + rss("<title>Behind it</title>")).title == "Behind it"


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_mutated_feed_parses_or_is_refused(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(sorted(DATA.iterdir())))
    body = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(min_value=1, max_value=8))):
        place = data.draw(st.integers(min_value=0, max_value=len(body)))
        width = data.draw(st.integers(min_value=0, max_value=30))
        body[place : place + width] = data.draw(
            st.binary(max_size=8)
            | st.sampled_from(
                [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"&#x0;", b'"', b"<a b='", b"</item>"]
            )
        )
    try:
        feed = parse(bytes(body))
    except BadFeed:
        return
    for found in feed.entries:
        (found.title + found.summary + found.content).encode("utf-8")
        assert found.url is None or found.url.startswith(("http://", "https://"))
