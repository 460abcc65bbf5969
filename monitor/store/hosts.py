"""Hosts: when their next feed may be claimed, and the claims, so that none is crowded or left waiting.

Claiming walks along hosts, never along feeds: a host's `ready_at` is the due time of its next free feed, or
the moment at which it may be asked again when that is later. So a host with thousands of overdue feeds
is one row, and costs the others one place in the queue. Whoever changes a feed's host, status, due time or
claim calls `reckon` for its host in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model import FeedStatus
from monitor.store.statements import chunks, insert_once
from monitor.store.tables import UtcDateTime, feeds, hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a host is treated: how many of its feeds are read *at_once*, and the least *gap* between starts."""

    at_once: int = 2
    gap: timedelta = timedelta()


TWO_AT_ONCE = Manners()

# --- the statements, built once: building them costs more than running them ---------------------------------


def _names(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.host.in_(sa.bindparam("names", expanding=True))


def _held(host: sa.Column[str]) -> sa.ScalarSelect[int]:
    """How many of a host's feeds are claimed."""
    held = feeds.alias("held")
    return (
        sa.select(sa.func.count())
        .select_from(held)
        .where(held.c.host == host, held.c.claimed_until.is_not(None))
        .correlate(host.table)
        .scalar_subquery()
    )


_IS_FREE = sa.and_(
    feeds.c.host == hosts.c.host, feeds.c.status == FeedStatus.LIVE, feeds.c.claimed_until.is_(None)
)
_FREE = sa.select(feeds.c.id).where(_IS_FREE).order_by(feeds.c.next_poll_at).limit(1).correlate(hosts)
_FIRST_DUE = _FREE.where(feeds.c.next_poll_at <= sa.bindparam("due")).scalar_subquery()
_NEXT = _FREE.with_only_columns(feeds.c.next_poll_at).scalar_subquery()
_MOMENT = sa.bindparam("moment", type_=UtcDateTime)

LET_GO = (
    sa.update(feeds)
    .where(feeds.c.claimed_until.is_not(None), feeds.c.claimed_until < sa.bindparam("now"))
    .values(claimed_until=None)
    .returning(feeds.c.host)
)
READY = (
    sa.select(hosts.c.ready_at, _FIRST_DUE.label("feed"))
    .where(
        hosts.c.ready_at <= sa.bindparam("now"),
        _held(hosts.c.host) < sa.bindparam("at_once"),
        _FIRST_DUE.is_not(None),
    )
    .order_by(hosts.c.ready_at)
    .limit(sa.bindparam("room"))
    .with_for_update(of=hosts, skip_locked=True)
)
TAKE = (
    sa.update(feeds)
    .where(
        feeds.c.id.in_(sa.bindparam("ids", expanding=True)),
        feeds.c.claimed_until.is_(None),
        _held(feeds.c.host) < sa.bindparam("at_once"),
    )
    .values(claimed_until=sa.bindparam("until"))
    .returning(feeds.c.id, feeds.c.host)
)
HOLD = sa.select(hosts.c.host).where(_names(hosts)).order_by(hosts.c.host).with_for_update()
_READY_AT = sa.case((hosts.c.not_before > _NEXT, hosts.c.not_before), else_=_NEXT)
RECKON = sa.update(hosts).where(_names(hosts)).values(ready_at=_READY_AT)
RECKON_ALL = sa.update(hosts).where(hosts.c.ready_at.is_distinct_from(_READY_AT)).values(ready_at=_READY_AT)
PAUSE = (
    sa.update(hosts)
    .where(_names(hosts))
    .values(not_before=_MOMENT, ready_at=sa.case((_MOMENT > _NEXT, _MOMENT), else_=_NEXT))
)
LATER = (
    sa.update(hosts)
    .where(_names(hosts))
    .values(not_before=sa.case((hosts.c.not_before > _MOMENT, hosts.c.not_before), else_=_MOMENT))
)
HELD_BACK = sa.select(sa.func.min(hosts.c.ready_at)).where(
    hosts.c.ready_at > sa.bindparam("now"),
    hosts.c.ready_at <= sa.bindparam("until"),
    _FIRST_DUE.is_not(None),
)

# --- pauses -------------------------------------------------------------------------------------------------

OWN_GAP = timedelta(seconds=5)  # several times the usual gap that we leave; longer ones a host asked for


def is_resting(beyond: datetime | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """Say of feeds whether their host is left alone past that moment: then they are neither due nor late."""
    return sa.exists().where(hosts.c.host == feeds.c.host, hosts.c.not_before > beyond)


def resting(connection: sa.Connection, *, now: datetime) -> dict[str, datetime]:
    """Return the hosts that asked for rest, each with the moment until which it has it."""
    rows = connection.execute(
        sa.select(hosts.c.host, hosts.c.not_before).where(hosts.c.not_before > now + OWN_GAP)
    )
    return {row.host: row.not_before for row in rows}


# --- claims -------------------------------------------------------------------------------------------------


def claim_feeds(
    connection: sa.Connection,
    *,
    now: datetime,
    due: datetime,
    lease: timedelta,
    limit: int,
    manners: Manners,
) -> list[tuple[int, str]]:
    """Claim feeds that fell due by *due*, the host that has waited longest first, as (id, host).

    Each round takes one feed of each host that is ready; where there is no gap, another round may take
    a second. A claim is a lease: whoever dies with it loses it when it runs out.
    """
    if limit < 1:
        return []
    reckon(connection, connection.scalars(LET_GO, {"now": now}))
    claimed: list[tuple[int, str]] = []
    while len(claimed) < limit:
        room = limit - len(claimed)
        taken = _round(connection, now=now, due=due, until=now + lease, room=room, manners=manners)
        claimed += taken
        if not taken:
            break
    return claimed


def _round(
    connection: sa.Connection,
    *,
    now: datetime,
    due: datetime,
    until: datetime,
    room: int,
    manners: Manners,
) -> list[tuple[int, str]]:
    """Claim the next feed of each ready host.

    PostgreSQL chooses by what it saw before it had the hosts' locks; so taking looks again, and what it
    answers counts. SKIP LOCKED compiles away on SQLite, whose one writer needs no such thing.
    """
    ready = connection.execute(READY, {"now": now, "due": due, "room": room, "at_once": manners.at_once})
    order = {row.feed: (row.ready_at, row.feed) for row in ready}
    if not order:
        return []
    taking = connection.execute(TAKE, {"ids": list(order), "until": until, "at_once": manners.at_once})
    taken = sorted(taking, key=lambda row: order[row.id])
    if names := [row.host for row in taken]:
        connection.execute(PAUSE, {"names": names, "moment": now + manners.gap})
    return [(row.id, row.host) for row in taken]


def held_back_until(
    connection: sa.Connection, *, now: datetime, due: datetime, manners: Manners
) -> datetime | None:
    """When the first host is ready of those whose feeds fell due by *due* and wait only for the gap."""
    moment: datetime | None = connection.scalar(
        HELD_BACK, {"now": now, "due": due, "until": now + manners.gap}
    )
    return moment


# --- keeping `ready_at` right -------------------------------------------------------------------------------


def reckon(connection: sa.Connection, names: Iterable[str]) -> None:
    """Work out when each host is ready.

    PostgreSQL locks them first, so that the next statement sees what others did to their feeds until then;
    SQLite has one writer anyway.
    """
    for some in chunks(sorted(set(names))):
        if connection.dialect.name == "postgresql":
            connection.execute(HOLD, {"names": some})
        connection.execute(RECKON, {"names": some})


def reckon_all(connection: sa.Connection) -> None:
    """Work out all hosts anew: at a start, because somebody may have changed rows by hand."""
    listed = sa.select(feeds.c.host).where(sa.true()).distinct()
    connection.execute(insert_once(connection, hosts).from_select(["host"], listed))
    connection.execute(RECKON_ALL)


def meet(connection: sa.Connection, names: Iterable[str]) -> None:
    """Make room for hosts that may be new, and work out when they are ready."""
    known = sorted(set(names))
    if known:
        connection.execute(insert_once(connection, hosts), [{"host": name} for name in known])
        reckon(connection, known)


def rest(connection: sa.Connection, name: str, *, until: datetime) -> None:
    """Claim none of a host's feeds before *until*: it asked for that."""
    connection.execute(LATER, {"names": [name], "moment": until})
    reckon(connection, [name])
