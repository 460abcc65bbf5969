"""`monitor alerts`: what was worth telling."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import Errand, ErrandKind
from monitor.store import errands
from monitor.store.database import Database
from tests.cli.command import monitor
from tests.cli.conftest import Desk

KEYS = {"alert", "kind", "topic", "story", "article", "created_at"}


def test_list_gives_programs_the_newest_alert_first(desk: Desk) -> None:
    alerts = monitor("alerts", "list", "--json", "-c", desk.config).records
    assert all(alert.keys() >= KEYS for alert in alerts)
    assert [(a["alert"], a["kind"], a["topic"], a["story"], a["article"]) for a in alerts] == [
        (3, "new_story", "refuge", 2, 4),
        (2, "new_report", "refuge", 1, 2),
        (1, "new_story", "refuge", 1, 1),
    ]
    assert str(alerts[0]["created_at"]).endswith("+00:00")


def test_list_gives_people_a_line_for_each(desk: Desk) -> None:
    lines = monitor("alerts", "list", "--limit", 2, "-c", desk.config).out.splitlines()
    assert len(lines) == 3
    assert "new story" in lines[1]
    assert "Violinist is refused asylum in Pellworm" in lines[1]
    assert " ago " in lines[1]


def test_nothing_told_is_said(fresh: Desk) -> None:
    monitor("db", "upgrade", "-c", fresh.config)
    assert monitor("alerts", "list", "-c", fresh.config).out == "Alerts: none\n"


def test_a_story_is_muted_for_a_while_listed_and_told_again(desk: Desk) -> None:
    said = monitor("alerts", "mute", "--story", "1", "--for", "8h", "-c", desk.config).out
    assert "mute 1 until" in said
    (mute,) = monitor("alerts", "mutes", "--json", "-c", desk.config).records
    assert (mute["mute"], mute["story"], mute["topic"], mute["destination"]) == (1, 1, None, None)
    assert monitor("alerts", "unmute", "1", "-c", desk.config).code == 0
    assert monitor("alerts", "mutes", "--json", "-c", desk.config).records == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--story", "1", "--for", "long"), 2),
        (("--story", "999"), 1),
        (("--topic", "nothing"), 1),
        (("--story", "1", "--destination", "nowhere"), 1),
    ],
)
def test_a_mute_of_nothing_or_of_what_is_not_there_is_refused(
    desk: Desk, words: tuple[str, ...], code: int
) -> None:
    monitor("alerts", "mute", *words, "-c", desk.config, expect=code)


def test_what_readers_called_not_relevant_is_listed_for_those_who_mend_rules(desk: Desk) -> None:
    assert monitor("alerts", "irrelevant", "-c", desk.config).out == "Not relevant: none\n"
    errand = Errand(kind=ErrandKind.IRRELEVANT, destination="desk", story=1)
    database = Database(f"sqlite:///{desk.state / 'monitor.db'}")
    assert database.write_now(errands.perform, errand, now=datetime.now(UTC))
    database.close()
    (found,) = monitor("alerts", "irrelevant", "--json", "-c", desk.config).records
    assert (found["story"], found["topics"], found["destination"]) == (1, ["refuge"], "desk")
    assert "refuge" in monitor("alerts", "irrelevant", "-c", desk.config).out
