"""What becomes of a delivery after an attempt: sent, tried again at a given time, or dead; no sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from monitor.model import Delivery, Refused, SendResult, Sent, TryLater

MAX_UPDATES = 6  # tries, about half an hour: by then the story has grown, or is none any more
MAX_DOUBLINGS = 10  # 30 s doubles past six hours; beyond it only the number would grow


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLimits:
    """How long a message is tried.

    The first wait is long enough for a restart on the other side; the longest leaves four tries in what
    remains of a day; after a day an alert is no news any more, and a person decides.
    """

    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=6)
    give_up_after: timedelta = timedelta(hours=24)


USUAL = RetryLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The message is at its destination under the name *ref*."""

    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The delivery falls due again at *at*."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """Nothing more is tried until a person asks for it."""

    reason: str


Settled: TypeAlias = Done | Again | Dead


def backoff(attempts: int, jitter: float, limits: RetryLimits = USUAL) -> timedelta:
    """Return how long to wait after *attempts* failed attempts: the first wait, doubled up to the longest.

    The wait is drawn from its upper half, so that deliveries that failed together don't return together.

    Units: `attempts` counts from 1; `jitter` is a random number from 0 to 1.
    """
    doublings = min(max(attempts - 1, 0), MAX_DOUBLINGS)
    longest = min(limits.longest, limits.first * (1 << doublings))
    return longest * (0.5 + 0.5 * jitter)


def give_up(first_attempt_at: datetime, now: datetime, limits: RetryLimits = USUAL) -> bool:
    """Whether a delivery first tried at *first_attempt_at* has been tried for long enough."""
    return now - first_attempt_at >= limits.give_up_after


def after_attempt(
    result: SendResult, delivery: Delivery, now: datetime, jitter: float, limits: RetryLimits = USUAL
) -> Settled:
    """Return what becomes of *delivery* after the attempt that ended in *result*.

    The other side may ask for a longer wait than ours, never for one beyond the time that we try.
    """
    match result:
        case Sent(ref=ref):
            return Done(ref=ref)
        case Refused(reason=reason):
            return Dead(reason=reason)
        case TryLater(reason=reason) if give_up(delivery.first_attempt_at, now, limits):
            hours = round(limits.give_up_after / timedelta(hours=1), 1)
            return Dead(reason=f"gave up after {hours:g} h and {delivery.attempts} attempts: {reason}")
        case TryLater(reason=reason, after=after):
            asked = min(after or timedelta(0), limits.give_up_after)
            return Again(at=now + max(backoff(delivery.attempts, jitter, limits), asked), reason=reason)
        case _:
            assert_never(result)


def after_update(
    result: SendResult, attempts: int, now: datetime, jitter: float, limits: RetryLimits = USUAL
) -> Settled:
    """Return what becomes of bringing a message up to date: it is given up sooner than news would be.

    Units: `attempts` counts from 1, this one included.
    """
    match result:
        case Sent(ref=ref):
            return Done(ref=ref)
        case Refused(reason=reason):
            return Dead(reason=reason)
        case TryLater(reason=reason) if attempts >= MAX_UPDATES:
            return Dead(reason=reason)
        case TryLater(reason=reason, after=after):
            wait = max(backoff(attempts, jitter, limits), min(after or timedelta(0), limits.longest))
            return Again(at=now + wait, reason=reason)
        case _:
            assert_never(result)
