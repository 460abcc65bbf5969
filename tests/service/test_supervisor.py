"""What the service manager hears, on a real datagram socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.service.supervisor import Supervisor


class Manager:
    """The manager's end of the socket."""

    def __init__(self, address: str) -> None:
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.bind(address)
        self.line.setblocking(False)

    def heard(self) -> list[str]:
        """Everything that was said since the last question."""
        said = []
        while True:
            try:
                said.append(self.line.recv(4096).decode())
            except BlockingIOError:
                return said


@pytest.fixture(params=["a path", "an abstract name"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Manager, str]]:
    abstract = request.param == "an abstract name"
    address = f"\0monitor-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    found = Manager(address)
    yield found, address.replace("\0", "@")
    found.line.close()


def test_it_says_what_the_service_is_at(manager: tuple[Manager, str]) -> None:
    end, address = manager
    supervisor = Supervisor({"NOTIFY_SOCKET": address})

    supervisor.ready()
    supervisor.reloading()
    supervisor.stopping()

    ready, reloading, stopping = end.heard()
    assert (ready, stopping) == ("READY=1", "STOPPING=1")
    assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=")


def test_the_watchdog_hears_of_progress_only(manager: tuple[Manager, str]) -> None:
    end, address = manager
    supervisor = Supervisor({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "90000000"})

    supervisor.watchdog(lambda: False)
    assert end.heard() == []
    supervisor.watchdog(lambda: True)
    assert end.heard() == ["WATCHDOG=1"]
    assert supervisor.interval == timedelta(seconds=30)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "90000000"},
        {"NOTIFY_SOCKET": "/nobody/there"},
        {"NOTIFY_SOCKET": "/nobody/there", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/nobody/there", "WATCHDOG_USEC": "90000000", "WATCHDOG_PID": "1"},
    ],
)
def test_without_a_manager_nothing_is_said_and_nothing_breaks(environ: dict[str, str]) -> None:
    supervisor = Supervisor(environ, pid=4711)

    supervisor.ready()
    supervisor.watchdog(lambda: True)

    assert supervisor.interval is None
