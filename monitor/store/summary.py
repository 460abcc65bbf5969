"""Counts and complaints: what `status`, the health checks and the exit code of one run are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.alerts.refusals import meaning_of
from monitor.feeds.quarantine import TRIES
from monitor.feeds.remedies import LOOK, remedy
from monitor.model import AlertKind, ArticleState, DeliveryState, FeedStatus, Outcome, SilenceKind
from monitor.store import hosts, outages, surges
from monitor.store.completeness import completeness
from monitor.store.tables import (
    alerts,
    articles,
    deliveries,
    feeds,
    looks,
    matches,
    polls,
    revisions,
    silences,
    stories,
    topics,
)

ALERT_AFTER = 3  # failed polls, unless the settings say otherwise: one bad hour is no operator's business
LATE = timedelta(minutes=15)  # an alert that waits longer than a usual polling interval is late


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that needs an operator: what, which one, and what to do about it."""

    kind: str
    subject: str
    detail: str
    remedy: str


def status(connection: sa.Connection, *, now: datetime) -> dict[str, Any]:
    """One object that says whether the service does its job."""
    return {
        "feeds": _feeds(connection, now),
        "completeness": asdict(completeness(connection, now=now)),
        "queue": _queue(connection, now),
        "deliveries": _by(connection, deliveries, deliveries.c.state),
        "stages": {
            "last_poll_at": connection.scalar(sa.select(sa.func.max(polls.c.at))),
            "last_look_at": connection.scalar(sa.select(sa.func.max(looks.c.last_look_at))),
            "last_read_at": connection.scalar(sa.select(sa.func.max(articles.c.read_at))),
            "last_sent_at": connection.scalar(sa.select(sa.func.max(deliveries.c.sent_at))),
        },
        "articles": _by(connection, articles, articles.c.state),
        "outcomes": _by(connection, articles, articles.c.outcome),
        "revisions": _count(connection, revisions.c.number > 1),
        "matches": connection.scalar(sa.select(sa.func.count()).select_from(matches)),
        "stories": _by(connection, stories, stories.c.state),
        "alerts": _count(connection, alerts.c.kind != AlertKind.DIGEST),
    }


def _by(connection: sa.Connection, table: sa.Table, column: sa.Column[Any]) -> dict[str, int]:
    rows = connection.execute(
        sa.select(column, sa.func.count()).select_from(table).where(column.is_not(None)).group_by(column)
    )
    return {row[0]: row[1] for row in rows}


def _count(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).where(*where)) or 0


def _feeds(connection: sa.Connection, now: datetime) -> dict[str, Any]:
    live = feeds.c.status == FeedStatus.LIVE
    rests = hosts.is_resting(now + hosts.OWN_GAP)
    causes = connection.execute(
        sa.select(feeds.c.cause, sa.func.count())
        .where(live, feeds.c.cause.is_not(None))
        .group_by(feeds.c.cause)
    )
    return {
        "live": _count(connection, live),
        "failing": _count(connection, live, feeds.c.failures > 0),
        "never_read": _count(connection, live, feeds.c.first_success_at.is_(None)),
        "gone": _count(connection, feeds.c.status == FeedStatus.GONE),
        "due": _count(connection, live, feeds.c.next_poll_at <= now, ~rests),
        "resting": _count(connection, live, rests),
        "causes": {row[0]: row[1] for row in causes},
    }


def _queue(connection: sa.Connection, now: datetime) -> dict[str, Any]:
    waiting = articles.c.state == ArticleState.NEW
    undelivered = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.SENDING))
    return {
        "articles": _count(connection, waiting),
        "looks": _count(connection, looks.c.next_look_at <= now),
        "oldest_look": connection.scalar(
            sa.select(sa.func.min(looks.c.next_look_at)).where(looks.c.next_look_at <= now)
        ),
        "oldest_poll": connection.scalar(
            sa.select(sa.func.min(feeds.c.next_poll_at)).where(
                feeds.c.status == FeedStatus.LIVE,
                feeds.c.next_poll_at <= now,
                ~hosts.is_resting(now + hosts.OWN_GAP),
            )
        ),
        "oldest_article": connection.scalar(sa.select(sa.func.min(articles.c.seen_at)).where(waiting)),
        "deliveries": _count(connection, undelivered),
        "oldest_delivery": connection.scalar(
            sa.select(sa.func.min(deliveries.c.created_at)).where(
                undelivered, deliveries.c.next_attempt_at <= now
            )
        ),
    }


def problems(connection: sa.Connection, *, now: datetime, alert_after: int = ALERT_AFTER) -> list[Problem]:
    """Everything that needs an operator now, worst first; *alert_after* counts polls that failed in a row."""
    return [
        *_outage(connection),
        *_lost_deliveries(connection, now),
        *_lost_feeds(connection, alert_after),
        *_quiet_feeds(connection),
        *_lost_articles(connection),
        *_topics(connection),
    ]


def _outage(connection: sa.Connection) -> Iterator[Problem]:
    outage = outages.in_force(connection)
    if outage is not None:
        missed = _count(connection, outages.MISSED)
        yield Problem(
            kind="network away",
            subject=f"{outage.unreached} of {outage.asked} hosts",
            detail=f"did not answer ({outage.cause}) since {outage.since:%Y-%m-%d %H:%M} UTC; "
            f"{missed} feeds are not told one by one",
            remedy="look at this machine's resolver, way out, proxy and clock; a host is asked every half "
            "minute, and the rest once it answers",
        )


def _lost_deliveries(connection: sa.Connection, now: datetime) -> Iterator[Problem]:
    dead = sa.select(deliveries).where(
        deliveries.c.state == DeliveryState.DEAD, deliveries.c.carried_by.is_(None)
    )
    for row in connection.execute(dead.order_by(deliveries.c.id)):
        yield Problem(
            kind="delivery dead",
            subject=f"delivery {row.id} to {row.destination}",
            detail=_explained(row.last_error or ""),
            remedy=f"{_remedy(row.last_error)}, then `monitor deliveries retry {row.id}`",
        )
    late = sa.select(deliveries).where(
        deliveries.c.state != DeliveryState.SENT,
        deliveries.c.state != DeliveryState.DEAD,
        deliveries.c.carried_by.is_(None),
        deliveries.c.attempts > 0,
        deliveries.c.first_attempt_at < now - LATE,
    )
    for row in connection.execute(late.order_by(deliveries.c.id)):
        yield Problem(
            kind="delivery late",
            subject=f"delivery {row.id} to {row.destination}",
            detail=f"{row.attempts} attempts: {_explained(row.last_error or 'no answer yet')}",
            remedy="it is tried again by itself; look at the other side",
        )


def _explained(reason: str) -> str:
    meaning = meaning_of(reason)
    return reason if meaning is None else f"{reason} ({meaning.meaning})"


def _remedy(reason: str | None) -> str:
    meaning = meaning_of(reason or "")
    return "mend the destination" if meaning is None or meaning.passes else meaning.remedy


def _lost_feeds(connection: sa.Connection, alert_after: int) -> Iterator[Problem]:
    is_away = outages.in_force(connection) is not None
    rows = connection.execute(
        sa.select(feeds)
        .where(
            ~outages.MISSED if is_away else sa.true(),
            sa.or_(
                feeds.c.status == FeedStatus.GONE,
                sa.and_(
                    feeds.c.status == FeedStatus.LIVE,
                    sa.or_(
                        feeds.c.failures >= alert_after,
                        feeds.c.losses >= TRIES,
                        sa.and_(feeds.c.failures > 0, feeds.c.first_success_at.is_(None)),
                    ),
                ),
            ),
        )
        .order_by(feeds.c.id)
    )
    for row in rows:
        if row.status == FeedStatus.LIVE and row.losses >= TRIES:
            yield _quarantined(row)
            continue
        gone = row.status == FeedStatus.GONE
        yield Problem(
            kind="feed gone" if gone else "feed failing",
            subject=f"feed {row.id} {row.name or row.host}",
            detail="the publisher says it will not come back (410)"
            if gone
            else f"{row.cause or 'unknown'}, {row.failures} in a row"
            + ("" if row.first_success_at else ", never read yet"),
            remedy=LOOK if gone else remedy(row.cause),
        )


def _quarantined(row: sa.Row[Any]) -> Problem:
    return Problem(
        kind="feed quarantined",
        subject=f"feed {row.id} {row.name or row.host}",
        detail=f"{row.last_error}, {row.losses} in a row",
        remedy="it is parsed again when it changes, or once a day; what it sent lies in the state directory "
        f"as quarantine/feed-{row.id}.body: report that as a bug, or take the feed off the list",
    )


def _quiet_feeds(connection: sa.Connection) -> Iterator[Problem]:
    rows = connection.execute(
        sa.select(feeds.c.id, feeds.c.name, feeds.c.host, silences.c.since)
        .join(silences, silences.c.feed_id == feeds.c.id)
        .where(
            feeds.c.status == FeedStatus.LIVE,
            silences.c.kind == SilenceKind.QUIET,
            silences.c.ended_at.is_(None),
        )
        .order_by(feeds.c.id)
    )
    for row in rows:
        yield Problem(
            kind="feed quiet",
            subject=f"feed {row.id} {row.name or row.host}",
            detail=f"nothing new since {row.since:%Y-%m-%d %H:%M} UTC, which its own rhythm does not explain",
            remedy="look whether it still publishes, and whether its feed moved: `monitor feeds check URL`",
        )


def _lost_articles(connection: sa.Connection) -> Iterator[Problem]:
    rows = connection.execute(
        sa.select(articles.c.id, articles.c.source, articles.c.reason)
        .where(articles.c.outcome == Outcome.QUARANTINED)
        .order_by(articles.c.id.desc())
        .limit(20)
    )
    for row in rows:
        yield Problem(
            kind="article quarantined",
            subject=f"article {row.id} of {row.source}",
            detail=row.reason or "",
            remedy="its feed's words were used; report the page if it matters",
        )


def _topics(connection: sa.Connection) -> Iterator[Problem]:
    broken = sa.select(topics).where(topics.c.broken_since.is_not(None))
    for row in connection.execute(broken.order_by(topics.c.topic)):
        yield Problem(
            kind="topic broken",
            subject=f"topic {row.name}",
            detail=f"its edit cannot be used since {row.broken_since:%Y-%m-%d %H:%M} UTC; "
            f"the version of {row.since:%Y-%m-%d %H:%M} UTC stays in force",
            remedy="`monitor topics lint` says what is wrong with the edit; it is taken up when it is mended",
        )
    for surge in surges.lasting(connection):
        yield Problem(
            kind="topic floods",
            subject=f"topic {surge.name}",
            detail=f"{surge.recent:.0f} articles in an hour, {surge.usual:.2g} are usual; it tells in hourly "
            f"digests since {surge.since:%Y-%m-%d %H:%M} UTC",
            remedy="see what it finds, mend or pause it; it goes back to normal by itself",
        )
