"""Entries of any format are bounded, cleaned and given their language."""

from __future__ import annotations

import pytest

from monitor.feeds.entries import (
    MAX_CONTENT,
    MAX_NAME,
    MAX_NAMES,
    MAX_SUMMARY,
    RawEntry,
    build_entries,
    language_code,
)
from monitor.model import Entry
from tests.feeds.corpus import NOW, URL


def build(raw: RawEntry, language: str = "") -> Entry:
    (found,) = build_entries([raw], base=URL, language=language, now=NOW).entries
    return found


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("zh-Hant-TW", "zh"),
        ("in-ID", "id"),
        ("fil", "fil"),
        (" ru ", "ru"),
        ("english", ""),
        ("x", ""),
        ("", ""),
        ("12", ""),
    ],
)
def test_a_language_tag_becomes_an_iso_639_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


def test_an_entry_without_language_has_its_feeds() -> None:
    assert build(RawEntry(title="x"), "id").language == "id"
    assert build(RawEntry(title="x", language="de-AT"), "id").language == "de"


def test_every_field_is_bounded() -> None:
    names = tuple(f"{number} " + "n" * 500 for number in range(500))
    found = build(
        RawEntry(
            title="t" * 9_000,
            summary="s" * 90_000,
            content="c" * (MAX_CONTENT + 1),
            date="d" * 9_000,
            authors=names,
            tags=names,
            source="o" * 9_000,
        )
    )
    assert len(found.title) == 1_000
    assert len(found.summary) == MAX_SUMMARY
    assert found.content == ""
    assert len(found.published_claim) == 100
    assert len(found.authors) == len(found.tags) == MAX_NAMES
    assert {len(name) for name in (*found.authors, *found.tags, found.source)} == {MAX_NAME}


def test_content_is_kept_as_published_but_for_what_no_database_takes() -> None:
    assert (
        build(RawEntry(title="x", content="<p onclick=x>a\x00\ud800b</p>")).content == "<p onclick=x>ab</p>"
    )


def test_what_had_to_be_done_to_tell_entries_apart_is_said() -> None:
    raw = [
        RawEntry(guid="1", title="a", link="https://a.example/1"),
        RawEntry(guid="1", title="a", link="https://a.example/sport/1"),
        RawEntry(guid="home", title="b", link="https://a.example/2"),
        RawEntry(guid="home", title="c", link="https://a.example/3"),
        RawEntry(title="d"),
        RawEntry(guid="2"),
    ]
    built = build_entries(raw, base=URL, language="", now=NOW)
    assert [entry.title for entry in built.entries] == ["a", "b", "c", "d"]
    assert built.repairs == (
        "1 entry left out: another again",
        "3 entries without an own id: known by link or title",
        "1 entry left out: nothing in it",
    )
