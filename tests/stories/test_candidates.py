"""Candidates are families, and what a look-up reads stays bounded however often something is printed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.candidates import (
    MAX_CANDIDATES,
    MAX_GROUPS_PER_HASH,
    MAX_POSTINGS_PER_GROUP,
    Posting,
    look_up,
)


def test_a_thousand_copies_of_one_report_hide_no_other() -> None:
    wire = [Posting(value, article, 1) for value in range(10) for article in range(1, 1001)]
    other = [Posting(value, 5000, 5000) for value in (20, 21)]
    assert look_up([*wire, *other], needed=2).articles == (1, 5000)


def test_one_shared_hash_is_an_idiom_unless_it_is_all_there_is() -> None:
    assert look_up([Posting(1, 7, 7)], needed=2).articles == ()
    assert look_up([Posting(1, 7, 7)], needed=1).articles == (7,)


def test_a_hash_in_very_many_families_is_furniture_and_finds_nothing() -> None:
    common = [Posting(value, group, group) for value in (1, 2) for group in range(MAX_GROUPS_PER_HASH + 1)]
    seen = look_up(common, needed=2)
    assert (seen.articles, seen.furniture) == ((), {1, 2})
    assert seen.worth_keeping((1, 2, 3), 99) == (3,)


def test_of_a_family_the_article_that_shares_most_is_compared() -> None:
    found = [Posting(1, 4, 4), Posting(2, 4, 4), *(Posting(value, 9, 4) for value in (1, 2, 3))]
    assert look_up(found, needed=2).articles == (9,)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=400))
def test_an_index_that_keeps_what_is_worth_keeping_stays_bounded(
    arrivals: list[tuple[int, int]],
) -> None:
    index: list[Posting] = []
    for article, (value, group) in enumerate(arrivals):
        seen = look_up([posting for posting in index if posting.hash == value], needed=1)
        index += [Posting(kept, article, group) for kept in seen.worth_keeping((value,), group)]
        assert len(seen.articles) <= MAX_CANDIDATES
    most = (MAX_GROUPS_PER_HASH + 1) * MAX_POSTINGS_PER_GROUP
    assert all(sum(posting.hash == value for posting in index) <= most for value in range(6))
