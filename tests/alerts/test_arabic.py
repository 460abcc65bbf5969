"""Whole messages in a language that runs from the right, around news in others."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from monitor.alerts.blocks import plain
from monitor.alerts.cause_words import cause, failure
from monitor.alerts.operator_wording import operator_wording
from monitor.alerts.voice import voice
from monitor.alerts.wording import wording
from monitor.model import AlertKind, Cause, FigureRole, Frequency, OperatorFacts, OperatorNotice, SilenceKind
from tests.alerts.samples import ARABIC, CLAIMS, CORRECTED, FOLLOW_UP, INDONESIAN, NOTICE, NOW, delivery
from tests.alerts.spoken import email_message, slack_message
from tests.alerts.test_clean import BIDI
from tests.feeds.test_silence import a_feed, verdict

SAY = wording("ar")


@pytest.mark.parametrize(
    ("outlets", "said"),
    [
        (0, "لا وسائل إعلام"),
        (1, "وسيلة إعلام واحدة"),
        (2, "وسيلتا إعلام"),
        (3, "3 وسائل إعلام"),
        (10, "10 وسائل إعلام"),
        (11, "11 وسيلة إعلام"),
        (99, "99 وسيلة إعلام"),
        (100, "100 وسيلة إعلام"),
        (103, "103 وسائل إعلام"),
        (1_211, "1,211 وسيلة إعلام"),
    ],
)
def test_things_are_counted_as_arabic_counts_them(outlets: int, said: str) -> None:
    assert SAY.counts(replace(NOTICE, outlets=outlets, independent=2)) == f"{said}، تقريران مستقلان"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1, 1, "مقتل شخص واحد"),
        (2, 2, "مقتل شخصين"),
        (1, 2, "مقتل 1 إلى 2 أشخاص"),
        (7, 7, "مقتل 7 أشخاص"),
        (35, 35, "مقتل 35 شخصًا"),
        (200, 200, "مقتل 200 شخص"),
    ],
)
def test_a_figure_is_a_phrase_in_which_a_range_keeps_its_numbers(low: int, high: int, said: str) -> None:
    assert SAY.claim(replace(CLAIMS[1], role=FigureRole.KILLED, low=low, high=high)) == said


def test_a_mail_runs_from_the_right_and_foreign_news_in_it_from_its_own_side() -> None:
    page = email_message(delivery(NOTICE), "ar").html
    assert '<html lang="ar" dir="rtl">' in page
    assert re.search(r'<td class="inside" lang="ar" dir="rtl" style="text-align:right', page), (
        "Gmail drops <html>"
    )
    assert re.search(r'<h1 [^>]*lang="en" dir="ltr"', page)
    assert "<bdi>Rainbow Railroad</bdi>، <bdi>gay</bdi>" in page
    assert not BIDI & set(page)


def test_a_credited_agency_is_set_apart_in_a_mail_and_in_slack() -> None:
    credited = replace(NOTICE, reports=(replace(NOTICE.reports[2], agencies=("AP", "dpa")),))
    assert "نقلًا عن <bdi>AP</bdi>، <bdi>dpa</bdi>" in email_message(delivery(credited), "ar").html
    assert "نقلًا عن \u2068AP\u2069، \u2068dpa\u2069" in plain(slack_message(delivery(credited), "ar").blocks)


def test_a_line_in_slack_begins_with_our_words_and_names_in_it_are_set_apart() -> None:
    told = plain(slack_message(delivery(INDONESIAN, root_ref="1.1"), "ar").blocks)
    assert "*تقرير جديد:* *\u2068Lembaga Kanada bantu 35" in told
    assert "باللغة الإندونيسية، عن *\u2068Kabar Nusa\u2069* · " in told
    assert "الموضوعات: *\u2068Flight and asylum of LGBT people\u2069، \u2068Persecution" in told
    digest = plain(slack_message(delivery(NOTICE, frequency=Frequency.DAILY), "ar").blocks)
    assert "*\u200f\u2068Toronto charity says" in digest, "at the side of the lines below it"
    own = plain(slack_message(delivery(ARABIC, root_ref="1.1"), "ar").blocks)
    assert "عن *صوت الميناء* · " in own, "what is at home there needs no help"


@pytest.mark.parametrize("frequency", [Frequency.IMMEDIATE, Frequency.DAILY])
def test_a_text_mails_addresses_are_bare_and_its_lines_whole(frequency: Frequency) -> None:
    long = replace(FOLLOW_UP.follows, title="Canada takes in " + "a first group of men " * 9)
    notices = (replace(FOLLOW_UP, follows=long), CORRECTED)[: 1 if frequency is Frequency.IMMEDIATE else 2]
    text = email_message(delivery(*notices, frequency=frequency), "ar").text
    assert "https://maplewire.example/2024/11/rainbow-railroad-35\n" in text
    for line in text.splitlines():
        assert line.count("\u2068") == line.count("\u2069"), "a name that was wrapped is whole on each line"
        assert "https://" not in line or not BIDI & set(line)
    assert ("\u200f\u2068" in text) == (frequency is Frequency.IMMEDIATE), "the wrapped title goes on"


def test_english_and_indonesian_messages_hold_nothing_invisible() -> None:
    for language in ("en", "id"):
        mail = email_message(delivery(FOLLOW_UP), language)
        assert not BIDI & set(mail.html + mail.text + plain(slack_message(delivery(ARABIC), language).blocks))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "http 500, 3 polls in a row"),
        ("id", "http 500, 3 kali pemeriksaan berturut-turut"),
        ("ar", "خطأ HTTP 500، في 3 فحوص متتالية"),
    ],
)
def test_why_a_source_cannot_be_read_is_told_in_the_readers_language(language: str, said: str) -> None:
    assert failure("http 500, 3 polls in a row", voice(language)) == said
    assert said in operator_wording(language).detail(_failing("http 500, 3 polls in a row"))


@pytest.mark.parametrize("failures", [3, 40])
@pytest.mark.parametrize("last_success_at", [None, NOW])
def test_what_a_silence_keeps_of_its_cause_is_understood(
    failures: int, last_success_at: datetime | None
) -> None:
    found = verdict(a_feed(failures=failures, cause="timeout", last_success_at=last_success_at))
    assert found is not None
    assert failure(found.detail, voice("en")) == found.detail
    assert not re.search("timeout|polls|never", failure(found.detail, voice("id")))


def _failing(reason: str) -> OperatorNotice:
    facts = OperatorFacts(silence=SilenceKind.FAILING, reason=reason)
    return OperatorNotice(
        alert=7, kind=AlertKind.SOURCE_SILENT, subject="Kavkaz News", since=NOW, facts=facts
    )


def test_every_cause_has_its_words() -> None:
    for word in Cause:
        for language in ("ar", "id"):
            assert cause(word, voice(language)) != word
    assert cause("a later version's", voice("id")) == "a later version's"
