"""A server that takes what is posted to it and answers as a test says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(slots=True)
class Hook:
    """Where it listens, what it got, and the answers still to be given (200 when there are none)."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        return self.answers.pop(0) if self.answers else web.Response(text="ok")


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    """Run it on the loopback for as long as the context lasts."""
    taken = Hook()
    application = web.Application()
    application.router.add_post("/{path:.*}", taken.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        taken.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield taken
    finally:
        await runner.cleanup()
