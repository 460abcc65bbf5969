"""Articles in the database: entries that became articles, the claims on them, and what reading left."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, ArticleState, Document, Entry, Extracted, Feed, Match, Outcome
from monitor.store.retention import RENEWED, still_listed
from monitor.store.statements import chunks, dump, insert_once
from monitor.store.tables import article_texts, articles, feeds, matches, revisions, sightings
from monitor.text.urls import host_of, url_key

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
SEEN = sa.select(
    sightings.c.entry_key, sa.func.coalesce(sightings.c.listed_at, sightings.c.seen_at).label("listed_at")
).where(sightings.c.feed_id == sa.bindparam("feed"), sightings.c.entry_key.in_(_ids))
HELD = sa.select(articles.c.url_key, articles.c.id).where(articles.c.url_key.in_(_ids))
STORED = sa.insert(articles)
TEXTS = sa.insert(article_texts)
CLAIM = sa.update(articles).where(articles.c.id.in_(_ids)).values(claimed_until=sa.bindparam("until"))
HELD_BACK = sa.select(sa.func.min(articles.c.next_try_at)).where(
    _WAITS, articles.c.next_try_at > _now, articles.c.attempts == 0
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    """An article that waits to be read, with the feed's own words in case the page cannot be had."""

    id: int
    entry: Entry
    outlet: str
    source: str
    feed_language: str
    seen_at: datetime
    quiet: bool
    is_undated_at_first: bool  # shown by a feed that was read for the first time, and that told no date
    attempts: int


def add_entries(
    connection: sa.Connection,
    feed: Feed,
    entries: Sequence[Entry],
    *,
    now: datetime,
    quiet_before: datetime | None,
) -> int:
    """Store what a poll found and answer how many articles are new.

    An entry that this feed has shown is known by its key, whatever its URL says now; one that another
    feed has shown is known by its URL. Articles claimed older than *quiet_before* raise no alert.
    """
    fresh = _unseen(connection, feed.id, entries, now=now)
    keys = {entry.key: _identity(feed, entry) for entry in fresh}
    held = _articles_by_url_key(connection, list(keys.values()))
    new: dict[str, Entry] = {}
    for entry in fresh:
        if keys[entry.key] not in held:
            new.setdefault(keys[entry.key], entry)
    if new:
        held |= _insert(connection, feed, new, now, quiet_before)
    if fresh:
        seen = [
            {"feed_id": feed.id, "entry_key": entry.key, "article_id": held[keys[entry.key]], "seen_at": now}
            for entry in fresh
        ]
        connection.execute(insert_once(connection, sightings), seen)
    return len(new)


def _identity(feed: Feed, entry: Entry) -> str:
    if entry.url is not None:
        return url_key(entry.url)
    return hashlib.sha256(f"feed:{feed.id}:{entry.key}".encode()).hexdigest()  # an entry without a page


def _unseen(
    connection: sa.Connection, feed_id: int, entries: Sequence[Entry], *, now: datetime
) -> list[Entry]:
    """Return the entries that the feed shows for the first time, and note that it lists the others still."""
    seen: dict[str, datetime] = {}
    for some in chunks([entry.key for entry in entries]):
        seen.update(
            (row.entry_key, row.listed_at) for row in connection.execute(SEEN, {"feed": feed_id, "ids": some})
        )
    long_known = [key for key, listed_at in seen.items() if listed_at < now - RENEWED]
    still_listed(connection, feed_id, long_known, now=now)
    return [entry for entry in entries if entry.key not in seen]


def _articles_by_url_key(connection: sa.Connection, keys: Sequence[str]) -> dict[str, int]:
    held: dict[str, int] = {}
    for some in chunks(keys):
        held.update((key, article) for key, article in connection.execute(HELD, {"ids": some}))
    return held


def _insert(
    connection: sa.Connection,
    feed: Feed,
    new: Mapping[str, Entry],
    now: datetime,
    quiet_before: datetime | None,
) -> dict[str, int]:
    """Insert entries by the key of their URL, and answer their ids.

    All rows of a table go in one statement: one by one, they cost twice what parsing the feed does.
    """
    rows = [_row(feed, entry, key, now, quiet_before) for key, entry in new.items()]
    connection.execute(STORED, rows)
    ids = _articles_by_url_key(connection, list(new))
    texts = [
        {"article_id": ids[key], "feed_content": entry.content or None, "feed_summary": entry.summary or None}
        for key, entry in new.items()
    ]
    connection.execute(TEXTS, texts)
    return ids


def _row(feed: Feed, entry: Entry, key: str, now: datetime, quiet_before: datetime | None) -> dict[str, Any]:
    is_backlog = (
        quiet_before is not None and entry.published_at is not None and entry.published_at < quiet_before
    )
    return {
        "url_key": key,
        "url": entry.url or "",
        "feed_id": feed.id,
        "guid": entry.key,
        "title": entry.title,
        "outlet": entry.source or feed.outlet or feed.name or feed.host,
        "source": host_of(entry.url) if entry.url else feed.host,
        "language": entry.language or feed.language,
        "authors": list(entry.authors),
        "tags": sorted({*entry.tags, *feed.tags}),
        "published_at": entry.published_at,
        "published_claim": entry.published_claim,
        "seen_at": now,
        "quiet": is_backlog,
        "state": ArticleState.NEW,
        "next_try_at": now,
    }


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
    )
    return ToRead(
        id=row.id,
        entry=entry,
        outlet=row.outlet,
        source=row.source,
        feed_language=row.feed_language or "",
        seen_at=row.seen_at,
        quiet=row.quiet,
        is_undated_at_first=row.published_at is None and row.seen_at == row.first_success_at,
        attempts=row.attempts,
    )


def is_waiting(connection: sa.Connection, article_id: int) -> bool:
    """Whether the article is still to be read: asked inside the transaction that settles it."""
    state = connection.scalar(
        sa.select(articles.c.state).where(articles.c.id == article_id).with_for_update()
    )
    return bool(state == ArticleState.NEW)


def same_page(connection: sa.Connection, article_id: int, canonical_key: str) -> int | None:
    """An article that we have read under the same canonical URL, if there is one."""
    return connection.scalar(
        sa.select(articles.c.id)
        .where(
            articles.c.id != article_id,
            articles.c.state == ArticleState.DONE,
            articles.c.outcome.in_((Outcome.PAGE, Outcome.FEED)),
            sa.or_(articles.c.canonical_key == canonical_key, articles.c.url_key == canonical_key),
        )
        .order_by(articles.c.id)
        .limit(1)
    )


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
    """Keep an article's text and what its page says of itself: it is done."""
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == article.id)
        .values(
            state=ArticleState.DONE,
            outcome=outcome,
            reason=reason,
            claimed_until=None,
            read_at=now,
            title=article.title,
            language=article.language,
            authors=list(article.authors),
            published_at=article.published_at,
            canonical_url=extracted.canonical_url,
            canonical_key=canonical_key,
            quiet=quiet,
            **page_values(article, extracted),
        )
    )
    connection.execute(
        sa.update(article_texts).where(article_texts.c.article_id == article.id).values(text=article.text)
    )
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    connection.execute(
        insert_once(connection, revisions).values(
            article_id=article.id, number=1, seen_at=now, title=article.title, text_hash=digest
        )
    )


def page_values(article: Article, extracted: Extracted) -> dict[str, Any]:
    """What a page says beside its text, and where every value came from, as columns."""
    return {
        "modified_at": extracted.modified_at,
        "section": extracted.section or None,
        "image": extracted.image,
        "origins": dict(article.origins),
    }


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


def text_of(
    connection: sa.Connection, article_ids: Sequence[int], *, since: datetime | None = None
) -> dict[int, tuple[str, str]]:
    """Texts and languages of articles that are still kept, by id; a headline stands where it is all there is.

    With *since* only those that we saw after it.
    """
    rows = (
        sa.select(articles.c.id, articles.c.title, articles.c.language, article_texts.c.text)
        .join(article_texts, article_texts.c.article_id == articles.c.id)
        .where(articles.c.id.in_(article_ids), article_texts.c.text.is_not(None))
    )
    if since is not None:
        rows = rows.where(articles.c.seen_at >= since)
    return {row.id: (row.text or row.title, row.language) for row in connection.execute(rows)}


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
