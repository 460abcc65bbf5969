"""Which stories in the database a report may belong to, or take up, as grouping wants to see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa

from monitor.model import Role
from monitor.store.tables import reports, stories, story_keys
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
    moments = {"oldest": at - window, "newest": at + window}
    return views(connection, list(connection.scalars(_NEAR, {"keys": list(keys), **moments})))


# Built once: that costs more than running it. Keys are counted before stories are looked at, and the database
# picks the few: of five thousand open stories half share a concept of their beat.
_oldest = sa.bindparam("oldest", type_=stories.c.last_report_at.type)
_newest = sa.bindparam("newest", type_=stories.c.first_report_at.type)
_first_id = sa.func.min(stories.c.id + 0)  # of the id alone SQLite looks through all that are closed
_shared = (
    sa.select(story_keys.c.story_id, sa.func.count().label("shared"))
    .where(
        story_keys.c.key.in_(sa.bindparam("keys", expanding=True)),
        story_keys.c.story_id  # a key's postings end at last year's
        >= sa.select(_first_id).where(stories.c.last_report_at >= _oldest).scalar_subquery(),
    )
    .group_by(story_keys.c.story_id)
    .subquery()
)
_NEAR = (
    sa.select(_shared.c.story_id)
    .join(stories, stories.c.id == _shared.c.story_id)
    .where(stories.c.last_report_at >= _oldest, stories.c.first_report_at <= _newest)
    .order_by(_shared.c.shared.desc(), _shared.c.story_id)
    .limit(MAX_STORIES)
)


def earlier(
    connection: sa.Connection, keys: Sequence[int], *, at: datetime, window: timedelta
) -> list[StoryView]:
    """Stories that had been quiet for longer than *window* at a moment and share the most keys.

    What is read stays bounded however long the past: the youngest stories of each key.
    """
    if not keys:
        return []
    given = {f"key{place}": key for place, key in enumerate(keys)}
    found = connection.scalars(_youngest(len(keys)), {**given, "before": at - window})
    return views(connection, list(found))


@lru_cache(maxsize=128)
def _youngest(count: int) -> sa.TextClause:
    """The quiet stories that stand most often among the youngest of each of *count* keys.

    One statement, as 80 would cost 10 ms of CPU; as text, for walking through its parts at each run costs as
    much as running it.
    """
    of_keys = " UNION ALL ".join(
        f"""SELECT story_id FROM (
            SELECT k.story_id FROM story_keys AS k JOIN stories AS s ON s.id = k.story_id
            WHERE k."key" = :key{place} AND s.last_report_at < :before
            ORDER BY k.story_id DESC LIMIT {EARLIER_PER_KEY}
        ) AS key{place}"""  # noqa: S608  a place in the list of keys, and our own constant
        for place in range(count)
    )
    return sa.text(
        f"""SELECT story_id FROM ({of_keys}) AS shared GROUP BY story_id
        HAVING count(*) >= {SHARED_WITH_EARLIER} ORDER BY count(*) DESC, story_id LIMIT {MAX_EARLIER}"""  # noqa: S608
    ).bindparams(sa.bindparam("before", type_=stories.c.last_report_at.type))


def views(connection: sa.Connection, story_ids: Sequence[int]) -> list[StoryView]:
    """Stories with the features of their first and last reports, in the order asked for."""
    members: dict[int, list[Features]] = defaultdict(list)
    spans: dict[int, tuple[datetime, datetime]] = {}
    for story, first, last, found in connection.execute(_REPORTS, {"ids": list(story_ids)}):
        members[story].append(read_back(found))
        spans[story] = (first, last)
    return [
        StoryView(
            id=story,
            reports=tuple(_ends(members[story])),
            first_report_at=spans[story][0],
            last_report_at=spans[story][1],
        )
        for story in story_ids
        if story in spans
    ]


_REPORTS = (
    sa.select(
        reports.c.story_id,
        stories.c.first_report_at,
        stories.c.last_report_at,
        sa.cast(reports.c.features, sa.Text),
    )
    .join(stories, stories.c.id == reports.c.story_id)
    .where(reports.c.story_id.in_(sa.bindparam("ids", expanding=True)), reports.c.role != Role.COPY)
    .order_by(reports.c.story_id, reports.c.article_id)  # as the index has them: nothing is sorted
)


def _ends(found: list[Features]) -> list[Features]:
    half = REPORTS_PER_VIEW // 2
    return found if len(found) <= REPORTS_PER_VIEW else found[:half] + found[-half:]
