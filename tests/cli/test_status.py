"""`monitor status`: is it working, and what needs an operator."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.store.lock import StateLock
from tests.cli.command import monitor
from tests.cli.conftest import Desk


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
    assert "service     not running" in said
    assert "1 × http 404" in said
    assert "monitor deliveries retry" in said
    assert "mailbox [red]unavailable" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_when_all_is_well_it_says_so_and_ends_with_0(desk: Desk) -> None:
    _mend(desk)
    assert "nothing needs you" in monitor("status", "-c", desk.config).out
    assert monitor("status", "--json", "-c", desk.config).records[0]["problems"] == []


def test_a_running_service_is_named(desk: Desk) -> None:
    lock = StateLock(desk.state, now=datetime(2026, 11, 21, tzinfo=UTC))
    try:
        said = monitor("status", "-c", desk.config, expect=1).out
        assert "since 2026-11-21T00:00:00+00:00" in said
        monitor("feeds", "add", "https://beside.test/feed", "-c", desk.config)
    finally:
        lock.close()
