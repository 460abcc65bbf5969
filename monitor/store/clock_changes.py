"""What rows say of the future, moved along when somebody sets the machine's clock.

A feed that is due "tomorrow" by a clock that was a day fast would rest for that day once the clock is right.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import DeliveryState
from monitor.store import hosts as host_rows
from monitor.store.tables import (
    articles,
    deliveries,
    feeds,
    hosts,
    looks,
    robots,
    subscriptions,
)

NOTICED = timedelta(minutes=1)  # less is the clock's own slow correction, and passes by itself
DUES = (  # when something is to be done, or how long somebody keeps it for himself
    feeds.c.next_poll_at,
    feeds.c.claimed_until,
    feeds.c.judge_at,
    articles.c.next_try_at,
    articles.c.claimed_until,
    looks.c.next_look_at,
    looks.c.claimed_until,
    deliveries.c.first_attempt_at,
    deliveries.c.next_attempt_at,
    deliveries.c.lease_until,
    hosts.c.not_before,
    subscriptions.c.due_at,
    subscriptions.c.lease_until,
    robots.c.expires_at,
)


def behind(connection: sa.Connection, *, now: datetime) -> timedelta:
    """How far *now* lies before what has already happened here: the clock was set back while we were away."""
    moments = (sa.func.max(feeds.c.last_success_at), sa.func.max(articles.c.seen_at))
    happened = [moment for each in moments if (moment := connection.scalar(sa.select(each))) is not None]
    return max([moment - now for moment in happened], default=timedelta())


def moved(connection: sa.Connection, *, by: timedelta, now: datetime) -> None:
    """Follow a clock that was set *by* forward, or back where that is negative, and now says *now*.

    Set back: what is due later is due as much sooner. Set forward: all of it is simply due, but what is being
    delivered was not tried for a day because the date says so.
    """
    if by < timedelta():
        for column in DUES:
            _shift(connection, column, by, column > now)
        host_rows.reckon_all(connection)
    else:
        under_way = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.SENDING))
        _shift(connection, deliveries.c.first_attempt_at, by, under_way)


def _shift(
    connection: sa.Connection, column: sa.Column[datetime], by: timedelta, where: sa.ColumnElement[bool]
) -> None:
    """Move a column's moments; in Python, because the two databases share no arithmetic of times."""
    table = column.table
    (key,) = table.primary_key
    rows = connection.execute(sa.select(key, column).where(column.is_not(None), where)).all()
    if rows:
        connection.execute(
            sa.update(table).where(key == sa.bindparam("key")).values({column.name: sa.bindparam("moment")}),
            [{"key": row[0], "moment": row[1] + by} for row in rows],
        )
