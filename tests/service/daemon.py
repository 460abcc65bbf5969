"""The real service in a process of its own, with its log in reach."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import coverage

from tests.acceptance.process import clean_environment, command

PATIENCE = 60  # seconds for anything to happen; a loaded machine of two cores needs a sixth of it
RULES = Path(__file__).parents[2] / "pyproject.toml"

Event = dict[str, Any]


class Daemon:
    """A running `monitor run` and what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def events(self, name: str = "") -> list[Event]:
        """What it has logged, whole lines only; with *name* only the events of that name."""
        whole = self.log.read_text("utf-8").rpartition("\n")[0].split("\n")
        said = [json.loads(line) for line in whole if line]
        return [event for event in said if not name or event["event"] == name]

    def wait_for(self, name: str, count: int = 1) -> Event:
        """Wait until it has said *name* so many times, and answer the last of them."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.events(name)
            if len(found) >= count:
                return found[count - 1]
            assert self.process.poll() is None, self.log.read_text("utf-8")
            time.sleep(0.02)
        raise AssertionError(f"no {name} within {PATIENCE} s:\n{self.log.read_text('utf-8')}")

    def order(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to stop; answers how long that took, once it has ended well."""
        began = time.monotonic()
        self.order(number)
        code = self.process.wait(PATIENCE)
        assert code == 0, self.log.read_text("utf-8")
        return time.monotonic() - began


def traced(words: list[str]) -> list[str]:
    """The words that start the same command under this run's coverage, if it has one."""
    current = coverage.Coverage.current()
    if current is None:
        return words
    python, *rest = words
    data = Path(str(current.get_option("run:data_file"))).absolute()
    return [python, "-m", "coverage", "run", "-p", f"--rcfile={RULES}", f"--data-file={data}", *rest]


@contextmanager
def daemon(config: Path, *words: str, trace: bool = False) -> Iterator[Daemon]:
    """A service on *config* that has started; it is stopped if it still runs at the end.

    With *trace* it counts for coverage: for a service that goes through most of what one does.
    """
    log = config.parent / "log.jsonl"
    with log.open("wb") as file:
        start = command("run", "--config", config, *words)
        process = subprocess.Popen(traced(start) if trace else start, stderr=file, env=clean_environment())
    running = Daemon(process, log)
    try:
        running.wait_for("started")
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
