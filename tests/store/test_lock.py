"""The lock on the state directory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from monitor.errors import AlreadyRunning, OperatorFault
from monitor.store.lock import StateLock, holder

HOLD = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from monitor.store.lock import StateLock
lock = StateLock(Path(sys.argv[1]), now=datetime.now(UTC))
print("held", flush=True)
time.sleep(60)
"""


def test_the_second_service_hears_who_holds_the_directory(tmp_path: Path, now: datetime) -> None:
    first = StateLock(tmp_path, now=now)
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()} on .* since 2026-11-21T09:30:00"):
        StateLock(tmp_path, now=now)
    first.close()
    StateLock(tmp_path, now=now).close()


def test_who_asks_learns_who_runs_without_taking_the_lock(tmp_path: Path, now: datetime) -> None:
    assert holder(tmp_path) is None
    lock = StateLock(tmp_path, now=now)
    assert str(os.getpid()) in (holder(tmp_path) or "")
    lock.close()
    assert holder(tmp_path) is None


def test_a_killed_service_leaves_no_lock_behind(tmp_path: Path, now: datetime) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=str(process.pid)):
            StateLock(tmp_path, now=now)
        process.send_signal(signal.SIGKILL)
        process.wait()
    StateLock(tmp_path, now=now).close()


def test_a_directory_that_cannot_be_made_is_the_operators_fault(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OperatorFault, match=r"service\.state_dir"):
        StateLock(tmp_path / "file" / "state", now=now)
