"""What a delivery says by mail."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.mail import MailParts
from monitor.alerts.voice import LANGUAGES
from monitor.model import Delivery, Frequency
from tests.alerts.hostile import DELIVERIES, NASTY, filled_with
from tests.alerts.samples import ARABIC, INDONESIAN, NOTICE, delivery
from tests.alerts.spoken import email_message
from tests.alerts.test_clean import BIDI, turning

ROOT = delivery(NOTICE)
REPLY = delivery(INDONESIAN, root_ref="1731381267.000100")
DIGEST = delivery(NOTICE, replace(ARABIC, story=8), frequency=Frequency.DAILY)


def test_a_mail_tells_the_same_in_plain_text() -> None:
    mail = email_message(ROOT)
    assert mail.subject == NOTICE.headline
    assert mail.text.startswith(f"{NOTICE.headline}\n\nIn English, from Maple Wire · copied by others\n")
    assert "> *Rainbow Railroad* has brought 35 *gay* and *lesbian* people out of" in mail.text
    assert "https://maplewire.example/2024/11/rainbow-railroad-35\n" in mail.text
    assert "4 outlets, 3 independent reports · English, Indonesian, Arabic" in mail.text
    assert "- 12 Nov, 03:18 · Harbour Daily · English · copy, not confirmation\n" in mail.text
    assert mail.text.endswith("\n-- \nalert 17 · story 5\n")
    assert max(map(len, mail.text.splitlines())) <= 78


def test_a_reply_bears_the_roots_subject_so_that_it_is_threaded() -> None:
    assert email_message(REPLY).subject == f"Re: {email_message(ROOT).subject}"


def test_a_digest_says_what_it_holds_in_its_subject() -> None:
    mail = email_message(DIGEST)
    assert mail.subject == "Daily digest: 2 stories, 2 alerts, 12 Nov, 03:14 UTC"
    assert "\n1. Toronto charity" in mail.text
    assert "\n2. منظمة كندية" in mail.text


def test_arabic_is_set_from_the_right_and_english_around_it_from_the_left() -> None:
    page = email_message(delivery(replace(ARABIC, story=8))).html
    assert '<html lang="en" dir="ltr">' in page
    assert re.search(r'<h1 [^>]*lang="ar" dir="rtl"[^>]*text-align:right', page)
    assert re.search(r'<blockquote [^>]*lang="ar" dir="rtl"[^>]*border-right', page)
    assert '<strong class="hit"' in page


@pytest.mark.parametrize("sample", [ROOT, DIGEST])
def test_a_mail_loads_nothing_and_runs_nothing(sample: Delivery) -> None:
    page = email_message(sample).html
    assert page.count("<img ") == page.count('<img src="cid:')
    assert not re.search(
        r"<(script|link|iframe|object|form|svg)\b|url\(|@import|https?://[^\"]*\.(png|gif)", page
    )


@pytest.mark.parametrize("sample", [ROOT, REPLY, DIGEST])
def test_a_mail_is_well_formed_and_small_enough_for_gmail(sample: Delivery) -> None:
    page = email_message(sample).html
    assert len(page.encode()) < 100_000  # Gmail cuts at 102 kB
    assert _Tags(page).problems == []


@settings(max_examples=40, deadline=None)
@given(DELIVERIES, st.sampled_from(LANGUAGES))
def test_no_notice_becomes_markup_in_a_mail(sample: Delivery, language: str) -> None:
    check_mail(email_message(sample, language))


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("text", NASTY)
def test_the_worst_of_all_fields_at_once_is_a_mail_still(text: str, frequency: Frequency) -> None:
    check_mail(email_message(delivery(*filled_with(text, frequency), frequency=frequency)))


def check_mail(mail: MailParts) -> None:
    """Hold a mail against what strangers' text must never do in it."""
    tags = _Tags(mail.html)
    assert tags.problems == []
    assert tags.names <= _OWN_TAGS
    assert all(link.startswith(("https://", "cid:growth-")) for link in tags.links)
    assert not BIDI & set(mail.html + mail.subject)
    assert not turning(mail.text)
    assert "\r" not in mail.text
    assert not {"\n", "\r"} & set(mail.subject)


_VOID = {"meta", "br", "img"}
_OWN_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "h1", "h2", "span"),
    *("strong", "bdi", "br", "blockquote", "a", "img"),
}


class _Tags(HTMLParser):
    """Reads a page and notes its tags, its links and what is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.problems: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.problems += [f"{name} is not closed" for name in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.problems += [f"{tag} has {name}" for name, _ in attrs if name.startswith("on")]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"{tag} closes what it did not open")
