"""Silence at the doors: quiet feeds in the list, completeness in the status, operators among the alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.silence import Verdict
from monitor.model import Silence, SilenceKind
from monitor.store import operators, silences
from tests.cli.command import monitor
from tests.cli.conftest import Desk

SINCE = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def quiet(desk: Desk) -> Desk:
    """The desk, whose first feed is quiet and was told to operators."""
    database = desk.database()
    silence = Silence(kind=SilenceKind.QUIET, since=SINCE)
    now = datetime.now(UTC)
    database.write_now(silences.settle, 1, Verdict(silence=silence), now=now)
    database.write_now(operators.tell, ("desk",), now=now)
    database.close()
    return desk


def test_a_quiet_feed_is_named_in_the_list(quiet: Desk) -> None:
    feeds = {feed["feed"]: feed for feed in monitor("feeds", "list", "--json", "-c", quiet.config).records}
    assert datetime.fromisoformat(feeds[1]["quiet_since"]) == SINCE
    assert {feed["quiet_since"] for number, feed in feeds.items() if number != 1} == {None}
    assert "quiet" in monitor("feeds", "list", "-c", quiet.config).out


def test_status_says_how_complete_the_list_is_and_names_the_quiet(quiet: Desk) -> None:
    (status,) = monitor("status", "--json", "-c", quiet.config, expect=1).records
    assert status["completeness"].keys() == {"polled", "failing", "quiet", "gone", "total"}
    assert (status["completeness"]["quiet"], status["completeness"]["failing"]) == (1, 1)
    assert "feed quiet" in {problem["kind"] for problem in status["problems"]}
    said = monitor("status", "-c", quiet.config, expect=1).out
    assert "completeness " in said
    assert "1 failing, 1 unusually quiet" in said


def test_alerts_and_deliveries_for_operators_keep_the_shape_of_the_others(quiet: Desk) -> None:
    dead, silent, *others = monitor("alerts", "list", "--json", "-c", quiet.config).records
    assert (dead["kind"], silent["kind"]) == ("delivery_dead", "source_silent")
    for alert in (dead, silent):
        assert (alert["topic"], alert["story"], alert["article"]) == ("", None, None)
    assert all(silent.keys() == other.keys() for other in others)
    assert "operator" in monitor("alerts", "list", "-c", quiet.config).out
    told = [
        record
        for record in monitor("deliveries", "list", "--json", "-c", quiet.config).records
        if record["story"] is None
    ]
    assert {record["destination"] for record in told} == {"desk"}
    assert {dead["alert"], silent["alert"]} == {record["alert"] for record in told}
