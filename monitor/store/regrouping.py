"""What people decide of stories, and what they are asked: merges, moves, labels and suggestions.

The machine places each report once and moves none. What a person decided stays as labels on pairs of
articles: two stories that were told apart are not suggested again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

import sqlalchemy as sa

from monitor.model import EarlierStory, LinkEvidence, Role
from monitor.store.statements import chunks, dump, insert_once, load
from monitor.store.tables import (
    article_texts,
    articles,
    follow_ups,
    matches,
    reports,
    stories,
    story_keys,
    story_labels,
    story_merges,
    story_suggestions,
    story_topics,
    threads,
)
from monitor.stories.features import Features, from_json, keys
from monitor.stories.grouping import Suggestion

MAX_LABELLED = 20  # reports of a story in the pairs of one decision: 400 say no more than 4,000 would
MERGED = "merged"  # the state of a story that a person found to be another


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A report of a story as regrouping sees it; `copy_of` is None unless it is a copy."""

    article: int
    copy_of: int | None
    features: Features


# --- suggestions and follow-ups ---------------------------------------------------------------------------


def suggest(connection: sa.Connection, story: int, found: Iterable[Suggestion], *, now: datetime) -> None:
    """Keep what a person should look at beside *story*, unless one has told the two apart already."""
    for each in found:
        pair = sorted((story, each.story))
        if told_apart(connection, *pair):
            continue
        key = sa.and_(story_suggestions.c.story_id == pair[0], story_suggestions.c.other_id == pair[1])
        connection.execute(sa.delete(story_suggestions).where(key, story_suggestions.c.score < each.score))
        connection.execute(
            insert_once(connection, story_suggestions).values(
                story_id=pair[0],
                other_id=pair[1],
                score=each.score,
                evidence=[dump(LinkEvidence, item) for item in each.evidence],
                at=now,
            )
        )


def told_apart(connection: sa.Connection, story: int, other: int) -> bool:
    """Whether a person found a report of one story to be no report of the other."""
    return connection.scalar(_TOLD_APART, {"story": story, "other": other}) is not None


_one, _two = reports.alias(), reports.alias()
_story: sa.BindParameter[int] = sa.bindparam("story")
_other: sa.BindParameter[int] = sa.bindparam("other")
_TOLD_APART = (
    sa.select(sa.literal(1))
    .join(_one, _one.c.article_id == story_labels.c.article_id)
    .join(_two, _two.c.article_id == story_labels.c.other_id)
    .where(
        story_labels.c.same.is_(False),
        sa.or_(
            sa.and_(_one.c.story_id == _story, _two.c.story_id == _other),
            sa.and_(_one.c.story_id == _other, _two.c.story_id == _story),
        ),
    )
    .limit(1)
)  # built once, as it is asked of every suggestion


def suggestions(connection: sa.Connection, *, limit: int, story: int | None = None) -> list[dict[str, Any]]:
    """Pairs of stories that wait for a person, the likeliest first; of one story, or of all."""
    rows = sa.select(story_suggestions).order_by(
        story_suggestions.c.score.desc(), story_suggestions.c.story_id, story_suggestions.c.other_id
    )
    if story is not None:
        rows = rows.where(
            sa.or_(story_suggestions.c.story_id == story, story_suggestions.c.other_id == story)
        )
    return [dict(row._mapping) for row in connection.execute(rows.limit(limit))]


def drop_suggestion(connection: sa.Connection, story: int, other: int) -> None:
    """Ask no longer about two stories."""
    pair = sorted((story, other))
    connection.execute(
        sa.delete(story_suggestions).where(
            story_suggestions.c.story_id == pair[0], story_suggestions.c.other_id == pair[1]
        )
    )


def follow(connection: sa.Connection, story: int, earlier: Suggestion) -> None:
    """Let a new story refer to the one that it takes up."""
    evidence = [dump(LinkEvidence, item) for item in earlier.evidence]
    connection.execute(
        insert_once(connection, follow_ups).values(
            story_id=story, earlier_id=earlier.story, score=earlier.score, evidence=evidence
        )
    )


_FOLLOWED = (
    sa.select(follow_ups, stories.c.title, stories.c.last_report_at)
    .join(stories, stories.c.id == follow_ups.c.earlier_id)
    .where(follow_ups.c.story_id == _story)
)
_FOLLOWED_UNDER = _FOLLOWED.where(
    sa.exists().where(story_topics.c.story_id == stories.c.id, story_topics.c.topic == sa.bindparam("topic"))
)


def followed(connection: sa.Connection, story: int, *, topic: str | None = None) -> EarlierStory | None:
    """The story that this one takes up; with a *topic*, only if that story was told under it, too."""
    row = (
        connection.execute(_FOLLOWED, {"story": story})
        if topic is None
        else connection.execute(_FOLLOWED_UNDER, {"story": story, "topic": topic})
    ).one_or_none()
    if row is None:
        return None
    return EarlierStory(
        story=row.earlier_id,
        title=row.title,
        last_report_at=row.last_report_at,
        score=row.score,
        evidence=tuple(load(LinkEvidence, item) for item in row.evidence),
    )


def taken_up_by(connection: sa.Connection, story: int) -> list[int]:
    """The stories that take this one up again."""
    rows = sa.select(follow_ups.c.story_id).where(follow_ups.c.earlier_id == story)
    return list(connection.scalars(rows.order_by(follow_ups.c.story_id)))


# --- what a person moves ----------------------------------------------------------------------------------


def merged_into(connection: sa.Connection, story: int) -> int | None:
    """The story that this one was found to be."""
    return connection.scalar(sa.select(story_merges.c.into_id).where(story_merges.c.story_id == story))


def state_of(connection: sa.Connection, story: int) -> str | None:
    """Whether a story is open, closed or merged; None when there is none."""
    return connection.scalar(sa.select(stories.c.state).where(stories.c.id == story))


def members(connection: sa.Connection, story: int) -> list[Member]:
    """The reports of a story with what they are compared by, in the order in which we met them."""
    rows = sa.select(reports.c.article_id, reports.c.role, reports.c.copy_of, reports.c.features)
    found = connection.execute(rows.where(reports.c.story_id == story).order_by(reports.c.article_id))
    return [
        Member(
            article=row.article_id,
            copy_of=row.copy_of if row.role == Role.COPY else None,
            features=from_json(row.features),
        )
        for row in found
    ]


def open_story(connection: sa.Connection, article: int, *, now: datetime) -> int:
    """Open a story for an article that a person took out of another."""
    title = connection.scalar(sa.select(articles.c.title).where(articles.c.id == article))
    made: int = connection.execute(
        sa.insert(stories)
        .values(title=title, state="open", first_report_at=now, last_report_at=now)
        .returning(stories.c.id)
    ).scalar_one()
    return made


def move(connection: sa.Connection, ids: Collection[int], story: int) -> None:
    """Make articles reports of *story*; `renew` the stories concerned afterwards."""
    connection.execute(sa.update(reports).where(reports.c.article_id.in_(ids)).values(story_id=story))


def explain(connection: sa.Connection, article: int, evidence: Sequence[LinkEvidence]) -> None:
    """Say why a report is where it is."""
    shown = [dump(LinkEvidence, item) for item in evidence]
    connection.execute(
        sa.update(reports).where(reports.c.article_id == article).values(evidence=shown, score=1.0)
    )


def renew(connection: sa.Connection, story: int, *, open_since: datetime) -> None:
    """Make what is kept of a story that of its reports as they are now: times, topics, what finds it."""
    at = sa.case(
        (articles.c.published_at < articles.c.seen_at, articles.c.published_at), else_=articles.c.seen_at
    )
    own = sa.select(reports.c.article_id).where(reports.c.story_id == story)
    kind = stories.c.last_report_at.type
    first, last = connection.execute(
        sa.select(sa.func.min(at, type_=kind), sa.func.max(at, type_=kind)).where(articles.c.id.in_(own))
    ).one()
    connection.execute(
        sa.update(stories)
        .where(stories.c.id == story)
        .values(first_report_at=first, last_report_at=last, state="open" if last >= open_since else "closed")
    )
    connection.execute(sa.delete(story_keys).where(story_keys.c.story_id == story))
    own_reports = (each.features for each in members(connection, story) if each.copy_of is None)
    found = sorted({key for each in own_reports for key in keys(each)})
    for some in chunks(found):
        connection.execute(sa.insert(story_keys), [{"key": key, "story_id": story} for key in some])
    matched = connection.scalars(sa.select(matches.c.topic).where(matches.c.article_id.in_(own)).distinct())
    topics = [{"story_id": story, "topic": topic} for topic in sorted(matched)]
    connection.execute(sa.delete(story_topics).where(story_topics.c.story_id == story))
    if topics:
        connection.execute(sa.insert(story_topics), topics)


def close_into(connection: sa.Connection, story: int, into: int) -> None:
    """End a story that has no reports left: it was *into* all along, and goes on in its threads."""
    connection.execute(sa.update(stories).where(stories.c.id == story).values(state=MERGED))
    connection.execute(sa.delete(story_keys).where(story_keys.c.story_id == story))
    connection.execute(sa.update(story_merges).where(story_merges.c.into_id == story).values(into_id=into))
    connection.execute(insert_once(connection, story_merges).values(story_id=story, into_id=into))
    asked = sa.or_(story_suggestions.c.story_id == story, story_suggestions.c.other_id == story)
    connection.execute(sa.delete(story_suggestions).where(asked))
    roots = sa.select(threads.c.destination, threads.c.root_ref).where(threads.c.story_id == story)
    for row in connection.execute(roots).all():
        connection.execute(
            insert_once(connection, threads).values(
                story_id=into, destination=row.destination, root_ref=row.root_ref
            )
        )
    connection.execute(
        sa.update(follow_ups)
        .where(follow_ups.c.earlier_id == story, follow_ups.c.story_id != into)
        .values(earlier_id=into)
    )


# --- labels -----------------------------------------------------------------------------------------------


def label(
    connection: sa.Connection,
    ones: Sequence[int],
    others: Sequence[int],
    *,
    same: bool,
    action: str,
    now: datetime,
) -> int:
    """Keep what a person decided of each pair, in the place of what was decided before; answer how many."""
    pairs = {
        (min(one, other), max(one, other))
        for one, other in product(ones[:MAX_LABELLED], others[:MAX_LABELLED])
        if one != other
    }
    for one, other in sorted(pairs):
        connection.execute(
            sa.delete(story_labels).where(story_labels.c.article_id == one, story_labels.c.other_id == other)
        )
        connection.execute(
            sa.insert(story_labels).values(article_id=one, other_id=other, same=same, action=action, at=now)
        )
    return len(pairs)


def labels(connection: sa.Connection) -> list[dict[str, Any]]:
    """All that people decided of pairs whose texts are still kept, the oldest decision first."""
    one, other = articles.alias(), articles.alias()
    text, other_text = article_texts.alias(), article_texts.alias()
    rows = (
        sa.select(
            story_labels,
            one.c.title.label("title_a"),
            other.c.title.label("title_b"),
            one.c.language.label("lang_a"),
            other.c.language.label("lang_b"),
            text.c.text.label("text_a"),
            other_text.c.text.label("text_b"),
        )
        .join(one, one.c.id == story_labels.c.article_id)
        .join(other, other.c.id == story_labels.c.other_id)
        .join(text, text.c.article_id == one.c.id)
        .join(other_text, other_text.c.article_id == other.c.id)
        .order_by(story_labels.c.at, story_labels.c.article_id, story_labels.c.other_id)
    )
    found = [dict(row._mapping) for row in connection.execute(rows)]
    topics = _topics_of(connection, {row[end] for row in found for end in ("article_id", "other_id")})
    return [
        {**row, "topics": sorted(topics.get(row["article_id"], set()) | topics.get(row["other_id"], set()))}
        for row in found
    ]


def _topics_of(connection: sa.Connection, ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for some in chunks(sorted(ids)):
        for row in connection.execute(sa.select(matches).where(matches.c.article_id.in_(some))):
            found.setdefault(row.article_id, set()).add(row.topic)
    return found
