"""What stands in the rows, as numbers for machines: cheap questions, none that reads a whole history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.errors import OperatorFault
from monitor.model import ArticleState, DeliveryState, FeedStatus
from monitor.store.database import Database
from monitor.store.disk import database_size
from monitor.store.hosts import OWN_GAP, is_resting
from monitor.store.outages import in_force
from monitor.store.outbox import OPEN
from monitor.store.tables import UtcDateTime, articles, deliveries, feeds, looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Work that waits: how much of it, and since when the oldest that is due has been due."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of feeds, queues and deliveries at one moment.

    `failing` counts live feeds by the cause of their last failure; `undelivered_since` is when the first of
    the alerts that are under way ought to have arrived. Units: `size` is bytes.
    """

    feeds: Mapping[str, int]
    failing: Mapping[str, int]
    polls: Waiting
    reads: Waiting
    looks: Waiting
    deliveries: Waiting
    dead: int
    undelivered_since: datetime | None
    is_away: bool  # our own network
    size: int


# --- the statements of every scrape, built once -------------------------------------------------------------

_now: sa.BindParameter[Any] = sa.bindparam("now")
_how_many = sa.func.count()
_LIVE = feeds.c.status == FeedStatus.LIVE
_NEW = articles.c.state == ArticleState.NEW
_OWN_MESSAGE = deliveries.c.carried_by.is_(None)
_should_leave = sa.func.coalesce(deliveries.c.first_attempt_at, deliveries.c.next_attempt_at)

FEEDS = sa.select(feeds.c.status, _how_many).group_by(feeds.c.status)
FAILING = sa.select(feeds.c.cause, _how_many).where(_LIVE, feeds.c.failures > 0).group_by(feeds.c.cause)
POLLS = sa.select(_how_many, sa.func.min(feeds.c.next_poll_at)).where(
    _LIVE, feeds.c.next_poll_at <= _now, ~is_resting(sa.bindparam("beyond", type_=UtcDateTime))
)
READS = sa.select(_how_many).where(_NEW)
READS_DUE = sa.select(sa.func.min(articles.c.next_try_at)).where(_NEW, articles.c.next_try_at <= _now)
LOOKS = sa.select(_how_many, sa.func.min(looks.c.next_look_at)).where(looks.c.next_look_at <= _now)
DELIVERIES = sa.select(_how_many, sa.func.min(deliveries.c.next_attempt_at)).where(
    deliveries.c.state.in_(OPEN), deliveries.c.next_attempt_at <= _now, _OWN_MESSAGE
)
DEAD = sa.select(_how_many).where(deliveries.c.state == DeliveryState.DEAD, _OWN_MESSAGE)
UNDELIVERED = sa.select(sa.func.min(_should_leave)).where(
    deliveries.c.state.in_(OPEN), _OWN_MESSAGE, _should_leave <= _now
)


async def standing(db: Database, *, now: datetime) -> Standing | None:
    """Read the state on the reader's thread; None while the database does not answer."""
    try:
        return await db.read(stand, now=now)
    except (sa.exc.SQLAlchemyError, OperatorFault):
        return None


def stand(connection: sa.Connection, *, now: datetime) -> Standing:
    """Read the state of feeds, queues and deliveries."""
    at = {"now": now}
    return Standing(
        feeds=_counted(connection, FEEDS),
        failing=_counted(connection, FAILING),
        polls=_waiting(connection, POLLS, {**at, "beyond": now + OWN_GAP}),
        reads=Waiting(
            count=connection.scalar(READS) or 0,
            since=connection.scalar(READS_DUE, at),
        ),
        looks=_waiting(connection, LOOKS, at),
        deliveries=_waiting(connection, DELIVERIES, at),
        dead=connection.scalar(DEAD) or 0,
        undelivered_since=connection.scalar(UNDELIVERED, at),
        is_away=in_force(connection) is not None,
        size=database_size(connection),
    )


def _counted(connection: sa.Connection, statement: sa.Executable) -> dict[str, int]:
    return {name or "": count for name, count in connection.execute(statement)}


def _waiting(connection: sa.Connection, statement: sa.Executable, at: Mapping[str, datetime]) -> Waiting:
    count, since = connection.execute(statement, at).one()
    return Waiting(count=count, since=since)
