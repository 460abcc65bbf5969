"""Feeds of every format come out as the same nouns, and what is no feed does not come out at all."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from monitor.errors import BadFeed
from monitor.feeds.parse import parse_feed
from tests.feeds.corpus import DATA, NOW, REAL, URL, entry, parse, parse_file, rss

# --- every format ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form", "title", "language", "count"),
    [
        ("rss090.xml", "rss090", "Harbour Wire", "", 2),
        ("rss091.xml", "rss091", "Stadtblatt", "de", 1),
        ("rss10.xml", "rss10", "Noticias del Sur", "es", 1),
        ("rss20.xml", "rss20", "Kabar Pagi", "id", 2),
        ("atom03.xml", "atom03", "La Gazette", "fr", 1),
        ("atom10.xml", "atom10", "The Herald", "en", 2),
        ("jsonfeed.json", "json11", "Ağ Gündemi", "tr", 2),
        ("sitemap.xml", "sitemap", "", "", 1),
        ("cp1251.xml", "rss20", "Северный вестник", "ru", 1),
        ("broken.xml", "rss20", "Broken & mended", "", 2),
    ],
)
def test_every_format_is_read(name: str, form: str, title: str, language: str, count: int) -> None:
    feed = parse_file(name)
    assert (feed.format, feed.title, feed.language, len(feed.entries)) == (form, title, language, count)


def test_an_rss_item_gives_all_its_fields() -> None:
    feed = parse_file("rss20.xml")
    item, linkless = feed.entries
    assert (feed.home, feed.ttl, feed.repairs) == ("https://kabar.example/", timedelta(minutes=30), ())
    assert item.title == "Gubernur & wali kota bertemu"
    assert item.url == "https://kabar.example/read/2026/11/04/101?utm_source=rss"
    assert item.summary == "Keduanya membahas banjir. Rapat berlangsung dua jam."
    assert item.content == ""
    assert item.published_at == datetime(2026, 11, 4, 3, 30, tzinfo=UTC)
    assert item.published_claim == "Rabu, 04 Nopember 2026 10:30:00 WIB"
    assert item.authors == ("Sri Wahyuni",)
    assert item.tags == ("Nasional", "Politik")
    assert (item.source, item.language) == ("Antaranya", "id")
    assert linkless.url == "https://kabar.example/read/2026/11/03/99"


def test_an_rdf_item_carries_its_full_text_and_its_dublin_core() -> None:
    (item,) = parse_file("rss10.xml").entries
    assert item.summary == "Tres rutas cerradas."
    assert item.content.startswith("<p>Tres rutas permanecen cerradas")
    assert (item.authors, item.tags, item.language) == (("Ana Ruiz",), ("Clima",), "es")
    assert item.published_at == datetime(2026, 11, 4, 13, 30, tzinfo=UTC)


def test_atom_entries_follow_their_base_their_types_and_their_languages() -> None:
    vote, welsh = parse_file("atom10.xml").entries
    assert vote.url == "https://herald.example/news/vote"
    assert vote.title == 'Council <votes> on "AT&T" mast'
    assert vote.summary == "A narrow vote."
    assert "<em>seven to six</em>" in vote.content
    assert vote.authors == ("Kim Lee", "Jo Park")
    assert vote.tags == ("Local news",)
    assert vote.published_at == datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
    assert (welsh.url, welsh.language) == ("https://herald.example/cymraeg", "cy")
    assert welsh.title == "Newyddion & chwaraeon"
    assert welsh.content == "Testun plaen &amp; byr."


def test_atom_03_is_read_with_its_own_element_names() -> None:
    (item,) = parse_file("atom03.xml").entries
    assert item.title == "Grève <nationale>"
    assert item.summary == "Les trains sont à l’arrêt."
    assert item.published_at == datetime(2026, 11, 4, 8, 0, tzinfo=UTC)


def test_json_items_give_the_same_fields() -> None:
    first, second = parse_file("jsonfeed.json").entries
    assert (first.url, first.title) == ("https://gundem.example/haber/7", "Meclis <toplandı>")
    assert first.summary == "Oturum sabah başladı. Karar yarın."
    assert (first.authors, first.tags, first.language) == (("Ece Kaya",), ("siyaset", "meclis"), "tr")
    assert first.published_at == datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
    assert (second.url, second.content) == ("https://baska.example/8", "Bir &lt; iki")


def test_a_news_sitemap_is_a_feed_of_its_news() -> None:
    (item,) = parse_file("sitemap.xml").entries
    assert (item.url, item.title) == ("https://nachrichten.example/a?x=1&y=2", "Bahn <fährt> wieder")
    assert (item.language, item.source, item.tags) == ("de", "Nachrichten & Mehr", ("Verkehr", "Bahn"))


def test_a_broken_feed_is_mended_and_says_how() -> None:
    feed = parse_file("broken.xml")
    first, second = feed.entries
    assert (first.title, first.url) == ("Fish & chips < tea", "https://broken.example/1?a=1&b=2")
    assert "odd &bogus; \ufffd here" in first.summary
    assert second.title == "Second"
    assert feed.repairs == (
        "junk before the root element removed",
        "references mended",
        "not well-formed XML",
    )


ITEM = "<item><title>A</title><link>https://a.example/1</link></item>"


@pytest.mark.parametrize(
    ("rest", "titles"),
    [
        ("<item><title>B</title>", ["A"]),
        ("<item><title>B</title><guid isPermaLink='false'>2</guid>", ["A"]),
        ("<item><title>B</title><link>https://a.example/2</link><descr", ["A", "B"]),
        ("<item><title>B</title></item><oops>", ["A", "B"]),  # not well-formed, but whole
    ],
)
def test_an_entry_that_is_cut_off_before_its_link_waits_for_the_whole_feed(
    rest: str, titles: list[str]
) -> None:
    feed = parse(f"<rss version='2.0'><channel>{ITEM}{rest}".encode())
    assert [entry.title for entry in feed.entries] == titles
    assert any("cut off" in repair for repair in feed.repairs) == (len(titles) == 1)


def test_items_that_never_end_are_not_cut_off() -> None:
    feed = parse(b"<rss version='2.0'><channel><item><title>A</title><item><title>B</title></channel></rss>")
    assert [entry.title for entry in feed.entries][-1] == "B"


# --- encodings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encode", "declared", "charset"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "windows-1251", "koi8-r"),
        ("utf-8-sig", "", None),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "", "utf-8"),
        ("cp1251", "windows-1251", None),
        ("cp1251", "utf-8", "windows-1251"),
        ("cp1251", "windows-1251", "utf-8"),
        ("cp1251", "windows-1251", "iso-8859-1"),
        ("koi8-r", "KOI8-R", None),
        ("koi8-r", "", "koi8-r"),
    ],
)
def test_the_bytes_are_believed_before_their_labels(encode: str, declared: str, charset: str | None) -> None:
    label = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    body = label + rss("<title>Мост открыли раньше срока</title>").decode()
    (item,) = parse(body.encode(encode), charset=charset).entries
    assert item.title == "Мост открыли раньше срока"


@pytest.mark.parametrize("label", ["klingon", "rot13", "zip", "utf-7", "x" * 5_000, "unicode_escape"])
def test_an_encoding_that_nobody_knows_does_not_stop_a_feed(label: str) -> None:
    body = f"<?xml version='1.0' encoding='{label}'?>".encode() + rss("<title>Still here</title>")
    assert entry(body).title == "Still here"


# --- links and titles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a/b", "https://site.example/a/b"),
        ("c.html", "https://site.example/c.html"),
        ("//other.example/x", "https://other.example/x"),
        (" https://site.example/spaced ", "https://site.example/spaced"),
        ("https://site.example/ä?q=ö", "https://site.example/%C3%A4?q=%C3%B6"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://bbc.example@evil.example/", None),
        ("data:text/html,x", None),
        ("http://[::1", None),
        ("http://a\\b/", None),
    ],
)
def test_a_link_is_absolute_and_harmless_or_absent(link: str, expected: str | None) -> None:
    found = entry(rss(f"<title>x</title><link>{link}</link>", channel="<link>https://site.example/</link>"))
    assert found.url == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("AT&amp;amp;T wins", "AT&T wins"),
        ("&amp;quot;Quoted&amp;quot; &amp;#8211; said", '"Quoted" – said'),
        ("<![CDATA[<b>Bold</b> claim]]>", "Bold claim"),
        ("&lt;i&gt;Slanted&lt;/i&gt; view", "Slanted view"),
        ("5 &lt; 6 and x&lt;y", "5 < 6 and x<y"),
        ("Line\r\n one\n\n\ttwo", "Line one two"),
        ("<![CDATA[<script>alert(1)</script>Safe]]>", "Safe"),
        ("a&#0;b&#x1F;c&#xFFFF;d", "a\ufffdb\ufffdc\ufffdd"),
        ("e\u0301te\u0301", "été"),
        ("x" * 5_000, "x" * 1_000),
    ],
)
def test_a_title_is_one_line_of_plain_text(written: str, expected: str) -> None:
    assert entry(rss(f"<title>{written}</title>")).title == expected


def test_a_mail_address_is_no_author() -> None:
    found = entry(rss("<title>x</title><author>desk@site.example (Jane Doe)</author>"))
    assert found.authors == ("Jane Doe",)
    assert entry(rss("<title>x</title><author>desk@site.example</author>")).authors == ()


def test_a_future_date_is_clamped_and_its_claim_is_kept() -> None:
    found = entry(rss("<title>x</title><pubDate>Fri, 04 Nov 2050 10:00:00 GMT</pubDate>"))
    assert (found.published_at, found.published_claim) == (NOW, "Fri, 04 Nov 2050 10:00:00 GMT")


def test_entries_keep_their_order_and_the_rest_is_counted() -> None:
    items = "".join(f"<item><title>{number}</title><guid>{number}</guid></item>" for number in range(9))
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    feed = parse_feed(body, url=URL, now=NOW, max_entries=4)
    assert [item.title for item in feed.entries] == ["0", "1", "2", "3"]
    assert feed.repairs == ("5 entries over the limit left out",)


@pytest.mark.parametrize(
    ("ttl", "expected"),
    [
        ("60", 60),
        (" 5 ", 5),
        ("999999999", 1_440),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_a_ttl_is_a_number_of_minutes_within_a_day(ttl: str, expected: int | None) -> None:
    found = parse(rss("<title>x</title>", channel=f"<ttl>{ttl}</ttl>")).ttl
    assert found == (timedelta(minutes=expected) if expected else None)


# --- what is no feed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n ",
        b"Service temporarily unavailable",
        b"<!DOCTYPE html><html><head><title>News</title></head><body><p>Hi</p></body></html>",
        b"<html><body>" + b"<p>text</p>" * 50 + b"<pre><rss version='2.0'></pre></body></html>",
        b"<!-- page --><HTML><BODY>hello</BODY></HTML>",
        b"<div>fragment</div>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><error><code>403</code></error>",
        b"<urlset><url><loc>https://a.example/</loc></url></urlset>",
        b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>",
        b"<rss version='2.0'><channel><title>cut off he",
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"%PDF-1.7 \xff\xfe",
        b"{}",
        b'{"version": "https://jsonfeed.org/version/9", "items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": [',
        b'{"a":' * 100_000,
        b'{"version": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(BadFeed):
        parse(body)


def test_a_refusal_is_short_and_safe_and_survives_the_way_back_from_a_worker() -> None:
    with pytest.raises(BadFeed) as caught:
        parse(b"<html><body>secret</body></html>")
    assert str(pickle.loads(pickle.dumps(caught.value))) == "not a feed: an HTML page"


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>").entries == ()


def test_a_feed_that_is_served_as_a_web_page_is_still_a_feed() -> None:
    body = (DATA / "rss20.xml").read_bytes()
    feed = parse_feed(body, url=URL, content_type="text/html", now=NOW)
    assert len(feed.entries) == 2


def test_a_feed_under_the_wrong_media_type_is_read_by_its_bytes() -> None:
    xml, json_ = ((DATA / name).read_bytes() for name in ("rss20.xml", "jsonfeed.json"))
    assert parse_feed(xml, url=URL, content_type="application/json", now=NOW).format == "rss20"
    assert parse_feed(json_, url=URL, content_type="application/rss+xml", now=NOW).format == "json11"
    with pytest.raises(BadFeed, match="JSON"):
        parse_feed(b"[1, 2]", url=URL, content_type="application/feed+json", now=NOW)


@pytest.mark.parametrize(
    "item",
    [
        '"id": [], "url": {}, "title": 7, "authors": "x", "tags": {"a": 1}, "content_html": 1',
        '"title": "t", "authors": [1, null, {"name": 2}], "tags": [1, null], "date_published": 5',
        '"title": "t", "author": [], "language": 4, "id": true',
    ],
)
def test_json_fields_of_the_wrong_type_are_as_good_as_absent(item: str) -> None:
    body = '{"version": "https://jsonfeed.org/version/1", "items": [1, null, {' + item + "}]}"
    feed = parse(body.encode())
    assert feed.format == "json10"
    assert all(found.authors == found.tags == () for found in feed.entries)


def test_json_with_raw_line_breaks_or_in_another_encoding_is_read() -> None:
    item = '{"id": "1", "url": "https://a.example/1", "title": "Le\n\tcafé"}'
    body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}]}}'
    feed = parse(body.encode("cp1252"))
    assert [entry.title for entry in feed.entries] == ["Le café"]
    assert feed.repairs == ("read as cp1252",)


def test_half_a_pair_of_surrogates_goes_from_every_text_of_json() -> None:
    half = '"<b>a\\ud800b</b> \\ud83d\\ude00"'
    item = f'"id": {half}, "summary": {half}, "authors": [{{"name": {half}}}], "tags": [{half}]'
    body = f'{{"version": "https://jsonfeed.org/version/1", "title": {half}, "items": [{{{item}}}]}}'
    (found,) = parse(body.encode()).entries
    assert (found.authors, found.tags) == (("ab 😀",), ("ab 😀",))
    assert found.summary == "<b>ab</b> 😀"


@pytest.mark.parametrize(
    "name", ["id", "title", "link", "summary", "authors", "tags", "content", "source", "links", "updated"]
)
@pytest.mark.parametrize(
    "shape", ['<{0} a="1"/>', "<{0}>x</{0}>", '<{0} a="1"><{0}>y</{0}></{0}>', '<x:{0} xmlns:x="u" a="1"/>']
)
def test_no_element_can_lay_another_type_where_text_belongs(name: str, shape: str) -> None:
    bodies = [
        rss("<title>x</title>" + shape.format(other)) for other in (name, f"{name}_detail", f"{name}_parsed")
    ]
    for body in bodies:
        assert len(parse(body).entries) == 1


# --- in a worker, and over all there is ---------------------------------------------------------------------


def test_the_call_and_its_result_can_be_sent_between_processes() -> None:
    call = partial(parse_feed, (DATA / "rss20.xml").read_bytes(), url=URL, now=NOW)
    feed = pickle.loads(pickle.dumps(call))()
    assert pickle.loads(pickle.dumps(feed)) == feed


def test_every_feed_at_hand_parses_or_is_refused_and_says_the_same_twice() -> None:
    files = [path for folder in (DATA, REAL) if folder.is_dir() for path in sorted(folder.iterdir())]
    feeds = refused = entries = 0
    for path in files:
        body = path.read_bytes()
        try:
            feed = parse(body)
        except BadFeed:
            refused += 1
            continue
        feeds += 1
        entries += len(feed.entries)
        assert [item.key for item in parse(body).entries] == [item.key for item in feed.entries]
        json.dumps([item.title + item.summary + item.content for item in feed.entries]).encode("utf-8")
    print(f"{len(files)} files: {feeds} feeds with {entries} entries, {refused} refused")
    assert feeds >= 10
    assert refused <= 1 + len(files) // 50


@pytest.mark.parametrize(
    ("inside", "section", "image"),
    [
        ("<category>World</category>", "World", None),
        ("<category>World</category><category>Chad</category>", "", None),
        (
            '<category domain="https://a.test/section">World</category><category>Chad</category>',
            "World",
            None,
        ),
        (
            '<prism:section xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">Africa</prism:section>',
            "Africa",
            None,
        ),
        ('<enclosure url="/a.jpg" type="image/jpeg" length="1"/>', "", "https://a.test/a.jpg"),
        ('<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>', "", None),
        ('<m:thumbnail url="https://a.test/t.jpg"/>', "", "https://a.test/t.jpg"),
        (
            '<m:thumbnail url="/t.jpg"/><m:content url="/big.jpg" medium="image"/>',
            "",
            "https://a.test/big.jpg",
        ),
        ('<m:content url="/v.mp4" type="video/mp4"/>', "", None),
        ('<m:content url="javascript:alert(1)" medium="image"/>', "", None),
    ],
)
def test_an_entry_names_its_section_and_its_picture(inside: str, section: str, image: str | None) -> None:
    feed = (
        '<rss version="2.0" xmlns:m="http://search.yahoo.com/mrss/"><channel><title>A</title>'
        f"<link>https://a.test/</link><item><title>T</title><link>/1</link>{inside}</item></channel></rss>"
    )
    (entry,) = parse_feed(feed.encode(), url="https://a.test/feed", now=NOW).entries
    assert (entry.section, entry.image) == (section, image)
