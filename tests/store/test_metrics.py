"""What the rows say to machines: feeds, queues and deliveries in numbers, on either database."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.alerts.retry import Again, Dead, Done
from monitor.model import FeedSource, Frequency
from monitor.store import deliveries as handling
from monitor.store import feeds, hosts, metrics
from monitor.store.database import Database
from monitor.store.metrics import Standing, Waiting
from monitor.store.tables import articles
from monitor.store.tables import feeds as feed_table
from tests.store.test_outbox import Outbox

MINUTE = timedelta(minutes=1)


def stand(database: Database, now: datetime) -> Standing:
    return database.read_now(metrics.stand, now=now)


def listed(database: Database, now: datetime, count: int) -> None:
    """Put feeds on the list that fell due a minute after one another, the last of them now."""
    database.write_now(
        feeds.sync,
        [FeedSource(url=f"https://{number}.test/feed") for number in range(count)],
        first_polls=[now - MINUTE * (count - 1 - number) for number in range(count)],
        interval=timedelta(minutes=15),
    )


def change(database: Database, table: sa.Table, row: int, **values: object) -> None:
    database.write_now(lambda c: c.execute(sa.update(table).where(table.c.id == row).values(**values)))


def test_an_empty_database_stands_at_nothing(database: Database, now: datetime) -> None:
    nothing = Waiting(count=0, since=None)
    found = stand(database, now)
    assert found == Standing(
        feeds={},
        failing={},
        polls=nothing,
        reads=nothing,
        looks=nothing,
        deliveries=nothing,
        dead=0,
        undelivered_since=None,
        is_away=False,
        size=found.size,
    )


def test_feeds_are_counted_by_status_and_the_failing_ones_by_cause(database: Database, now: datetime) -> None:
    listed(database, now, 6)
    change(database, feed_table, 1, status="gone", failures=1, cause="http 410")
    change(database, feed_table, 2, status="removed", failures=3, cause="tls")
    change(database, feed_table, 3, failures=2, cause="dns")
    change(database, feed_table, 4, failures=1, cause="dns")
    change(database, feed_table, 5, failures=1, cause=None)
    found = stand(database, now)
    assert found.feeds == {"live": 4, "gone": 1, "removed": 1}
    assert found.failing == {"dns": 2, "": 1}


def test_feeds_wait_from_the_moment_at_which_they_fall_due(database: Database, now: datetime) -> None:
    listed(database, now, 4)
    change(database, feed_table, 1, status="gone")
    change(database, feed_table, 4, next_poll_at=now + MINUTE)
    assert stand(database, now).polls == Waiting(count=2, since=now - 2 * MINUTE)


def test_feeds_whose_host_asked_for_rest_are_not_late(database: Database, now: datetime) -> None:
    listed(database, now, 3)
    database.write_now(hosts.rest, "0.test", until=now + 10 * MINUTE)
    database.write_now(hosts.rest, "1.test", until=now + timedelta(seconds=1))  # our own gap
    assert stand(database, now).polls == Waiting(count=2, since=now - MINUTE)
    assert database.read_now(hosts.resting, now=now) == {"0.test": now + 10 * MINUTE}
    assert stand(database, now + 10 * MINUTE).polls == Waiting(count=3, since=now - 2 * MINUTE)


def test_articles_wait_until_they_are_read_and_are_late_from_their_turn_on(
    database: Database, now: datetime
) -> None:
    Outbox(database, now)
    change(database, articles, 1, state="new", next_try_at=now + MINUTE)
    assert stand(database, now).reads == Waiting(count=1, since=None)
    change(database, articles, 2, state="new", next_try_at=now - MINUTE)
    assert stand(database, now).reads == Waiting(count=2, since=now - MINUTE)


def test_a_message_waits_until_it_is_sent_and_counts_once_for_all_that_it_carries(
    database: Database, now: datetime
) -> None:
    desk = Outbox(database, now)
    desk.tell("one", "desk", topics=3)
    assert stand(database, now).deliveries == Waiting(count=1, since=now)
    delivery = desk.lease()
    assert stand(database, now + MINUTE).deliveries == Waiting(count=1, since=now), "it is on its way"
    desk.settle(delivery, Done(ref="1.0"))
    assert stand(database, now + MINUTE).deliveries == Waiting(count=0, since=None)


def test_an_alert_is_undelivered_from_its_first_attempt_through_every_pause(
    database: Database, now: datetime
) -> None:
    desk = Outbox(database, now)
    desk.tell("one", "desk")
    desk.settle(desk.lease(), Again(at=now + 10 * MINUTE, reason="busy"))
    found = stand(database, now + MINUTE)
    assert found.deliveries == Waiting(count=0, since=None), "it is not due"
    assert found.undelivered_since == now
    assert found.dead == 0


def test_a_digest_is_not_late_before_its_hour(database: Database, now: datetime) -> None:
    desk = Outbox(database, now)
    hour = now + 60 * MINUTE
    desk.tell("one", "desk", frequency=Frequency.DAILY, due_at=hour)
    assert stand(database, now + MINUTE).undelivered_since is None
    assert stand(database, hour + MINUTE).undelivered_since == hour


def test_what_was_given_up_is_no_longer_late_but_dead_until_somebody_sends_it_again(
    database: Database, now: datetime
) -> None:
    desk = Outbox(database, now)
    desk.tell("one", "desk", topics=2)
    delivery = desk.lease()
    desk.settle(delivery, Dead(reason="channel_not_found"))
    found = stand(database, now + MINUTE)
    assert (found.dead, found.undelivered_since) == (1, None)
    later = now + 60 * MINUTE
    assert database.write_now(handling.retry, delivery.id, now=later)
    found = stand(database, later + MINUTE)
    assert (found.dead, found.undelivered_since) == (0, later)


async def test_a_database_that_does_not_answer_leaves_nothing_to_say(tmp_path: Path, now: datetime) -> None:
    without_tables = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    unreachable = Database(f"sqlite:///{tmp_path}")
    try:
        assert await metrics.standing(without_tables, now=now) is None
        assert await metrics.standing(unreachable, now=now) is None
    finally:
        without_tables.close()
        unreachable.close()


async def test_a_database_that_answers_is_read_on_its_own_thread(database: Database, now: datetime) -> None:
    listed(database, now, 1)
    assert await metrics.standing(database, now=now) == stand(database, now)


ABOUT_QUEUES = ("POLLS", "READS", "READS_DUE", "DELIVERIES", "DEAD", "UNDELIVERED")


@pytest.mark.parametrize("name", ABOUT_QUEUES)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_question_about_a_queue_reads_the_queue_and_not_its_history(
    database: Database, now: datetime, name: str
) -> None:
    statement = getattr(metrics, name).params(now=now, beyond=now)

    def plan(connection: sa.Connection) -> list[str]:
        asked = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
        return [row.detail for row in rows]

    for step in database.read_now(plan):
        assert step.startswith(("SEARCH", "CORRELATED")), step
        assert "INDEX" in step or step.startswith("CORRELATED"), step
