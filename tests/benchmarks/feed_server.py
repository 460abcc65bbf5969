"""A process of its own that serves feeds on loopback, with validators and without, and counts for nobody.

Each feed is at two addresses: `/checked/N` sends an ETag and answers 304, `/plain/N` does neither.
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from aiohttp import web

from tests.benchmarks.feed_material import Material

HOSTS = 50  # addresses on loopback, so that manners towards one host are not what is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The URLs of a server's feeds, in their order."""

    checked: tuple[str, ...]
    plain: tuple[str, ...]


@contextmanager
def serving(feeds: Sequence[Material]) -> Iterator[Served]:
    """Serve *feeds* for as long as the context lasts."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(feeds, theirs), daemon=True)
    process.start()
    try:
        port = ours.recv()
        bases = [f"http://{_host(number)}:{port}" for number in range(len(feeds))]
        yield Served(
            checked=tuple(f"{base}/checked/{number}" for number, base in enumerate(bases)),
            plain=tuple(f"{base}/plain/{number}" for number, base in enumerate(bases)),
        )
    finally:
        process.terminate()
        process.join()


def _host(number: int) -> str:
    return f"127.0.20.{number % HOSTS + 1}"


def _serve(feeds: Sequence[Material], pipe: Connection) -> None:
    asyncio.run(_run(feeds, pipe))


async def _run(feeds: Sequence[Material], pipe: Connection) -> None:
    etags = [f'"{hashlib.sha256(feed.body).hexdigest()[:20]}"' for feed in feeds]

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        headers = {"Content-Type": feeds[number].content_type}
        if request.match_info["kind"] == "checked":
            headers["ETag"] = etags[number]
            if request.headers.get("If-None-Match") == etags[number]:
                return web.Response(status=304, headers=headers)
        return web.Response(body=feeds[number].body, headers=headers)

    app = web.Application()
    app.router.add_get("/{kind:checked|plain}/{number}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = 0
    for number in range(HOSTS):
        site = web.TCPSite(runner, _host(number), port)
        await site.start()
        port = port or runner.addresses[0][1]
    pipe.send(port)
    await asyncio.Event().wait()
