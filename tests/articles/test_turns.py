"""Turns at a site that wants pauses: one pause apart, in order, however late anybody comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.turns import PATIENCE, Turns

SITE = "https://a.test"
PAUSE = timedelta(seconds=10)
SECOND = timedelta(seconds=1)


def test_the_first_goes_at_once_and_the_others_one_pause_apart(now: datetime) -> None:
    turns = Turns()
    given = [turns.take(SITE, article, pause=PAUSE, now=now) for article in (1, 2, 3)]
    assert given == [now, now + PAUSE, now + 2 * PAUSE]


def test_who_comes_back_when_it_was_told_to_goes_on_before_those_who_come_new(now: datetime) -> None:
    turns = Turns()
    for article in (1, 2, 3):
        turns.take(SITE, article, pause=PAUSE, now=now)
    now += PAUSE
    assert turns.take(SITE, 9, pause=PAUSE, now=now) == now + 2 * PAUSE
    assert turns.take(SITE, 2, pause=PAUSE, now=now) == now


def test_sites_have_turns_of_their_own(now: datetime) -> None:
    turns = Turns()
    turns.take(SITE, 1, pause=PAUSE, now=now)
    assert turns.take("https://b.test", 2, pause=PAUSE, now=now) == now


def test_those_who_come_late_together_still_keep_the_pause(now: datetime) -> None:
    turns = Turns()
    for article in range(5):
        turns.take(SITE, article, pause=SECOND, now=now)
    now += timedelta(minutes=5)
    again = [turns.take(SITE, article, pause=SECOND, now=now) for article in range(1, 5)]
    assert again == [now, now + SECOND, now + 2 * SECOND, now + 3 * SECOND]


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([0, 1, 3, 10, 60])), min_size=1, max_size=80
    ),
    pause=st.sampled_from([SECOND, PAUSE]),
)
def test_no_two_start_closer_than_the_pause(steps: list[tuple[int, int]], pause: timedelta) -> None:
    now = datetime(2026, 11, 21)  # noqa: DTZ001  any moment does
    turns, starts, gone = Turns(), [], set()
    for article, seconds in steps:
        now += timedelta(seconds=seconds)
        if article in gone:
            continue
        start = turns.take(SITE, article, pause=pause, now=now)
        assert start >= now
        if start - now <= PATIENCE:
            starts.append(start)
            gone.add(article)
    assert all(later - earlier >= pause for earlier, later in pairwise(starts))
