"""What becomes of a delivery after an attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.retry import Again, Dead, Done, RetryLimits, after_attempt, backoff, give_up
from monitor.model import Refused, Sent, TryLater
from tests.alerts.samples import NOW, delivery


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (9, 7_680), (10, 15_360), (11, 21_600), (10_000, 21_600)],
)
def test_the_wait_doubles_up_to_six_hours(attempts: int, seconds: int) -> None:
    assert backoff(attempts, 1.0) == timedelta(seconds=seconds)
    assert backoff(attempts, 0.0) == timedelta(seconds=seconds) / 2


@given(st.integers(min_value=1, max_value=200), st.floats(min_value=0, max_value=1))
def test_the_wait_is_never_nothing_and_never_a_shift(attempts: int, jitter: float) -> None:
    assert timedelta(seconds=15) <= backoff(attempts, jitter) <= timedelta(hours=6)


def test_a_sent_message_is_done() -> None:
    assert after_attempt(Sent(ref="17.1"), delivery(), NOW, 0.5) == Done(ref="17.1")


def test_a_refusal_is_dead_at_once_with_the_other_sides_word() -> None:
    settled = after_attempt(Refused(reason="channel_not_found"), delivery(), NOW, 0.5)
    assert settled == Dead(reason="channel_not_found")


def test_a_passing_fault_waits_its_turn() -> None:
    settled = after_attempt(TryLater(reason="timeout"), delivery(attempts=3), NOW, 1.0)
    assert settled == Again(at=NOW + timedelta(minutes=2), reason="timeout")


def test_the_other_side_may_ask_for_a_longer_wait_but_not_a_shorter_one() -> None:
    long = TryLater(reason="http 429", after=timedelta(minutes=9))
    short = TryLater(reason="http 429", after=timedelta(seconds=1))
    assert after_attempt(long, delivery(), NOW, 1.0) == Again(
        at=NOW + timedelta(minutes=9), reason="http 429"
    )
    assert after_attempt(short, delivery(), NOW, 1.0) == Again(
        at=NOW + timedelta(seconds=30), reason="http 429"
    )


def test_a_wait_of_years_is_a_day() -> None:
    endless = TryLater(reason="http 429", after=timedelta(days=9_999))
    assert after_attempt(endless, delivery(), NOW, 0.0) == Again(
        at=NOW + timedelta(days=1), reason="http 429"
    )


def test_after_a_day_of_faults_a_person_decides() -> None:
    first = delivery(attempts=14).first_attempt_at
    settled = after_attempt(
        TryLater(reason="timeout"), delivery(attempts=14), first + timedelta(hours=24), 0.5
    )
    assert settled == Dead(reason="gave up after 24 h and 14 attempts: timeout")
    assert not give_up(first, first + timedelta(hours=23, minutes=59))


def test_an_operator_decides_how_long_a_message_is_tried() -> None:
    hasty = RetryLimits(
        first=timedelta(seconds=1), longest=timedelta(seconds=4), give_up_after=timedelta(minutes=1)
    )
    assert [backoff(n, 1.0, hasty).total_seconds() for n in (1, 2, 3, 4)] == [1, 2, 4, 4]
    late = delivery().first_attempt_at + timedelta(minutes=1)
    assert isinstance(after_attempt(TryLater(reason="x"), delivery(), late, 0.5, hasty), Dead)


def test_a_message_that_lands_after_a_day_is_still_done() -> None:
    late = delivery().first_attempt_at + timedelta(days=2)
    assert after_attempt(Sent(ref="1"), delivery(), late, 0.5) == Done(ref="1")
