"""Alerts that wait for a digest: of a topic that floods, under its score for messages, in a cooldown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.alerts.operator_wording import operator_wording
from monitor.alerts.surge import SurgeLimits
from monitor.model import AlertKind, DeliveryState, Fetched, OperatorNotice, Validators
from monitor.stages.revisit import revisit
from monitor.stages.tidy import tidy
from monitor.stages.watch import Lookout, watch
from monitor.store import surges, tables
from monitor.store.statements import load
from monitor.store.surges import HISTORY
from tests.stages.bench import OTHER, REFUGE, REPORT, WIRE, Bench

HOUR = timedelta(hours=1)
LIMITS = SurgeLimits(factor=10, least=3)


def frequencies(bench: Bench, topic: str = "refuge") -> list[str]:
    """How the first destination hears of each of a topic's alerts, in their order."""
    told = {alert["id"] for alert in bench.rows(tables.alerts) if alert["topic"] == topic}
    rows = [row for row in bench.rows(tables.deliveries) if row["alert_id"] in told]
    return [row["frequency"] for row in rows if row["destination"] == "desk"]


def limited(bench: Bench) -> None:
    """Let few articles make a flood."""
    bench.surge = LIMITS


async def look(bench: Bench) -> None:
    await watch(
        Lookout(db=bench.db, operators=lambda: ["mail"], now=lambda: bench.now, alert_after=3, surge=LIMITS)
    )


def matched(bench: Bench, times: int, *, topic: str = "refuge") -> None:
    for _ in range(times):
        bench.db.write_now(surges.count, [topic], now=bench.now)


async def test_a_topic_that_jumps_tenfold_tells_in_digests_and_operators_once(bench: Bench) -> None:
    limited(bench)
    for _ in range(72):  # three days of an article in two hours
        matched(bench, 1)
        bench.now += 2 * HOUR
    await bench.tell("calm", WIRE)
    matched(bench, 4)
    await bench.tell("flood", OTHER, host="b.test")
    assert frequencies(bench) == ["immediate", "hourly"]
    for _ in range(3):
        await look(bench)
    kinds = [alert["kind"] for alert in bench.rows(tables.alerts)]
    assert kinds.count(AlertKind.TOPIC_SURGE) == 1
    (told,) = [row for row in bench.rows(tables.alerts) if row["kind"] == AlertKind.TOPIC_SURGE]
    (message,) = [row for row in bench.rows(tables.deliveries) if row["alert_id"] == told["id"]]
    assert (message["destination"], message["state"]) == ("mail", DeliveryState.PENDING)
    notice = load(OperatorNotice, message["payload"])
    assert "6 articles within an hour; 0.5 an hour are usual" in operator_wording().detail(notice)


async def test_a_surge_that_is_over_is_told_under_its_beginning_and_the_topic_tells_at_once(
    bench: Bench,
) -> None:
    limited(bench)
    matched(bench, 1)
    bench.now += timedelta(days=3)
    matched(bench, 30)
    await bench.tell("flood", WIRE)
    await look(bench)
    bench.now += HOUR
    await look(bench)  # what the last hour brought still counts
    bench.now += 2 * HOUR
    await look(bench)
    await look(bench)
    assert bench.rows(tables.surges) == []
    kinds = [alert["kind"] for alert in bench.rows(tables.alerts)]
    assert kinds == ["new_story", "topic_surge", "topic_calm"]
    await bench.tell("after", OTHER, host="b.test")
    assert frequencies(bench) == ["hourly", "immediate"]


async def test_a_new_topic_may_tell_as_much_as_it_finds(bench: Bench) -> None:
    limited(bench)
    matched(bench, 500)
    await bench.tell("first", WIRE)
    assert frequencies(bench) == ["immediate"]


async def test_hours_that_no_rate_looks_at_are_forgotten(bench: Bench) -> None:
    matched(bench, 1)
    bench.now += HISTORY
    matched(bench, 1)
    await tidy(bench.db, now=bench.now, window=timedelta(days=7))
    assert len(bench.rows(tables.topic_hours)) == 1


async def test_an_alert_under_the_immediate_score_waits_for_the_digest(bench: Bench) -> None:
    bench.topics = (replace(REFUGE, immediate_score=1_000),)
    await bench.tell("low", WIRE)
    bench.topics = (replace(REFUGE, immediate_score=1),)
    await bench.tell("high", OTHER, host="b.test")
    assert frequencies(bench) == ["hourly", "immediate"]


async def test_reports_of_a_story_told_just_now_wait_while_its_topic_cools_down(bench: Bench) -> None:
    bench.topics = (replace(REFUGE, cooldown=HOUR),)
    await bench.tell("wire", WIRE)
    await bench.tell("report", REPORT, host="b.test")
    await bench.tell("other", OTHER, host="c.test")  # another story is news
    assert frequencies(bench) == ["immediate", "hourly", "immediate"]


@pytest.mark.parametrize(
    ("manner", "frequency"),
    [
        ({}, "immediate"),
        ({"cooldown": HOUR}, "hourly"),
        ({"cooldown": timedelta(minutes=10)}, "immediate"),
        ({"immediate_score": 1_000}, "hourly"),
    ],
    ids=str,
)
async def test_a_correction_waits_as_a_report_would(
    bench: Bench, manner: dict[str, Any], frequency: str
) -> None:
    page = "https://a.test/wire"
    bench.answers[page] = Fetched(url=page, status=200, body=b"page", validators=Validators(etag='"1"'))
    await bench.tell("wire", WIRE, title="31 men reach the harbour")
    bench.topics = (replace(REFUGE, **manner),)
    bench.page(
        page,
        f"{WIRE}\nCorrection: an earlier version named the wrong harbour.",
        title="31 men reach the harbour",
    )
    (due,) = bench.column(tables.looks, "next_look_at")
    bench.now = due
    await revisit(1, bench.revisiting)
    assert bench.column(tables.alerts, "kind") == ["new_story", "correction"]
    assert frequencies(bench) == ["immediate", frequency]
