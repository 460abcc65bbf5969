"""Outages of our own network: noticed from the log of polls, probed while they last, made up for afterwards.

Feeds that failed for the outage alone are no silent sources, and none of them has to sit out the long pauses
that it piled up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.feeds.outage import LATELY, UNREACHED, Asked, begins, is_over
from monitor.feeds.schedule import spread
from monitor.model import FeedStatus, Outage, SilenceKind
from monitor.store import hosts
from monitor.store.statements import chunks
from monitor.store.tables import feeds, outages, polls, silences

ENOUGH = 500  # polls to judge by: a bound on what a look costs, however long the list is

_is_silent = feeds.c.id.in_(
    sa.select(silences.c.feed_id).where(silences.c.kind != SilenceKind.QUIET, silences.c.ended_at.is_(None))
)
# Not reached, and not because it has been silent for longer: what the outage itself has cost.
MISSED = sa.and_(
    feeds.c.status == FeedStatus.LIVE, feeds.c.failures > 0, feeds.c.cause.in_(sorted(UNREACHED)), ~_is_silent
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """An outage, or its end, that operators have not heard of; `alert` is what told them that it began."""

    id: int
    outage: Outage
    ended_at: datetime | None
    alert: int | None


def settle(connection: sa.Connection, *, now: datetime) -> Outage | None:
    """Note an outage that begins or ends, ask one host more while it lasts, and return the one in force."""
    lasting = in_force(connection)
    asked = _asked(connection, now=now)
    if lasting is None:
        found = begins(asked)
        if found is not None:
            _begin(connection, found)
        return found
    if is_over(asked) or not _missed(connection):
        _end(connection, now=now)
        return None
    _probe(connection, now=now)
    return lasting


def in_force(connection: sa.Connection) -> Outage | None:
    """The outage that lasts, if one does."""
    row = connection.execute(sa.select(outages).where(outages.c.ended_at.is_(None))).first()
    return None if row is None else _outage(row)


def _asked(connection: sa.Connection, *, now: datetime) -> list[Asked]:
    """The newest poll of each host that was asked lately, newest first.

    Hosts that are known to be silent say nothing about the network, nor do those that never answered,
    unless nobody ever did: on its first day a machine without a resolver reaches none at all.
    """
    ever = feeds.c.first_success_at.is_not(None)
    any_ever = connection.scalar(sa.select(sa.select(feeds.c.id).where(ever).exists()))
    lately = (
        sa.select(polls.c.id, polls.c.feed_id, polls.c.at, polls.c.outcome)
        .where(polls.c.at > now - LATELY)
        .order_by(polls.c.id.desc())
        .limit(ENOUGH)
        .subquery()
    )
    rows = connection.execute(
        sa.select(feeds.c.host, lately.c.at, lately.c.outcome)
        .join(lately, lately.c.feed_id == feeds.c.id)
        .where(~_is_silent, ever if any_ever else sa.true())
        .order_by(lately.c.id.desc())
    )
    newest: dict[str, Asked] = {}
    for host, at, outcome in rows:
        newest.setdefault(host, Asked(host=host, at=at, cause=outcome))
    return list(newest.values())


def _missed(connection: sa.Connection) -> bool:
    return bool(connection.scalar(sa.select(sa.select(feeds.c.id).where(MISSED).exists())))


def _begin(connection: sa.Connection, found: Outage) -> None:
    connection.execute(sa.delete(outages))  # one whose end is yet to be told goes on with this
    connection.execute(
        sa.insert(outages).values(
            since=found.since, asked=found.asked, unreached=found.unreached, cause=found.cause, told=False
        )
    )


def _probe(connection: sa.Connection, *, now: datetime) -> None:
    """Let one feed be polled now: the one that failed least often, so that hosts take turns."""
    row = connection.execute(
        sa.select(feeds.c.id, feeds.c.host)
        .where(MISSED, feeds.c.claimed_until.is_(None), feeds.c.next_poll_at > now)
        .order_by(feeds.c.failures, feeds.c.id)
        .limit(1)
    ).first()
    if row is not None:
        connection.execute(sa.update(feeds).where(feeds.c.id == row.id).values(next_poll_at=now))
        hosts.reckon(connection, [row.host])


def _end(connection: sa.Connection, *, now: datetime) -> None:
    """End the outage: what it cost is polled soon, and has failed once, not as often as we asked in vain."""
    connection.execute(sa.update(outages).values(ended_at=now))
    connection.execute(sa.delete(outages).where(~outages.c.told))
    missed = connection.execute(
        sa.select(feeds.c.id, feeds.c.host, feeds.c.next_poll_at).where(MISSED).order_by(feeds.c.id)
    ).all()
    due = [
        {"key": row.id, "due": min(row.next_poll_at, moment)}
        for row, moment in zip(missed, spread(len(missed), now=now), strict=True)
    ]
    for some in chunks(due):
        connection.execute(
            sa.update(feeds)
            .where(feeds.c.id == sa.bindparam("key"))
            .values(next_poll_at=sa.bindparam("due"), failures=1),
            some,
        )
    hosts.reckon(connection, [row.host for row in missed])


def untold(connection: sa.Connection) -> list[Untold]:
    """The outage, or its end, that operators have not heard of."""
    rows = connection.execute(sa.select(outages).where(outages.c.told == outages.c.ended_at.is_not(None)))
    return [Untold(id=row.id, outage=_outage(row), ended_at=row.ended_at, alert=row.alert_id) for row in rows]


def mark_told(connection: sa.Connection, told: Untold, alert: int | None) -> None:
    """Remember which alert told of an outage's beginning; one whose end was told is forgotten."""
    own = outages.c.id == told.id
    if told.ended_at is None:
        connection.execute(sa.update(outages).where(own).values(told=True, alert_id=alert))
    else:
        connection.execute(sa.delete(outages).where(own))


def _outage(row: sa.Row[tuple[object, ...]]) -> Outage:
    return Outage(since=row.since, asked=row.asked, unreached=row.unreached, cause=row.cause)
