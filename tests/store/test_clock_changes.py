"""Rows that speak of the future follow the clock when somebody sets it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.model import DeliveryState, FeedSource
from monitor.store import clock_changes, hosts
from monitor.store import feeds as feed_rows
from monitor.store.database import Database
from monitor.store.hosts import TWO_AT_ONCE
from monitor.store.tables import alerts, deliveries, feeds

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def _feed(database: Database, *, due: datetime, read: datetime | None = None) -> int:
    def add(connection: sa.Connection) -> int:
        feed_rows.add(connection, FeedSource(url="https://a.test/feed"), first_poll=due, interval=HOUR)
        connection.execute(sa.update(feeds).values(last_success_at=read))
        return connection.scalars(sa.select(feeds.c.id)).one()

    return database.write_now(add)


def _claimed(database: Database, now: datetime) -> list[int]:
    claimed = database.write_now(
        hosts.claim_feeds, now=now, due=now, lease=MINUTE, limit=9, manners=TWO_AT_ONCE
    )
    return [feed for feed, _ in claimed]


def _delivery(database: Database, now: datetime, *, first: datetime) -> None:
    def add(connection: sa.Connection) -> None:
        alert = {"kind": "source failing", "cause": "1", "topic": "", "score": 0.0, "created_at": now}
        connection.execute(sa.insert(alerts).values(id=1, **alert))
        connection.execute(
            sa.insert(deliveries).values(
                alert_id=1,
                destination="desk",
                frequency="immediate",
                state=DeliveryState.PENDING,
                first_attempt_at=first,
                next_attempt_at=now,
                created_at=first,
                payload={},
            )
        )

    database.write_now(add)


def test_a_feed_that_was_due_soon_is_due_soon_after_the_clock_was_set_back(
    database: Database, now: datetime
) -> None:
    feed = _feed(database, due=now + HOUR)
    earlier = now - DAY
    assert _claimed(database, earlier + 2 * HOUR) == []

    database.write_now(clock_changes.moved, by=-DAY, now=earlier)

    assert _claimed(database, earlier + HOUR - MINUTE) == []
    assert _claimed(database, earlier + HOUR + MINUTE) == [feed]


def test_what_was_overdue_stays_overdue(database: Database, now: datetime) -> None:
    feed = _feed(database, due=now - 2 * DAY)
    database.write_now(clock_changes.moved, by=-DAY, now=now - DAY)
    assert _claimed(database, now - DAY) == [feed]


@pytest.mark.parametrize(("by", "first"), [(DAY, DAY), (-DAY, -DAY)])
def test_the_date_alone_makes_no_delivery_old(
    database: Database, now: datetime, by: timedelta, first: timedelta
) -> None:
    _delivery(database, now, first=now - MINUTE)

    database.write_now(clock_changes.moved, by=by, now=now + by)

    (began,) = database.read_now(lambda c: c.execute(sa.select(deliveries.c.first_attempt_at)).one())
    assert began == now - MINUTE + first


def test_a_clock_that_was_set_back_meanwhile_is_found_out_at_the_start(
    database: Database, now: datetime
) -> None:
    assert database.read_now(clock_changes.behind, now=now) == timedelta()
    _feed(database, due=now + HOUR, read=now)
    assert database.read_now(clock_changes.behind, now=now - DAY) == DAY
    assert database.read_now(clock_changes.behind, now=now + HOUR) <= timedelta()
