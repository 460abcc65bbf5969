"""Floors of extraction on our own pages, pinned to what those pages are."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from tests.quality.corpus import true_pages
from tests.quality.extraction import OWN, f1, same_day, same_title, score, summary

NOW = datetime(2026, 11, 21, tzinfo=UTC)
# Figures are comparable only on the same pages: whoever changes a page measures again and says so here.
DIGEST = "2338dccb951c05b18b4b177c7b81eb8b15055df6b7f5889a395d32effb5f8716"


def test_the_floors_hold_on_the_pinned_pages() -> None:
    pages = list(true_pages(OWN))
    digest = sha256(b"".join(page.file.encode() + page.body + page.text.encode() for page in pages))
    assert digest.hexdigest() == DIGEST
    figures = summary([score(page, NOW) for page in pages])
    assert figures == {
        "pages": 69,
        "mean_f1": 1.0,
        "under_half": 0,
        "not_read": 0,
        "title": 1.0,
        "day": 1.0,
        "language": 1.0,
    }


def test_the_pages_are_of_many_languages_and_makes() -> None:
    pages = list(true_pages(OWN))
    assert len(pages) >= 60
    assert len({page.language for page in pages}) >= 8


@pytest.mark.parametrize(
    ("found", "true", "expected"),
    [
        ("a b c d e", "a b c d e", 1.0),
        ("", "", 1.0),
        ("", "a b c d e", 0.0),
        ("a b c d", "a b c d e", 2 / 3),
        ("a b c d a b c d", "a b c d", 1 / 3),
        ("a b", "a b", 1.0),
    ],
)
def test_f1_counts_shingles(found: str, true: str, expected: float) -> None:
    assert f1(found, true) == pytest.approx(expected)


def test_titles_agree_without_case_and_punctuation() -> None:
    assert same_title("Bridge closed!", "bridge closed – The Courier")
    assert not same_title("", "Bridge closed")


def test_days_agree_in_either_clock() -> None:
    true = datetime.fromisoformat("2026-10-04T01:00:00+07:00")
    assert same_day(datetime(2026, 10, 3, 18, tzinfo=UTC), true)
    assert same_day(datetime(2026, 10, 4, tzinfo=UTC), true)
    assert not same_day(datetime(2026, 10, 6, tzinfo=UTC), true)
    assert not same_day(None, true)
