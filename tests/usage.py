"""What a process and its children have used of the machine, as Linux counts it."""

from __future__ import annotations

import os
import re
import resource
import time
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_NS = 1e9


def cpu_seconds() -> float:
    """CPU time of this process and of all its children so far, those that live and those that ended.

    The kernel's scheduler counts live ones in nanoseconds; `times` would count in hundredths of a second,
    which is a whole poll.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    live = sum(_scheduled(child) for child in children("self"))
    return time.process_time() + ended.ru_utime + ended.ru_stime + live


def tree_cpu_seconds(pid: int) -> float:
    """CPU time of another process, of its living children and of those that have ended."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    ended = sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")
    return _scheduled(pid) + ended + sum(_scheduled(child) for child in children(pid))


def peak_mb(pid: int | str = "self") -> int:
    """The most memory that a process ever had resident, in megabytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", (_PROC / str(pid) / "status").read_text())
    return int(found[1]) // 1024 if found else 0  # a process that has just ended has no memory


def shared_mb(pid: int | str) -> int:
    """A process's part of the memory in use, in megabytes: pages that several hold are counted in parts."""
    try:
        found = re.search(r"Pss:\s+(\d+) kB", (_PROC / str(pid) / "smaps_rollup").read_text())
    except OSError:  # it has just ended
        return 0
    return int(found[1]) // 1024 if found else 0


def children(pid: int | str) -> list[int]:
    """The ids of a process's living children, whichever thread started them."""
    lists = (_PROC / str(pid) / "task").glob("*/children")
    return [int(child) for path in lists for child in path.read_text().split()]


def _scheduled(pid: int) -> float:
    total = 0
    for task in (_PROC / str(pid) / "task").glob("*/schedstat"):
        with suppress(OSError):  # a thread that has just ended
            total += int(task.read_text().split()[0])
    return total / _NS
