"""When a body that ends its parser is kept away from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.quarantine import AGAIN_AFTER, TRIES, after_loss, is_held, is_quarantined
from monitor.feeds.schedule import (
    Pace,
    PolledHeld,
    PolledUnchanged,
    PolledUnusable,
    PollLimits,
    PollOutcome,
    after_poll,
)
from monitor.model import Cause, Feed, Fetched, FetchFailed, Losses, NotModified

NOW = datetime(2026, 11, 5, tzinfo=UTC)
FETCHED = Fetched(url="https://a.example/feed", status=200, body=b"x")
LOST = PolledUnusable(fetched=FETCHED, cause=Cause.PARSER, detail="took over 10 s", body_hash="bad")
HELD = Losses(count=TRIES, body_hash="bad", at=NOW)
HOUR = timedelta(hours=1)


def feed(**values: object) -> Feed:
    usual = {"id": 1, "url": "https://a.example/feed", "host": "a.example", "next_poll_at": NOW}
    return Feed(**{**usual, **values})  # type: ignore[arg-type]


def after(one: Feed, outcome: PollOutcome, now: datetime = NOW) -> Losses:
    return after_poll(one, outcome, pace=Pace(), now=now, jitter=0.0, limits=PollLimits()).losses


def test_three_losses_in_a_row_are_a_quarantine() -> None:
    losses = Losses()
    for count in range(1, TRIES + 1):
        assert not is_quarantined(losses)
        losses = after_loss(losses, "bad", NOW)
        assert losses == Losses(count=count, body_hash="bad", at=NOW)
    assert is_quarantined(losses)


@pytest.mark.parametrize(
    ("losses", "body_hash", "later", "held"),
    [
        (HELD, "bad", timedelta(), True),
        (HELD, "bad", AGAIN_AFTER - HOUR, True),
        (HELD, "bad", AGAIN_AFTER, False),
        (HELD, "changed", timedelta(), False),
        (Losses(count=TRIES - 1, body_hash="bad", at=NOW), "bad", timedelta(), False),
        (Losses(), "bad", timedelta(), False),
    ],
)
def test_only_the_same_bytes_are_held_and_for_a_day(
    losses: Losses, body_hash: str, later: timedelta, held: bool
) -> None:
    assert is_held(losses, body_hash, NOW + later) is held


@pytest.mark.parametrize(
    ("outcome", "losses"),
    [
        (LOST, Losses(count=3, body_hash="bad", at=NOW)),
        (PolledHeld(fetched=FETCHED), Losses(count=2, body_hash="other", at=NOW - HOUR)),
        (FetchFailed(cause=Cause.TIMEOUT), Losses(count=2, body_hash="other", at=NOW - HOUR)),
        (FetchFailed(cause=Cause.HTTP, status=410), Losses(count=2, body_hash="other", at=NOW - HOUR)),
        (PolledUnusable(fetched=FETCHED, cause=Cause.NOT_A_FEED, detail="html"), Losses()),
        (PolledUnchanged(fetched=FETCHED), Losses()),
        (NotModified(url=FETCHED.url), Losses()),
    ],
)
def test_what_a_poll_makes_of_the_losses_before(outcome: PollOutcome, losses: Losses) -> None:
    before = Losses(count=2, body_hash="other", at=NOW - HOUR)
    assert after(feed(losses=before), outcome) == losses


def test_a_feed_in_quarantine_is_looked_at_as_often_as_a_quiet_one_and_says_why() -> None:
    limits = PollLimits()
    for outcome in (LOST, PolledHeld(fetched=FETCHED)):
        one = feed(losses=HELD, failures=20, last_error="took over 10 s")
        intent = after_poll(one, outcome, pace=Pace(), now=NOW, jitter=0.0, limits=limits)
        assert intent.next_poll_at == NOW + limits.longest
        assert intent.reason == "in 60 min: in quarantine, parsed again when it changes or once a day"
        assert (intent.cause, intent.last_error) == ("parser failed", "took over 10 s")
    before = after_poll(feed(), LOST, pace=Pace(), now=NOW, jitter=0.0, limits=limits)
    assert before.reason.endswith("back-off after 1 failed poll (parser failed)")
