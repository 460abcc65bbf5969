"""The command itself: its doors, its help, and how it ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from typer.main import get_command

from monitor.cli.app import DOORS, HELP, build
from monitor.store.lock import StateLock
from tests.acceptance import process
from tests.cli.command import monitor
from tests.cli.conftest import Desk


def test_help_names_every_door() -> None:
    said = monitor("--help").out
    for door in DOORS:
        assert door in said


def first_paragraph(said: str) -> str:
    return " ".join(said.partition("\n\n")[0].split())


def test_help_says_of_closed_doors_what_they_say_themselves() -> None:
    listed, opened = (
        {name: first_paragraph(door.help) for name, door in get_command(build(word)).commands.items()}
        for word in (HELP, None)
    )
    assert listed == opened


@pytest.mark.parametrize("door", DOORS)
def test_every_door_explains_itself(door: str) -> None:
    assert "Usage:" in monitor(door, "--help").out


def test_a_word_that_is_no_door_is_refused() -> None:
    said = monitor("stroies", expect=2)
    assert "No such command" in said.err


def test_a_second_service_ends_with_75_and_hears_who_is_there(desk: Desk) -> None:
    lock = StateLock(desk.state, now=datetime.now(UTC))
    try:
        said = monitor("run", "--once", "-c", desk.config, expect=75)
    finally:
        lock.close()
    assert "another monitor holds" in said.err
    assert "Stop it first" in said.err


def test_the_module_is_the_command(fresh: Desk) -> None:
    said = process.monitor("check-config", "--config", fresh.config)
    assert said.stdout.endswith("good. 1 feeds, 2 topics, 2 destinations, 1 routes\n")
    refused = process.monitor("status", "--config", fresh.config, expect=78)
    assert "there is no database yet" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_reader_that_goes_away_is_no_fault(desk: Desk) -> None:
    import subprocess

    with subprocess.Popen(
        process.command("feeds", "list", "--config", desk.config),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=process.clean_environment(),
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        said = running.stderr.read()
    assert "Traceback" not in said
