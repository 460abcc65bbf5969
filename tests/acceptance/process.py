"""The real command in a process of its own, as an operator starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.command import monitor as ask

PATIENCE = 90  # seconds for one command; a loaded machine of two cores needs a tenth of it


def command(*words: str | Path) -> list[str]:
    """The words that start the command with this interpreter."""
    return [sys.executable, "-m", "monitor", *map(str, words)]


def clean_environment() -> dict[str, str]:
    """This process's environment without what would configure the service.

    Bytecode is kept whatever the caller's shell says: compiling the program anew is a fifth of a start.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MONITOR_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def monitor(*words: str | Path, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; any other exit code than *expect* fails the test with what it said."""
    done = subprocess.run(
        command(*words),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=clean_environment(),
        check=False,
    )
    assert expect is None or done.returncode == expect, (
        f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    )
    return done


def records(*words: str | Path, expect: int | None = 0) -> list[dict[str, Any]]:
    """What a command says with `--json`, one object per line.

    Looking is done within this process: a start costs seconds, and changes nothing of what is in the rows.
    """
    return ask(*words, "--json", expect=expect).records


@contextmanager
def running(*words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A command that runs until the block ends; it is killed if it still does then."""
    process = subprocess.Popen(
        command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=clean_environment()
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
