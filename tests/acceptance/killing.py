"""SIGKILL at random moments of a full run: every entry read, every alert delivered, no second root.

python -m tests.acceptance.killing [--kills 50] [--database sqlite] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from monitor.store import summary
from monitor.store.database import Database
from tests import postgres
from tests.acceptance.process import monitor, records, running
from tests.newsroom.configuration import NEWSDESK
from tests.newsroom.world import World

SHORTEST, LONGEST = 0.05, 1.6  # seconds of life after "started"; the whole run takes about twenty
AT_WORK = 0.6  # of the kills must meet unfinished work, or the run shows nothing


def _kill_often(world: World, config: Path, url: str, *, kills: int, seed: int) -> int:
    """Answer how many of the kills met unfinished work."""
    chance = random.Random(seed)
    at_work = 0
    for turn in range(kills):
        if turn == kills // 2:
            world.publish(*(article.slug for article in world.articles if article.source.held))
        with running("run", "--config", config) as process:
            _wait_until_started(process)
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            process.send_signal(signal.SIGKILL)
            process.wait()
        at_work += _unfinished(url)
    assert at_work >= AT_WORK * kills, f"only {at_work} of {kills} kills met unfinished work"
    return at_work


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


def _configured(world: World, folder: Path, url: str, *, pace: str = "1s") -> Path:
    return world.write_config(
        folder / "config",
        state_dir=folder / "state",
        database_url=url,
        alerts={"retry_first": "1s"},
        poll={"tick": "200ms", "every": "2s", "shortest": "2s", "longest": "2s"},
        slack={"pace": pace},
    )


def kill_and_count(folder: Path, url: str, *, kills: int, seed: int) -> int:
    """Kill the service *kills* times over a world's run, then hold what is there against what was published.

    Answers how many kills met unfinished work. Raises: AssertionError when anything was lost or repeated.
    """
    with World() as world:
        world.slack.lose_at_random(0.1, seed=7)
        at_work = _kill_often(world, _configured(world, folder, url), url, kills=kills, seed=seed)
        config = _configured(world, folder, url, pace="50ms")  # killed often enough, it may hurry now
        _finish(world, config)
        _nothing_lost(world, config)
    return at_work


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


def main() -> None:
    """Kill as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'state' / 'monitor.db'}"
        if asked.database == "postgresql":
            server = stack.enter_context(postgres.server())
            url = stack.enter_context(postgres.fresh_database(server))
        at_work = kill_and_count(folder, url, kills=asked.kills, seed=asked.seed)
    print(f"{asked.kills} kills, {at_work} of them at work: nothing lost, nothing told twice in Slack")
    print(json.dumps({"kills": asked.kills, "at_work": at_work, "lost": 0, "repeated": 0}))


if __name__ == "__main__":
    sys.exit(main())
