"""Names are found by their looks and recognised by their sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.names import cognate, folded, foreign_sounds, names, skeletons
from monitor.text.words import normalise


def keys(text: str, language: str) -> set[str]:
    return {name.key for name in names(text, language) if not name.first}


def test_capitals_inside_a_sentence_make_names() -> None:
    assert keys("On Friday the lawyer Wanda Kessler met NATO’s Jens in l'Aquila.", "en") == {
        "friday",
        "wanda",
        "kessler",
        "nato",
        "jens",
        "aquila",
    }


def test_a_capital_that_opens_a_sentence_is_marked() -> None:
    assert [(name.written, name.first) for name in names("Ferries sank. NATO came.", "en")] == [
        ("Ferries", True),
        ("NATO", False),
    ]


def test_a_headline_in_capitals_proves_nothing() -> None:
    assert not keys("Captain Of Sunken Ferry Detained in Kupang", "en")
    assert keys("Chrystia Freeland met Ramzan Kadyrov", "en") == {"freeland", "ramzan", "kadyrov"}


def test_where_letters_have_no_case_every_longer_word_may_be_a_name() -> None:
    assert {normalise("كيسلر"), normalise("محامية")} <= keys("محامية هي واندا كيسلر", "ar")
    assert "nato" in keys("北約NATO表示", "zh")
    assert "ジョンソン" in keys("首相のジョンソンは", "ja")


@pytest.mark.parametrize(
    "spellings",
    [
        ("Kadyrov", "Кадыров", "Kadyrow", "قديروف", "كاديروف"),
        ("Chechnya", "Чечня", "Tchétchénie", "Chechenia", "الشيشان"),
        ("Zelensky", "Зеленський", "Selenskyj", "Zelenski", "زيلينسكي"),
        ("Freeland", "Фриланд", "فريلاند"),
        ("Gazeta", "Газета", "غازيتا"),
        ("Khrushchev", "Хрущев"),
        ("Kessler", "Кесслер", "Kesler"),
    ],
)
def test_the_spellings_of_one_name_share_a_sound(spellings: tuple[str, ...]) -> None:
    sounds = [set(skeletons(spelling.lower())) for spelling in spellings]
    assert set.intersection(*sounds)


@pytest.mark.parametrize(("one", "other"), [("merkel", "macron"), ("putin", "biden"), ("navalny", "kadyrov")])
def test_different_names_sound_different(one: str, other: str) -> None:
    assert not set(skeletons(one)) & set(skeletons(other))


def test_an_arabic_name_has_few_readings() -> None:
    assert len(skeletons("الشفبشبف")) <= 8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("evacuation", "evakuasi"),
        ("helicopter", "helikopter"),
        ("президент", "president"),
        ("organizado", "organisation"),
    ],
)
def test_an_international_word_begins_alike(one: str, other: str) -> None:
    assert cognate(one) == cognate(other) is not None


def test_a_short_word_is_no_international_word() -> None:
    assert cognate("visa") is None


def test_folding_leaves_ascii_letters() -> None:
    assert folded("Ждановіч-Ñandú") == "zhdanovichnandu"


@given(st.text(max_size=120), st.sampled_from(["en", "ru", "ar", "zh", "ja", "und"]))
def test_any_text_gives_names_that_have_a_sound(text: str, language: str) -> None:
    for name in names(text, language):
        assert name.written
        assert all(sound.isascii() for sound in skeletons(name.key))


@given(st.lists(st.one_of(st.text(max_size=12), st.from_regex(r"[\u0621-\u064a]{2,9}", fullmatch=True))))
def test_many_words_sound_as_each_does_by_itself(written: list[str]) -> None:
    words = [normalise(word) for word in written]
    assert foreign_sounds(words) == [skeletons(word) if cognate(word) else () for word in words]
