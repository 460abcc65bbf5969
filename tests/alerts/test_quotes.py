"""Which sentences show why an article matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.quotes import QUOTE_LIMIT, is_furniture, quotes
from monitor.model import Article, Evidence
from tests.alerts.samples import article, evidence


def about(text: str, *words: str, title: str = "A title") -> tuple[str, ...]:
    made = article(text=text, title=title)
    return quotes(made, evidence(made, *words))


TEXT = (
    "The minister spoke for an hour on Monday. Two gay men from Grozny asked for asylum in Canada. "
    "Nobody knows where a third man is. The charity runs safe houses in four Russian cities."
)


def test_the_sentence_that_holds_the_most_comes_even_if_others_come_before_it() -> None:
    assert about(TEXT, "gay", "Grozny", "asylum") == ("Two gay men from Grozny asked for asylum in Canada.",)


def test_a_further_sentence_is_quoted_when_it_adds_something_and_in_the_order_of_the_text() -> None:
    assert about(TEXT, "safe houses", "gay", "Grozny") == (
        "Two gay men from Grozny asked for asylum in Canada.",
        "The charity runs safe houses in four Russian cities.",
    )


def test_a_sentence_that_repeats_what_another_shows_is_not_quoted() -> None:
    made = article(text="Police in Chechnya took them away. They came back to Chechnya in May.")
    first, again = (
        Evidence(concept="chechnya", text="Chechnya", start=place, end=place + 8)
        for place in (
            len(made.title) + 1 + made.text.index("Chechnya"),
            len(made.title) + 1 + made.text.rindex("Chechnya"),
        )
    )
    assert quotes(made, (first, again)) == ("Police in Chechnya took them away.",)


def test_no_more_than_three_sentences_are_quoted() -> None:
    text = "Alpha stands in this one. Beta stands in this one. Gamma stands in here. Delta stands in here."
    assert len(about(text, "Alpha", "Beta", "Gamma", "Delta")) == 3


def test_evidence_counts_from_the_title_and_from_the_text_when_there_is_none() -> None:
    assert about(TEXT, "asylum", title="") == about(TEXT, "asylum", title="A very long title of all titles")


def test_what_stands_in_the_title_alone_is_not_quoted() -> None:
    made = article(title="Chechnya again")
    assert quotes(made, (Evidence(concept="chechnya", text="Chechnya", start=0, end=8, in_title=True),)) == ()


def test_evidence_outside_the_text_is_passed_over() -> None:
    made = article(text="Short text of five words.", title="")
    assert quotes(made, (Evidence(concept="x", text="gone", start=900, end=904),)) == ()


@pytest.mark.parametrize(
    "line",
    [
        "Home | World | Chechnya | Sport | Weather",
        "Chechnya",
        "Read more: gay men flee Chechnya for Canada",
        "Baca juga: Warga LGBT Chechnya melarikan diri ke Kanada",
        "Читайте также: геи бегут из Чечни в Канаду и Германию",
        "We use cookies on this page about Chechnya and elsewhere.",
        "© 2024 Chechnya Monitor. All rights reserved.",
    ],
)
def test_furniture_is_not_quoted(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Two gay men from Grozny asked for asylum in Canada.",
        "«Мы ждём визы», — сказал он. «Других новостей нет».",
        "车臣同性恋者逃往加拿大。",
    ],
)
def test_a_sentence_is_not_furniture(line: str) -> None:
    assert not is_furniture(line)


def test_a_long_sentence_is_cut_at_words_around_what_matched() -> None:
    before, after = "word " * 100, " and so on" * 60
    (quote,) = about(f"The {before}gay men from Grozny{after}.", "gay", "Grozny")
    assert len(quote) <= QUOTE_LIMIT
    assert quote.startswith("…word ")
    assert quote.endswith("…")
    assert "gay men from Grozny" in quote
    assert set(quote.strip("…").split()) <= {"word", "gay", "men", "from", "Grozny", "and", "so", "on"}


def test_a_long_sentence_without_spaces_is_cut_too() -> None:
    (quote,) = about("車" * 400 + "同性恋" + "車" * 400 + "。", "同性恋")
    assert len(quote) <= QUOTE_LIMIT
    assert "同性恋" in quote


@given(
    st.lists(st.text("ab .!?|\n\u202eé،", min_size=1, max_size=120), min_size=1, max_size=12),
    st.data(),
)
def test_quotes_are_short_single_lines_of_the_text(pieces: list[str], data: st.DataObject) -> None:
    text = " ".join(pieces)
    made: Article = article(text=text, title="")
    places = data.draw(
        st.lists(st.tuples(st.integers(0, len(text)), st.integers(1, 30)), min_size=1, max_size=6)
    )
    found = [
        Evidence(concept=str(start % 3), text=text[start : start + size], start=start, end=start + size)
        for start, size in places
    ]
    for quote in quotes(made, found):
        assert 0 < len(quote) <= QUOTE_LIMIT
        assert "\n" not in quote
        assert "\u202e" not in quote
