"""Health for whoever restarts the service: `/healthz`, the loop turns; `/readyz`, the database answers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from monitor.errors import OperatorFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Two questions: does the loop turn, and does the database answer with the right schema."""

    alive: Callable[[], bool]
    ready: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """What else is answered; a body may have up to `max_bytes`."""

    table: tuple[web.RouteDef, ...] = ()
    max_bytes: int = 64 * 1024


@asynccontextmanager
async def serve(listen: str, health: Health, more: Routes = Routes()) -> AsyncIterator[str]:
    """Answer on *listen* (`address:port`) while the context lasts; the value is the address that was bound.

    Raises: OperatorFault when the address cannot be had.
    """
    address, _, port = listen.rpartition(":")
    runner = web.AppRunner(_app(health, more), access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, address.strip("[]"), int(port)).start()
        except OSError as problem:
            raise OperatorFault(
                f"web.listen: {listen} cannot be listened on ({os.strerror(problem.errno or 0)}). "
                "Stop what listens there, or choose another address and port"
            ) from None
        bound = runner.addresses[0]
        yield f"{address}:{bound[1]}"
    finally:
        await runner.cleanup()


def _app(health: Health, more: Routes) -> web.Application:
    async def alive(_: web.Request) -> web.Response:
        return _answer(health.alive())

    async def ready(_: web.Request) -> web.Response:
        return _answer(await health.ready())

    app = web.Application(client_max_size=more.max_bytes)
    app.add_routes(more.table)
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    return app


def _answer(good: bool) -> web.Response:
    return web.Response(status=200 if good else 503, text="ok\n" if good else "no\n")
