"""One number in every spelling is one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.numbers import MAX_DIGITS, is_year, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,200 people", {"1200"}),
        ("1.200 Menschen", {"1200"}),
        ("1 200 человек", {"1200"}),
        ("1\u00a0200 personnes", {"1200"}),
        ("1'200 Menschen", {"1200"}),
        ("١٢٠٠ شخص", {"1200"}),
        ("١٬٢٠٠ شخص", {"1200"}),
        ("2,500,000 euros", {"2500000"}),
        ("3.5 and 3,5 percent", {"3.5"}),
        ("on 12.05.2017", {"12", "2017"}),
        ("seven of 9", set()),
        ("A320 and B2", set()),
        ("35 LGBT, 31 di antaranya", {"35", "31"}),
        ("about 40.", {"40"}),
        ("007", set()),
        ("0150", {"150"}),
        ("call " + "9" * (MAX_DIGITS + 1), set()),
        ("½ ² ³ ㊿", set()),
    ],
)
def test_numbers_have_one_spelling(text: str, found: set[str]) -> None:
    assert set(numbers(text)) == found


def test_numbers_are_counted() -> None:
    assert numbers("35 came, 35 stayed, 40 left") == {"35": 2, "40": 1}


@pytest.mark.parametrize(
    ("number", "year"), [("2017", True), ("1899", False), ("20177", False), ("1994", True)]
)
def test_a_year_is_known_by_its_form(number: str, year: bool) -> None:
    assert is_year(number) is year


@given(st.text(alphabet="0123456789.,'\u00a0 ٣٤abc", max_size=60))
def test_any_text_gives_plain_western_numbers(text: str) -> None:
    for number in numbers(text):
        assert number.replace(".", "", 1).isascii()
        assert number.replace(".", "", 1).isdigit()
        assert 1 < len(number) <= MAX_DIGITS


@pytest.mark.parametrize(
    "text",
    [
        "已找到19具遗体，另有112人失踪",
        "19人死亡、112人が行方不明",
        "19명 사망, 112명 실종",
        "ตาย 19คน หาย112คน",
    ],
)
def test_numbers_stand_right_beside_letters_where_words_are_not_spaced(text: str) -> None:
    assert numbers(text) == {"19": 1, "112": 1}


def test_a_number_beside_other_letters_is_part_of_a_name() -> None:
    assert numbers("The B52 and the A320neo") == {}
