"""Entries in the database: which were seen before, and the articles that the others become."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.articles.address import address_of, is_elsewhere, outlet_behind
from monitor.model import ArticleState, Entry, Feed, Outcome
from monitor.store.retention import RENEWED, still_listed
from monitor.store.statements import chunks, insert_once
from monitor.store.tables import article_texts, articles, links, sightings
from monitor.text.urls import host_of, url_key

# --- the statements of every turn, built once: building them costs more than running them -------------------

_ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
SEEN = sa.select(
    sightings.c.entry_key, sa.func.coalesce(sightings.c.listed_at, sightings.c.seen_at).label("listed_at")
).where(sightings.c.feed_id == sa.bindparam("feed"), sightings.c.entry_key.in_(_ids))
HELD = sa.select(articles.c.url_key, articles.c.id).where(articles.c.url_key.in_(_ids))
BY_OTHER_LINKS = sa.union_all(
    sa.select(articles.c.canonical_key.label("key"), articles.c.id).where(
        articles.c.canonical_key.in_(_ids),
        articles.c.state == ArticleState.DONE,
        articles.c.outcome.in_((Outcome.PAGE, Outcome.FEED)),
    ),
    sa.select(links.c.url_key, links.c.article_id).where(links.c.url_key.in_(_ids)),
)
STORED = sa.insert(articles)
TEXTS = sa.insert(article_texts)


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
    feed has shown is known by its URL, or by the one that a page gave for itself. Articles claimed older
    than *quiet_before* raise no alert.
    """
    fresh = _unseen(connection, feed.id, entries, now=now)
    keys = {entry.key: _identity(feed, entry) for entry in fresh}
    held = _articles_by_url_key(connection, list(keys.values()))
    held |= _articles_by_other_links(connection, [key for key in keys.values() if key not in held])
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


def _articles_by_other_links(connection: sa.Connection, keys: Sequence[str]) -> dict[str, int]:
    """Articles whose pages stand at these URLs or to which these links led, held under another."""
    held: dict[str, int] = {}
    for some in chunks(keys):
        for key, article in connection.execute(BY_OTHER_LINKS, {"ids": some}):
            held[key] = min(article, held.get(key, article))
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
    url = address_of(entry.url) if entry.url else ""
    is_backlog = (
        quiet_before is not None and entry.published_at is not None and entry.published_at < quiet_before
    )
    return {
        "url_key": key,
        "url": url,
        "feed_id": feed.id,
        "guid": entry.key,
        "title": entry.title,
        "outlet": _outlet(feed, entry, url),
        "source": host_of(url) if url else feed.host,
        "section": entry.section or None,
        "image": entry.image,
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


def _outlet(feed: Feed, entry: Entry, url: str) -> str:
    """Name whose article this is; a link that carries its target tells at once that it is not the feed's."""
    if entry.url and url != entry.url and is_elsewhere(entry.url, url) and is_elsewhere(feed.url, url):
        return outlet_behind(url, named=entry.source, listed="")
    return entry.source or feed.outlet or feed.name or feed.host
