"""Feeds in the database: the list, and what a poll leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.feeds.pace import Pace
from monitor.feeds.schedule import FeedIntent
from monitor.model import Feed, FeedOrigin, FeedSource, FeedStatus, Losses, ParsedFeed
from monitor.store import hosts
from monitor.store.statements import chunks
from monitor.store.tables import articles, feeds, polls, sightings
from monitor.text.urls import host_of

ENTRIES = (
    sa.select(sa.func.count())
    .select_from(sightings)
    .where(sightings.c.feed_id == feeds.c.id)
    .scalar_subquery()
    .label("entries")
)

# --- the statements of every poll, built once: building them costs more than running them -------------------

_ONE = feeds.c.id == sa.bindparam("feed")
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_UNASKED = ("claimed_until", "format", "repairs", "reason", "judge_at")  # `_feed` takes all others
EACH = sa.select(*(column for column in feeds.c if column.name not in _UNASKED)).where(feeds.c.id.in_(_IDS))
PACES = (
    sa.select(
        sightings.c.feed_id,
        sa.func.count(articles.c.published_at.distinct()),
        sa.func.min(articles.c.published_at),
    )
    .join(articles, articles.c.id == sightings.c.article_id)
    .where(
        sightings.c.feed_id.in_(_IDS),
        sightings.c.seen_at >= sa.bindparam("since"),  # what was published since was seen since: by its index
        articles.c.published_at >= sa.bindparam("since"),
    )
    .group_by(sightings.c.feed_id)
)
DECIDED = (
    sa.update(feeds)
    .where(_ONE)
    .values({
        name: sa.bindparam(name)
        for name in (
            "status", "interval_s", "next_poll_at", "claimed_until", "etag", "last_modified", "body_hash",
            "failures", "cause", "last_error", "first_success_at", "last_success_at", "moved_to", "moves",
            "losses", "lost_hash", "lost_at", "reason",
        )
    })
)  # fmt: skip
DESCRIBED = (
    sa.update(feeds)
    .where(_ONE)
    .values({name: sa.bindparam(name) for name in ("format", "repairs", "name", "language")})
)
LOGGED = sa.insert(polls)


def sync(
    connection: sa.Connection,
    sources: Sequence[FeedSource],
    *,
    first_polls: Sequence[datetime],
    interval: timedelta,
) -> None:
    """Make the configured feeds in the database the ones of *sources*; commands' feeds stay as they are.

    A feed that left the configuration keeps its articles and is no longer polled; one that comes back, by
    its old address or the one that it moved to, goes on where it stopped. New ones take *first_polls* in
    turn, so that one more feed on a long list is not kept waiting for its place.
    """
    configured = {source.url for source in sources}
    listed = {row.listed_url: row for row in connection.execute(sa.select(feeds))}
    taken = {row.url for row in listed.values()}
    moved = {row.url: row for url, row in listed.items() if url not in configured}
    listed |= {url: moved[url] for url in configured & moved.keys() - listed.keys()}
    due = iter(first_polls)
    for source in sources:
        known = listed.get(source.url)
        if known is not None:
            connection.execute(
                sa.update(feeds)
                .where(feeds.c.id == known.id)
                .values(_relisted(source, known) | {"listed_url": source.url})
            )
        elif source.url not in taken:
            connection.execute(
                sa.insert(feeds).values(_new_row(source, FeedOrigin.CONFIG, next(due), interval))
            )
    kept = {row.id for url, row in listed.items() if url in configured}
    gone = [row for row in listed.values() if row.origin == FeedOrigin.CONFIG and row.id not in kept]
    for some in chunks([row.id for row in gone]):
        connection.execute(sa.update(feeds).where(feeds.c.id.in_(some)).values(status=FeedStatus.REMOVED))
    back = [row.host for row in listed.values() if row.status == FeedStatus.REMOVED]
    new = [host_of(source.url) for source in sources if source.url not in listed]
    hosts.meet(connection, [*back, *new, *(row.host for row in gone)])


def add(
    connection: sa.Connection, source: FeedSource, *, first_poll: datetime, interval: timedelta
) -> int | None:
    """Add a feed by command; None when its URL is on the list already."""
    known = connection.execute(
        sa.select(feeds).where(sa.or_(feeds.c.url == source.url, feeds.c.listed_url == source.url))
    ).first()
    if known is None:
        row = _new_row(source, FeedOrigin.COMMAND, first_poll, interval)
        feed: int | None = connection.scalar(sa.insert(feeds).values(row).returning(feeds.c.id))
        hosts.meet(connection, [row["host"]])
        return feed
    if known.status == FeedStatus.LIVE:
        return None
    values = {
        **_relisted(source, known),
        "origin": FeedOrigin.COMMAND,
        "status": FeedStatus.LIVE,  # also one that was gone: its operator asks once more
        "next_poll_at": first_poll,
    }
    connection.execute(sa.update(feeds).where(feeds.c.id == known.id).values(values))
    hosts.reckon(connection, [known.host])
    return int(known.id)


def remove(connection: sa.Connection, url: str) -> FeedOrigin | None:
    """Stop polling a feed that a command added; answers whose feed it is, None when there is none.

    A configured feed is left alone: the configuration would bring it back.
    """
    row = connection.execute(
        sa.select(feeds.c.id, feeds.c.host, feeds.c.origin).where(
            sa.or_(feeds.c.url == url, feeds.c.listed_url == url), feeds.c.status != FeedStatus.REMOVED
        )
    ).first()
    if row is None:
        return None
    if row.origin == FeedOrigin.COMMAND:
        connection.execute(sa.update(feeds).where(feeds.c.id == row.id).values(status=FeedStatus.REMOVED))
        hosts.reckon(connection, [row.host])
    return FeedOrigin(row.origin)


def get(connection: sa.Connection, feed_id: int) -> Feed | None:
    """One feed, or None when it has been deleted meanwhile."""
    row = connection.execute(sa.select(feeds, ENTRIES).where(feeds.c.id == feed_id)).first()
    return None if row is None else _feed(row, row.entries)


def each(connection: sa.Connection, feed_ids: Sequence[int]) -> list[Feed | None]:
    """Feeds by their ids, in the order asked for; None in the place of one that has been deleted.

    Without the number of their entries, which takes counting.
    """
    rows = (row for some in chunks(feed_ids) for row in connection.execute(EACH, {"ids": some}))
    found = {row.id: _feed(row) for row in rows}
    return [found.get(feed_id) for feed_id in feed_ids]


def listing(connection: sa.Connection, *, removed: bool = False) -> list[Feed]:
    """Every feed that is on the list, by outlet and URL."""
    rows = sa.select(feeds, ENTRIES).order_by(feeds.c.outlet, feeds.c.url)
    if not removed:
        rows = rows.where(feeds.c.status != FeedStatus.REMOVED)
    return [_feed(row, row.entries) for row in connection.execute(rows)]


def paces(connection: sa.Connection, feed_ids: Sequence[int], *, since: datetime) -> dict[int, Pace]:
    """The pace of each of those feeds, as far as its articles tell dates *since* then."""
    rows = (
        row for some in chunks(feed_ids) for row in connection.execute(PACES, {"ids": some, "since": since})
    )
    found = {feed: Pace(recent=recent, first=first, earliest=first) for feed, recent, first in rows}
    return {feed: found.get(feed, Pace()) for feed in feed_ids}


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a poll of a feed ended: what was decided, what was parsed, and how many articles were new."""

    feed: Feed
    intent: FeedIntent
    parsed: ParsedFeed | None
    new: int
    at: datetime


def settle(connection: sa.Connection, ends: Sequence[End]) -> None:
    """Write what polls decided, free the claims, and log the polls: a statement for all, not for each."""
    if not ends:
        return
    connection.execute(DECIDED, [_decided(end) for end in ends])
    parsed = [_parsed(end.feed, end.parsed) for end in ends if end.parsed is not None]
    if parsed:
        connection.execute(DESCRIBED, parsed)
    moved = [end for end in ends if end.intent.url != end.feed.url]
    hosts.meet(connection, [_move(connection, end) for end in moved])
    hosts.reckon(connection, [end.feed.host for end in ends])
    connection.execute(
        LOGGED,
        [
            {
                "feed_id": end.feed.id,
                "at": end.at,
                "outcome": end.intent.cause or "ok",
                "new_entries": end.new,
            }
            for end in ends
        ],
    )


def _decided(end: End) -> dict[str, Any]:
    intent = end.intent
    return {
        "feed": end.feed.id,
        "status": intent.status,
        "interval_s": _seconds(intent.interval),
        "next_poll_at": intent.next_poll_at,
        "claimed_until": None,
        "etag": intent.etag,
        "last_modified": intent.last_modified,
        "body_hash": intent.body_hash,
        "failures": intent.failures,
        "cause": intent.cause,
        "last_error": intent.last_error,
        "first_success_at": intent.first_success_at,
        "last_success_at": intent.last_success_at,
        "moved_to": intent.moved_to,
        "moves": intent.moves,
        "losses": intent.losses.count,
        "lost_hash": intent.losses.body_hash,
        "lost_at": intent.losses.at,
        "reason": intent.reason,
    }


def _parsed(feed: Feed, parsed: ParsedFeed) -> dict[str, Any]:
    return {
        "feed": feed.id,
        "format": parsed.format,
        "repairs": list(parsed.repairs),
        "name": feed.name or parsed.title,
        "language": feed.language or parsed.language,
    }


def _move(connection: sa.Connection, end: End) -> str:
    """Store a feed's new address unless another feed has it, and answer the host it is at then."""
    if _is_listed(connection, end.intent.url):
        return end.feed.host
    host = host_of(end.intent.url)
    values = {"url": end.intent.url, "host": host}
    connection.execute(sa.update(feeds).where(feeds.c.id == end.feed.id).values(values))
    return host


def _is_listed(connection: sa.Connection, url: str) -> bool:
    return connection.scalar(sa.select(feeds.c.id).where(feeds.c.url == url)) is not None


def _new_row(
    source: FeedSource, origin: FeedOrigin, first_poll: datetime, interval: timedelta
) -> dict[str, Any]:
    return {
        **_described(source),
        "url": source.url,
        "listed_url": source.url,
        "host": host_of(source.url),
        "origin": origin,
        "status": FeedStatus.LIVE,
        "interval_s": _seconds(source.every or interval),
        "next_poll_at": first_poll,
    }


def _relisted(source: FeedSource, known: sa.Row[Any]) -> dict[str, Any]:
    """A listed feed takes the operator's words; what polling learned stays, and 410 stays final."""
    described = _described(source)
    described["name"] = described["name"] or known.name
    described["language"] = described["language"] or known.language
    status = FeedStatus.LIVE if known.status == FeedStatus.REMOVED else known.status
    return {**described, "status": status}


def _described(source: FeedSource) -> dict[str, Any]:
    return {
        "name": source.name,
        "outlet": source.outlet,
        "language": source.language,
        "tags": list(source.tags),
        "every_s": None if source.every is None else _seconds(source.every),
    }


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _feed(row: sa.Row[Any], entries: int = 0) -> Feed:
    return Feed(
        id=row.id,
        url=row.url,
        host=row.host,
        name=row.name,
        outlet=row.outlet,
        language=row.language,
        tags=tuple(row.tags),
        every=None if row.every_s is None else timedelta(seconds=row.every_s),
        origin=FeedOrigin(row.origin),
        status=FeedStatus(row.status),
        interval=timedelta(seconds=row.interval_s),
        next_poll_at=row.next_poll_at,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        failures=row.failures,
        cause=row.cause,
        last_error=row.last_error,
        first_success_at=row.first_success_at,
        last_success_at=row.last_success_at,
        moved_to=row.moved_to,
        moves=row.moves,
        entries=entries,
        listed_url=row.listed_url,
        losses=Losses(count=row.losses, body_hash=row.lost_hash, at=row.lost_at),
    )


PRUNE_CHUNK = 5_000  # rows a bite, so that no writer waits long


def outlet_at(connection: sa.Connection, hosts: Sequence[str]) -> str:
    """Return what our list calls the outlet whose feeds are at one of *hosts*, the first that is listed."""
    rows = connection.execute(
        sa.select(feeds.c.host, feeds.c.outlet)
        .where(feeds.c.host.in_(hosts), feeds.c.outlet != "")
        .order_by(feeds.c.id.desc())
    )
    named = {row.host: row.outlet for row in rows}
    return next((named[host] for host in hosts if host in named), "")


def prune_polls(connection: sa.Connection, *, before: datetime) -> int:
    """Drop one bite of the log of polls and answer how many rows that were."""
    old = sa.select(polls.c.id).where(polls.c.at < before).limit(PRUNE_CHUNK)
    return connection.execute(sa.delete(polls).where(polls.c.id.in_(old))).rowcount
