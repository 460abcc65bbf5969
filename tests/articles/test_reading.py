"""What an attempt at a page comes to, and how an article is put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.reading import (
    FIRST_RETRY,
    PASSING,
    PASSING_STATUS,
    REFUSING_STATUS,
    Again,
    Attempt,
    End,
    Reading,
    StandIn,
    Use,
    after_attempt,
    assemble,
)
from monitor.model import Cause, Entry, Extracted, FetchFailed, NotAnArticle, Outcome, Unusable, WorkerLost

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EXTRACTED = Extracted(title="Title", text="Text.", language="en")
DENIED = FetchFailed(cause=Cause.HTTP, status=403)
AWAY = FetchFailed(cause=Cause.CONNECT)
BUSY = FetchFailed(cause=Cause.HTTP, status=429, retry_after=2 * HOUR)
BLOCKED = NotAnArticle(outcome=Outcome.BLOCKED, reason="consent wall")
EMPTY = NotAnArticle(outcome=Outcome.NOT_AN_ARTICLE, reason="no text")
LOST = WorkerLost(reason="took over 20 s")
REFUSED = Unusable(reason="too many tags")


def after(attempt: Attempt, attempts: int = 0, jitter: float = 0.0) -> Reading:
    return after_attempt(attempt, attempts=attempts, most=3, now=NOW, jitter=jitter)


@pytest.mark.parametrize(
    ("attempt", "attempts", "expected"),
    [
        (EXTRACTED, 0, Use(extracted=EXTRACTED)),
        (EXTRACTED, 2, Use(extracted=EXTRACTED)),
        (BLOCKED, 0, StandIn(outcome=Outcome.BLOCKED, reason="consent wall", again=NOW + HOUR)),
        (BLOCKED, 1, StandIn(outcome=Outcome.BLOCKED, reason="consent wall", again=NOW + 2 * HOUR)),
        (BLOCKED, 2, StandIn(outcome=Outcome.BLOCKED, reason="consent wall")),
        (EMPTY, 0, Again(at=NOW + HOUR, reason="no text", outcome=Outcome.NOT_AN_ARTICLE)),
        (EMPTY, 1, Again(at=NOW + 2 * HOUR, reason="no text", outcome=Outcome.NOT_AN_ARTICLE)),
        (EMPTY, 2, End(outcome=Outcome.NOT_AN_ARTICLE, reason="no text")),
        (DENIED, 0, StandIn(outcome=Outcome.BLOCKED, reason="http 403", again=NOW + HOUR)),
        (DENIED, 2, StandIn(outcome=Outcome.BLOCKED, reason="http 403")),
        (AWAY, 0, Again(at=NOW + MINUTE, reason="connect")),
        (AWAY, 1, Again(at=NOW + 4 * MINUTE, reason="connect")),
        (AWAY, 2, StandIn(outcome=Outcome.FEED, reason="connect")),
        (BUSY, 0, StandIn(outcome=Outcome.BLOCKED, reason="http 429", again=NOW + 2 * HOUR)),
        (LOST, 0, Again(at=NOW + MINUTE, reason="took over 20 s")),
        (LOST, 2, StandIn(outcome=Outcome.QUARANTINED, reason="took over 20 s")),
        (REFUSED, 0, StandIn(outcome=Outcome.FEED, reason="too many tags")),
    ],
)
def test_an_attempt_comes_to(attempt: Attempt, attempts: int, expected: Reading) -> None:
    assert after(attempt, attempts) == expected


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.HTTP])
def test_faults_that_may_pass_are_tried_again_and_others_are_not(cause: Cause) -> None:
    assert isinstance(after(FetchFailed(cause=cause)), Again if cause in PASSING else StandIn)


@pytest.mark.parametrize("status", range(400, 600))
def test_refusals_that_may_pass_are_tried_again_and_others_are_not(status: int) -> None:
    found = after(FetchFailed(cause=Cause.HTTP, status=status))
    if status in REFUSING_STATUS:
        assert isinstance(found, StandIn)
        assert (found.outcome, found.again) == (Outcome.BLOCKED, NOW + HOUR)
    else:
        assert isinstance(found, Again if status in PASSING_STATUS else StandIn)


@given(st.sampled_from([EMPTY, AWAY, BUSY, DENIED, BLOCKED, LOST]), st.integers(0, 1), st.floats(0, 1))
def test_a_wait_is_in_the_future_and_never_shorter_than_asked(
    attempt: Attempt, attempts: int, jitter: float
) -> None:
    found = after(attempt, attempts, jitter)
    assert isinstance(found, Again | StandIn)
    at = found.at if isinstance(found, Again) else found.again
    assert at is not None
    asked = attempt.retry_after or timedelta() if isinstance(attempt, FetchFailed) else timedelta()
    assert at >= NOW + max(asked, FIRST_RETRY)


@given(st.sampled_from([EMPTY, BLOCKED, DENIED, AWAY, BUSY, LOST, REFUSED]), st.integers(2, 50))
def test_the_last_attempt_is_the_last(attempt: Attempt, attempts: int) -> None:
    assert not isinstance(after(attempt, attempts), Again)


def assembled(entry: Entry, extracted: Extracted, feed_language: str = "") -> dict[str, object]:
    article = assemble(
        entry,
        extracted,
        article=7,
        outlet="The A",
        source="a.test",
        feed_language=feed_language,
        seen_at=NOW,
    )
    assert (article.id, article.outlet, article.source, article.seen_at) == (7, "The A", "a.test", NOW)
    return {name: getattr(article, name) for name in ("title", "language", "published_at", "authors", "url")}


ENTRY = Entry(
    key="k", url="https://a.test/1", title="In the feed", published_at=NOW - HOUR, authors=("Feed",)
)


def test_the_pages_word_comes_before_the_feeds() -> None:
    page = Extracted(
        title="On the page", text="", language="de", published_at=NOW - 2 * HOUR, authors=("Page",)
    )
    assert assembled(ENTRY, page) == {
        "title": "On the page",
        "language": "de",
        "published_at": NOW - 2 * HOUR,
        "authors": ("Page",),
        "url": "https://a.test/1",
    }


def test_the_feed_speaks_where_the_page_is_silent() -> None:
    assert assembled(ENTRY, Extracted(title="", text="", language="en")) == {
        "title": "In the feed",
        "language": "en",
        "published_at": NOW - HOUR,
        "authors": ("Feed",),
        "url": "https://a.test/1",
    }


def test_every_value_says_whether_the_page_or_the_feed_told_it() -> None:
    page = Extracted(
        title="On the page", text="", language="und", origins={"title": "markup", "language": "detected"}
    )
    entry = replace(ENTRY, language="id-ID")
    found = assemble(entry, page, article=1, outlet="", source="", feed_language="", seen_at=NOW)
    assert found.origins == {"title": "markup", "authors": "feed", "published_at": "feed", "language": "feed"}


DAY = NOW.replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("page", "feed", "expected"),
    [
        (DAY, DAY + 9 * HOUR, DAY + 9 * HOUR),
        (DAY, DAY - 10 * HOUR, DAY - 10 * HOUR),  # a newsroom ahead of UTC
        (DAY, DAY - 40 * HOUR, DAY),  # another day: the feed dates something else
        (DAY, DAY + 40 * HOUR, DAY),
        (DAY + HOUR, DAY + 9 * HOUR, DAY + HOUR),
        (DAY, None, DAY),
    ],
)
def test_a_page_that_names_only_the_day_leaves_the_hour_to_the_feed(
    page: datetime, feed: datetime | None, expected: datetime
) -> None:
    entry = Entry(key="k", url=None, title="", published_at=feed)
    found = assembled(entry, Extracted(title="", text="", language="en", published_at=page))
    assert found["published_at"] == expected


@pytest.mark.parametrize(
    ("page", "of_entry", "of_feed", "expected"),
    [
        ("de", "en", "fr", "de"),
        ("und", "EN-gb", "fr", "en"),
        ("", "", "pt-BR", "pt"),
        ("und", "", "", "und"),
    ],
)
def test_the_feeds_language_counts_only_where_the_text_does_not_tell(
    page: str, of_entry: str, of_feed: str, expected: str
) -> None:
    entry = Entry(key="k", url=None, title="", language=of_entry)
    found = assembled(entry, Extracted(title="", text="", language=page), of_feed)
    assert (found["language"], found["url"]) == (expected, "")


def test_the_feed_knows_better_than_a_guess() -> None:
    guessed = Extracted(
        title="Title",
        text="Text.",
        language="en",
        published_at=NOW - 40 * HOUR,
        origins={"published_at": "guessed"},
    )
    entry = Entry(key="1", url="https://example.org/a", title="Title", published_at=NOW - HOUR)
    found = assemble(entry, guessed, article=1, outlet="", source="", feed_language="", seen_at=NOW)
    assert found.published_at == NOW - HOUR
