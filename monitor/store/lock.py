"""The lock on the state directory: one service at a time, and the second one hears who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from monitor.errors import AlreadyRunning, OperatorFault

NAME = "monitor.lock"
TRIES = 20  # a second in all


class StateLock:
    """Holds `monitor.lock` until closed; the kernel lets go of it when the process dies, however it dies."""

    def __init__(self, state_dir: Path, *, now: datetime) -> None:
        """Take the lock.

        Raises: AlreadyRunning naming the holder; OperatorFault when the directory cannot be written.
        """
        path = state_dir / NAME
        try:
            state_dir.mkdir(parents=True, exist_ok=True)
            self._file: TextIOWrapper = path.open("a+", encoding="utf-8")
        except OSError as problem:
            raise OperatorFault(
                f"{state_dir}: the state directory cannot be written ({problem.strerror}). "
                "Give the service's user write access, or set service.state_dir"
            ) from None
        if not _taken(self._file):
            holder = _holder(path)
            self._file.close()
            raise AlreadyRunning(
                f"another monitor holds {state_dir}: {holder}. "
                "Stop it first, or give this one another service.state_dir"
            )
        self._file.truncate(0)
        json.dump(
            {"pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat(timespec="seconds")},
            self._file,
        )
        self._file.flush()

    def close(self) -> None:
        """Let go; the file stays, empty, for the next holder."""
        self._file.truncate(0)
        self._file.close()


def _taken(file: TextIOWrapper) -> bool:
    """Try for a moment: `monitor status` touches the lock for microseconds to see whether it is held."""
    for _ in range(TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} on {held['host']} since {held['since']}"
    except (OSError, ValueError, KeyError):
        return "a process that has just started"


def holder(state_dir: Path) -> str | None:
    """Who runs on this state directory now, None when nobody does."""
    path = state_dir / NAME
    try:
        with path.open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _holder(path)
    except OSError:
        return None
    return None
