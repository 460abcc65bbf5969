"""When a feed is polled again, and everything else that one poll decides about it; it reads no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from monitor.feeds.moves import after_answer
from monitor.feeds.pace import RHYTHM, Pace, day_of, further, pace_of
from monitor.feeds.quarantine import after_loss, is_quarantined
from monitor.model import (
    Cause,
    Feed,
    FeedStatus,
    Fetched,
    FetchFailed,
    Losses,
    NotModified,
    ParsedFeed,
    Validators,
)

MAX_DOUBLINGS = 6  # 15 min doubles to 16 h; past that `longest_backoff` decides anyway
FEW = 3  # entries; two make one gap, and one gap is no rhythm
JITTER = 0.1  # of the wait: enough to take a crowd apart within a few rounds, too little to notice
GONE = 410
AT_ONCE = 100  # first polls that need no spreading: a newcomer's list, one breath for the fetcher
FIRST_GAP = timedelta(milliseconds=100)  # between the others: 10,000 feeds in a quarter of an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLimits:
    """How often a feed may be asked, and how long it may keep us away.

    `usual` is for feeds that tell no dates; `every` of a feed may go below `shortest`: its operator knows.
    """

    usual: timedelta = timedelta(minutes=15)
    shortest: timedelta = timedelta(minutes=3)
    longest: timedelta = timedelta(hours=1)
    longest_backoff: timedelta = timedelta(hours=24)
    longest_retry_after: timedelta = timedelta(hours=24)
    longest_ttl: timedelta = timedelta(hours=1)
    moves_to_store: int = 3


# --- what a poll saw ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledParsed:
    """A new body that a parser could read."""

    fetched: Fetched
    parsed: ParsedFeed
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledUnchanged:
    """A whole body, byte for byte the one of last time."""

    fetched: Fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledUnusable:
    """A body that gave no feed: `cause` says whether it is none or broke its parser, `detail` how."""

    fetched: Fetched
    cause: Cause
    detail: str
    body_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledHeld:
    """A body that is known to end the parser, and was not given to it again."""

    fetched: Fetched


PollOutcome: TypeAlias = (
    PolledParsed | PolledUnchanged | PolledUnusable | PolledHeld | NotModified | FetchFailed
)


# --- what it decides ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedIntent:
    """Everything that a poll writes back to its feed's row; `reason` says in words when and why then.

    Units: `interval` is the feed's own rhythm, without back-off and jitter.
    """

    status: FeedStatus
    url: str
    interval: timedelta
    next_poll_at: datetime
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    failures: int
    cause: str | None
    last_error: str | None
    first_success_at: datetime | None
    last_success_at: datetime | None
    moved_to: str | None
    moves: int
    reason: str
    losses: Losses


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """A span with the words that explain it."""

    span: timedelta
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What tells an unchanged feed from a changed one next time."""

    validators: Validators
    body_hash: str | None


def after_poll(
    feed: Feed,
    outcome: PollOutcome,
    *,
    pace: Pace | None,
    now: datetime,
    jitter: float,
    limits: PollLimits,
) -> FeedIntent:
    """Return what *feed* becomes after a poll that came to *outcome*.

    A publisher may slow us down, never speed us up, and never past the limits. What a poll could not use
    leaves the validators as they were: the next answer must not be a 304 that hides the fault.

    Units:  `pace` is what is stored of the feed, None where it was not counted, see `follows_rhythm`;
            `jitter` is drawn from -1 to 1.
    Source: RFC 9110 10.2.3 (Retry-After), RFC 9111 5.2.2.1 (max-age), RSS 2.0 (ttl).
    """
    match outcome:
        case PolledParsed(fetched=answer, parsed=parsed):
            whole = further(pace or Pace(), pace_of(_times(parsed), now))
            rhythm = _rhythm(feed, whole, now, limits, dated=_is_dated(parsed))
            held = _Held(validators=answer.validators, body_hash=outcome.body_hash)
            return _after_success(
                feed, answer, rhythm, held, ttl=parsed.ttl, now=now, jitter=jitter, limits=limits
            )
        case PolledUnchanged(fetched=answer):
            rhythm = _unchanged(feed, pace, now, limits)
            held = _Held(validators=answer.validators, body_hash=feed.body_hash)
            return _after_success(feed, answer, rhythm, held, ttl=None, now=now, jitter=jitter, limits=limits)
        case NotModified():
            rhythm = _unchanged(feed, pace, now, limits)
            held = _Held(validators=_renewed(feed, outcome.validators), body_hash=feed.body_hash)
            return _after_success(
                feed, outcome, rhythm, held, ttl=None, now=now, jitter=jitter, limits=limits
            )
        case PolledUnusable(cause=Cause.PARSER):
            losses = after_loss(feed.losses, outcome.body_hash, now)
            return _after_loss(feed, losses, outcome.detail, now, jitter, limits)
        case PolledUnusable():
            failed = _after_failure(feed, outcome.cause.value, outcome.detail, None, now, jitter, limits)
            return replace(failed, losses=Losses())
        case PolledHeld():
            return _after_loss(feed, feed.losses, feed.last_error or "", now, jitter, limits)
        case FetchFailed():
            if outcome.status == GONE:
                return _after_gone(feed, outcome, now, limits)
            detail = outcome.detail or outcome.label
            return _after_failure(feed, outcome.label, detail, outcome.retry_after, now, jitter, limits)
        case _:
            assert_never(outcome)


def follows_rhythm(feed: Feed, outcome: PollOutcome, now: datetime) -> bool:
    """Say whether the times of the feed's entries are to be counted for when it is polled next.

    An unchanged feed keeps its pace; its old entries leave the week nevertheless, so they are counted by the
    first such poll of a day. A feed's day begins at an hour of its own, or all would be counted at once.
    """
    if feed.every is not None or not isinstance(outcome, PolledParsed | PolledUnchanged | NotModified):
        return False
    if isinstance(outcome, PolledParsed) or feed.last_success_at is None:
        return True
    return day_of(feed.id, feed.last_success_at) != day_of(feed.id, now)


def spread(count: int, *, now: datetime, within: timedelta = timedelta(hours=1)) -> tuple[datetime, ...]:
    """Return due times for the first polls of *count* feeds, so that no herd sets out together.

    The first `AT_ONCE` are due now; the others follow one by one, all of them *within* the span. Later
    polls need no comb: their jitter keeps them apart.
    """
    rest = max(count - AT_ONCE, 1)
    gap = min(FIRST_GAP, within / rest)
    return tuple(now + gap * max(0, place - AT_ONCE + 1) for place in range(count))


# --- outcomes -------------------------------------------------------------------------------------------


def _after_success(
    feed: Feed,
    answer: Fetched | NotModified,
    rhythm: _Wait,
    held: _Held,
    *,
    ttl: timedelta | None,
    now: datetime,
    jitter: float,
    limits: PollLimits,
) -> FeedIntent:
    asked = _asked(answer.max_age, ttl, limits)
    longer = max((rhythm, asked), key=lambda wait: wait.span)
    wait = _jittered(rhythm.span, asked.span, jitter)
    move = after_answer(feed, answer, limits.moves_to_store)
    return FeedIntent(
        status=feed.status,
        url=move.url,
        interval=longer.span,
        next_poll_at=now + wait,
        etag=held.validators.etag,
        last_modified=held.validators.last_modified,
        body_hash=held.body_hash,
        failures=0,
        cause=None,
        last_error=None,
        first_success_at=feed.first_success_at or now,
        last_success_at=now,
        moved_to=move.moved_to,
        moves=move.moves,
        losses=Losses(),
        reason=f"in {_words(wait)}: {longer.why}",
    )


def _after_failure(
    feed: Feed,
    cause: str,
    detail: str,
    retry_after: timedelta | None,
    now: datetime,
    jitter: float,
    limits: PollLimits,
) -> FeedIntent:
    failures = feed.failures + 1
    usual = feed.every or feed.interval
    backoff = min(usual * 2 ** min(failures, MAX_DOUBLINGS), limits.longest_backoff)
    asked = min(max(retry_after or timedelta(), timedelta()), limits.longest_retry_after)
    wait = min(_jittered(backoff, asked, jitter), max(limits.longest_backoff, asked))
    polls = "1 failed poll" if failures == 1 else f"{failures} failed polls in a row"
    why = "Retry-After" if asked > backoff else f"back-off after {polls} ({cause})"
    return _unread(feed, now + wait, cause, detail, f"in {_words(wait)}: {why}", status=feed.status)


def _after_loss(
    feed: Feed, losses: Losses, detail: str, now: datetime, jitter: float, limits: PollLimits
) -> FeedIntent:
    """In quarantine a look costs no worker, so it is taken as often as at any quiet feed."""
    cause = Cause.PARSER.value
    failed = _after_failure(feed, cause, detail, None, now, jitter, limits)
    if not is_quarantined(losses):
        return replace(failed, losses=losses)
    wait = _jittered(limits.longest, timedelta(), jitter)
    reason = f"in {_words(wait)}: in quarantine, parsed again when it changes or once a day"
    return replace(failed, next_poll_at=now + wait, reason=reason, losses=losses)


def _after_gone(feed: Feed, outcome: FetchFailed, now: datetime, limits: PollLimits) -> FeedIntent:
    """A 410 is the publisher's last word (RFC 9110 15.5.11); the operator hears it and may ask again."""
    due = now + limits.longest_backoff
    reason = "never: the publisher says the feed is gone"
    return _unread(feed, due, outcome.label, outcome.detail or outcome.label, reason, status=FeedStatus.GONE)


def _unread(
    feed: Feed, due: datetime, cause: str, detail: str, reason: str, *, status: FeedStatus
) -> FeedIntent:
    return FeedIntent(
        status=status,
        url=feed.url,
        interval=feed.interval,
        next_poll_at=due,
        etag=feed.etag,
        last_modified=feed.last_modified,
        body_hash=feed.body_hash,
        failures=feed.failures + 1,
        cause=cause,
        last_error=detail,
        first_success_at=feed.first_success_at,
        last_success_at=feed.last_success_at,
        moved_to=feed.moved_to,
        moves=feed.moves,
        reason=reason,
        losses=feed.losses,
    )


# --- how long -------------------------------------------------------------------------------------------


def _rhythm(feed: Feed, pace: Pace, now: datetime, limits: PollLimits, *, dated: bool) -> _Wait:
    """Return half the mean gap between entries of the last week, so that one waits half a gap at most."""
    if feed.every is not None:
        return _Wait(span=feed.every, why="set by the operator")
    since = now - RHYTHM
    if pace.first is None and not dated:
        return _Wait(span=limits.usual, why="its entries tell no dates")
    if pace.first is None:
        return _Wait(span=limits.longest, why="no entry within a week")
    if not _is_known(feed, pace, since):
        if pace.recent < FEW:
            return _Wait(span=limits.usual, why="too few entries to tell its pace")
        since = pace.first
    span = min(max((now - since) / pace.recent / 2, limits.shortest), limits.longest)
    return _Wait(span=span, why=f"half the mean gap of {pace.recent} entries within a week")


def _is_known(feed: Feed, pace: Pace, since: datetime) -> bool:
    """Say whether a feed is known to reach back to *since*, so that gaps before its first entry are gaps."""
    return any(moment is not None and moment <= since for moment in (pace.earliest, feed.first_success_at))


def _unchanged(feed: Feed, pace: Pace | None, now: datetime, limits: PollLimits) -> _Wait:
    """Keep the pace of the last reading when nothing new came: its `ttl` is no longer at hand."""
    if feed.every is not None:
        return _rhythm(feed, Pace(), now, limits, dated=False)
    before = min(feed.interval, max(limits.longest, limits.longest_ttl))
    if pace is None:
        return _Wait(span=max(before, limits.shortest), why="as before, nothing new")
    rhythm = _rhythm(feed, pace, now, limits, dated=pace.is_dated)
    return _Wait(span=before, why="as before, nothing new") if before > rhythm.span else rhythm


def _times(parsed: ParsedFeed) -> set[datetime]:
    return {entry.published_at for entry in parsed.entries if entry.published_at is not None}


def _is_dated(parsed: ParsedFeed) -> bool:
    return not parsed.entries or bool(_times(parsed))


def _asked(max_age: timedelta | None, ttl: timedelta | None, limits: PollLimits) -> _Wait:
    """Return the longest that the publisher asks us to wait, within the limit."""
    server, feed = (max(span or timedelta(), timedelta()) for span in (max_age, ttl))
    why = "the feed's ttl" if feed > server else "the server's max-age"
    return _Wait(span=min(max(server, feed), limits.longest_ttl), why=why)


def _jittered(wait: timedelta, floor: timedelta, jitter: float) -> timedelta:
    """Shift *wait* by up to a tenth, and *floor*, which somebody asked for, only ever upwards."""
    jitter = min(max(jitter, -1.0), 1.0) * JITTER
    return max(wait * (1 + jitter), floor * (1 + abs(jitter)))


def _words(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def _renewed(feed: Feed, validators: Validators) -> Validators:
    """Return the validators to send next: a 304 may leave out those that did not change (RFC 9110 15.4.5)."""
    return Validators(
        etag=validators.etag or feed.etag, last_modified=validators.last_modified or feed.last_modified
    )
