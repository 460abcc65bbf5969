"""SIGKILL at random moments of a full run: every entry read, every alert delivered, no second root."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.store import summary
from monitor.store.database import Database
from tests import postgres
from tests.acceptance.process import monitor, records, running
from tests.newsroom.configuration import NEWSDESK
from tests.newsroom.world import World

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

KILLS = 20
SHORTEST, LONGEST = 0.05, 1.6  # seconds of life after "started"; the whole run takes about twenty
TIMES_AT_WORK = 12  # of the kills must meet unfinished work, or the test shows nothing


def _kill_often(world: World, config: Path, url: str, seed: int) -> None:
    chance = random.Random(seed)
    at_work = 0
    for turn in range(KILLS):
        if turn == KILLS // 2:
            world.publish(*(article.slug for article in world.articles if article.source.held))
        with running("run", "--config", config) as process:
            _wait_until_started(process)
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            process.send_signal(signal.SIGKILL)
            process.wait()
        at_work += _unfinished(url)
    assert at_work >= TIMES_AT_WORK, f"only {at_work} kills met unfinished work"


def _wait_until_started(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if '"event": "started"' in line:
            return
    raise AssertionError("the service ended before it started")


def _unfinished(url: str) -> bool:
    database = Database(url)
    state = database.read_now(summary.status, now=datetime.now(UTC))
    database.close()
    return bool(
        state["queue"]["articles"] or state["queue"]["deliveries"] or state["feeds"]["never_read"] > 1
    )


def _finish(world: World, config: Path) -> None:
    """Let the service run without being killed until what had failed has had its next try."""
    world.slack.heal()
    for _ in range(10):
        monitor("run", "--once", "--config", config, expect=None)
        if {each["state"] for each in records("deliveries", "list", "--config", config)} == {"sent"}:
            return
        time.sleep(1)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_twenty_times_it_loses_nothing_and_repeats_no_message(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with ExitStack() as stack:
        world = stack.enter_context(World())
        url = f"sqlite:///{tmp_path / 'state' / 'monitor.db'}"
        if kind == "postgresql":
            url = stack.enter_context(postgres.fresh_database(request.getfixturevalue("postgres_server")))
        config = world.write_config(
            tmp_path / "config",
            state_dir=tmp_path / "state",
            database_url=url,
            alerts={"retry_first": "1s"},
            poll={"tick": "200ms", "every": "2s", "shortest": "2s", "longest": "2s"},
        )
        world.slack.lose_at_random(0.1, seed=7)
        _kill_often(world, config, url, seed=len(kind))
        _finish(world, config)
        _nothing_lost(world, config)


def _nothing_lost(world: World, config: Path) -> None:
    (status,) = records("status", "--config", config, expect=None)
    assert status["articles"] == {"done": len(world.articles)}
    stories = records("stories", "list", "--config", config)
    alerts = records("alerts", "list", "--config", config, "--limit", "10000")
    deliveries = records("deliveries", "list", "--config", config, "--limit", "10000")
    assert {delivery["state"] for delivery in deliveries} == {"sent"}
    assert len(deliveries) == 2 * len(alerts)
    assert len(world.slack.roots(NEWSDESK)) == len(stories), "one root for each story"
    keys = Counter(
        message.metadata["event_payload"]["key"] for message in world.slack.messages if message.metadata
    )
    assert max(keys.values()) == 1, "no message twice"
