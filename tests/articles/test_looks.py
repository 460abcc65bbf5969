"""When an article is looked at again, and what becomes of a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.articles.looks import (
    CONFIRM,
    LONGEST_REST,
    RETRIES,
    RETRY,
    After,
    Held,
    Look,
    Sight,
    after_look,
    next_look,
)
from monitor.articles.revision import CutOff, Same, Stranger
from monitor.articles.robots import Closed, Unknown
from monitor.model import (
    Cause,
    Change,
    FetchFailed,
    NotAnArticle,
    NotModified,
    Outcome,
    Passage,
    Revision,
    Unusable,
    WorkerLost,
)

READ = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCHEDULE = (HOUR / 2, 2 * HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR)
REVISION = Revision(kinds=(Change.EDIT,), title=Passage(runs=()), passages=(), changed=0.1)
GONE = FetchFailed(cause=Cause.HTTP, status=404)


def after(sight: Sight, *, at: timedelta = HOUR, **held: object) -> After:
    known = {"read_at": READ, "has_page": True, **held}
    return after_look(sight, Held(**known), schedule=SCHEDULE, now=READ + at)  # type: ignore[arg-type]


def test_looks_grow_rarer_and_end() -> None:
    moments, now = [], READ
    while (moment := next_look(READ, SCHEDULE, now=now)) is not None:
        moments.append(moment - READ)
        now = moment
    assert tuple(moments) == SCHEDULE


def test_looks_that_were_missed_are_not_made_up_for() -> None:
    assert next_look(READ, SCHEDULE, now=READ + 30 * HOUR) == READ + timedelta(days=3)
    assert next_look(READ, (), now=READ) is None


@pytest.mark.parametrize(
    ("sight", "look"),
    [
        (NotModified(url="https://a.test/"), Look.UNCHANGED),
        (Same(), Look.UNCHANGED),
        (REVISION, Look.REVISED),
        (CutOff(), Look.CUT_OFF),
        (Stranger(), Look.STRANGER),
        (NotAnArticle(outcome=Outcome.BLOCKED, reason="consent wall"), Look.REFUSED),
        (NotAnArticle(outcome=Outcome.NOT_AN_ARTICLE, reason="soft 404"), Look.REFUSED),
        (Unusable(reason="too many tags"), Look.REFUSED),
        (Closed(), Look.REFUSED),
        (FetchFailed(cause=Cause.HTTP, status=403), Look.REFUSED),
        (FetchFailed(cause=Cause.CHALLENGE, status=404), Look.REFUSED),
    ],
)
def test_the_schedule_goes_on(sight: Sight, look: Look) -> None:
    assert after(sight, failures=1, missing=1) == After(look=look, next_at=READ + 2 * HOUR)


@pytest.mark.parametrize(
    "sight",
    [
        FetchFailed(cause=Cause.TIMEOUT),
        FetchFailed(cause=Cause.HTTP, status=503),
        WorkerLost(reason="took over 20 s"),
        Unknown(until=READ),
    ],
)
def test_a_passing_fault_is_tried_again_soon_and_not_for_ever(sight: Sight) -> None:
    soon = READ + HOUR + RETRY
    for failures in range(RETRIES):
        assert after(sight, failures=failures) == After(look=Look.FAILED, next_at=soon, failures=failures + 1)
    assert after(sight, failures=RETRIES) == After(look=Look.FAILED, next_at=READ + 2 * HOUR)


def test_a_server_that_asks_for_rest_gets_it_up_to_a_day() -> None:
    for asked, given in ((3 * HOUR, 3 * HOUR), (timedelta(days=900), LONGEST_REST), (timedelta(), RETRY)):
        busy = FetchFailed(cause=Cause.HTTP, status=429, retry_after=asked)
        assert after(busy).next_at == READ + HOUR + given


def test_one_404_is_looked_at_again_and_the_second_is_believed() -> None:
    first = after(GONE)
    assert first == After(look=Look.MISSING, next_at=READ + HOUR + CONFIRM, missing=1)
    second = after(FetchFailed(cause=Cause.HTTP, status=410), missing=first.missing)
    assert second == After(look=Look.REMOVED, next_at=READ + 2 * HOUR, missing=2)


def test_a_page_that_comes_back_was_never_removed() -> None:
    assert after(NotModified(url="https://a.test/"), missing=1).missing == 0


def test_a_fault_between_two_404s_neither_confirms_nor_forgets_the_first() -> None:
    fault = after(FetchFailed(cause=Cause.TIMEOUT), missing=1)
    assert (fault.look, fault.missing) == (Look.FAILED, 1)
    assert after(GONE, missing=fault.missing).look is Look.REMOVED


def test_a_404_at_the_last_look_is_confirmed_after_it() -> None:
    assert after(GONE, at=timedelta(days=7)).next_at == READ + timedelta(days=7) + CONFIRM


def test_a_page_that_we_never_saw_cannot_be_removed() -> None:
    assert after(GONE, has_page=False) == After(look=Look.REFUSED, next_at=READ + 2 * HOUR)


def test_a_page_seen_for_the_first_time_is_no_revision_of_the_feeds_words() -> None:
    assert after(REVISION, has_page=False).look is Look.FIRST_PAGE
