"""How late the event loop comes to what is due, whatever made it late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

EVERY = timedelta(milliseconds=100)  # ten looks a second cost nothing that can be measured


@asynccontextmanager
async def watching_lag(heard: Callable[[float], None]) -> AsyncIterator[None]:
    """Tell *heard* ten times a second by how many seconds this loop's timer was late."""
    task = asyncio.create_task(_watch(heard))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(heard: Callable[[float], None]) -> None:
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + EVERY.total_seconds()
        await asyncio.sleep(EVERY.total_seconds())
        heard(max(0.0, clock() - due))
