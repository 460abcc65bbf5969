"""The memory of a process that runs for months: what a load left behind, and what the collector walks."""

from __future__ import annotations

import ctypes
import gc

from monitor.topics import common


def settle() -> None:
    """Give back what only loading needed, and spare the collector what lives as long as the settings do.

    Rules, patterns and modules are hundreds of thousands of objects; walking all of them again and again
    doubled what the poll of an unchanged feed costs (`python -m tests.benchmarks.polling`). To be called
    after every load: what the settings before held is collected first.
    """
    common.forget()
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _give_back()


def _give_back() -> None:
    """Have glibc return free memory to the system, of which it keeps 25 MB after a load; others cannot."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
