"""`monitor status`: is it working, and what needs an operator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.model import FeedSource
from monitor.store import feeds as feed_rows
from monitor.store import hosts
from monitor.store.lock import StateLock
from monitor.store.tables import feeds
from tests.cli.command import monitor
from tests.cli.conftest import Desk

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def _mend(desk: Desk) -> None:
    database = desk.database()
    for statement in (
        "UPDATE feeds SET failures = 0, cause = NULL",
        "UPDATE deliveries SET state = 'sent', last_error = NULL",
    ):
        database.write_now(lambda connection, words=statement: connection.exec_driver_sql(words))
    database.close()


def test_programs_get_one_object(desk: Desk) -> None:
    (status,) = monitor("status", "--json", "-c", desk.config, expect=1).records
    assert status.keys() >= {"feeds", "queue", "deliveries", "stages", "problems"}
    assert status["service"] is None
    assert (status["feeds"]["failing"], status["feeds"]["causes"]) == (1, {"http 404": 1})
    assert status["deliveries"] == {"dead": 1, "pending": 2, "sent": 3}
    assert status["articles"] == {"done": 4}
    assert {problem["kind"] for problem in status["problems"]} == {"delivery dead", "feed failing"}
    assert all(problem["remedy"] for problem in status["problems"])


def test_people_get_one_screen_that_hostile_names_cannot_break(desk: Desk) -> None:
    said = monitor("status", "-c", desk.config, expect=1).out
    assert len(said.splitlines()) < 24
    assert "service      not running" in said
    assert "1 × http 404" in said
    assert "monitor deliveries retry" in said
    assert "mailbox [red]unavailable" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_when_all_is_well_it_says_so_and_ends_with_0(desk: Desk) -> None:
    _mend(desk)
    assert "nothing needs you" in monitor("status", "-c", desk.config).out
    assert monitor("status", "--json", "-c", desk.config).records[0]["problems"] == []


def test_before_the_first_poll_it_says_how_to_start(desk: Desk) -> None:
    _mend(desk)
    database = desk.database()
    database.write_now(lambda connection: connection.exec_driver_sql("DELETE FROM polls"))
    database.close()
    said = monitor("status", "-c", desk.config).out
    assert "nothing was polled yet" in said
    assert "systemctl start monitor" in said
    assert "nothing needs you" not in said


def test_a_network_that_is_away_is_one_line_for_all_its_feeds(desk: Desk) -> None:
    _mend(desk)
    database = desk.database()
    for statement in (
        "UPDATE feeds SET failures = 5, cause = 'dns'",
        "INSERT INTO outages VALUES (1, '2026-11-21 09:00:00', 80, 79, 'dns', 0, NULL, NULL)",
    ):
        database.write_now(lambda connection, words=statement: connection.exec_driver_sql(words))
    database.close()
    (status,) = monitor("status", "--json", "-c", desk.config, expect=1).records
    (problem,) = status["problems"]
    assert problem["kind"] == "network away"
    assert problem["subject"] == "79 of 80 hosts"
    assert "2026-11-21 09:00 UTC" in problem["detail"]
    assert monitor("status", "-c", desk.config, expect=1).out.count("network away") == 1


def test_a_running_service_is_named(desk: Desk) -> None:
    lock = StateLock(desk.state, now=datetime(2026, 11, 21, tzinfo=UTC))
    try:
        said = monitor("status", "-c", desk.config, expect=1).out
        assert "since 2026-11-21T00:00:00+00:00" in said
        monitor("feeds", "add", "https://beside.test/feed", "-c", desk.config)
    finally:
        lock.close()


def test_a_hundred_feeds_that_fail_alike_fill_no_screen_and_are_all_there_for_programs(desk: Desk) -> None:
    _mend(desk)

    def break_all(connection: sa.Connection) -> None:
        for number in range(100):
            source = FeedSource(url=f"https://{number}.test/feed")
            feed_rows.add(connection, source, first_poll=LATER, interval=timedelta(hours=1))
        connection.execute(sa.update(feeds).values(failures=9, cause="dns"))

    database = desk.database()
    database.write_now(break_all)
    database.close()

    said = monitor("status", "-c", desk.config, expect=1).out
    (state,) = monitor("status", "--json", "-c", desk.config, expect=1).records

    assert len(said.splitlines()) < 24
    assert said.count("feed failing") == 6
    assert "and 100 more" in said
    assert len(state["problems"]) == 105


@pytest.mark.parametrize(("running", "kind"), [(False, "not running"), (True, "polling late")])
def test_feeds_that_nobody_polls_are_a_problem(desk: Desk, running: bool, kind: str) -> None:
    _mend(desk)

    def wait(connection: sa.Connection) -> None:
        connection.execute(sa.update(feeds).values(next_poll_at=datetime(2026, 1, 1, tzinfo=UTC)))

    database = desk.database()
    database.write_now(wait)
    database.close()
    lock = StateLock(desk.state, now=datetime(2026, 1, 1, tzinfo=UTC)) if running else None
    try:
        (state,) = monitor("status", "--json", "-c", desk.config, expect=1).records
    finally:
        if lock:
            lock.close()
    assert [problem["kind"] for problem in state["problems"]] == [kind]


def test_feeds_whose_host_asked_for_rest_are_no_problem(desk: Desk) -> None:
    _mend(desk)

    def wait(connection: sa.Connection) -> None:
        connection.execute(sa.update(feeds).values(next_poll_at=datetime(2026, 1, 1, tzinfo=UTC)))
        for host in connection.scalars(sa.select(feeds.c.host).distinct()).all():
            hosts.rest(connection, host, until=datetime(2100, 1, 1, tzinfo=UTC))

    database = desk.database()
    database.write_now(wait)
    database.close()
    (state,) = monitor("status", "--json", "-c", desk.config).records
    assert state["problems"] == []
    assert (state["feeds"]["due"], state["feeds"]["resting"]) == (0, state["feeds"]["live"])
    assert "host rests" in monitor("feeds", "list", "-c", desk.config).out
