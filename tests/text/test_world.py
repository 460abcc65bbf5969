"""Countries, cities and months are one thing whatever a language calls them."""

from __future__ import annotations

import pytest

from monitor.text.world import concepts, is_known, label


@pytest.mark.parametrize(
    ("language", "text", "concept"),
    [
        ("en", "a Canadian charity", "T:CA"),
        ("id", "pemerintah Kanada", "T:CA"),
        ("ru", "канадского правительства", "T:CA"),
        ("de", "die kanadischen Behörden", "T:CA"),
        ("ar", "وصلوا لكندا", "T:CA"),
        ("zh", "加拿大政府", "T:CA"),
        ("en", "the Russian ministry", "T:RU"),
        ("ru", "в Москве и под Москвой", "Z:Europe/Moscow"),
        ("ru", "в апреле 2017, 5 апреля", "M:4"),
        ("pl", "w kwietniu, 5 kwietnia", "M:4"),
        ("es", "en abril", "M:4"),
        ("en", "New Zealand said", "T:NZ"),
        ("en", "in Nigeria", "T:NG"),
    ],
)
def test_one_place_in_many_languages_has_one_id(language: str, text: str, concept: str) -> None:
    assert concept in concepts(text, language)


def test_the_longest_name_is_read() -> None:
    assert set(concepts("South Africa and South Sudan", "en")) == {"T:ZA", "T:SS"}


def test_an_inflected_form_counts_less_than_the_name() -> None:
    assert concepts("kanadische", "de")["T:CA"] < concepts("Kanada", "de")["T:CA"]


def test_short_words_are_not_taken_for_countries() -> None:
    assert not concepts("child chilling malice together", "en")


def test_what_one_language_was_asked_does_not_change_another() -> None:
    """Babel resolves aliases into data that all languages share."""
    before = concepts("وصلوا لكندا في أبريل", "ar")
    concepts("四月", "zh")
    assert concepts("وصلوا لكندا في أبريل", "ar") == before
    assert not is_known("四月", "ar")


@pytest.mark.parametrize("language", ["und", "", "xx", "en-", "not a language", "../../etc"])
def test_a_language_that_nobody_knows_has_no_places(language: str) -> None:
    assert not concepts("Canada", language)


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("T:CA", "Canada"),
        ("L:ce", "Chechen"),
        ("M:4", "April"),
        ("C:EUR", "Euro"),
        ("Z:Asia/Ho_Chi_Minh", "Ho Chi Minh"),
    ],
)
def test_a_concept_is_shown_in_english(concept: str, text: str) -> None:
    assert label(concept) == text
