"""What one sentence claims in numbers, for its next version to be held against."""

from __future__ import annotations

from monitor.stories.figures.claims import claims


def test_words_and_digits_claim_alike_by_role_and_unit() -> None:
    assert claims("Police arrested twelve people on Monday.", "en") == {"arrested people": {"12-12"}}
    assert claims("Police arrested 12 people on Monday.", "en") == {"arrested people": {"12-12"}}


def test_a_sentence_without_figures_and_a_language_without_words_for_them_claim_nothing() -> None:
    assert claims("Police arrested nobody on Monday, 12 May 2026.", "en") == {}
    assert claims("Police arrested 12 people.", "xx") == {}
