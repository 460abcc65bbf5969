"""The tables, once for SQLite and PostgreSQL; migrations must produce exactly these.

Times are stored as naive UTC and come back aware. Whatever may be long is hashed before it is a key,
because PostgreSQL refuses index keys of a few kilobytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the database: SQLite has no zones and PostgreSQL needs none here."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMES)

Id = sa.BigInteger().with_variant(
    sa.Integer, "sqlite"
)  # SQLite numbers rows by itself only in an INTEGER key
Hash = sa.BigInteger  # signed 64-bit


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, **kwargs: Any) -> sa.Column[int]:
    return sa.Column(name, Id, sa.ForeignKey(target, ondelete="CASCADE"), **kwargs)


feeds = sa.Table(
    "feeds",
    metadata,
    _id(),
    sa.Column("url", sa.String(2048), nullable=False, unique=True),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("name", sa.Text, nullable=False, default=""),
    sa.Column("outlet", sa.Text, nullable=False, default=""),
    sa.Column("language", sa.String(16), nullable=False, default=""),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("every_s", sa.Integer),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column(
        "listed_url", sa.String(2048), nullable=False
    ),  # as the operator wrote it; `url` may have moved
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("interval_s", sa.Integer, nullable=False),
    sa.Column("next_poll_at", UtcDateTime, nullable=False),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("body_hash", sa.String(64)),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("cause", sa.String(64)),
    sa.Column("last_error", sa.Text),
    sa.Column("first_success_at", UtcDateTime),
    sa.Column("last_success_at", UtcDateTime),
    sa.Column("moved_to", sa.String(2048)),
    sa.Column("moves", sa.Integer, nullable=False, default=0),
    sa.Column("losses", sa.Integer, nullable=False, default=0),  # bodies in a row that ended the parser
    sa.Column("lost_hash", sa.String(64)),  # the last of them
    sa.Column("lost_at", UtcDateTime),
    sa.Column("format", sa.String(16)),
    sa.Column("repairs", sa.JSON),
    sa.Column("reason", sa.Text),  # why the next poll is due when it is
    sa.Column("judge_at", UtcDateTime, index=True),  # when its rhythm is looked at next; empty: not yet
    sa.Index("ix_feeds_status_next_poll_at", "status", "next_poll_at"),
    sa.Index("ix_feeds_host_status_next_poll_at", "host", "status", "next_poll_at"),  # a host's next feed
    sa.Index(
        "ix_feeds_claimed",  # as small as what is being polled, however long the list
        "host",
        "claimed_until",
        sqlite_where=sa.text("claimed_until IS NOT NULL"),
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    ),
)

articles = sa.Table(
    "articles",
    metadata,
    _id(),
    sa.Column("url_key", sa.String(64), nullable=False, unique=True),
    sa.Column("url", sa.String(2048), nullable=False),
    sa.Column("canonical_url", sa.String(2048)),
    sa.Column("canonical_key", sa.String(64), index=True),  # two links to one page meet here
    sa.Column("feed_id", Id, sa.ForeignKey("feeds.id", ondelete="SET NULL")),
    sa.Column("guid", sa.String(64), nullable=False),  # the entry's key in the feed that first showed it
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("outlet", sa.Text, nullable=False),
    sa.Column("source", sa.String(255), nullable=False),
    sa.Column("language", sa.String(16), nullable=False, default=""),
    sa.Column("authors", sa.JSON, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("published_at", UtcDateTime),
    sa.Column("published_claim", sa.Text, nullable=False, default=""),
    sa.Column("modified_at", UtcDateTime),  # as the page says it
    sa.Column("section", sa.String(80)),
    sa.Column("image", sa.String(2048)),  # shown as a link, never fetched
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("quiet", sa.Boolean, nullable=False, default=False),  # backlog of a new feed: no alert
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(32)),
    sa.Column("reason", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try_at", UtcDateTime, nullable=False),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("read_at", UtcDateTime),
    sa.Column("origins", sa.JSON),  # value → where it came from: json-ld, meta, markup, url, guessed, feed …
    sa.Index("ix_articles_state_next_try_at", "state", "next_try_at"),
    sa.Index("ix_articles_seen_at", "seen_at"),
)

article_texts = sa.Table(
    "article_texts",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("feed_content", sa.Text),  # HTML as the feed published it: read when the page cannot be
    sa.Column("feed_summary", sa.Text),
)

revisions = sa.Table(
    "revisions",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("kinds", sa.JSON),  # what it changed; null in the first
    sa.Column("text", sa.Text),  # once it is not the newest; that one's is the article's
)

looks = sa.Table(
    "looks",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    sa.Column("read_at", UtcDateTime, nullable=False),  # the schedule counts from it
    sa.Column("next_look_at", UtcDateTime, index=True),  # null: the last look is over
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("looked", sa.Integer, nullable=False, default=0),
    sa.Column("last_look_at", UtcDateTime),
    sa.Column("outcome", sa.String(32)),  # of the last look
    sa.Column("reason", sa.Text),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("missing", sa.Integer, nullable=False, default=0),  # answers in a row that it is gone
    sa.Column("has_page", sa.Boolean, nullable=False),  # our text is the page's own, not the feed's
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
)

links = sa.Table(  # that were followed to an article which we hold by another
    "links",
    metadata,
    sa.Column("url_key", sa.String(64), primary_key=True),
    _ref("article_id", "articles.id", nullable=False, index=True),
)

sightings = sa.Table(
    "sightings",
    metadata,
    _ref("feed_id", "feeds.id", primary_key=True),
    sa.Column("entry_key", sa.String(64), primary_key=True),
    _ref("article_id", "articles.id", nullable=False, index=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("listed_at", UtcDateTime),  # when the feed was last known to list it still, to the month
    sa.Index("ix_sightings_feed_id_seen_at", "feed_id", "seen_at"),
)

topics = sa.Table(  # those in force, which the files need not hold any more: an edit may be broken
    "topics",
    metadata,
    sa.Column("topic", sa.String(128), primary_key=True),
    sa.Column(
        "name", sa.String(128), nullable=False
    ),  # what operators know it by: its code name, if it has one
    sa.Column("definition", sa.JSON, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("broken_since", UtcDateTime),  # an edit of it cannot be used
)

surges = sa.Table(  # topics that match far more than they used to, one row each until its end was told
    "surges",
    metadata,
    sa.Column("topic", sa.String(128), primary_key=True),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("recent", sa.Float, nullable=False),  # articles in the hour that gave it away
    sa.Column("usual", sa.Float, nullable=False),  # and in an hour before
    sa.Column("told", sa.Boolean, nullable=False, default=False),
    sa.Column("alert_id", Id, sa.ForeignKey("alerts.id", ondelete="SET NULL")),  # what told operators
    sa.Column("ended_at", UtcDateTime),  # it is over, and they are still to be told
)

outages = sa.Table(  # of our own network: at most one row, until its end was told
    "outages",
    metadata,
    _id(),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),  # hosts that gave it away
    sa.Column("unreached", sa.Integer, nullable=False),  # of them, those that did not answer
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("told", sa.Boolean, nullable=False, default=False),
    sa.Column("alert_id", Id, sa.ForeignKey("alerts.id", ondelete="SET NULL")),  # what told operators
    sa.Column("ended_at", UtcDateTime),  # it is over, and they are still to be told
)

topic_hours = sa.Table(  # how many articles matched in an hour: a topic's own history
    "topic_hours",
    metadata,
    sa.Column("topic", sa.String(128), primary_key=True),
    sa.Column("hour", UtcDateTime, primary_key=True),
    sa.Column("matched", sa.Integer, nullable=False),
)

matches = sa.Table(
    "matches",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    sa.Column("topic", sa.String(128), primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
)

figures = sa.Table(
    "figures",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),  # in the order of the text
    sa.Column("value", sa.BigInteger),
    sa.Column("low", sa.BigInteger, nullable=False),
    sa.Column("high", sa.BigInteger, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("unit", sa.String(16), nullable=False),
    sa.Column("hedge", sa.String(16)),
    sa.Column("scope", sa.Text),
    sa.Column("attribution", sa.Text),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
)

near_misses = sa.Table(
    "near_misses",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    sa.Column("topic", sa.String(128), primary_key=True),
    sa.Column("missing", sa.Float, nullable=False),  # points; 0 when the expression does not hold
    sa.Column("likeness", sa.Float, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)

stories = sa.Table(
    "stories",
    metadata,
    _id(),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("first_report_at", UtcDateTime, nullable=False),
    sa.Column("last_report_at", UtcDateTime, nullable=False, index=True),
    sa.Column("last_fact_at", UtcDateTime),  # of the last report that told what none had told before
)

story_topics = sa.Table(
    "story_topics",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    sa.Column("topic", sa.String(128), primary_key=True),
)

story_keys = sa.Table(
    "story_keys",
    metadata,
    sa.Column("key", Hash, primary_key=True),
    _ref("story_id", "stories.id", primary_key=True, index=True),
)

families = sa.Table(  # a report with everything that copies it; never deleted, a row has a few bytes
    "families",
    metadata,
    _id(),
    # the family whose report this one tells in other words: both are one source, and no family has two
    sa.Column("retells_id", Id, sa.ForeignKey("families.id")),
)

follow_ups = sa.Table(  # a story that takes up one that had been quiet
    "follow_ups",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    _ref("earlier_id", "stories.id", nullable=False, index=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
)

story_merges = sa.Table(  # a story that a person found to be another; never a chain of them
    "story_merges",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    _ref("into_id", "stories.id", nullable=False, index=True),
)

story_suggestions = sa.Table(  # two stories that a person should look at side by side, the older first
    "story_suggestions",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    _ref("other_id", "stories.id", primary_key=True, index=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

story_labels = sa.Table(  # what people decided of two articles, the older first: one story or two
    "story_labels",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    _ref("other_id", "articles.id", primary_key=True, index=True),
    sa.Column("same", sa.Boolean, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

reports = sa.Table(
    "reports",
    metadata,
    _ref("article_id", "articles.id", primary_key=True),
    _ref("story_id", "stories.id", nullable=False, index=True),
    sa.Column("family_id", Id, sa.ForeignKey("families.id"), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("copy_of", Id, sa.ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    sa.Column("copy_kind", sa.String(16)),
    sa.Column("containment", sa.Float),
    sa.Column("jaccard", sa.Float),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("credits", sa.JSON, nullable=False),  # agencies that it names as where its words come from
    sa.Column("features", sa.JSON, nullable=False),
    sa.Column("news", sa.JSON),  # the numbers and names that no earlier report had; null in the first
    sa.Column("seen_at", UtcDateTime, nullable=False),
)

shingles = sa.Table(
    "shingles",
    metadata,
    sa.Column("hash", Hash, primary_key=True),
    _ref("article_id", "articles.id", primary_key=True, index=True),
    sa.Column("family_id", Id, sa.ForeignKey("families.id"), nullable=False),
    sqlite_with_rowid=False,  # one tree of a row each instead of two: a third smaller, and read once
)

alerts = sa.Table(
    "alerts",
    metadata,
    _id(),
    sa.Column("topic", sa.String(128), nullable=False),  # empty in what operators are told
    _ref("story_id", "stories.id"),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("cause", sa.String(128), nullable=False),
    _ref("article_id", "articles.id"),
    sa.Column("subject", sa.Text),  # the source or delivery that operators are told of
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("topic", "story_id", "kind", "cause"),
    sa.Index("ix_alerts_story_id", "story_id"),
    sa.Index("ix_alerts_article_id", "article_id"),
)
sa.Index(  # the constraint above lets any number through where there is no story
    "uq_alerts_kind_cause",
    alerts.c.kind,
    alerts.c.cause,
    unique=True,
    sqlite_where=alerts.c.story_id.is_(None),
    postgresql_where=alerts.c.story_id.is_(None),
)

silences = sa.Table(
    "silences",
    metadata,
    _ref("feed_id", "feeds.id", primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("told", sa.String(16)),  # the kind that operators know of
    sa.Column("alert_id", Id, sa.ForeignKey("alerts.id", ondelete="SET NULL")),  # the first that told them
    sa.Column("ended_at", UtcDateTime),  # it is over, and they are still to be told
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _id(),
    _ref("alert_id", "alerts.id", nullable=False),
    sa.Column("destination", sa.String(128), nullable=False),
    _ref("story_id", "stories.id"),  # empty in a digest, and in what operators are told
    sa.Column("reply_to", Id, sa.ForeignKey("deliveries.id", ondelete="SET NULL")),  # what it goes under
    sa.Column("frequency", sa.String(16), nullable=False),
    sa.Column("carried_by", Id, sa.ForeignKey("deliveries.id", ondelete="CASCADE")),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("first_attempt_at", UtcDateTime),
    sa.Column("next_attempt_at", UtcDateTime, nullable=False),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("completeness", sa.JSON),  # of a digest, as it was at its first attempt
    sa.Column("provider_ref", sa.Text),
    sa.Column("last_error", sa.Text),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("sent_at", UtcDateTime),
    sa.UniqueConstraint("alert_id", "destination"),
    sa.Index("ix_deliveries_state_next_attempt_at", "state", "next_attempt_at"),
    sa.Index("ix_deliveries_destination_state", "destination", "state"),
    sa.Index("ix_deliveries_carried_by", "carried_by"),
    sa.Index("ix_deliveries_story_id", "story_id"),
    sa.Index("ix_deliveries_reply_to", "reply_to"),
    sa.Index("ix_deliveries_created_at", "created_at"),
)

mutes = sa.Table(  # not told for a while: whatever all of its columns name, null meaning any
    "mutes",
    metadata,
    _id(),
    sa.Column("topic", sa.String(128)),
    _ref("story_id", "stories.id"),
    sa.Column("destination", sa.String(128)),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("digests", sa.Boolean, nullable=False, default=False, server_default=sa.false()),  # only they
)

threads = sa.Table(
    "threads",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    sa.Column("destination", sa.String(128), primary_key=True),
    sa.Column("root_ref", sa.Text, nullable=False),
    sa.Column("refresh_at", UtcDateTime, index=True),  # when the root is brought up to date; null: it is
    sa.Column("refreshes", sa.Integer, nullable=False, default=0, server_default="0"),  # tries that failed
)

follows = sa.Table(  # follow-ups of the story are shown beside its thread, too
    "follows",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    sa.Column("destination", sa.String(128), primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

irrelevant = sa.Table(  # somebody there said that the story has nothing to do with its topics
    "irrelevant",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    sa.Column("destination", sa.String(128), primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

hosts = sa.Table(
    "hosts",
    metadata,
    sa.Column("host", sa.String(255), primary_key=True),
    sa.Column("not_before", UtcDateTime),  # it asked for rest, or was asked a moment ago
    sa.Column("ready_at", UtcDateTime),  # when its next feed may be claimed; null while none waits
    sa.Index("ix_hosts_ready_at", "ready_at"),
)

robots = sa.Table(
    "robots",
    metadata,
    sa.Column("origin", sa.String(300), primary_key=True),  # scheme, host and port: each has its own file
    sa.Column("text", sa.Text),  # null: it could never be read
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    _ref("feed_id", "feeds.id", primary_key=True),
    sa.Column("hub", sa.String(2048), nullable=False),
    sa.Column("topic", sa.String(2048), nullable=False),
    sa.Column("token", sa.String(64), nullable=False, unique=True),  # the secret part of our callback's URL
    sa.Column("secret", sa.String(64), nullable=False),  # signs what the hub sends us
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False, index=True),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("last_error", sa.Text),
)

polls = sa.Table(
    "polls",
    metadata,
    _id(),
    _ref("feed_id", "feeds.id", nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("outcome", sa.String(64), nullable=False),
    sa.Column("new_entries", sa.Integer, nullable=False),
    sa.Index("ix_polls_feed_id_at", "feed_id", "at"),
)
