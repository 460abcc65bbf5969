"""`monitor healthcheck`, against the listener that the service itself would open."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.web.health import Health, serve
from tests.cli.command import monitor
from tests.cli.conftest import Desk


@contextmanager
def listening(*, alive: bool, ready: bool) -> Iterator[str]:
    """The service's listener on a loop of its own; the value is its address."""
    loop, up, addresses = asyncio.new_event_loop(), threading.Event(), []
    end = asyncio.Event()

    async def is_ready() -> bool:
        return ready

    async def work() -> None:
        async with serve("127.0.0.1:0", Health(alive=lambda: alive, ready=is_ready)) as address:
            addresses.append(address)
            up.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(work(),))
    thread.start()
    assert up.wait(10)
    try:
        yield addresses[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()


@pytest.mark.parametrize(
    ("alive", "ready", "words", "code"),
    [
        (True, True, (), 0),
        (True, True, ("--ready",), 0),
        (True, False, (), 0),
        (True, False, ("--ready",), 1),
        (False, True, (), 1),
    ],
)
def test_the_exit_code_is_the_service_s_own_answer(
    desk: Desk, alive: bool, ready: bool, words: tuple[str, ...], code: int
) -> None:
    with listening(alive=alive, ready=ready) as address:
        desk.configure(web={"listen": address})
        said = monitor("healthcheck", "--config", desk.config, *words, expect=code)
    assert ("answered 503" in said.err) == bool(code)


def test_a_service_that_listens_everywhere_is_asked_on_this_machine(desk: Desk) -> None:
    with listening(alive=True, ready=True) as address:
        desk.configure(web={"listen": f"0.0.0.0:{address.rpartition(':')[2]}"})
        monitor("healthcheck", "--config", desk.config)


def test_a_service_that_is_not_there_is_not_well(desk: Desk) -> None:
    with socket.socket() as free:  # bound and not listening: whoever knocks is refused
        free.bind(("127.0.0.1", 0))
        desk.configure(web={"listen": f"127.0.0.1:{free.getsockname()[1]}"})
        assert "no answer" in monitor("healthcheck", "--config", desk.config, expect=1).err


def test_without_a_listener_the_operator_hears_what_to_set(desk: Desk) -> None:
    desk.configure()
    assert "web.listen" in monitor("healthcheck", "--config", desk.config, expect=78).err
