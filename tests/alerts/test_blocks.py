"""Slack's pieces stay within their limits whatever they hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts import blocks
from tests.alerts.test_clean import HOSTILE


@pytest.mark.parametrize(
    ("raw", "escaped"),
    [
        ("R&D <!channel> a>b", "R&amp;D &lt;!channel&gt; a&gt;b"),
        ("<@U123> <#C1|x>", "&lt;@U123&gt; &lt;#C1|x&gt;"),
        ("*loud* `code` ~gone~ snake_case", "∗loud∗ ʼcodeʼ ∼gone∼ snake_case"),
        ("&amp;", "&amp;amp;"),
        ("x" * 199 + "&", "x" * 199 + "…"),  # it fits until it is escaped
    ],
)
def test_foreign_text_is_no_markup(raw: str, escaped: str) -> None:
    assert blocks.escape(raw, 200) == escaped


@given(HOSTILE, st.integers(min_value=6, max_value=200))
def test_escaped_text_fits_and_no_entity_is_cut(text: str, limit: int) -> None:
    escaped = blocks.escape(text, limit)
    assert len(escaped) <= limit
    assert not set(escaped) & set("<>*`~")
    assert re.sub(r"&(amp|lt|gt);", "", escaped).count("&") == 0


@given(st.lists(st.tuples(HOSTILE.filter(bool), st.booleans()), max_size=8), st.integers(30, 400))
def test_emphasis_fits_and_its_asterisks_pair(runs: list[tuple[str, bool]], limit: int) -> None:
    line = blocks.emphasise(runs, limit)
    assert len(line) <= limit
    assert line.count("*") % 2 == 0
    assert "\n" not in line


def test_matched_words_are_bold_where_slack_can_show_it() -> None:
    assert blocks.emphasise([("two ", False), ("gay", True), (" men", False)], 99) == "two *gay* men"
    assert blocks.emphasise([("车臣", False), ("同性恋", True), ("者", False)], 99) == "车臣同性恋者"


def test_a_links_text_is_its_own_host() -> None:
    assert (
        blocks.link("https://www.example.org/a?b=1&c=2")
        == "<https://www.example.org/a?b=1&amp;c=2|example.org>"
    )
    assert blocks.link("javascript:alert(1)") == ""


def test_a_link_too_long_for_its_place_is_its_host_alone() -> None:
    assert blocks.link("https://example.org/" + "a" * 900, 700) == "example.org"


@given(HOSTILE)
def test_a_header_fits(text: str) -> None:
    block = blocks.header(text)
    assert isinstance(block["text"], dict)
    shown = str(block["text"]["text"])
    assert 0 < len(shown) <= blocks.HEADER_LIMIT
    assert not set(shown) & set("<>\n")


@given(st.lists(st.integers(1, blocks.SECTION_LIMIT), max_size=12))
def test_lines_are_packed_in_order_and_none_is_lost(lengths: list[int]) -> None:
    lines = ["x" * size for size in lengths]
    packed = [str(block["text"]["text"]) for block in blocks.pack(lines) if isinstance(block["text"], dict)]
    assert [line for text in packed for line in text.split("\n")] == lines
    assert all(len(text) <= blocks.SECTION_LIMIT for text in packed)


def test_what_does_not_fit_any_more_is_left_out_from_the_end() -> None:
    small, large = [blocks.section("x")], [blocks.section("x" * 3_000)]
    assert blocks.fitting([small] * 60, around=[blocks.divider()]) == blocks.MAX_BLOCKS - 1
    assert blocks.fitting([large, large, large, small], around=small) == 2
    assert blocks.fitting([], around=small) == 0


def test_a_message_can_be_told_without_blocks() -> None:
    message = (blocks.header("Head & line"), blocks.section("*one*"), blocks.divider(), blocks.context("two"))
    assert blocks.plain(message) == "*Head &amp; line*\n*one*\n\ntwo"
