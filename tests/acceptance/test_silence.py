"""A source that fails, seen from outside: operators hear of it once, and once that it is back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.process import monitor, records
from tests.newsroom.world import World

pytestmark = [pytest.mark.acceptance, pytest.mark.long]

OPERATORS = "C0RIGHTS"  # a channel that no route of the world uses
OUTLET = "neva-observer"
FEEDS = 4  # too few for an outage of our own
QUICK = {"every": "1s", "shortest": "1s", "longest": "1s", "host_gap": "0s", "alert_after": 2}
PATIENCE = 60  # seconds for what takes a few


def configured(world: World, folder: Path) -> Path:
    """A configuration of a few feeds and no topics, whose operators sit in a channel of their own."""
    config = world.write_config(
        folder / "config", state_dir=folder / "state", topics=None, poll=QUICK, slack={"pace": "50ms"}
    )
    people: dict[str, Any] = yaml.safe_load((config / "people.yaml").read_text("utf-8"))
    people["destinations"]["operators"] = {"slack": OPERATORS}
    people["operators"] = ["operators"]
    (config / "people.yaml").write_text(yaml.safe_dump(people), "utf-8")
    alive = [feed for feed in world.feeds if feed.alive and feed.outlet != OUTLET][: FEEDS - 1]
    alive += [feed for feed in world.feeds if feed.outlet == OUTLET]
    listed = [{"url": feed.url, "name": feed.name, "outlet": feed.name} for feed in alive]
    (config / "feeds.yaml").write_text(yaml.safe_dump(listed, allow_unicode=True), "utf-8")
    return config


def run_until_told(world: World, config: Path, messages: int) -> list[Any]:
    """Run as a timer would until the operators have so many messages."""
    deadline = time.monotonic() + PATIENCE
    while len(told := _told(world)) < messages:
        assert time.monotonic() < deadline, f"{len(told)} messages"
        time.sleep(1)
        monitor("run", "--once", "--config", config, expect=None)
    return told


def _told(world: World) -> list[Any]:
    return [message for message in world.slack.messages if message.channel == OPERATORS]


def test_a_failing_outlet_is_told_to_operators_once_and_once_when_it_is_back(tmp_path: Path) -> None:
    with World() as world:
        config = configured(world, tmp_path)
        (feed,) = [feed for feed in world.feeds if feed.outlet == OUTLET]
        monitor("run", "--once", "--config", config)
        assert _told(world) == []

        world.http.fail(feed.url, status=500, times=1_000)
        (silent,) = run_until_told(world, config, 1)
        assert silent.text == f"Source silent: {feed.name}"
        assert "http 500, 2 polls in a row" in str(silent.blocks)
        assert feed.url not in str(silent.blocks)
        (status,) = records("status", "--config", config, expect=1)
        assert (status["completeness"]["failing"], status["completeness"]["total"]) == (1, FEEDS)
        time.sleep(1)
        monitor("run", "--once", "--config", config, expect=1)
        assert len(_told(world)) == 1, "told once"

        world.http.heal()
        silent, back = run_until_told(world, config, 2)
        assert back.text == f"Source back again: {feed.name}"
        assert back.thread_ts == silent.ts
        monitor("run", "--once", "--config", config)
        assert len(_told(world)) == 2
        operator = [alert for alert in records("alerts", "list", "--config", config) if not alert["topic"]]
        assert [alert["kind"] for alert in operator] == ["source_back", "source_silent"]
        assert {(alert["story"], alert["article"]) for alert in operator} == {(None, None)}
