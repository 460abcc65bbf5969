"""What is old enough to go: texts first, later all else but what keeps old news from being told anew.

A feed may list an entry for years. While it does, the article's bare row stays, or its next poll would
find it new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import ArticleState, FeedStatus, Retention
from monitor.store.statements import chunks
from monitor.store.tables import (
    alerts,
    article_texts,
    articles,
    feeds,
    looks,
    matches,
    mutes,
    reports,
    revisions,
    shingles,
    sightings,
    stories,
    story_topics,
)

BITE = 500  # articles or stories of one transaction: a fraction of a second, with all that hangs on them
RENEWED = timedelta(days=30)  # how exact `sightings.listed_at` is kept
UNLISTED = 2 * RENEWED  # a sighting so much older than its feed's newest is of an entry that has left it


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """The moment before which things go: for each topic with its own, and for the rest."""

    default: datetime
    topics: Mapping[str, datetime] = field(default_factory=dict, repr=False)

    @property
    def latest(self) -> datetime:
        """What is younger goes for no topic."""
        return max([self.default, *self.topics.values()])

    def of(self, topic: sa.Column[str]) -> sa.ColumnElement[datetime]:
        """The cut-off of the topic in a row."""
        default = sa.literal(self.default, articles.c.seen_at.type)
        own = {name: sa.literal(cut, articles.c.seen_at.type) for name, cut in self.topics.items()}
        return sa.case(own, value=topic, else_=default) if own else default


def cutoffs(keep: Retention, *, now: datetime) -> tuple[Cutoffs, Cutoffs]:
    """Turn spans into moments: for texts, and for records."""
    return (
        Cutoffs(default=now - keep.texts, topics={t: now - span for t, span in keep.topic_texts.items()}),
        Cutoffs(default=now - keep.records, topics={t: now - span for t, span in keep.topic_records.items()}),
    )


def prune_texts(connection: sa.Connection, cut: Cutoffs, limit: int = BITE) -> int:
    """Forget one bite of old texts with all that was made to compare them, and answer how many went."""
    ids = list(connection.scalars(_old_texts(cut).limit(limit)))
    if ids:
        connection.execute(sa.delete(article_texts).where(article_texts.c.article_id.in_(ids)))
        connection.execute(sa.delete(shingles).where(shingles.c.article_id.in_(ids)))
        connection.execute(sa.update(revisions).where(revisions.c.article_id.in_(ids)).values(text=None))
        connection.execute(sa.update(looks).where(looks.c.article_id.in_(ids)).values(next_look_at=None))
    return len(ids)


def _old_texts(cut: Cutoffs) -> sa.Select[tuple[int]]:
    newest = sa.select(articles.c.id).where(articles.c.seen_at < cut.latest)
    newest = newest.order_by(articles.c.seen_at.desc()).limit(1)  # ids grow with time: no walk to today's
    own = matches.c.article_id == articles.c.id
    return (
        sa.select(articles.c.id)
        .join(article_texts, article_texts.c.article_id == articles.c.id)
        .where(
            article_texts.c.article_id <= newest.scalar_subquery(),
            articles.c.seen_at < cut.latest,
            articles.c.state != ArticleState.NEW,
            sa.or_(articles.c.seen_at < cut.default, sa.exists().where(own)),
            ~sa.exists().where(own, articles.c.seen_at >= cut.of(matches.c.topic)),
        )
        .order_by(article_texts.c.article_id)
    )


def prune_stories(connection: sa.Connection, cut: Cutoffs, limit: int = BITE) -> int:
    """Forget one bite of what topics no longer keep of closed stories; one that no topic keeps goes whole.

    Only a closed story can go: an open one would be told anew with its next report.
    """
    over = sa.and_(stories.c.state != "open", stories.c.last_report_at < cut.latest)
    ended = connection.execute(
        sa.select(story_topics.c.story_id, story_topics.c.topic)
        .join(stories, stories.c.id == story_topics.c.story_id)
        .where(over, stories.c.last_report_at < cut.of(story_topics.c.topic))
        .order_by(story_topics.c.story_id)
        .limit(limit)
    ).all()
    for story, topic in ended:
        _forget_topic(connection, story, topic)
    left = (
        sa.select(stories.c.id)
        .where(
            over,
            sa.or_(stories.c.last_report_at < cut.default, stories.c.id.in_({story for story, _ in ended})),
            ~sa.exists().where(story_topics.c.story_id == stories.c.id),
        )
        .limit(limit)
    )
    gone = connection.execute(sa.delete(stories).where(stories.c.id.in_(list(connection.scalars(left)))))
    return len(ended) + gone.rowcount


def _forget_topic(connection: sa.Connection, story: int, topic: str) -> None:
    told = sa.select(reports.c.article_id).where(reports.c.story_id == story)
    connection.execute(sa.delete(alerts).where(alerts.c.story_id == story, alerts.c.topic == topic))
    connection.execute(sa.delete(mutes).where(mutes.c.story_id == story, mutes.c.topic == topic))
    connection.execute(sa.delete(matches).where(matches.c.article_id.in_(told), matches.c.topic == topic))
    connection.execute(
        sa.delete(story_topics).where(story_topics.c.story_id == story, story_topics.c.topic == topic)
    )


def prune_matches(connection: sa.Connection, cut: Cutoffs, limit: int = BITE) -> int:
    """Forget one bite of the matches of articles that are in no story."""
    old = (
        sa.select(matches.c.article_id, matches.c.topic)
        .join(articles, articles.c.id == matches.c.article_id)
        .where(
            articles.c.seen_at < cut.of(matches.c.topic),
            articles.c.state != ArticleState.NEW,
            ~sa.exists().where(reports.c.article_id == articles.c.id),
        )
        .limit(limit)
    )
    pair = sa.tuple_(matches.c.article_id, matches.c.topic)
    return connection.execute(sa.delete(matches).where(pair.in_(old))).rowcount


def prune_operator_alerts(connection: sa.Connection, cut: Cutoffs, limit: int = BITE) -> int:
    """Forget one bite of what operators were told of feeds and deliveries."""
    old = (
        sa.select(alerts.c.id)
        .where(alerts.c.story_id.is_(None), alerts.c.created_at < cut.default)
        .limit(limit)
    )
    return connection.execute(sa.delete(alerts).where(alerts.c.id.in_(old))).rowcount


def prune_sightings(connection: sa.Connection, cut: Cutoffs, limit: int = BITE) -> int:
    """Forget one bite of the entries that their feeds list no more, and of those of removed feeds."""
    newest = (
        sa.select(sa.func.max(sa.func.coalesce(sightings.c.listed_at, sightings.c.seen_at)))
        .where(sightings.c.feed_id == feeds.c.id)
        .scalar_subquery()
    )
    of_feed = sa.select(feeds.c.id, feeds.c.status, newest.label("newest")).where(
        sa.exists().where(sightings.c.feed_id == feeds.c.id, sightings.c.seen_at < cut.default)
    )
    gone = 0
    for feed in connection.execute(of_feed).all():
        bound = cut.default if feed.status == FeedStatus.REMOVED else min(cut.default, feed.newest - UNLISTED)
        old = (
            sa.select(sightings.c.entry_key)
            .where(
                sightings.c.feed_id == feed.id,
                sightings.c.seen_at < bound,
                sa.func.coalesce(sightings.c.listed_at, sightings.c.seen_at) < bound,
            )
            .limit(limit - gone)
        )
        gone += connection.execute(
            sa.delete(sightings).where(sightings.c.feed_id == feed.id, sightings.c.entry_key.in_(old))
        ).rowcount
        if gone >= limit:
            break
    return gone


def prune_articles(connection: sa.Connection, cut: Cutoffs, limit: int = BITE) -> int:
    """Forget one bite of the articles that are in no story and in no feed any more."""
    old = (
        sa.select(articles.c.id)
        .where(
            articles.c.seen_at < cut.default,
            articles.c.state != ArticleState.NEW,
            ~sa.exists().where(reports.c.article_id == articles.c.id),
            ~sa.exists().where(matches.c.article_id == articles.c.id),
            ~sa.exists().where(sightings.c.article_id == articles.c.id),
        )
        .order_by(articles.c.seen_at)
        .limit(limit)
    )
    return connection.execute(sa.delete(articles).where(articles.c.id.in_(old))).rowcount


def still_listed(connection: sa.Connection, feed: int, keys: Sequence[str], *, now: datetime) -> None:
    """Note that a feed lists entries still."""
    for some in chunks(keys):
        connection.execute(
            sa.update(sightings)
            .where(sightings.c.feed_id == feed, sightings.c.entry_key.in_(some))
            .values(listed_at=now)
        )
