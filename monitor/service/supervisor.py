"""What the service manager is told: sd_notify's few words, and a watchdog that only progress feeds."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

PINGS = 3  # of a watchdog's patience; systemd's own advice is every half of it (sd_watchdog_enabled(3))


class Supervisor:
    """Tells systemd what the service is at; without systemd it tells nobody.

    Source: sd_notify(3). The protocol is a datagram to the socket that `$NOTIFY_SOCKET` names.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ, *, pid: int | None = None) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        usec, whose = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
        meant = not whose or whose == str(pid or os.getpid())
        self.patience = timedelta(microseconds=int(usec)) if usec.isdigit() and meant else None

    @property
    def interval(self) -> timedelta | None:
        """How often the watchdog wants to hear of progress; None when nobody waits for it."""
        return self.patience / PINGS if self.patience and self._address else None

    def ready(self) -> None:
        """The service works, after its start or after a reload."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """The configuration is being read again; `ready` ends it."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The service puts its work down."""
        self._tell("STOPPING=1")

    def watchdog(self, alive: Callable[[], bool]) -> None:
        """Feed the watchdog if the loop turns: one that hangs is restarted, though its process lives."""
        if alive():
            self._tell("WATCHDOG=1")

    def _tell(self, words: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        # A manager that is away must not stop the service that it was to look after.
        with (
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line,
        ):
            line.sendto(words.encode(), address)
