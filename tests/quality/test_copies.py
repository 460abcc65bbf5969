"""The copy evaluation measures what it says, and its floors hold on prose without meaning."""

from __future__ import annotations

from tests.benchmarks.copies import compared, least_lead
from tests.quality.copies import Arrival, arrivals, originals, ours, score
from tests.stories.test_duplicates import prose

TEXTS = [prose(seed, 160 + seed % 200) for seed in range(32)]


def test_every_edit_is_found_and_nothing_else() -> None:
    stream = arrivals(TEXTS, each=40)
    figures = score(stream, ours(stream))
    assert figures["precision"] >= 0.999
    assert figures["recall"] >= 0.96
    assert all(recall >= 0.9 for edit, recall in figures.items() if edit != "precision")


def test_neither_peer_finds_more_of_any_edit() -> None:
    assert least_lead(compared(arrivals(TEXTS, each=20))) >= 0


def test_texts_that_share_more_than_a_little_are_no_originals() -> None:
    assert list(originals([TEXTS[0], TEXTS[0] + " And more.", TEXTS[1], "Too short."])) == TEXTS[:2]


def test_a_wrong_original_costs_precision_and_a_missed_one_recall() -> None:
    stream = [
        Arrival(origin=0, edit="", text="a"),
        Arrival(origin=1, edit="", text="b"),
        Arrival(origin=0, edit="cut", text="a"),
        Arrival(origin=1, edit="cut", text="b"),
        Arrival(origin=1, edit="cut", text="b"),
    ]
    figures = score(stream, [None, None, 0, 0, None])
    assert (figures["precision"], figures["recall"]) == (1 / 2, 1 / 3)
