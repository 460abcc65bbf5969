"""Which stories in the database a report may belong to, or take up, as grouping wants to see them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa

from monitor.model import Role
from monitor.store.statements import chunks
from monitor.store.tables import Hash, reports, stories, story_keys
from monitor.stories.features import Features, read_back
from monitor.stories.grouping import StoryView

MAX_STORIES = 40  # as in the streaming study: more changed nothing
MAX_EARLIER = 8  # quiet stories that are compared with a new one
EARLIER_PER_KEY = 25  # the youngest of those that share a key; with more, it is of the beat, not of an event
SHARED_WITH_EARLIER = 3  # keys; reports of one event share ten and more
REPORTS_PER_VIEW = 24  # the first twelve and the last twelve: what the join was measured on


def near(
    connection: sa.Connection, keys: Sequence[int], *, at: datetime, window: timedelta
) -> list[StoryView]:
    """Stories told within *window* of a moment that share the most keys with a report."""
    oldest = sa.select(sa.func.min(stories.c.id)).where(stories.c.last_report_at >= at - window)
    shared: Counter[int] = Counter()
    for some in chunks(keys):
        rows = (
            sa.select(story_keys.c.story_id, sa.func.count().label("shared"))
            .join(stories, stories.c.id == story_keys.c.story_id)
            .where(
                story_keys.c.key.in_(some),
                story_keys.c.story_id >= oldest.scalar_subquery(),  # a key's postings end at last year's
                stories.c.last_report_at >= at - window,
                stories.c.first_report_at <= at + window,
            )
            .group_by(story_keys.c.story_id)
        )
        shared.update({row.story_id: row.shared for row in connection.execute(rows)})
    return views(connection, _most(shared, MAX_STORIES))


def earlier(
    connection: sa.Connection, keys: Sequence[int], *, at: datetime, window: timedelta
) -> list[StoryView]:
    """Stories that had been quiet for longer than *window* at a moment and share the most keys.

    What is read stays bounded however long the past: the youngest stories of each key.
    """
    if not keys:
        return []
    given = {f"key{place}": key for place, key in enumerate(keys)}
    rows = connection.execute(_youngest(len(keys)), {**given, "before": at - window})
    shared = Counter(row.story_id for row in rows)
    enough = Counter({story: n for story, n in shared.items() if n >= SHARED_WITH_EARLIER})
    return views(connection, _most(enough, MAX_EARLIER))


@lru_cache(maxsize=128)
def _youngest(count: int) -> sa.CompoundSelect[tuple[int]]:
    """The youngest quiet stories of each of *count* keys: one statement, as 80 would cost 10 ms of CPU."""
    before = sa.bindparam("before", type_=stories.c.last_report_at.type)
    of_key = (
        sa.select(story_keys.c.story_id)
        .join(stories, stories.c.id == story_keys.c.story_id)
        .where(
            story_keys.c.key == sa.bindparam(f"key{place}", type_=Hash()), stories.c.last_report_at < before
        )
        .order_by(story_keys.c.story_id.desc())
        .limit(EARLIER_PER_KEY)
        .subquery()
        for place in range(count)
    )
    return sa.union_all(*(sa.select(each.c.story_id) for each in of_key))


def _most(shared: Counter[int], count: int) -> list[int]:
    return sorted(shared, key=lambda story: (-shared[story], story))[:count]


def views(connection: sa.Connection, story_ids: Sequence[int]) -> list[StoryView]:
    """Stories with the features of their first and last reports, in the order asked for."""
    members: dict[int, list[Features]] = defaultdict(list)
    rows = connection.execute(
        sa.select(reports.c.story_id, sa.cast(reports.c.features, sa.Text).label("features"))
        .where(reports.c.story_id.in_(story_ids), reports.c.role != Role.COPY)
        .order_by(reports.c.article_id)
    )
    for row in rows:
        members[row.story_id].append(read_back(row.features))
    spans = {
        row.id: row
        for row in connection.execute(
            sa.select(stories.c.id, stories.c.first_report_at, stories.c.last_report_at).where(
                stories.c.id.in_(story_ids)
            )
        )
    }
    return [
        StoryView(
            id=story,
            reports=tuple(_ends(members[story])),
            first_report_at=spans[story].first_report_at,
            last_report_at=spans[story].last_report_at,
        )
        for story in story_ids
        if members[story]
    ]


def _ends(found: list[Features]) -> list[Features]:
    half = REPORTS_PER_VIEW // 2
    return found if len(found) <= REPORTS_PER_VIEW else found[:half] + found[-half:]
