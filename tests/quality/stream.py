"""Sending labelled reports through the code that groups live ones: copies, keys, candidates, placement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

from monitor.model import Copy, Placement
from monitor.stories.candidates import LookUp, Posting, look_up
from monitor.stories.duplicates import Shingles, judge, shingle
from monitor.stories.features import Features, features, keys
from monitor.stories.grouping import DEFAULT, Limits, StoryView, place, weigh
from monitor.stories.resemblance import Joins
from tests.quality.grouped import Labelled

Story = TypeVar("Story", bound=Hashable)

MAX_CANDIDATES = 40  # stories, as the store looks them up
ENDS = 12  # reports of a long story that the store hands over, from either end
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # reports without a time came at one moment: the order says the rest


class StoryIndex(Generic[Story]):
    """The store's index of stories, in memory: key → stories."""

    def __init__(self) -> None:
        self._stories: defaultdict[int, set[Story]] = defaultdict(set)

    def candidates(self, report: Features) -> list[Story]:
        """Stories that share keys with *report*, those that share most first."""
        shared = Counter(story for key in keys(report) for story in self._stories.get(key, ()))
        ranked = sorted(shared.items(), key=lambda item: (-item[1], str(item[0])))
        return [story for story, _ in ranked[:MAX_CANDIDATES]]

    def add(self, story: Story, report: Features) -> None:
        for key in keys(report):
            self._stories[key].add(story)


class CopyIndex:
    """The store's index of shingles, in memory: sampled hash → where it stands."""

    def __init__(self) -> None:
        self._postings: defaultdict[int, list[Posting]] = defaultdict(list)
        self._family: dict[int, int] = {}
        self._texts: dict[int, Shingles] = {}

    def copy_of(self, text: Shingles) -> Copy | None:
        """Return what the judge says of *text* and the articles that share enough of its sample."""
        seen = self._look_up(text)
        candidates = [(article, self._texts[article]) for article in sorted(seen.articles)]
        return judge(text, candidates, furniture=seen.furniture)

    def add(self, article: int, text: Shingles, copy: Copy | None) -> None:
        family = article if copy is None else self._family[copy.of]
        self._family[article] = family
        self._texts[article] = text
        for value in self._look_up(text).worth_keeping(text.sample, family):
            self._postings[value].append(Posting(value, article, family))

    def _look_up(self, text: Shingles) -> LookUp:
        postings = (each for value in text.sample for each in self._postings.get(value, ()))
        return look_up(postings, needed=text.shared_needed)


def featured(rows: Sequence[Labelled]) -> list[Features]:
    return [features(row.title, row.text, row.language) for row in rows]


def stream(
    rows: Sequence[Labelled],
    found: Sequence[Features],
    *,
    limits: Limits = DEFAULT,
    joins: Joins | None = None,
) -> list[Placement]:
    """Return where each report is placed as they arrive one after the other; the story is always named."""
    index, copies = StoryIndex[int](), CopyIndex()
    stories, spans, placed = list[list[Features]](), list[tuple[datetime, datetime]](), list[Placement]()
    for number, (row, report) in enumerate(zip(rows, found, strict=True)):
        now = _time(row)
        text = shingle(row.text, row.language)
        copy = copies.copy_of(text)
        views = [
            StoryView(
                id=story,
                reports=_ends(stories[story]),
                first_report_at=spans[story][0],
                last_report_at=spans[story][1],
            )
            for story in index.candidates(report)
        ]
        original = (copy, _story(placed[copy.of])) if copy else None
        bids = weigh(report, () if copy else views, limits=limits, joins=joins)
        placement = place(bids, at=now, copy=original, limits=limits)
        if placement.story is None:
            placement = Placement(story=len(stories), role=placement.role)
            stories.append([])
            spans.append((now, now))
        story = _story(placement)
        copies.add(number, text, copy)
        spans[story] = min(spans[story][0], now), max(spans[story][1], now)
        if copy is None:
            stories[story].append(report)
            index.add(story, report)
        placed.append(placement)
    return placed


def _time(row: Labelled) -> datetime:
    time = datetime.fromisoformat(row.time) if row.time else NEVER
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _story(placement: Placement) -> int:
    assert placement.story is not None
    return placement.story


def _ends(reports: list[Features]) -> tuple[Features, ...]:
    return tuple(reports if len(reports) <= 2 * ENDS else reports[:ENDS] + reports[-ENDS:])
