"""The doors of extraction: pages, entries and files, end to end."""

# ruff: noqa: E501 - sentences and markup are not broken into lines

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.articles.extract import has_full_text, read_entry, read_file, read_page
from monitor.errors import BadPage
from monitor.model import Entry, Extracted, NotAnArticle, Outcome

PAGES = Path(__file__).parent / "pages"
TRUTH: list[dict[str, Any]] = json.loads((PAGES / "truth.json").read_text("utf-8"))
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SENTENCE = "The council said on Monday that the old bridge will stay closed until spring at least. "


def page(body: str, head: str = "", title: str = "Bridge stays closed until spring") -> bytes:
    return (
        f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>".encode()
    )


def article(paragraphs: int = 6, extra: str = "", head: str = "") -> bytes:
    text = "".join(f"<p>{number}. {SENTENCE * 2}</p>" for number in range(paragraphs))
    return page(f"<article>{text}{extra}</article>", head)


def read(
    body: bytes, url: str = "https://example.org/news/bridge-stays-closed-until-spring", **kwargs: Any
) -> Extracted:
    found = read_page(body, url=url, now=NOW, **kwargs)
    assert isinstance(found, Extracted), found
    return found


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth["file"])
def test_a_reader_sees_the_article_and_nothing_else(truth: dict[str, Any]) -> None:
    found = read((PAGES / truth["file"]).read_bytes(), url=truth["url"])
    published = datetime.fromisoformat(truth["published"])
    assert found.text.split("\n") == truth["body"].split("\n")
    assert found.title == truth["title"]
    assert found.language == truth["language"]
    assert list(found.authors) == truth["authors"]
    assert found.published_at == (published if published.tzinfo else published.replace(tzinfo=UTC))
    assert found.published_at is not None
    assert found.published_at.tzinfo is UTC


def test_a_result_says_where_each_value_came_from() -> None:
    found = read((PAGES / "en-charity.html").read_bytes(), url="https://www.northdesk.example/world/charity")
    assert found.origins == {
        "title": "markup",
        "published_at": "json-ld",
        "authors": "json-ld",
        "canonical_url": "meta",
        "site": "page",
        "section": "json-ld",
        "image": "meta",
        "text": "page",
        "language": "detected",
    }
    assert (found.site, found.section, found.image) == (
        "North Desk",
        "World",
        "https://img.example.org/1.jpg",
    )


def test_a_result_travels_between_processes() -> None:
    found = read(article())
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_body_that_advertising_cut_in_pieces_is_put_together() -> None:
    parts = [f"<p>{n}. {SENTENCE}</p><p>{n}b. {SENTENCE}</p><p>{n}c. {SENTENCE}</p>" for n in range(4)]
    body = "<div class='ad'>Buy</div>".join(f"<div class='article__body grid'>{part}</div>" for part in parts)
    text = read(page(body)).text
    assert [f"{n}b." in text for n in range(4)] == [True] * 4


@pytest.mark.parametrize(
    "name", ["komentar", "comentarios", "boletin", "newsletter-box", "kommentare", "relacionadas"]
)
def test_what_readers_write_goes_by_its_name_in_any_language(name: str) -> None:
    block = f"<div class='{name}'><p>Somebody wrote: {SENTENCE.lower()}</p></div>"
    assert "Somebody" not in read(article(extra=block)).text


def test_a_thread_of_comments_goes_even_where_it_is_longer_than_the_article() -> None:
    thread = "".join(f"<div><p>Reader {n}: {SENTENCE * 3}</p></div>" for n in range(20))
    assert "Reader" not in read(article(extra=f"<div id='sf_comment_list'>{thread}</div>")).text


def test_rows_of_linked_headlines_go_with_their_summaries() -> None:
    rows = "".join(
        f"<div class='story-{n} block'><h4><a href='/other-{n}'>Another story {n}</a></h4><p>Other {n}: {SENTENCE}</p></div>"
        for n in range(4)
    )
    numbered = rows.replace("story-", "story id")  # the first class is alike, further ones are numbered
    assert "Other" not in read(article(extra=f"<div>{numbered}</div>")).text


def test_text_between_paragraphs_that_lacks_a_tag_is_kept() -> None:
    body = f"<div><div class='box'>Box</div>First, <b>bare</b>: {SENTENCE}<p>2. {SENTENCE}</p><p>3. {SENTENCE * 3}</p></div>"
    assert read(page(body)).text.startswith("First, bare: The council")


@pytest.mark.parametrize(
    ("name", "kept"),
    [("fig-chapo", True), ("article__lead", True), ("articleDek", False), ("author-intro", False)],
)
def test_a_lead_outside_the_text_is_kept_and_a_second_headline_is_not(name: str, kept: bool) -> None:
    lead = f"<p class='{name}'>Leading: {SENTENCE}</p>"
    text = "".join(f"<p>{number}. {SENTENCE * 2}</p>" for number in range(6))
    found = read(page(f"<article>{lead}<div class='article-body'>{text}</div></article>"))
    assert found.text.startswith("Leading") is kept


def test_the_publishers_own_text_rescues_a_page_that_draws_itself() -> None:
    body = " ".join(f"{n}. {SENTENCE}" for n in range(12))
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "X", "articleBody": body}
    found = read(
        page("<div id='app'></div>", f"<script type='application/ld+json'>{json.dumps(data)}</script>")
    )
    assert "11. The council" in found.text


def test_text_plain_is_an_article_too() -> None:
    found = read(b"Bridge stays closed\n\n" + SENTENCE.encode() * 5, content_type="text/plain; charset=utf-8")
    assert (found.title, found.language) == ("Bridge stays closed", "en")


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"%PDF-1.7\n...", "application/pdf", "not a web page"),
        (b"%PDF-1.7\n...", "text/html", "not text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "", "not text"),
        (b"", "text/html", "no text"),
        (b"  \n ", "text/html", "no text"),
        (b"{}", "application/json", "not a web page"),
    ],
)
def test_what_is_no_page_is_no_article(body: bytes, content_type: str, reason: str) -> None:
    found = read_page(body, url="https://example.org/x", content_type=content_type, now=NOW)
    assert found == NotAnArticle(outcome=Outcome.NOT_AN_ARTICLE, reason=reason)


# --- entries ------------------------------------------------------------------------------------------


def entry(**values: Any) -> Entry:
    return Entry(**{"key": "k", "url": None, "title": "Bridge stays closed", **values})


@pytest.mark.parametrize(
    ("content", "summary", "whole"),
    [
        ("", "A summary.", False),
        (f"<p>{SENTENCE}</p>", "A summary.", False),
        (f"<p>{SENTENCE}</p>" * 8, "", True),
        (f"<p>{SENTENCE}</p>" * 4, "A short summary.", True),
        (f"<p>{SENTENCE}</p>" * 8 + "<p>[…]</p>", "", False),
        (f"<p>{SENTENCE}</p>" * 8 + "<a href='x'>Read more »</a>", "", False),
        (f"<p>{SENTENCE}</p>" * 8 + "<a href='x'>Baca selengkapnya</a>", "", False),
        ("<b>" * 30_000, "", False),
    ],
)
def test_an_entry_is_whole_or_it_is_a_teaser(content: str, summary: str, whole: bool) -> None:
    assert has_full_text(entry(content=content, summary=summary)) is whole


def test_a_whole_entry_needs_no_page() -> None:
    content = f"<h2>Bridge stays closed</h2><p>{SENTENCE}</p><p>{SENTENCE[:-1]} Twice.<br>A line.</p><script>x()</script>"
    found = read_entry(
        entry(
            content=content,
            authors=("Ann Lee",),
            source="Courier",
            published_at=datetime(2030, 1, 1, tzinfo=UTC),
        ),
        now=NOW,
    )
    assert isinstance(found, Extracted)
    assert found.text.split("\n") == [SENTENCE.strip(), SENTENCE.strip() + " Twice.", "A line."]
    assert (found.published_at, found.authors, found.site) == (NOW, ("Ann Lee",), "Courier")
    assert found.origins["text"] == "feed"


def test_a_summary_is_the_last_resort() -> None:
    found = read_entry(entry(summary=SENTENCE * 3), now=NOW)
    assert isinstance(found, Extracted)
    assert (found.text, found.origins["text"]) == ((SENTENCE * 3).strip(), "summary")


def test_an_entry_without_words_is_nothing() -> None:
    assert read_entry(entry(title=""), now=NOW) == NotAnArticle(
        outcome=Outcome.NOT_AN_ARTICLE, reason="no text"
    )


# --- files --------------------------------------------------------------------------------------------


def test_a_text_file_has_a_title_when_its_first_line_is_one() -> None:
    found = read_file("a.txt", f"Bridge stays closed\n\n{SENTENCE * 4}".encode(), NOW)
    assert isinstance(found, Extracted)
    assert (found.title, found.text) == ("Bridge stays closed", (SENTENCE * 4).strip())


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Is the bridge safe?\n\n", "Is the bridge safe?"),
        ("Bridge stays closed\n", "Bridge stays closed"),
        ("“We were afraid,” she says\n\n", "“We were afraid,” she says"),
        (f"{SENTENCE}\n\n", ""),
        ("It was closed.\n\n", ""),
        ("", ""),
    ],
)
def test_a_first_paragraph_is_no_title(first: str, title: str) -> None:
    found = read_file("a.txt", f"{first}{SENTENCE * 4}\n\n{SENTENCE * 4}".encode(), NOW)
    assert isinstance(found, Extracted)
    assert found.title == title


def test_furniture_is_cut_from_a_text_file_too() -> None:
    tail = "(Photo by Someone)\n\nAnn Lee\n\nAnn is a contributor to this paper and lives by the sea.\n\nHarbour, ferry, island, council\n\nNo Comment\n\nLeave a reply\n\nYour email address will not be published.\n\nSumber:"
    found = read_file(
        "a.txt", f"Bridge stays closed\n\n{SENTENCE}\n\n{SENTENCE[:-2]} again.\n\n{tail}".encode(), NOW
    )
    assert isinstance(found, Extracted)
    assert found.text.split("\n") == [SENTENCE.strip(), SENTENCE[:-2] + " again."]


def test_a_text_file_in_an_old_charset_is_read() -> None:
    words = "Городской суд обязал администрацию вернуть книги библиотеке, сообщили журналистам. " * 4
    found = read_file("a.txt", words.encode("cp1251"), NOW)
    assert isinstance(found, Extracted)
    assert (found.text, found.language) == (words.strip(), "ru")


def test_an_html_file_is_known_by_its_name_or_its_beginning() -> None:
    body = (PAGES / "de-hafen.html").read_bytes()
    one, other = read_file("a.html", body, NOW), read_file("a.txt", body, NOW)
    assert isinstance(one, Extracted)
    assert one == other
    assert one.canonical_url == "https://kuestenbote.example/2026/06/faehre"


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(BadPage):
        read_file("a.txt", b"x" * 3_000_001, NOW)


def test_a_file_without_words_is_no_article() -> None:
    assert isinstance(read_file("a.txt", b"\n\n", NOW), NotAnArticle)
    assert isinstance(read_file("a.txt", bytes(range(32)) * 20, NOW), NotAnArticle)


@pytest.mark.parametrize("tag", ["p", "div"])
@pytest.mark.parametrize(
    "paragraphs",
    [
        (
            "เจ้าหน้าที่ตำรวจท่องเที่ยวเข้าช่วยเหลือชายสามสิบเอ็ดคนที่เดินทางมาถึงท่าเรือเมื่อเช้าวันอังคาร หลังจากเรือเฟอร์รี่ออกเดินทางล่าช้า",
            "ผู้อำนวยการมูลนิธิกล่าวว่ายังมีอีกเก้าคนที่ติดอยู่ในบ้านพักนอกเมืองและรอเอกสารการเดินทางจากสถานกงสุล",
            "ชาวบ้านในพื้นที่นำอาหารและเสื้อผ้าแห้งมามอบให้ ขณะที่แพทย์ตรวจร่างกายผู้โดยสารทุกคนก่อนนำส่งไปยังที่พักชั่วคราว",
        ),
        (
            "کشتی صبح سه\u200cشنبه با سی و یک مرد به بندر رسید؛ این کشتی به دلیل طوفان یازده ساعت در دریا منتظر مانده بود.",
            "به گفته مدیر این سازمان، نه نفر دیگر هنوز در خانه\u200cای بیرون از شهر در انتظار مدارک سفر از کنسولگری هستند.",
            "ساکنان محلی در اسکله سوپ و لباس خشک پخش کردند و پزشکان پیش از انتقال مسافران همه را معاینه کردند.",
        ),
    ],
)
def test_scripts_without_spaces_or_with_joiners_keep_their_words(
    tag: str, paragraphs: tuple[str, ...]
) -> None:
    body = "".join(f"<{tag}>{each}</{tag}>" for each in paragraphs)
    page = f"<html><head><meta charset='utf-8'><title>T</title></head><body><h1>T</h1>{body}</body></html>"
    found = read_page(page.encode(), url="https://a.test/n/1", now=NOW)
    assert isinstance(found, Extracted)
    assert found.text.split("\n") == list(paragraphs)


FERRY = (
    "The council voted on Tuesday to keep the night shelter open until April, after thirty-one men arrived by ferry.",
    "Nine others still wait in a house outside the city for papers that the consulate has not signed, she said.",
    "Residents brought soup and dry clothes to the pier, where doctors examined every passenger before the buses came.",
    "The consulate confirmed the arrival but declined to say who had paid for the crossing, which took eleven hours.",
)
PARAGRAPHS = "".join(f"<p>{each}</p>" for each in FERRY)


@pytest.mark.parametrize(
    "body",
    [
        (
            f"<article><h1>T</h1>{PARAGRAPHS}<div><h3>Aamun uutiset</h3><p>Saat ne ennen aamiaista.</p>"
            "<form><input type=email><button>OK</button></form></div></article>"
        ),
        (
            f"<article><h1>T</h1>{PARAGRAPHS}<div><b>Willkommen zurück</b><form><input type=email>"
            "<input type=password><input type=password></form></div></article>"
        ),
        f"<article><h1>T</h1>{PARAGRAPHS}<amp-list><div placeholder>Loading more of the same</div></amp-list></article>",
        f"<center><h1>T</h1><font>{'<p>'.join(FERRY)}</font></center>",
        f"<article><h1>T</h1>{PARAGRAPHS}<div><p>Already a member? Log in</p><p>Keep reading with a trial</p></div></article>",
        f"<form><article><h1>T</h1>{PARAGRAPHS}</article><input type=email></form>",
        f"<div><div><h1>T</h1></div><div>{PARAGRAPHS}<input type=email></div></div>",
    ],
)
def test_forms_and_what_loads_later_go_and_the_text_around_them_stays(body: str) -> None:
    page = f"<html><head><title>T</title></head><body>{body}</body></html>"
    found = read_page(page.encode(), url="https://a.test/2026/11/n-1", now=NOW)
    assert isinstance(found, Extracted)
    assert found.text.split("\n") == list(FERRY)


def test_a_flash_with_a_field_for_an_address_in_its_block_is_not_lost() -> None:
    page = f"<html><head><title>T</title></head><body><div><h1>T</h1><div><p>{FERRY[0]}</p><p>{FERRY[1][:60]}.</p><input type=email></div></div></body></html>"
    found = read_page(page.encode(), url="https://a.test/2026/11/n-1", now=NOW)
    assert isinstance(found, Extracted)
    assert FERRY[0] in found.text
