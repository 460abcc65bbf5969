"""Hashes are the same everywhere and for ever; samples depend on nothing but the hashes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.fingerprints import hashes, run_hashes, smallest


def array(values: set[int]) -> np.ndarray:
    return np.array(sorted(values), dtype=np.int64)


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


def test_the_hash_of_a_run_is_written_down_because_databases_hold_it() -> None:
    found = run_hashes(["the", "ferry", "sank", "off", "паром"], 4)
    assert found.tolist() == [1696020306871392247, -517354431038778972]


def test_runs_slide_by_one_word_and_a_shorter_text_is_one_run() -> None:
    found = run_hashes(["a", "b", "c", "d"], 3).tolist()
    assert found == [*run_hashes(["a", "b", "c"], 3).tolist(), *run_hashes(["b", "c", "d"], 3).tolist()]
    assert len(run_hashes(["a", "b"], 3)) == 1
    assert len(run_hashes([], 3)) == 0


@given(st.lists(st.text(), min_size=1, max_size=6), st.lists(st.text(), min_size=1, max_size=6))
def test_different_runs_have_different_hashes(one: list[str], other: list[str]) -> None:
    same = run_hashes(one, 6).tolist() == run_hashes(other, 6).tolist()
    plain = [[word.encode("utf-8", "replace") for word in each] for each in (one, other)]
    assert same == (plain[0] == plain[1])


def test_hashes_of_runs_are_spread_evenly_whatever_the_words() -> None:
    found = run_hashes([str(number % 700) for number in range(100_000)], 4)
    assert len(set(found.tolist())) == 700, "runs that come again have the hash that they had"
    many = run_hashes([str(number) for number in range(32_000)], 4)
    low = int((many < -(2**63) + 2**60).sum())
    assert abs(low - 2_000) < 5 * 2_000**0.5, "a sixteenth of them is sampled"


@given(st.sets(st.integers(-(2**63), 2**63 - 1), max_size=200))
def test_the_smallest_are_the_lowest_sixteenth_but_at_least_24(values: set[int]) -> None:
    kept = smallest(array(values), share=16, at_least=24)
    assert list(kept) == sorted(values)[: len(kept)]
    assert len(kept) >= min(24, len(values))
    assert {value for value in values if value < -(2**63) + 2**60} <= set(kept)


@given(
    st.sets(st.integers(-(2**63), 2**63 - 1), max_size=60),
    st.sets(st.integers(-(2**63), 2**63 - 1), max_size=60),
)
def test_a_hash_below_the_line_is_kept_whatever_stands_beside_it(one: set[int], other: set[int]) -> None:
    low = {value for value in one if value < -(2**63) + 2**60}
    assert low <= set(smallest(array(one | other), share=16, at_least=0))
