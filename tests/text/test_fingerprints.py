"""Hashes are the same everywhere and for ever; samples depend on nothing but the hashes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.fingerprints import hashes, runs, smallest


def test_the_hash_of_a_string_is_written_down_because_databases_hold_it() -> None:
    assert hashes(["the ferry sank off", "паром затонул"]) == (7095989942225083788, -5941592500914823565)


@given(st.lists(st.text()))
def test_hashes_are_signed_64_bit_integers_in_order(strings: list[str]) -> None:
    found = hashes(strings)
    assert len(found) == len(strings)
    assert all(-(2**63) <= value < 2**63 for value in found)
    assert found == tuple(hashes([string])[0] for string in strings)


def test_lone_surrogates_do_not_stop_hashing() -> None:
    assert len(hashes(["a\ud800b"])) == 1


def test_runs_slide_by_one_word_and_a_shorter_text_is_one_run() -> None:
    assert runs(["a", "b", "c", "d"], 3) == {"a b c", "b c d"}
    assert runs(["a", "b"], 3) == {"a b"}
    assert runs([], 3) == frozenset()


@given(st.sets(st.integers(-(2**63), 2**63 - 1), max_size=200))
def test_the_smallest_are_the_lowest_sixteenth_but_at_least_24(values: set[int]) -> None:
    kept = smallest(values, share=16, at_least=24)
    assert list(kept) == sorted(values)[: len(kept)]
    assert len(kept) >= min(24, len(values))
    assert {value for value in values if value < -(2**63) + 2**60} <= set(kept)


@given(
    st.sets(st.integers(-(2**63), 2**63 - 1), max_size=60),
    st.sets(st.integers(-(2**63), 2**63 - 1), max_size=60),
)
def test_a_hash_below_the_line_is_kept_whatever_stands_beside_it(one: set[int], other: set[int]) -> None:
    low = {value for value in one if value < -(2**63) + 2**60}
    assert low <= set(smallest(one | other, share=16, at_least=0))
