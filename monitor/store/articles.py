"""Articles in the database: which wait to be read, the claims on them, and what reading left."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, ArticleState, Document, Entry, Extracted, Match, Outcome
from monitor.store.statements import dump, insert_once
from monitor.store.tables import article_texts, articles, feeds, links, matches, revisions, sightings
from monitor.text.urls import registered_domain

# --- the statements of every turn, built once: building them costs more than running them -------------------

_WAITS = articles.c.state == ArticleState.NEW
_now: sa.BindParameter[Any] = sa.bindparam("now")
_ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
DUE = (
    sa.select(articles.c.id)
    .where(
        _WAITS,
        articles.c.next_try_at <= _now,
        sa.or_(articles.c.claimed_until.is_(None), articles.c.claimed_until < _now),
    )
    .order_by(articles.c.next_try_at)
    .limit(sa.bindparam("room"))
    .with_for_update(skip_locked=True)
)
CLAIM = sa.update(articles).where(articles.c.id.in_(_ids)).values(claimed_until=sa.bindparam("until"))
HELD_BACK = sa.select(sa.func.min(articles.c.next_try_at)).where(
    _WAITS, articles.c.next_try_at > _now, articles.c.attempts == 0
)


# The feed's words where they were whole; those that stand in for a page that would not open are another's.
WITH_PAGE = (Outcome.PAGE, Outcome.FEED)
WITH_TEXT = (*WITH_PAGE, Outcome.BLOCKED, Outcome.QUARANTINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    """An article that waits to be read, with the feed's own words in case the page cannot be had.

    `named` is the outlet that its entry names beside the feed's own name; empty where it names none.
    """

    id: int
    feed: int | None
    entry: Entry
    outlet: str
    source: str
    named: str
    feed_language: str
    seen_at: datetime
    quiet: bool
    is_undated_at_first: bool  # shown by a feed that was read for the first time, and that told no date
    attempts: int


def claim_due(connection: sa.Connection, *, now: datetime, lease: timedelta, limit: int) -> list[int]:
    """Claim articles that wait to be read, those that have waited longest first.

    A claim is a lease: whoever dies with it loses it when it runs out. SKIP LOCKED compiles away on SQLite,
    whose one writer needs no such thing.
    """
    if limit < 1:
        return []
    ids = list(connection.scalars(DUE, {"now": now, "room": limit}))
    if ids:
        connection.execute(CLAIM, {"ids": ids, "until": now + lease})
    return ids


def wait(connection: sa.Connection, article_id: int, *, until: datetime) -> None:
    """Put an article back until its turn at its host; that is no attempt."""
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == article_id, articles.c.state == ArticleState.NEW)
        .values(next_try_at=until, claimed_until=None)
    )


def held_back_until(connection: sa.Connection, *, now: datetime) -> datetime | None:
    """When the first article is due that waits for its turn; those that failed have attempts counted."""
    moment: datetime | None = connection.scalar(HELD_BACK, {"now": now})
    return moment


def to_read(connection: sa.Connection, article_id: int) -> ToRead | None:
    """What the read stage needs of an article; None when it has been read meanwhile."""
    row = connection.execute(
        sa.select(
            articles,
            article_texts.c.feed_content,
            article_texts.c.feed_summary,
            feeds.c.language.label("feed_language"),
            feeds.c.outlet.label("feed_outlet"),
            feeds.c.name.label("feed_name"),
            feeds.c.host.label("feed_host"),
            feeds.c.first_success_at,
        )
        .join(article_texts, article_texts.c.article_id == articles.c.id)
        .outerjoin(feeds, feeds.c.id == articles.c.feed_id)
        .where(articles.c.id == article_id, articles.c.state == ArticleState.NEW)
    ).first()
    if row is None:
        return None
    entry = Entry(
        key=row.guid,
        url=row.url or None,
        title=row.title,
        summary=row.feed_summary or "",
        content=row.feed_content or "",
        published_at=row.published_at,
        published_claim=row.published_claim,
        authors=tuple(row.authors),
        language=row.language,
        tags=tuple(row.tags),
        section=row.section or "",
        image=row.image,
    )
    own = (row.feed_outlet, row.feed_name, row.feed_host, row.source, registered_domain(row.url))
    return ToRead(
        id=row.id,
        feed=row.feed_id,
        entry=entry,
        outlet=row.outlet,
        source=row.source,
        named="" if row.outlet in own else row.outlet,
        feed_language=row.feed_language or "",
        seen_at=row.seen_at,
        quiet=row.quiet,
        is_undated_at_first=row.published_at is None and row.seen_at == row.first_success_at,
        attempts=row.attempts,
    )


_IS_IT = articles.c.id == sa.bindparam("article")
_STATE = sa.select(articles.c.state).where(_IS_IT).with_for_update()
_KEEP = sa.update(articles).where(_IS_IT)
_KEEP_TEXT = sa.update(article_texts).where(article_texts.c.article_id == sa.bindparam("article"))


def is_waiting(connection: sa.Connection, article_id: int) -> bool:
    """Whether the article is still to be read: asked inside the transaction that settles it."""
    return bool(connection.scalar(_STATE, {"article": article_id}) == ArticleState.NEW)


def same_page(
    connection: sa.Connection, article_id: int, canonical_key: str, *, has_page: bool
) -> int | None:
    """An article that we have read under the same canonical URL, if there is one.

    Where the feed's words stood in for the page, they are no match for the page itself.
    """
    read = WITH_PAGE if has_page else WITH_TEXT
    rows = connection.execute(_NAMED, {"key": canonical_key})
    others = [row.id for row in rows if row.state == ArticleState.DONE and row.outcome in read]
    return min((other for other in others if other != article_id), default=None)


_NAMED = sa.union_all(  # each by its own index: for an OR the database walks through all that is done
    *(
        sa.select(articles.c.id, articles.c.state, articles.c.outcome).where(column == sa.bindparam("key"))
        for column in (articles.c.canonical_key, articles.c.url_key)
    )
)


def make_link(connection: sa.Connection, article_id: int, known: int) -> None:
    """Turn an article into a further link to the one that we hold, which was seen once more by it."""
    connection.execute(
        sa.update(sightings).where(sightings.c.article_id == article_id).values(article_id=known)
    )
    link = sa.select(articles.c.url_key, sa.literal(known)).where(articles.c.id == article_id)
    connection.execute(insert_once(connection, links).from_select(["url_key", "article_id"], link))
    connection.execute(sa.delete(articles).where(articles.c.id == article_id))


def save_read(
    connection: sa.Connection,
    article: Article,
    extracted: Extracted,
    *,
    outcome: Outcome,
    reason: str | None,
    canonical_key: str,
    quiet: bool,
    now: datetime,
) -> None:
    """Keep an article's text, where it stands and what its page says of itself: it is done."""
    kept = {
        "state": ArticleState.DONE,
        "outcome": outcome,
        "reason": reason,
        "claimed_until": None,
        "read_at": now,
        "url": article.url,
        "outlet": article.outlet,
        "source": article.source,
        "title": article.title,
        "language": article.language,
        "authors": list(article.authors),
        "published_at": article.published_at,
        "canonical_url": extracted.canonical_url,
        "canonical_key": canonical_key,
        "quiet": quiet,
        "modified_at": extracted.modified_at,
        "section": article.section or None,
        "image": article.image,
        "origins": dict(article.origins),
    }
    connection.execute(_KEEP, {**kept, "article": article.id})
    connection.execute(_KEEP_TEXT, {"text": article.text, "article": article.id})
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    first = {"article_id": article.id, "number": 1, "seen_at": now, "title": article.title}
    connection.execute(insert_once(connection, revisions), {**first, "text_hash": digest})


def save_unread(
    connection: sa.Connection,
    article_id: int,
    *,
    state: ArticleState,
    outcome: Outcome,
    reason: str,
    now: datetime,
) -> None:
    """End an article that gave no text, with the reason that people see."""
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == article_id, articles.c.state == ArticleState.NEW)
        .values(state=state, outcome=outcome, reason=reason, claimed_until=None, read_at=now)
    )


def try_again(
    connection: sa.Connection, article_id: int, *, at: datetime, reason: str, outcome: Outcome | None = None
) -> None:
    """Count a failed attempt and let the article fall due again at *at*, marked with what came of it."""
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == article_id, articles.c.state == ArticleState.NEW)
        .values(
            attempts=articles.c.attempts + 1,
            next_try_at=at,
            reason=reason,
            outcome=outcome,
            claimed_until=None,
        )
    )


def matched_topics(connection: sa.Connection, article_id: int) -> frozenset[str]:
    """The topics that an article belongs to, as far as we knew until now."""
    return frozenset(connection.scalars(_TOPICS, {"article": article_id}))


_TOPICS = sa.select(matches.c.topic).where(matches.c.article_id == sa.bindparam("article"))


def save_matches(connection: sa.Connection, article_id: int, found: Sequence[Match]) -> None:
    """Keep which topics an article belongs to, and the words that say so."""
    rows = [
        {
            "article_id": article_id,
            "topic": match.topic,
            "score": match.score,
            "evidence": [dump(type(item), item) for item in match.evidence],
        }
        for match in found
    ]
    if rows:
        connection.execute(sa.insert(matches), rows)


_TEXTS = (
    sa.select(articles.c.id, articles.c.title, articles.c.language, article_texts.c.text)
    .join(article_texts, article_texts.c.article_id == articles.c.id)
    .where(articles.c.id.in_(sa.bindparam("ids", expanding=True)), article_texts.c.text.is_not(None))
)  # written once: putting it together costs more than running it
_LATE_TEXTS = _TEXTS.where(articles.c.seen_at >= sa.bindparam("since"))


def text_of(
    connection: sa.Connection, article_ids: Sequence[int], *, since: datetime | None = None
) -> dict[int, tuple[str, str]]:
    """Texts and languages of articles that are still kept, by id; a headline stands where it is all there is.

    With *since* only those that we saw after it.
    """
    if not article_ids:
        return {}
    rows = (
        connection.execute(_TEXTS, {"ids": article_ids})
        if since is None
        else connection.execute(_LATE_TEXTS, {"ids": article_ids, "since": since})
    )
    return {row.id: (row.text or row.title, row.language) for row in rows}


def document(connection: sa.Connection, article_id: int) -> Document | None:
    """An article as topics see it; None if there is none, or its text is not kept."""
    row = connection.execute(
        sa.select(
            articles.c.title,
            articles.c.language,
            articles.c.source,
            articles.c.tags,
            article_texts.c.text,
        )
        .join(article_texts, article_texts.c.article_id == articles.c.id)
        .where(articles.c.id == article_id, article_texts.c.text.is_not(None))
    ).first()
    if row is None:
        return None
    return Document(
        title=row.title, text=row.text, language=row.language, source=row.source, tags=tuple(row.tags)
    )


def matched(connection: sa.Connection, *, limit: int) -> list[dict[str, Any]]:
    """The newest matched articles with their evidence, for people."""
    rows = connection.execute(
        sa.select(
            articles.c.id,
            articles.c.title,
            articles.c.url,
            articles.c.outlet,
            articles.c.language,
            matches.c.topic,
            matches.c.score,
            matches.c.evidence,
        )
        .join(matches, matches.c.article_id == articles.c.id)
        .order_by(articles.c.id.desc(), matches.c.topic)
        .limit(limit)
    )
    return [dict(row._mapping) for row in rows]
