"""The pre-filter hands on what a parser can bear and names what it changed."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import BadFeed
from monitor.feeds.prefilter import MAX_REFERENCES, MAX_TAGS, prefilter

HEAD = b"<?xml version='1.0' encoding='utf-8'?>\n"


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("<rss>a</rss>", "<rss>a</rss>"),
        ("\n\n <rss/>", "<rss/>"),
        ("\ufeff<?xml version='1.0'?><!-- c --><?xml-stylesheet href='x'?><!DOCTYPE rss><rss/>", "<rss/>"),
        ("<!DOCTYPE rss [ <!ENTITY a 'b'> ] ><rss/>", "<rss/>"),
        ("<rss><!-- gone --><?php echo 1 ?>a</rss>", "<rss>a</rss>"),
        ("<rss><![CDATA[<!-- kept --> & <b>]]></rss>", "<rss><![CDATA[<!-- kept --> & <b>]]></rss>"),
        ("<rss>&nbsp;&eacute;&AMP;&lt;&#233;&#xE9;</rss>", "<rss>\u00a0é&amp;&lt;&#233;&#xE9;</rss>"),
        ("<rss>a & b &c d&e;</rss>", "<rss>a &amp; b &amp;c d&amp;e;</rss>"),
        ("<rss>&#0;&#xD800;&#x110000;&#xFFFF;&#99999999;</rss>", "<rss>" + "\ufffd" * 5 + "</rss>"),
        ("<rss>1 < 2 <3 <></rss>", "<rss>1 &lt; 2 &lt;3 &lt;></rss>"),
        ("<rss>a\x00\x01\x0bb\ufffe</rss>", "<rss>ab</rss>"),
        ("<rss><!-- open</rss>", "<rss>&lt;!-- open</rss>"),
        ("<rss a='1 & 2'/>", "<rss a='1 &amp; 2'/>"),
        ("<b>Warning</b>: x<br/><rss version='2.0'/>", "<rss version='2.0'/>"),
        ("<html><body><feed xmlns='x'/></body></html>", "<feed xmlns='x'/></body></html>"),
    ],
)
def test_a_document_is_mended_and_otherwise_left_alone(given_: str, kept: str) -> None:
    assert prefilter(given_.encode()).data == HEAD + kept.encode()


@pytest.mark.parametrize(
    ("given_", "root"),
    [
        ("<rss/>", "rss"),
        ("<rdf:RDF/>", "rdf:RDF"),
        ("<a:feed xmlns:a='x'/>", "a:feed"),
        ("<!doctype html><html/>", "html"),
        ("<html>" + "<p>x</p>" * 100 + "<rss/></html>", "html"),
        ("<x>" + "y" * 30_000 + "<rss/>", "x"),
    ],
)
def test_the_root_is_found(given_: str, root: str) -> None:
    assert prefilter(given_.encode()).root == root


@pytest.mark.parametrize(
    ("body", "repairs"),
    [
        (b"<?xml version='1.0'?>\n<rss>&#8217;</rss>", ()),
        ("<rss>é</rss>".encode("latin-1"), ("read as cp1252",)),
        (b"<rss>" + "é".encode() * 50 + b"\xff</rss>", ("undecodable bytes replaced",)),
        (b"<rss>\x01</rss>", ("control characters removed",)),
        (b"oops <rss/>", ("junk before the root element removed",)),
        (b"<rss>&</rss>", ("references mended",)),
        (b"<rss>&#55357;&#56832;</rss>", ("halved characters joined",)),
    ],
)
def test_repairs_are_named(body: bytes, repairs: tuple[str, ...]) -> None:
    assert prefilter(body).repairs == repairs


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&#55357;&#56832; &#xD83D;&#xde01;", "😀 😁"),
        ("&#55357;&#56832;&#55357;", "😀\ufffd"),
        ("&#56832;&#55357;", "\ufffd\ufffd"),
        ("&#55999;&#57999;", "\ufffd\ue28f"),
    ],
)
def test_a_character_that_is_written_as_two_halves_is_one(written: str, meant: str) -> None:
    assert meant in unescape(prefilter(f"<rss>{written}</rss>".encode()).data.decode())


@pytest.mark.parametrize(
    "body",
    [
        b"no markup",
        b"1 < 2",
        b"<" * 1_000,
        b"<rss>" + b"<a/>" * (MAX_TAGS + 1),
        b"<rss>" + b"&x;" * (MAX_REFERENCES + 1),
        b"<rss a='" + b"x" * 70_000 + b"'/>",
    ],
)
def test_what_passes_a_limit_is_refused(body: bytes) -> None:
    with pytest.raises(BadFeed):
        prefilter(body)


@settings(deadline=None)
@given(
    st.binary(max_size=300) | st.text(alphabet="<>&;#x![]-?CDATA'\"= \n\x00é", max_size=300).map(str.encode)
)
def test_any_bytes_are_mended_or_refused(body: bytes) -> None:
    try:
        filtered = prefilter(b"<rss>" + body)
    except BadFeed:
        return
    text = filtered.data.decode("utf-8")
    assert text.startswith(HEAD.decode() + "<rss>") or "junk" in "".join(filtered.repairs)
    assert "\x00" not in text
