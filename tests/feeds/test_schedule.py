"""When a feed is polled again, and what else a poll decides about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.pace import pace_of
from monitor.feeds.schedule import (
    AT_ONCE,
    JITTER,
    FeedIntent,
    PolledParsed,
    PolledUnchanged,
    PolledUnusable,
    PollLimits,
    PollOutcome,
    after_poll,
    follows_rhythm,
    spread,
)
from monitor.model import (
    Cause,
    Entry,
    Feed,
    FeedStatus,
    Fetched,
    FetchFailed,
    NotModified,
    ParsedFeed,
    Redirect,
    Validators,
)

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
LIMITS = PollLimits()
FEED = Feed(
    id=1,
    url="http://news.example/feed",
    host="news.example",
    next_poll_at=NOW,
    etag='"old"',
    last_modified="Tue, 03 Nov 2026 12:00:00 GMT",
    body_hash="old",
)
FETCHED = Fetched(url=FEED.url, status=200, body=b"<rss/>", validators=Validators(etag='"new"'))
PARSED = ParsedFeed(format="rss20", title="", home=None, language="", ttl=None, entries=())
NEW = PolledParsed(fetched=FETCHED, parsed=PARSED, body_hash="new")
FAILED = FetchFailed(cause=Cause.TIMEOUT, detail="no answer in time")
UNUSABLE = PolledUnusable(fetched=FETCHED, cause=Cause.NOT_A_FEED, detail="not a feed: an HTML page")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def poll(
    outcome: PollOutcome,
    *,
    feed: Feed = FEED,
    published: tuple[datetime, ...] = (),
    jitter: float = 0.0,
    limits: PollLimits = LIMITS,
) -> FeedIntent:
    return after_poll(feed, outcome, pace=pace_of(published, NOW), now=NOW, jitter=jitter, limits=limits)


def every(gap: timedelta, count: int) -> tuple[datetime, ...]:
    """Return the times of *count* entries, the newest one *gap* ago."""
    return tuple(NOW - gap * place for place in range(1, count + 1))


# --- the rhythm -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (every(minutes(40), 20), minutes(20)),
        (every(minutes(1), 60), minutes(3)),
        (every(timedelta(hours=20), 8), minutes(60)),
        (every(minutes(30), 2_000), minutes(15)),
        (every(minutes(40), 2), LIMITS.usual),
        ((NOW - minutes(1), NOW - timedelta(days=8)), minutes(60)),
        ((NOW - timedelta(days=8),), minutes(60)),
        ((NOW + timedelta(days=1),), minutes(60)),
    ],
)
def test_the_interval_is_half_the_mean_gap_of_a_week_within_its_bounds(
    published: tuple[datetime, ...], expected: timedelta
) -> None:
    intent = poll(NEW, published=published)
    assert intent.interval == expected
    assert intent.next_poll_at == NOW + expected


def test_one_entry_just_now_does_not_hurry_a_feed_that_is_known_to_be_quiet() -> None:
    feed = replace(FEED, first_success_at=NOW - timedelta(days=30))
    assert poll(NEW, feed=feed, published=(NOW,)).interval == minutes(60)
    assert poll(NEW, published=(NOW,)).interval == LIMITS.usual


def test_the_entries_of_this_very_poll_count() -> None:
    entries = tuple(
        Entry(key=str(time), url=None, title="", published_at=time) for time in every(minutes(40), 20)
    )
    assert poll(replace(NEW, parsed=replace(PARSED, entries=entries))).interval == minutes(20)


def test_a_feed_without_dates_keeps_the_usual_interval() -> None:
    parsed = replace(PARSED, entries=(Entry(key="a", url=None, title="a"),))
    intent = poll(replace(NEW, parsed=parsed))
    assert intent.interval == LIMITS.usual
    assert "no dates" in intent.reason


def test_the_operator_may_set_any_interval_and_a_publisher_may_still_slow_it_down() -> None:
    feed = replace(FEED, every=timedelta(seconds=10))
    assert poll(NEW, feed=feed, published=every(minutes(40), 20)).interval == timedelta(seconds=10)
    asked = replace(NEW, fetched=replace(FETCHED, max_age=minutes(5)))
    assert poll(asked, feed=feed).interval == minutes(5)


@pytest.mark.parametrize(
    ("ttl", "max_age", "expected", "why"),
    [
        (minutes(30), None, minutes(30), "ttl"),
        (None, minutes(45), minutes(45), "max-age"),
        (minutes(30), minutes(45), minutes(45), "max-age"),
        (timedelta(days=9), None, minutes(60), "ttl"),
        (None, timedelta(days=9), minutes(60), "max-age"),
        (minutes(1), minutes(1), minutes(20), "mean gap"),
        (timedelta(days=-9), timedelta(days=-9), minutes(20), "mean gap"),
    ],
)
def test_a_publisher_slows_us_down_within_an_hour_and_never_speeds_us_up(
    ttl: timedelta | None, max_age: timedelta | None, expected: timedelta, why: str
) -> None:
    outcome = PolledParsed(
        fetched=replace(FETCHED, max_age=max_age), parsed=replace(PARSED, ttl=ttl), body_hash="new"
    )
    intent = poll(outcome, published=every(minutes(40), 20))
    assert intent.interval == expected
    assert why in intent.reason


UNCHANGED = [PolledUnchanged(fetched=FETCHED), NotModified(url=FEED.url)]


@pytest.mark.parametrize("outcome", UNCHANGED)
def test_an_unchanged_feed_keeps_its_pace_where_its_entries_were_not_counted(outcome: PollOutcome) -> None:
    feed = replace(FEED, interval=minutes(7))
    intent = after_poll(feed, outcome, pace=None, now=NOW, jitter=0.0, limits=LIMITS)
    assert intent.interval == minutes(7)
    assert intent.next_poll_at == NOW + minutes(7)
    assert intent.reason.endswith("as before, nothing new")


@pytest.mark.parametrize("outcome", UNCHANGED)
def test_the_entries_of_an_unchanged_feed_are_counted_once_a_day(outcome: PollOutcome) -> None:
    counted, feed = 0, replace(FEED, last_success_at=NOW)
    for quarter in range(1, 4 * 24 * 7 + 1):
        now = NOW + minutes(15) * quarter
        counted += follows_rhythm(feed, outcome, now)
        feed = replace(feed, last_success_at=now)
    assert counted == 7


def test_entries_are_counted_whenever_a_feed_has_changed_and_never_where_an_operator_set_its_pace() -> None:
    assert follows_rhythm(replace(FEED, last_success_at=NOW), NEW, NOW)
    assert follows_rhythm(FEED, UNCHANGED[1], NOW), "its pace was never known"
    assert not follows_rhythm(replace(FEED, every=minutes(5)), NEW, NOW)
    assert not follows_rhythm(FEED, FAILED, NOW)


def test_a_long_list_is_not_counted_at_one_moment_of_the_day() -> None:
    day = [NOW + minutes(15) * quarter for quarter in range(96)]
    feeds = [replace(FEED, id=number, last_success_at=NOW) for number in range(1, 2_001)]
    most = max(
        sum(
            follows_rhythm(replace(feed, last_success_at=moment - minutes(15)), UNCHANGED[1], moment)
            for feed in feeds
        )
        for moment in day
    )
    assert most < 100, "a twentieth of them"


@pytest.mark.parametrize("outcome", UNCHANGED)
def test_an_unchanged_feed_never_quickens(outcome: PollOutcome) -> None:
    feed = replace(FEED, interval=minutes(40))
    assert poll(outcome, feed=feed, published=every(minutes(20), 20)).interval == minutes(40)
    assert poll(outcome, feed=replace(feed, interval=timedelta(days=3))).interval == minutes(60)
    assert poll(outcome, feed=replace(feed, every=minutes(5))).interval == minutes(5)


# --- what is kept ---------------------------------------------------------------------------------------


def test_a_new_body_leaves_its_validators_and_clears_the_past() -> None:
    intent = poll(NEW, feed=replace(FEED, failures=3, cause="dns", last_error="no such host"))
    assert (intent.etag, intent.last_modified, intent.body_hash) == ('"new"', None, "new")
    assert (intent.failures, intent.cause, intent.last_error) == (0, None, None)
    assert (intent.first_success_at, intent.last_success_at) == (NOW, NOW)


def test_the_first_success_stays_the_first() -> None:
    before = NOW - timedelta(days=3)
    assert poll(NEW, feed=replace(FEED, first_success_at=before)).first_success_at == before


def test_not_modified_keeps_what_it_does_not_renew() -> None:
    intent = poll(NotModified(url=FEED.url, validators=Validators(etag='"newer"')))
    assert (intent.etag, intent.last_modified, intent.body_hash) == ('"newer"', FEED.last_modified, "old")


def test_a_body_that_is_the_same_again_keeps_its_hash_and_takes_the_validators() -> None:
    intent = poll(PolledUnchanged(fetched=FETCHED))
    assert (intent.etag, intent.body_hash, intent.failures) == ('"new"', "old", 0)


@pytest.mark.parametrize("outcome", [UNUSABLE, FAILED])
def test_a_failure_keeps_the_validators_so_that_no_304_hides_it(outcome: PollOutcome) -> None:
    intent = poll(outcome)
    assert (intent.etag, intent.last_modified, intent.body_hash) == ('"old"', FEED.last_modified, "old")
    assert intent.failures == 1


@pytest.mark.parametrize(
    ("outcome", "cause", "error"),
    [
        (FAILED, "timeout", "no answer in time"),
        (FetchFailed(cause=Cause.HTTP, status=403), "http 403", "http 403"),
        (UNUSABLE, "not a feed", "not a feed: an HTML page"),
    ],
)
def test_a_failure_is_named(outcome: PollOutcome, cause: str, error: str) -> None:
    intent = poll(outcome)
    assert (intent.cause, intent.last_error) == (cause, error)
    assert cause in intent.reason


def test_gone_is_the_last_word() -> None:
    intent = poll(FetchFailed(cause=Cause.HTTP, status=410))
    assert intent.status is FeedStatus.GONE
    assert intent.cause == "http 410"


# --- back-off -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "expected"),
    [(0, minutes(30)), (1, minutes(60)), (3, minutes(240)), (5, minutes(960)), (99, minutes(960))],
)
def test_the_wait_doubles_with_every_failure_in_a_row(failures: int, expected: timedelta) -> None:
    intent = poll(FAILED, feed=replace(FEED, failures=failures))
    assert intent.next_poll_at - NOW == expected
    assert intent.interval == FEED.interval


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (minutes(5), minutes(30)),
        (minutes(90), minutes(90)),
        (timedelta(days=300), timedelta(hours=24)),
        (timedelta(days=-1), minutes(30)),
    ],
)
def test_retry_after_is_obeyed_within_a_day(asked: timedelta, expected: timedelta) -> None:
    outcome = FetchFailed(cause=Cause.HTTP, status=503, retry_after=asked)
    assert poll(outcome).next_poll_at - NOW == expected


# --- moves ----------------------------------------------------------------------------------------------


def moved(*hops: tuple[str, int], to: str) -> PolledUnchanged:
    redirects = tuple(Redirect(url=url, status=status) for url, status in hops)
    return PolledUnchanged(fetched=replace(FETCHED, url=to, redirects=redirects))


HTTPS = "https://news.example/feed"


def test_a_permanent_move_is_stored_when_it_repeats_three_times() -> None:
    feed = FEED
    seen = []
    for _ in range(3):
        intent = poll(moved((FEED.url, 301), to=HTTPS), feed=feed)
        seen.append((intent.url, intent.moved_to, intent.moves))
        feed = replace(feed, url=intent.url, moved_to=intent.moved_to, moves=intent.moves)
    assert seen == [(FEED.url, HTTPS, 1), (FEED.url, HTTPS, 2), (HTTPS, None, 0)]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (moved((FEED.url, 302), to=HTTPS), None),
        (moved((FEED.url, 307), (HTTPS, 301), to="https://b.example/"), None),
        (moved((FEED.url, 308), to=HTTPS), HTTPS),
        (moved((FEED.url, 301), (HTTPS, 302), to="https://cdn.example/x"), HTTPS),
        (moved((FEED.url, 301), (HTTPS, 301), to="https://b.example/"), "https://b.example/"),
        (moved((FEED.url, 301), to=FEED.url), None),
    ],
)
def test_only_the_permanent_head_of_a_chain_counts(outcome: PollOutcome, expected: str | None) -> None:
    assert poll(outcome).moved_to == expected


def test_a_move_is_forgotten_when_it_stops_and_begins_anew_elsewhere() -> None:
    feed = replace(FEED, moved_to=HTTPS, moves=2)
    assert poll(NEW, feed=feed).moves == 0
    elsewhere = poll(moved((FEED.url, 301), to="https://b.example/"), feed=feed)
    assert (elsewhere.url, elsewhere.moves) == (FEED.url, 1)


@pytest.mark.parametrize("outcome", [FAILED, UNUSABLE])
def test_a_failure_neither_counts_nor_forgets_a_move(outcome: PollOutcome) -> None:
    intent = poll(outcome, feed=replace(FEED, moved_to=HTTPS, moves=2))
    assert (intent.url, intent.moved_to, intent.moves) == (FEED.url, HTTPS, 2)


# --- laws -----------------------------------------------------------------------------------------------

spans = st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400))
outcomes = st.one_of(
    st.builds(
        lambda max_age, ttl: PolledParsed(
            fetched=replace(FETCHED, max_age=max_age), parsed=replace(PARSED, ttl=ttl), body_hash="x"
        ),
        st.none() | spans,
        st.none() | spans,
    ),
    st.builds(lambda max_age: NotModified(url=FEED.url, max_age=max_age), st.none() | spans),
    st.builds(
        lambda cause, after: FetchFailed(cause=cause, retry_after=after),
        st.sampled_from(Cause),
        st.none() | spans,
    ),
    st.just(UNUSABLE),
)
pasts = st.lists(st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=30)), max_size=30)


@settings(deadline=None)
@given(outcomes, pasts, st.floats(min_value=-9, max_value=9), st.integers(min_value=0, max_value=10**6))
def test_every_wait_lies_between_the_bounds(
    outcome: PollOutcome, past: list[timedelta], jitter: float, failures: int
) -> None:
    intent = poll(
        outcome,
        feed=replace(FEED, failures=failures),
        published=tuple(NOW - span for span in past),
        jitter=jitter,
    )
    wait = intent.next_poll_at - NOW
    assert LIMITS.shortest * (1 - JITTER) <= wait <= LIMITS.longest_backoff
    assert LIMITS.shortest <= intent.interval <= max(LIMITS.longest, LIMITS.longest_ttl)
    if intent.failures == 0:
        assert wait <= LIMITS.longest * (1 + JITTER)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=50), spans, st.floats(min_value=-1, max_value=1))
def test_one_more_failure_never_shortens_the_wait(failures: int, asked: timedelta, jitter: float) -> None:
    outcome = FetchFailed(cause=Cause.HTTP, status=503, retry_after=asked)
    fewer = poll(outcome, feed=replace(FEED, failures=failures), jitter=jitter)
    more = poll(outcome, feed=replace(FEED, failures=failures + 1), jitter=jitter)
    assert fewer.next_poll_at <= more.next_poll_at


@settings(deadline=None)
@given(st.floats(min_value=-1, max_value=1), st.timedeltas(min_value=timedelta(), max_value=minutes(60)))
def test_jitter_never_comes_before_what_was_asked(jitter: float, asked: timedelta) -> None:
    outcome = replace(NEW, fetched=replace(FETCHED, max_age=asked))
    assert poll(outcome, published=every(minutes(40), 20), jitter=jitter).next_poll_at >= NOW + asked


# --- the first polls ------------------------------------------------------------------------------------


def test_a_short_list_is_polled_at_once() -> None:
    assert set(spread(AT_ONCE, now=NOW)) == {NOW}
    assert spread(0, now=NOW) == ()


@pytest.mark.parametrize("count", [101, 1_000, 10_000, 200_000])
def test_a_long_list_sets_out_one_by_one_within_its_span(count: int) -> None:
    due = spread(count, now=NOW, within=timedelta(hours=1))
    assert len(due) == count
    assert due[AT_ONCE - 1] == NOW
    assert all(earlier < later for earlier, later in pairwise(due[AT_ONCE - 1 :]))
    assert due[-1] <= NOW + timedelta(hours=1)
