"""Several notices in one message: one item for each story, the most telling first; no words, no layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from monitor.alerts.notice import MAX_CLAIMS, MAX_EDITS, MAX_MATCHED
from monitor.alerts.quotes import MAX_QUOTES
from monitor.model import AlertKind, Delivery, Frequency, Notice, ReportLine

T = TypeVar("T")

REPORTS_SHOWN = 8  # what can be taken in at a glance; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One story as a message tells it, and the alerts it answers for."""

    notice: Notice
    alerts: tuple[int, ...]


def is_digest(delivery: Delivery, items: Sequence[Item]) -> bool:
    """Whether a message tells its stories as a list."""
    return delivery.frequency is not Frequency.IMMEDIATE or len(items) > 1


def reports_shown(notice: Notice) -> tuple[ReportLine, ...]:
    """Return the reports that a message lists: the first, which gives the story its title, and the newest."""
    if len(notice.reports) <= REPORTS_SHOWN:
        return notice.reports
    return (notice.reports[0], *notice.reports[-(REPORTS_SHOWN - 1) :])


def fold(notices: Sequence[Notice]) -> tuple[Item, ...]:
    """Return one item for each story: new stories before known ones, then by score.

    An item takes its headline and quotes from the notice that came first and its reports and counts
    from the newest, which has seen the most.
    """
    stories: dict[tuple[int, str], list[Notice]] = {}
    for notice in notices:
        code = ", ".join(notice.topics) if notice.discreet else ""  # it is not shown beside what it is about
        stories.setdefault((notice.story, code), []).append(notice)
    items = (_item(told) for told in stories.values())
    return tuple(sorted(items, key=_order))


def _item(notices: Sequence[Notice]) -> Item:
    lead = next((each for each in notices if each.kind is AlertKind.NEW_STORY), notices[0])
    newest = max(notices, key=lambda each: each.alert)
    told = [lead, *(each for each in notices if each.url == lead.url)]
    notice = replace(
        lead,
        topics=_union(each.topics for each in notices),
        quotes=_union(each.quotes for each in told)[:MAX_QUOTES],
        matched=_union(each.matched for each in notices)[:MAX_MATCHED],
        score=max(each.score for each in notices),
        likeness=max(each.likeness for each in notices),
        edits=tuple(dict.fromkeys(edit for each in notices for edit in each.edits))[:MAX_EDITS],
        disagreement=_union(each.disagreement for each in notices)[:MAX_CLAIMS],
        reports=newest.reports,
        outlets=newest.outlets,
        independent=newest.independent,
        languages=newest.languages,
    )
    return Item(notice=notice, alerts=tuple(sorted({each.alert for each in notices})))


def _order(item: Item) -> tuple[bool, bool, float, int]:
    """Order items; a discreet one comes last and by its id: beside a story of its score it would be known."""
    if item.notice.discreet:
        return True, True, 0.0, item.alerts[0]
    likely = item.notice.score * (1 + item.notice.likeness)  # words decide; likeness to the examples ranks
    return False, item.notice.kind is not AlertKind.NEW_STORY, -likely, item.notice.story


def _union(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(each for group in groups for each in group))
