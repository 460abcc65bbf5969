"""Foreign text cannot become anything but text."""

from __future__ import annotations

import re
import unicodedata
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.alerts.clean import (
    HEADER_LIMIT,
    clean_header,
    clip,
    isolated,
    laid_out,
    safe_url,
    shown_host,
    visible,
)

HOSTILE = st.text(max_size=400) | st.text(
    alphabet=st.sampled_from("=?UTF-8QB0ADacbx:@<>&*_`~|! \r\n\t\x00\u202e\u2066\u200b\u200d\u2028\ud800é…"),
    max_size=400,
)
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SET_APART = re.compile("\u2068([^\u2066-\u2069\n]+)\u2069")
_FROM_RIGHT = re.compile("\u200f(?=[^\u2068\n]{0,12}\u2068)")


def turning(text: str) -> set[str]:
    """What in *text* could turn it round, but for names that we set apart: whole, within one line."""
    return BIDI & set(_SET_APART.sub(r"\1", _FROM_RIGHT.sub("", text)))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("gpj\u202eexe", "gpj exe"),
        ("one\r\ntwo\tthree", "one two three"),
        ("bell\x07 esc\x1b[31m", "bell esc [31m"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs its joiner
        ("\u200d\u200c alone \u200d", "alone"),
        ("half \ud800 character", "half character"),
        ("soft\u00adhyphen", "soft hyphen"),
        ("Z\u0335\u0336\u0337\u0338\u0339\u033a\u033balgo", "Z\u0335\u0336\u0337\u0338algo"),
        ("  two  spaces\u00a0", "two spaces"),
    ],
)
def test_what_is_not_drawn_is_not_shown(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(HOSTILE)
def test_visible_text_has_no_control_bidi_or_line_break(text: str) -> None:
    shown = visible(text)
    assert not BIDI & set(shown)
    assert all(unicodedata.category(each) not in ("Cc", "Cs", "Co", "Zl", "Zp") for each in shown)
    assert shown == " ".join(shown.split())
    assert visible(shown) == shown


@given(HOSTILE)
def test_a_name_that_is_set_apart_turns_nothing_round(text: str) -> None:
    line = f"عن {isolated(text)}، 4 تقارير"
    assert laid_out(line) == line
    assert not turning(laid_out(line))
    assert not turning(laid_out(f"{text} {line}"))


def test_only_what_runs_the_other_way_is_set_apart_and_a_line_that_begins_with_it_says_so() -> None:
    assert isolated("Maple Wire") == "\u2068Maple Wire\u2069"
    assert isolated("صوت الميناء") == "صوت الميناء"
    assert laid_out("3. \u2068Willow\u2069: قصة جديدة") == "\u200f3. \u2068Willow\u2069: قصة جديدة"
    assert laid_out("عن \u2068Maple Wire") == "عن Maple Wire", "one that was cut open is set apart no more"


@given(HOSTILE, st.integers(min_value=1, max_value=100))
def test_clipped_text_is_never_longer_than_allowed(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert cut == text or cut.endswith("…")


def test_a_cut_falls_between_words() -> None:
    assert clip("seven little words are more than enough", 24) == "seven little words are…"


@given(HOSTILE)
@example("A\r\nBcc: v@x.example")
@example("A \U0001f4a9 s=?UTF-8?Q?=0A?=Bcc: i@e.example")
@example("z =?UTF-8?Q?=0D=0ABcc=3A_x@evil.example?=")
@example("=\u200b?utf-8?q?=0a?= Bcc:x")
@example("=\x00?utf-8?q?=0a?=Bcc:x")
@example("=" * 50 + "?" * 50)
@example("Zażółć gęślą jaźń " * 20)
@example("لاجئون " * 40)
def test_no_title_becomes_a_header(title: str) -> None:
    subject = clean_header(title)
    assert len(subject) <= HEADER_LIMIT
    letter = EmailMessage(policy=policy.SMTP)
    letter["To"] = "desk@example.org"
    letter["Subject"] = subject
    letter.set_content("body\n")
    raw = letter.as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert sorted(read.keys()) == sorted(
        ["To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    )
    assert raw.count(b"\r\n\r\n") == 1
    assert "".join(str(read["Subject"]).split()) == "".join(subject.split())


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://bbc.example@evil.example/",
        "https://evil.example\\@bbc.example/",
        "https://exa mple.org/",
        "https://example.org:port/",
        "//example.org/",
        "https://example.org/" + "a" * 3_000,
        "",
    ],
)
def test_an_address_that_should_not_be_linked_is_not(url: str) -> None:
    assert safe_url(url) is None


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f"),
        (
            "https://пример.example/новости",
            "https://xn--e1afmkfd.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8",
        ),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://example.org/a?x=<!channel>|y", "https://example.org/a?x=%3C!channel%3E%7Cy"),
    ],
)
def test_an_address_is_linked_as_plain_ascii(url: str, linked: str) -> None:
    assert safe_url(url) == linked


@given(HOSTILE.map("https://example.org/".__add__))
def test_a_linked_address_ends_neither_a_slack_link_nor_an_attribute(url: str) -> None:
    linked = safe_url(url)
    assert linked is None or (linked.isascii() and not set(linked) & set("<>|\"' \n"))


def test_a_link_shows_its_own_host() -> None:
    assert shown_host("https://www.example.org/bbc.co.uk") == "example.org"
    assert shown_host("https://xn--pple-43d.com/") == "xn--pple-43d.com"
