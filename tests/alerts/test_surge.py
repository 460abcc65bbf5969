"""When a topic floods, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.surge import Rate, SurgeLimits, floods

LIMITS = SurgeLimits(factor=10, least=20)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("recent", "usual", "history", "flood"),
    [
        (100, 10, WEEK, True),  # tenfold
        (99, 10, WEEK, False),
        (20, 0.1, WEEK, True),
        (19, 0.1, WEEK, False),  # a busy day of a rare topic
        (20, 0, WEEK, True),  # it never matched before
        (500, 1, timedelta(days=1), False),  # too young to have a usual rate
    ],
)
def test_a_topic_floods_at_ten_times_its_usual_rate(
    recent: float, usual: float, history: timedelta, flood: bool
) -> None:
    assert floods(Rate(recent=recent, usual=usual, history=history), LIMITS, already=False) == flood


def test_it_is_over_at_half_the_limit() -> None:
    for recent, flood in ((60, True), (50, True), (49, False)):
        assert floods(Rate(recent=recent, usual=10, history=WEEK), LIMITS, already=True) == flood


rates = st.builds(
    Rate,
    recent=st.floats(0, 1e5),
    usual=st.floats(0, 1e4),
    history=st.timedeltas(timedelta(0), timedelta(days=28)),
)


@given(rates)
def test_what_begins_a_flood_does_not_end_it_and_a_factor_of_0_never_begins_one(rate: Rate) -> None:
    assert floods(rate, LIMITS, already=True) or not floods(rate, LIMITS, already=False)
    assert not floods(rate, SurgeLimits(factor=0), already=False)
