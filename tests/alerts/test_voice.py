"""Every reader's language: the catalogues are whole, and numbers and times are written as they are there."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from monitor.alerts import voice as voices
from monitor.alerts.mail import email_message
from monitor.alerts.slack import slack_message
from monitor.alerts.voice import LANGUAGES, Voice, voice
from monitor.alerts.wording import Wording, wording
from monitor.model import AlertKind, Delivery, Frequency, Hedge
from tests.alerts.samples import NOW, every_delivery

HERE = Path(voices.__file__).parent
LOCALE = HERE / voices.CATALOGUES
KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "say": None, "count": (1, 2)}
TRANSLATED = [language for language in LANGUAGES if language != voices.SOURCE_LANGUAGE]


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "alerts.po").open("rb") as file:
        return read_po(file, locale=language, domain=voices.DOMAIN)


def written() -> set[object]:
    """Every message that stands in the code, singular and plural together where there are two."""
    found = extract_from_dir(str(HERE), keywords=KEYWORDS)
    return {message if isinstance(message, str) else tuple(message[:2]) for _, _, message, _, _ in found}


def told(messages: Catalog) -> Iterator[Message]:
    return (message for message in messages if message.id)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_of_the_code_is_in_the_catalogue_and_translated(language: str) -> None:
    messages = list(told(catalogue(language)))
    assert {each.id if isinstance(each.id, str) else tuple(each.id) for each in messages} == written()
    for message in messages:
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        assert forms, message.id
        assert all(forms), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_message_and_the_plural_forms_of_its_language(
    language: str,
) -> None:
    messages = catalogue(language)
    for message in told(messages):
        plural = not isinstance(message.id, str)
        forms = list(message.string) if plural else [message.string]
        assert len(forms) == (messages.num_plurals if plural else 1)
        for place, form in enumerate(forms):
            wanted = set(re.findall(r"{\w+}", message.id[-1] if plural else message.id))
            given = set(re.findall(r"{\w+}", str(form)))
            assert given <= wanted, message.id
            assert wanted - given <= NUMBERS if says_its_number(messages, place) else given == wanted, (
                message.id
            )


NUMBERS = {"{n}", "{number}"}


def says_its_number(messages: Catalog, form: int) -> bool:
    """Whether a plural form is for one number only, which its noun then says: the Arabic dual."""
    translations = gettext.GNUTranslations(BytesIO(compiled(messages)))
    chosen = [translations.plural(n) == form for n in range(300)]  # type: ignore[attr-defined]
    return messages.num_plurals > 1 and chosen.count(True) == 1


def compiled(messages: Catalog) -> bytes:
    made = BytesIO()
    write_mo(made, messages)
    return made.getvalue()


class Strict(gettext.NullTranslations):
    """A last resort that is never to be asked: what it is asked for has no translation."""

    def gettext(self, message: str) -> str:
        raise AssertionError(f"no translation: {message}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise AssertionError(f"no translation: {msgid1}")


def strictly(language: str) -> Wording:
    """The words of a language, where one that has no translation is a failure."""
    found = voice(language)
    translations = gettext.GNUTranslations(BytesIO(compiled(catalogue(language))))
    translations.add_fallback(Strict())
    return Wording(Voice(language, found.locale, found.zone, translations))


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("sample", every_delivery(), ids=lambda sample: sample.key)
def test_no_message_falls_back_to_english(language: str, sample: Delivery) -> None:
    say = strictly(language)
    assert slack_message(sample, say).blocks
    way = "rtl" if language == "ar" else "ltr"
    assert email_message(sample, say).html.startswith(
        f'<!doctype html>\n<html lang="{language}" dir="{way}">'
    )


def test_the_samples_show_every_kind_of_news() -> None:
    kinds = {notice.kind for sample in every_delivery() for notice in sample.notices}
    kinds |= {notice.kind for sample in every_delivery() for notice in sample.operator_notices}
    assert kinds == set(AlertKind) - {AlertKind.DIGEST}
    assert {sample.frequency for sample in every_delivery()} == set(Frequency)
    claims = [
        claim for sample in every_delivery() for notice in sample.notices for claim in notice.disagreement
    ]
    assert {claim.hedge for claim in claims} == {*Hedge, None}


# --- numbers, times -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "UTC", "12 Nov 2024, 03:14 UTC"),
        ("en", "Europe/Berlin", "12 Nov 2024, 04:14 CET"),
        ("en", "America/New_York", "11 Nov 2024, 22:14 EST"),
        ("en", "Asia/Dubai", "12 Nov 2024, 07:14 UTC+04"),
        ("id", "Asia/Jakarta", "12 Nov 2024 10.14 WIB"),
        ("id", "UTC", "12 Nov 2024 03.14 UTC"),
        ("ar", "Asia/Riyadh", "12 نوفمبر 2024، 06:14 UTC+03"),
    ],
)
def test_a_moment_is_told_on_the_readers_clocks_and_says_which_they_are(
    language: str, zone: str, said: str
) -> None:
    assert voice(language, zone).moment(NOW) == said


def test_summer_time_counts_for_the_moment_that_is_told() -> None:
    berlin = voice("en", "Europe/Berlin")
    assert berlin.moment(NOW - timedelta(days=120)).endswith("05:14 CEST")


@pytest.mark.parametrize(
    ("language", "number", "share", "span"),
    [
        ("en", "12,345", "31%", "5 hours"),
        ("id", "12.345", "31%", "5 jam"),
        ("ar", "12,345", "31%", "5 ساعات"),
    ],
)
def test_numbers_and_spans_are_written_as_in_the_language(
    language: str, number: str, share: str, span: str
) -> None:
    spoken = voice(language)
    assert spoken.number(12_345) == number
    assert spoken.percent(0.314) == share
    assert spoken.span(timedelta(hours=5)) == span


def test_plural_forms_follow_the_language() -> None:
    for n, english in ((0, "0 stories"), (1, "1 story"), (2, "2 stories"), (1_200, "1,200 stories")):
        assert voice("en").ngettext("{n} story", "{n} stories", n) == english
    assert voice("id").ngettext("{n} story", "{n} stories", 1) == "1 berita"
    assert voice("id").ngettext("{n} story", "{n} stories", 1_200) == "1.200 berita"


def test_a_strangers_braces_are_no_places_to_fill() -> None:
    assert voice("id").gettext("Read it at {place}", place="{0} {x!r} {place}") == "Baca di {0} {x!r} {place}"


def test_indonesian_readers_get_indonesian_words_around_the_same_news() -> None:
    sample = next(each for each in every_delivery() if each.key == "new_report")
    notice = replace(sample.notices[0], independent=1, outlets=4)
    say = wording("id", "Asia/Jakarta")
    assert say.counts(notice) == "4 media, 1 laporan mandiri"
    assert say.language_name("ar") == "Arab"
    mail = email_message(replace(sample, notices=(notice,), root_ref="<a@b.test>"), say)
    assert "Laporan baru, dalam berita yang pernah dikabarkan" in mail.text
    assert "Pertama terlihat 12 Nov 2024 10.36 WIB" in mail.text
    assert mail.subject == f"Re: {notice.reports[0].title}", "what threads a story is no word of ours"
