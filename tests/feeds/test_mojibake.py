"""Text that was encoded twice is mended, and what only looks unusual is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.mojibake import REPAIR, mend
from tests.feeds.corpus import parse, rss

TEXTS = {
    "en": "“It’s over,” he said – at the café",
    "de": "Übermut tut selten gut: die Größe",
    "fr": "Grève à l’école, ça déjà « été »",
    "es": "Año nuevo: ¿qué pasó en Bogotá?",
    "pt": "A ação da Câmara não é só isso",
    "id": "“Ya,” kata dia — soal kafé itu",
    "tr": "Türkçe başlık: İğdır’da şöyle oldu",
    "ru": "Мост открыли раньше срока",
    "uk": "Їжак з’їв ґрунт",
    "ar": "عنوان الخبر العربي",
    "ja": "日本語の見出しです",
}
UNUSUAL = (
    "À la « une » : Ç’est… “ça” – €5",
    "ÂÊÎÔÛ âêîôû ÃÕ ãõ",
    "São João: não! Mãe… ‘irmã’",
    "Điện Biên Phủ, Thừa Thiên–Huế",
    "ÉÈ»…«à » ô”",
    "5 £ • 3 ½ — ©2026 ®",
    "AMANHÃ DE MANHÃ, DIZ A IRMÃ",
    "РОССИЯ И СССР: СПОР О РЕСУРСАХ",
    "Різні СЕС у СРСР",
)


def twice(text: str) -> str:
    """Encode as UTF-8 and read as windows-1252, where five bytes mean nothing and stay what they are."""
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in text.encode()
    )


@pytest.mark.parametrize("language", TEXTS)
def test_text_of_every_language_comes_back(language: str) -> None:
    text = TEXTS[language]
    assert twice(text) != text
    assert mend(twice(text)) == text
    assert mend(text) == text


@pytest.mark.parametrize("text", UNUSUAL)
def test_unusual_text_stays_as_it_is(text: str) -> None:
    assert mend(text) == text


def test_a_single_letter_is_evidence_enough() -> None:
    assert mend("Ã‰cole") == "École"
    assert mend("un cafÃ© noir") == "un café noir"


def test_a_no_break_space_that_became_a_space_is_no_hindrance() -> None:
    text = "Il va à Paris, à pied"
    assert mend(twice(text).replace("\xa0", " ")) == text


def test_cyrillic_that_was_read_as_windows_1251_comes_back() -> None:
    text = "Мост открыли раньше срока, рыбаки ждут решения"
    assert mend(text.encode().decode("cp1251")) == text


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_stays_as_it_is(text: str) -> None:
    assert mend(text) == text


def test_a_feed_is_mended_field_by_field_and_says_so() -> None:
    feed = parse(
        rss(
            f"<title>{twice('Grève à l’école')}</title><description>déjà « été »</description>"
            f"<category>{twice('société')}</category><guid>{twice('é1')}</guid>",
            channel="<language>fr</language>",
        )
    )
    (entry,) = feed.entries
    assert (entry.title, entry.summary, entry.tags) == ("Grève à l’école", "déjà « été »", ("société",))
    assert feed.repairs == (REPAIR,)


def test_mending_is_no_new_entry() -> None:
    before = parse(rss(f"<title>{twice('Grève')}</title><guid>{twice('é1')}</guid>"))
    after = parse(rss(f"<title>Grève</title><guid>{twice('é1')}</guid>"))
    assert [entry.key for entry in before.entries] == [entry.key for entry in after.entries]


def test_a_feed_in_order_has_no_repair() -> None:
    assert parse(rss("<guid>1</guid><title>Grève à l’école</title>")).repairs == ()
