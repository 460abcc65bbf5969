"""Sources that fell silent, one row each until its end was told; what decides is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.feeds.silence import HISTORY, Verdict
from monitor.model import Feed, FeedStatus, Silence, SilenceKind
from monitor.store import outages
from monitor.store.statements import insert_once
from monitor.store.tables import articles, feeds, sightings, silences


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A silence, or its end, that operators have not heard of; `alert` is what first told them of it."""

    feed: int
    subject: str
    silence: Silence
    ended_at: datetime | None
    alert: int | None


def worth_a_look(
    connection: sa.Connection, *, now: datetime, alert_after: int, is_away: bool = False
) -> list[int]:
    """The feeds whose state may have changed: silent ones, failing ones, and those whose look is due.

    While our network *is away*, those that fail for it alone are not worth one.
    """
    live = feeds.c.status == FeedStatus.LIVE
    is_heard = sa.and_(live, feeds.c.failures == 0, feeds.c.last_success_at.is_not(None))
    is_due = sa.or_(feeds.c.judge_at.is_(None), feeds.c.judge_at <= now)
    rows = (
        sa.select(feeds.c.id)
        .outerjoin(silences, silences.c.feed_id == feeds.c.id)
        .where(
            ~outages.MISSED if is_away else sa.true(),
            sa.or_(
                silences.c.feed_id.is_not(None),
                feeds.c.status == FeedStatus.GONE,
                sa.and_(live, feeds.c.failures >= alert_after),
                sa.and_(is_heard, is_due),
            ),
        )
        .order_by(feeds.c.id)
    )
    return list(connection.scalars(rows))


def get(connection: sa.Connection, feed_id: int) -> Silence | None:
    """What is known of a feed's silence; None while it is heard."""
    return in_force(connection, feed_id).get(feed_id)


def in_force(connection: sa.Connection, *feed_ids: int) -> dict[int, Silence]:
    """Every silence that lasts, by feed; of *feed_ids* only, if there are any."""
    rows = sa.select(silences).where(silences.c.ended_at.is_(None))
    if feed_ids:
        rows = rows.where(silences.c.feed_id.in_(feed_ids))
    return {row.feed_id: _silence(row) for row in connection.execute(rows)}


def moments(connection: sa.Connection, feed: Feed, *, first: datetime) -> list[datetime]:
    """A feed's signs of life: when its entries say they were published, else when they were seen.

    They reach `HISTORY` back from the newest, however long ago that was. What was shown after *first*
    contact is a sign of life when it was seen, too, whatever date it bears.
    """
    own = sightings.c.feed_id == feed.id
    newest = connection.scalar(sa.select(sa.func.max(sightings.c.seen_at)).where(own))
    if newest is None:
        return []
    rows = (
        sa.select(sa.func.coalesce(articles.c.published_at, sightings.c.seen_at))
        .join(sightings, sightings.c.article_id == articles.c.id)
        .where(own, sightings.c.seen_at >= newest - HISTORY)
    )
    return [*connection.scalars(rows), *([newest] if newest > first else [])]


def settle(connection: sa.Connection, feed_id: int, verdict: Verdict, *, now: datetime) -> None:
    """Write what a look at a feed came to; an end that operators wait for is kept until they were told."""
    if verdict.look_again is not None:
        connection.execute(sa.update(feeds).where(feeds.c.id == feed_id).values(judge_at=verdict.look_again))
    own = silences.c.feed_id == feed_id
    if verdict.silence is None:
        connection.execute(sa.delete(silences).where(own, silences.c.told.is_(None)))
        connection.execute(sa.update(silences).where(own, silences.c.ended_at.is_(None)).values(ended_at=now))
        return
    values = {
        "kind": verdict.silence.kind,
        "since": verdict.silence.since,
        "detail": verdict.silence.detail,
        "ended_at": None,
    }
    connection.execute(insert_once(connection, silences).values(feed_id=feed_id, **values))
    connection.execute(sa.update(silences).where(own).values(**values))


def forget_removed(connection: sa.Connection) -> None:
    """Drop the silence of feeds that are no longer on the list: nobody waits to hear them again."""
    removed = sa.select(feeds.c.id).where(feeds.c.status == FeedStatus.REMOVED)
    connection.execute(sa.delete(silences).where(silences.c.feed_id.in_(removed)))


def untold(connection: sa.Connection) -> list[Untold]:
    """What operators have yet to hear: silences, those that grew worse, and ends."""
    rows = (
        sa.select(silences, feeds.c.name, feeds.c.outlet, feeds.c.host)
        .join(feeds, feeds.c.id == silences.c.feed_id)
        .where(
            sa.or_(
                silences.c.ended_at.is_not(None),
                silences.c.told.is_(None),
                silences.c.told != silences.c.kind,
            )
        )
        .order_by(silences.c.feed_id)
    )
    return [
        Untold(
            feed=row.feed_id,
            subject=row.name or row.outlet or row.host,
            silence=_silence(row),
            ended_at=row.ended_at,
            alert=row.alert_id,
        )
        for row in connection.execute(rows)
    ]


def mark_told(connection: sa.Connection, news: Sequence[tuple[Untold, int | None]]) -> None:
    """Note that operators were told, by which alert; what has ended is forgotten with that."""
    for told, alert in news:
        own = silences.c.feed_id == told.feed
        if told.ended_at is not None:
            connection.execute(sa.delete(silences).where(own))
        else:
            connection.execute(
                sa.update(silences)
                .where(own)
                .values(told=told.silence.kind, alert_id=alert if told.alert is None else told.alert)
            )


def _silence(row: sa.Row[tuple[object, ...]]) -> Silence:
    return Silence(kind=SilenceKind(row.kind), since=row.since, detail=row.detail)
