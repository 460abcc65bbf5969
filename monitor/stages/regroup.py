"""Regroup: a person says that stories are one, or that a report belongs elsewhere; nothing undoes it.

Copies go where the article goes that they copy. Each decision is kept as labels on pairs of articles.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import BadInput
from monitor.model import LinkEvidence
from monitor.store import regrouping, stories
from monitor.store.database import Connection, one_story_at_a_time
from monitor.store.regrouping import Member
from monitor.stories.crosslingual import explain, likeness
from monitor.stories.features import Features

BY_PERSON = LinkEvidence(kind="person", score=1.0)
LIST = "`monitor stories list` names them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """What a decision changed: the story that reports went to, and which; how many pairs it labelled."""

    story: int
    moved: tuple[int, ...]
    labels: int


def merge(connection: Connection, story: int, other: int, *, now: datetime, window: timedelta) -> Regrouped:
    """Make the reports of *other* reports of *story*: they tell one event.

    Raises: BadInput for a story that there is not, or that is *story* itself.
    """
    one_story_at_a_time(connection)
    _known(connection, story, other)
    mine, theirs = regrouping.members(connection, story), regrouping.members(connection, other)
    moved = [row.article for row in theirs]
    count = _label(connection, mine, theirs, same=True, action="merge", now=now)
    _carry(connection, moved, story, mine, theirs)
    regrouping.close_into(connection, other, story)
    regrouping.renew(connection, story, open_since=now - window)
    return Regrouped(story=story, moved=tuple(moved), labels=count)


def split(
    connection: Connection, story: int, articles: Sequence[int], *, now: datetime, window: timedelta
) -> Regrouped:
    """Open a new story for some of the reports of *story*: they tell another event.

    Raises: BadInput for an article that is no report of it, and when nothing would be left.
    """
    one_story_at_a_time(connection)
    _known(connection, story)
    moved, stay = _parted(connection, story, articles)
    if not stay:
        raise BadInput(f"nothing would be left of story {story}: a split keeps at least one report in it")
    new = regrouping.open_story(connection, moved[0].article, now=now)
    count = _label(connection, stay, moved, same=False, action="split", now=now)
    _carry(connection, [row.article for row in moved], new, (), moved)
    for each in (story, new):
        regrouping.renew(connection, each, open_since=now - window)
    return Regrouped(story=new, moved=tuple(row.article for row in moved), labels=count)


def move(connection: Connection, article: int, story: int, *, now: datetime, window: timedelta) -> Regrouped:
    """Make an article a report of *story* instead of its own; a story that is left empty is merged.

    Raises: BadInput for an article of no story, a story that there is not, or its own.
    """
    one_story_at_a_time(connection)
    origin = stories.story_of(connection, article)
    if origin is None:
        raise BadInput(f"article {article} is in no story: `monitor stories show STORY` names its articles")
    _known(connection, story, origin)
    moved, stay = _parted(connection, origin, [article])
    there = regrouping.members(connection, story)
    count = _label(connection, there, moved, same=True, action="move", now=now)
    count += _label(connection, stay, moved, same=False, action="move", now=now)
    _carry(connection, [row.article for row in moved], story, there, moved)
    if stay:
        regrouping.renew(connection, origin, open_since=now - window)
    else:
        regrouping.close_into(connection, origin, story)
    regrouping.drop_suggestion(connection, origin, story)
    regrouping.renew(connection, story, open_since=now - window)
    return Regrouped(story=story, moved=tuple(row.article for row in moved), labels=count)


def tell_apart(connection: Connection, story: int, other: int, *, now: datetime) -> int:
    """Keep that two stories are two, so that nobody is asked again; answer how many pairs that labels.

    Raises: BadInput for a story that there is not, or that is *story* itself.
    """
    one_story_at_a_time(connection)
    _known(connection, story, other)
    mine, theirs = regrouping.members(connection, story), regrouping.members(connection, other)
    regrouping.drop_suggestion(connection, story, other)
    return _label(connection, mine, theirs, same=False, action="reject", now=now)


def _known(connection: Connection, *ids: int) -> None:
    for story in ids:
        state = regrouping.state_of(connection, story)
        if state is None:
            raise BadInput(f"there is no story {story}: {LIST}")
        if state == regrouping.MERGED:
            into = regrouping.merged_into(connection, story)
            raise BadInput(f"story {story} was merged into story {into}: name that one")
    if len(set(ids)) < len(ids):
        raise BadInput(f"both are story {ids[0]}: name two stories")


def _parted(connection: Connection, story: int, wanted: Collection[int]) -> tuple[list[Member], list[Member]]:
    """The reports that go, with the copies of them, and those that stay."""
    rows = regrouping.members(connection, story)
    missing = sorted(set(wanted) - {row.article for row in rows})
    if missing:
        raise BadInput(f"article {missing[0]} is no report of story {story}: `monitor stories show {story}`")
    going = {row.article for row in rows if row.article in wanted or row.copy_of in wanted}
    return (
        [row for row in rows if row.article in going],
        [row for row in rows if row.article not in going],
    )


def _label(
    connection: Connection,
    ones: Sequence[Member],
    others: Sequence[Member],
    *,
    same: bool,
    action: str,
    now: datetime,
) -> int:
    """Label the reports of both sides; a copy says nothing that its original does not."""
    left, right = ([row.article for row in rows if row.copy_of is None] for rows in (ones, others))
    return regrouping.label(connection, left, right, same=same, action=action, now=now)


def _carry(
    connection: Connection,
    moved: Sequence[int],
    story: int,
    there: Sequence[Member],
    rows: Sequence[Member],
) -> None:
    """Move reports, and say that a person did, with what they share with the nearest that was there."""
    regrouping.move(connection, moved, story)
    known = [row.features for row in there if row.copy_of is None]
    for row in rows:
        if row.copy_of not in moved:  # a copy that goes with its original keeps the reason why
            regrouping.explain(connection, row.article, (BY_PERSON, *_shared(row.features, known)))


def _shared(report: Features, known: Sequence[Features]) -> tuple[LinkEvidence, ...]:
    """What a report shares with the one that is most like it."""
    compared = [(likeness(report, other), other) for other in known]
    if not compared:
        return ()
    found, nearest = max(compared, key=lambda pair: pair[0].score)
    return explain(report, nearest, found.shared)
