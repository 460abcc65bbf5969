"""What is read as a figure, and what is left alone: coordination, ellipsis, pronouns, negation, sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Figure
from monitor.stories.figures.extract import MOST_FIGURES, figures, titled
from monitor.stories.figures.lexicon import LANGUAGES


def brief(text: str, language: str = "en") -> list[tuple[str, int | None]]:
    return [(figure.role.value, figure.value) for figure in figures(text, language)]


def only(text: str, language: str = "en") -> Figure:
    (figure,) = figures(text, language)
    return figure


def test_each_number_of_a_sentence_finds_its_own_word() -> None:
    text = "It has helped 35 people, of whom 31 have arrived and about 40 are waiting."
    assert brief(text) == [("helped", 35), ("arrived", 31), ("waiting", 40)]


def test_numbers_in_a_list_share_a_word_before_or_behind_them() -> None:
    assert brief("Police arrested 22 men and nine women.") == [("arrested", 22), ("arrested", 9)]
    assert brief("Three men and two women were injured.") == [("injured", 3), ("injured", 2)]


def test_a_part_of_those_counted_has_a_role_of_its_own() -> None:
    text = "Rescuers saved 19 passengers on Friday. Four of them were taken to hospital."
    assert brief(text) == [("helped", 19), ("injured", 4)]


def test_a_number_that_leaves_out_what_it_counts_takes_it_from_before() -> None:
    text = "The ministry granted 40 visas in spring. Another 12 were issued in June."
    assert [(figure.value, figure.unit) for figure in figures(text, "en")] == [(40, "visas"), (12, "visas")]


def test_what_is_denied_is_not_claimed() -> None:
    assert brief("None of the 12 was hurt.") == []
    assert brief("Police did not arrest 12 people.") == []
    assert brief("No fewer than 12 people were hurt.") == [("injured", 12)]


def test_counts_of_other_things_are_left_alone() -> None:
    assert brief("The quake destroyed 31 houses, and 12 trains waited for three hours.") == []
    assert brief("Protesters gathered at 12 police stations where men were arrested.") == []


def test_the_place_is_the_numbers_and_the_quote_is_its_sentence() -> None:
    text = "Rain fell. Nearly forty families are waiting. The sun came out."
    figure = only(text)
    assert text[figure.start : figure.end] == "forty"
    assert figure.quote == "Nearly forty families are waiting."
    assert (figure.unit, figure.hedge) == ("families", "about")


def test_places_count_in_the_title_and_the_text() -> None:
    whole = titled("31 men arrive in Norrvik", "Nothing else is known.")
    figure = only(whole)
    assert whole[figure.start : figure.end] == "31"
    assert titled("", "text") == "text"


def test_places_are_right_where_normalising_shortens_the_text() -> None:
    text = "قُتِلَ ٣١ رجلاً في الانفجار."
    figure = only(text, "ar")
    assert (figure.role.value, text[figure.start : figure.end]) == ("killed", "٣١")


def test_he_is_whoever_spoke_last() -> None:
    text = "Mara Lind said the group was small. She said 31 people had arrived."
    assert only(text).attribution == "Mara Lind"


def test_a_period_in_which_the_number_adds_up_is_kept_and_a_date_is_not() -> None:
    assert only("They have helped 140 people this year.").scope == "this year"
    assert only("They helped 140 people on Friday.").scope is None


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "According to the port, 31 people arrived.", "the port"),
        ("id", "Menurut kepolisian, 31 orang ditahan.", "kepolisian"),
        ("ru", "По словам мэра, погиб 31 человек.", "мэра"),
        ("uk", "За словами мера, загинула 31 людина.", "мера"),
        ("de", "Laut Polizei wurden 31 Menschen verletzt.", "Polizei"),
        ("fr", "Selon la police, 31 personnes ont été blessées.", "la police"),
        ("es", "Según la policía, 31 personas murieron.", "la policía"),
        ("pt", "Segundo a polícia, 31 pessoas morreram.", "a polícia"),
        ("tr", "Valiliğe göre 31 kişi öldü.", "Valili"),
        ("ar", "وفقا للشرطة، قتل 31 شخصا.", "شرطة"),
    ],
)
def test_who_says_so_is_named(language: str, text: str, expected: str) -> None:
    assert expected in (only(text, language).attribution or "")


def test_a_language_without_a_lexicon_has_no_figures() -> None:
    assert figures("31 mensen zijn aangekomen.", "nl") == ()
    assert figures("", "en") == ()


def test_a_page_of_numbers_is_bounded() -> None:
    assert len(figures("31 men were killed. " * 1000, "en")) == MOST_FIGURES
    assert len(figures("31 men killed, " * 2000, "en")) <= MOST_FIGURES


@given(
    st.lists(
        st.sampled_from([*"0123456789 .,-–'«»\n%$", " men ", " killed ", " убиты ", " قتل ", "İ", "of them"])
    ).map("".join),
    st.sampled_from(LANGUAGES),
)
def test_whatever_the_text_each_figure_stands_where_it_says(text: str, language: str) -> None:
    for figure in figures(text, language):
        assert text[figure.start : figure.end].strip() == text[figure.start : figure.end] != ""
        assert figure.quote in text
        assert figure.low <= figure.high


def test_a_word_tells_of_the_part_unless_it_says_which_whole() -> None:
    assert brief("Nine of the 16 hostages were freed.") == [("released", 9)]
    assert brief("They found nine of the 16 people who drowned.") == [("killed", 16)]
    assert brief("Of the 52 passengers, 37 were rescued.") == [("helped", 37)]
    assert brief("Четверо из девяти заложников освобождены.", "ru") == [("released", 4)]


def test_an_aside_between_a_number_and_its_word_tells_a_part() -> None:
    text = "At least 23 migrants, among them five children, suffocated in a lorry."
    assert brief(text) == [("killed", 23), ("killed", 5)]


def test_a_verb_outweighs_the_noun_it_speaks_of() -> None:
    assert brief("Three detainees were let go.") == [("released", 3)]
