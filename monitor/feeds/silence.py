"""Whether a source has fallen silent: failing, gone, or quieter than its rhythm explains; nothing is told.

Silence is judged against the source's own last weeks, hour by hour: nights and weekends are part of the
rhythm, so an office that is shut is not quiet and one that stays shut on a Monday is.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from monitor.model import Feed, FeedStatus, Silence, SilenceKind

WEEK = timedelta(days=7)
WEEKS = 4  # 28 days: four Mondays to compare a Monday with
FEWEST_WEEKS = 2  # with one there is no telling a habit from an event
HISTORY = WEEK * (WEEKS + 1)  # from the last sign back: what lies before shows that four weeks are known
TOGETHER = timedelta(minutes=15)  # entries this close are one sign of life: newsrooms publish in batches
# The chance that a source publishing at random is called quiet by mistake within four weeks. Its silences
# are as many as its signs of life, and one that should have held n of them has the chance e^-n.
MISTAKE = 0.001
AT_LEAST = timedelta(hours=2)  # shorter silences mend themselves: a publishing system that restarts
LOOK_AGAIN = timedelta(days=1)  # at a source that has no rhythm yet
SOON = timedelta(minutes=15)  # for a source that is overdue and has not been read since


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a source is now, None when it is heard; and when its rhythm is worth another look, if it was."""

    silence: Silence | None
    look_again: datetime | None = None


def judge(
    feed: Feed, before: Silence | None, moments: Collection[datetime], *, now: datetime, alert_after: int
) -> Verdict:
    """Return what becomes of *feed*, which was in the state *before*.

    A failing source is heard again with its first success, a quiet one with its first new entry; a source
    that just came back gets until the next look before it can be called quiet.

    Units: *moments* are the signs of life of the `HISTORY` before the last one, in any order;
    *alert_after* counts polls.
    """
    if feed.status is FeedStatus.GONE:
        return Verdict(silence=_kept(before, SilenceKind.GONE) or _gone(feed, now))
    if feed.failures >= alert_after:
        return Verdict(silence=_kept(before, SilenceKind.FAILING) or _failing(feed, now))
    if feed.failures:
        return Verdict(silence=before)
    if before is not None and before.kind is not SilenceKind.QUIET:
        return Verdict(silence=None, look_again=now + SOON)
    return _judge_rhythm(feed, before, moments, now)


def expected_by(moments: Collection[datetime]) -> datetime | None:
    """Return the moment by which silence after the last of *moments* is unusual; None without a rhythm.

    The stretch of the week that the silence covers is looked up in each earlier week: once it held enough
    signs of life in most of them, chance no longer explains that it holds none now. Whole weeks of silence
    are counted as what a usual week holds.
    """
    if not moments:
        return None
    signs, last = _signs(moments), max(moments)
    starts = [last - WEEK * back for back in range(1, WEEKS + 1) if last - WEEK * back >= signs[0]]
    if len(starts) < FEWEST_WEEKS:
        return None
    weeks = [_between(signs, start, start + WEEK) for start in starts]
    usual = median_low([len(week) for week in weeks])
    if usual == 0:
        return None
    wanted = math.ceil(math.log(sum(map(len, weeks)) / MISTAKE))
    whole = (wanted - 1) // usual
    rest = wanted - whole * usual
    waits = sorted(
        week[rest - 1] - start for week, start in zip(weeks, starts, strict=True) if len(week) >= rest
    )
    most = len(weeks) - (len(weeks) - 1) // 2  # as many as have at least the low median
    return last + max(whole * WEEK + waits[most - 1], AT_LEAST)


def _judge_rhythm(
    feed: Feed, before: Silence | None, moments: Collection[datetime], now: datetime
) -> Verdict:
    last = max(moments, default=None)
    if before is not None and (last is None or last <= before.since):
        return Verdict(silence=before)
    due = expected_by(moments)
    if due is None or last is None:
        return Verdict(silence=None, look_again=now + LOOK_AGAIN)
    if feed.last_success_at is None or feed.last_success_at < due:  # nobody has looked since
        return Verdict(silence=None, look_again=max(due, now + SOON))
    return Verdict(silence=Silence(kind=SilenceKind.QUIET, since=last, detail="nothing new"))


def _kept(before: Silence | None, kind: SilenceKind) -> Silence | None:
    """Return *before* where it is of that *kind*: what began once keeps its beginning."""
    return before if before is not None and before.kind is kind else None


def _gone(feed: Feed, now: datetime) -> Silence:
    return Silence(kind=SilenceKind.GONE, since=feed.last_success_at or now, detail=feed.cause or "http 410")


def _failing(feed: Feed, now: datetime) -> Silence:
    detail = f"{feed.cause or 'unknown'}, {feed.failures} polls in a row"
    if feed.last_success_at is None:
        detail += ", never read yet"
    return Silence(kind=SilenceKind.FAILING, since=feed.last_success_at or now, detail=detail)


def _signs(moments: Collection[datetime]) -> list[datetime]:
    """Return the signs of life in their order: what comes soon after a first entry is one with it."""
    signs: list[datetime] = []
    for moment in sorted(moments):
        if not signs or moment - signs[-1] >= TOGETHER:
            signs.append(moment)
    return signs


def _between(signs: Sequence[datetime], after: datetime, until: datetime) -> Sequence[datetime]:
    return signs[bisect_right(signs, after) : bisect_right(signs, until)]
