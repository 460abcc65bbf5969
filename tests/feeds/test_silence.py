"""Silence: a source is judged against its own weeks, and only a change is a verdict."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.silence import AT_LEAST, HISTORY, LOOK_AGAIN, SOON, TOGETHER, expected_by, judge
from monitor.model import Feed, FeedStatus, Silence, SilenceKind

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WEEK = timedelta(days=7)
seeds = st.integers(0, 2**32)


def at_random(seed: int, days: float, per_day: float) -> list[datetime]:
    """A source that publishes at any hour, as chance has it."""
    chance = random.Random(seed)
    moments, moment = [], 0.0
    while (moment := moment + chance.expovariate(per_day)) < days:
        moments.append(MONDAY + moment * DAY)
    return moments


def in_office_hours(seed: int, days: float, per_day: float) -> list[datetime]:
    """A source that publishes from about nine to about six on weekdays, never at night or at weekends."""
    chance = random.Random(seed)
    moments = []
    for day in (MONDAY + DAY * each for each in range(int(days))):
        if day.weekday() < 5:
            moment, closes = 9 + chance.uniform(-0.5, 0.5), 18 + chance.uniform(-0.5, 0.5)
            while (moment := moment + chance.expovariate(per_day / 9)) < closes:
                moments.append(day + moment * HOUR)
    return moments


def called_quiet(moments: Sequence[datetime], *, after: datetime) -> list[tuple[datetime, datetime]]:
    """The gaps of a history in which the source would have been called quiet before its next entry."""
    gaps = []
    for place, (last, following) in enumerate(pairwise(moments)):
        if last >= after:
            due = expected_by([moment for moment in moments[: place + 1] if moment > last - HISTORY])
            if due is not None and due < following:
                gaps.append((last, following))
    return gaps


# --- a rhythm ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moments",
    [
        [],
        [MONDAY],
        [MONDAY + HOUR * n for n in range(24 * 13)],
        [MONDAY, *(MONDAY + 5 * WEEK + HOUR * n for n in range(5))],
    ],
    ids=["nothing", "one entry", "under two weeks", "an old entry and a few new ones"],
)
def test_without_a_rhythm_nothing_is_expected(moments: list[datetime]) -> None:
    assert expected_by(moments) is None


@pytest.mark.parametrize("per_day", [2, 12, 48])
@pytest.mark.parametrize("source", [at_random, in_office_hours])
@settings(max_examples=4, deadline=None)
@given(seed=seeds)
def test_nights_weekends_and_chance_are_not_called_quiet(
    source: Callable[[int, float, float], list[datetime]], per_day: float, seed: int
) -> None:
    moments = source(seed, 49, per_day)
    assert len(called_quiet(moments, after=MONDAY + 42 * DAY)) <= 1, "once in a week of one source, by chance"


def test_mistakes_are_rare_over_many_sources() -> None:
    weeks = [
        called_quiet(source(seed, 42, 12), after=MONDAY + 35 * DAY)
        for source in (at_random, in_office_hours)
        for seed in range(20)
    ]
    assert sum(map(len, weeks)) <= 1, "forty weeks of sources that never stopped"


@pytest.mark.parametrize("per_day", [1, 4, 12, 48, 500])
@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_a_source_that_stops_is_noticed_within_a_bounded_multiple_of_its_usual_gap(
    per_day: float, seed: int
) -> None:
    moments = at_random(seed, 42, per_day)
    due = expected_by(moments)
    assert due is not None
    usual = max(DAY / per_day, TOGETHER)
    assert AT_LEAST <= due - moments[-1] <= 35 * usual


@pytest.mark.parametrize(
    ("stops", "noticed"),
    [
        (MONDAY + 28 * DAY + 12 * HOUR, MONDAY + 29 * DAY + 12 * HOUR),  # Monday noon: by Tuesday noon
        (MONDAY + 32 * DAY + 18 * HOUR, MONDAY + 36 * DAY),  # Friday evening: on Monday, not on Saturday
    ],
)
def test_an_office_that_stops_is_noticed_in_its_next_working_hours(
    stops: datetime, noticed: datetime
) -> None:
    moments = [moment for moment in in_office_hours(7, 42, 36) if moment < stops]
    due = expected_by(moments)
    assert due is not None
    assert due <= noticed
    assert due.weekday() < 5
    assert 8 <= due.hour < 19


def test_a_daily_batch_is_one_sign_of_life_however_large() -> None:
    daily = [MONDAY + DAY * day for day in range(42)]
    batches = [moment + MINUTE / 4 * n for moment in daily for n in range(40)]
    one, many = expected_by(daily), expected_by(batches)
    assert one is not None
    assert many is not None
    assert abs((one - daily[-1]) - (many - batches[-1])) <= TOGETHER


def test_one_loud_week_raises_no_expectation() -> None:
    calm = [MONDAY + DAY / 2 * n for n in range(84)]
    loud = sorted([*calm, *(MONDAY + 3 * WEEK + HOUR / 2 * n for n in range(300))])
    first, second = expected_by(calm), expected_by(loud)
    assert first is not None
    assert second is not None
    assert second >= first - DAY


@settings(max_examples=50, deadline=None)
@given(seed=seeds, order=st.randoms())
def test_order_and_repetition_of_entries_mean_nothing(seed: int, order: random.Random) -> None:
    moments = at_random(seed, 40, 3)
    shuffled = [*moments, *moments[:5]]
    order.shuffle(shuffled)
    assert expected_by(shuffled) == expected_by(moments)


# --- a verdict --------------------------------------------------------------------------------------------

NOW = MONDAY + 42 * DAY
HOURLY = [MONDAY + HOUR * n for n in range(24 * 42)]
STOPPED = [moment - 3 * DAY for moment in HOURLY]


def a_feed(
    *,
    status: FeedStatus = FeedStatus.LIVE,
    failures: int = 0,
    last_success_at: datetime | None = NOW,
    cause: str | None = None,
) -> Feed:
    return Feed(
        id=1,
        url="https://a.test/feed",
        host="a.test",
        next_poll_at=NOW,
        status=status,
        failures=failures,
        last_success_at=last_success_at,
        cause=cause,
    )


def verdict(
    feed: Feed, before: Silence | None = None, moments: Sequence[datetime] = HOURLY
) -> Silence | None:
    return judge(feed, before, moments, now=NOW, alert_after=3).silence


QUIET = Silence(kind=SilenceKind.QUIET, since=STOPPED[-1])
FAILING = Silence(kind=SilenceKind.FAILING, since=NOW - DAY, detail="dns, 3 polls in a row")
GONE = Silence(kind=SilenceKind.GONE, since=NOW - DAY, detail="http 410")


def test_a_source_that_publishes_as_ever_is_looked_at_when_it_would_be_unusual() -> None:
    due = expected_by(HOURLY)
    found = judge(a_feed(), None, HOURLY, now=NOW, alert_after=3)
    assert found.silence is None
    assert found.look_again == due
    assert due is not None
    assert due > NOW


def test_a_source_without_a_rhythm_is_looked_at_again_tomorrow() -> None:
    assert judge(a_feed(), None, [], now=NOW, alert_after=3).look_again == NOW + LOOK_AGAIN


def test_a_source_that_stopped_is_quiet_since_its_last_entry() -> None:
    assert verdict(a_feed(), None, STOPPED) == Silence(
        kind=SilenceKind.QUIET, since=STOPPED[-1], detail="nothing new"
    )


def test_our_own_absence_is_not_its_silence() -> None:
    unread = a_feed(last_success_at=STOPPED[-1] + HOUR)
    found = judge(unread, None, STOPPED, now=NOW, alert_after=3)
    assert (found.silence, found.look_again) == (None, NOW + SOON)


def test_a_quiet_source_stays_so_until_it_shows_something_new() -> None:
    assert verdict(a_feed(), QUIET, STOPPED) is QUIET
    assert verdict(a_feed(), QUIET, []) is QUIET
    assert verdict(a_feed(), QUIET, [*STOPPED, NOW - MINUTE]) is None


@pytest.mark.parametrize(("failures", "kind"), [(1, None), (2, None), (3, "failing"), (40, "failing")])
def test_failures_count_from_the_poll_that_settings_name(failures: int, kind: str | None) -> None:
    found = verdict(a_feed(failures=failures, cause="timeout", last_success_at=NOW - HOUR))
    assert (None if found is None else found.kind) == kind
    if found is not None:
        assert found.since == NOW - HOUR
        assert found.detail == f"timeout, {failures} polls in a row"


def test_a_source_that_was_never_read_says_so() -> None:
    found = verdict(a_feed(failures=3, cause="http 404", last_success_at=None))
    assert found == Silence(
        kind=SilenceKind.FAILING, since=NOW, detail="http 404, 3 polls in a row, never read yet"
    )


def test_what_began_once_is_kept_as_it_began() -> None:
    assert verdict(a_feed(failures=9, cause="tls"), FAILING) is FAILING
    assert verdict(a_feed(status=FeedStatus.GONE, failures=9), GONE) is GONE


def test_the_first_success_ends_a_failure_even_where_nothing_is_new() -> None:
    found = judge(a_feed(), FAILING, STOPPED, now=NOW, alert_after=3)
    assert (found.silence, found.look_again) == (None, NOW + SOON)


def test_one_failed_poll_neither_ends_nor_begins_anything() -> None:
    assert verdict(a_feed(failures=1), FAILING) is FAILING
    assert verdict(a_feed(failures=1), QUIET, STOPPED) is QUIET


@pytest.mark.parametrize("before", [None, QUIET, FAILING])
def test_a_source_that_is_gone_is_gone_whatever_it_was(before: Silence | None) -> None:
    found = verdict(a_feed(status=FeedStatus.GONE, failures=1, cause="http 410"), before)
    assert found is not None
    assert (found.kind, found.detail) == (SilenceKind.GONE, "http 410")


def test_a_quiet_source_that_fails_is_worse() -> None:
    found = verdict(a_feed(failures=3, cause="dns"), QUIET)
    assert found is not None
    assert found.kind is SilenceKind.FAILING
