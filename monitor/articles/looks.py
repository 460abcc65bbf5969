"""When an article that we hold is looked at again, and what a look comes to; nothing here fetches.

A page that cannot be had says nothing about the article: only a page that is gone twice in a row does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never

from monitor.articles.reading import may_pass
from monitor.articles.revision import Comparison, CutOff, Same, Stranger
from monitor.articles.robots import Closed, Unknown
from monitor.model import (
    Cause,
    FetchFailed,
    NotAnArticle,
    NotModified,
    Revision,
    Unusable,
    WorkerLost,
)

CONFIRM = timedelta(minutes=30)  # after a first 404: a publisher's own mistake is mended by then
LAST_WORD = timedelta(hours=24)  # after a removal that the last look found: editors also take down to mend
RETRY = timedelta(minutes=15)  # after a fault that may pass
LONGEST_REST = timedelta(hours=24)  # that a server may ask for, as with feeds
RETRIES = 2  # in a row; then the next look of the schedule comes
GONE = frozenset({404, 410})
CONFIRMED = 2  # answers in a row that say that the page is gone


class Look(StrEnum):
    """What one look came to, in the words that metrics and people see."""

    UNCHANGED = "unchanged"
    REVISED = "revised"
    RETURNED = "returned"  # it was removed, and is there again
    FIRST_PAGE = "first page"  # the feed's words stood in until now
    MISSING = "missing"  # 404 or 410 once: not believed yet
    REMOVED = "removed"
    GONE = "still gone"
    CUT_OFF = "cut off"
    STRANGER = "another article"
    REFUSED = "refused"  # paywall, challenge, robots.txt, no article there
    FAILED = "failed"  # time, network, a worker lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of an article between two looks.

    `has_page` says that our text is the page's own, `removed` that readers were told it is gone; `failures`
    and `missing` count looks in a row.
    """

    read_at: datetime
    has_page: bool
    removed: bool = False
    failures: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What a look came to, and when the next one is due: never, after the last."""

    look: Look
    next_at: datetime | None
    failures: int = 0
    missing: int = 0


Sight: TypeAlias = (
    Comparison | NotModified | FetchFailed | NotAnArticle | WorkerLost | Unusable | Closed | Unknown
)


def next_look(read_at: datetime, schedule: Sequence[timedelta], *, now: datetime) -> datetime | None:
    """Return the first moment of the schedule that is still to come; what was missed is not made up for."""
    return min((read_at + step for step in schedule if read_at + step > now), default=None)


def after_look(sight: Sight, held: Held, *, schedule: Sequence[timedelta], now: datetime) -> After:
    """Decide what a look at an article's page comes to."""
    coming = next_look(held.read_at, schedule, now=now)
    match sight:
        case NotModified() | Same():
            return After(look=Look.RETURNED if held.removed else Look.UNCHANGED, next_at=coming)
        case Revision() if held.removed:
            return After(look=Look.RETURNED, next_at=coming)
        case Revision():
            return After(look=Look.REVISED if held.has_page else Look.FIRST_PAGE, next_at=coming)
        case CutOff():
            return After(look=Look.CUT_OFF, next_at=coming)
        case Stranger():
            return After(look=Look.STRANGER, next_at=coming)
        case FetchFailed():
            return _after_failure(sight, held, coming, schedule, now)
        case NotAnArticle() | Unusable() | Closed():
            return After(look=Look.REFUSED, next_at=coming)
        case WorkerLost():
            return _again(held, coming, now + RETRY, now)
        case Unknown(until=until):
            return _again(held, coming, until, now)
        case _:
            assert_never(sight)


def _after_failure(
    failed: FetchFailed,
    held: Held,
    coming: datetime | None,
    schedule: Sequence[timedelta],
    now: datetime,
) -> After:
    """A page that is gone is believed at the second time, and only where we have seen a page at all."""
    if failed.cause is Cause.HTTP and failed.status in GONE and held.has_page:
        if held.removed:
            return After(look=Look.GONE, next_at=coming, missing=held.missing)
        if held.missing + 1 >= CONFIRMED:
            return After(look=Look.REMOVED, next_at=coming or now + LAST_WORD, missing=held.missing + 1)
        soon = now + min(CONFIRM, *schedule) if schedule else now + CONFIRM
        return After(look=Look.MISSING, next_at=soon, missing=held.missing + 1)
    if may_pass(failed):
        return _again(held, coming, now + min(failed.retry_after or RETRY, LONGEST_REST), now)
    return After(look=Look.REFUSED, next_at=coming)


def _again(held: Held, coming: datetime | None, soon: datetime, now: datetime) -> After:
    """Try again soon, some times; a page that was gone before the fault may still be gone after it."""
    soon = max(soon, now + RETRY)
    failures = held.failures + 1
    if failures > RETRIES:
        return After(look=Look.FAILED, next_at=coming, missing=held.missing)
    return After(look=Look.FAILED, next_at=soon, failures=failures, missing=held.missing)
