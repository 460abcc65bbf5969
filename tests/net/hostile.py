"""A server on loopback that sends exactly the bytes it is told to, at the pace it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request as it arrived, and the way to answer it byte by byte."""

    path: str
    headers: dict[str, str]
    writer: asyncio.StreamWriter
    body: bytes = b""

    async def send(self, *pieces: bytes, pause: float = 0.0) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(pause)


@dataclass
class HostileServer:
    """Where it listens, and every request it has seen."""

    port: int = 0
    seen: list[Exchange] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def answer(status: str, *fields: str, body: bytes = b"") -> bytes:
    """Return a whole HTTP/1.1 answer that closes its connection."""
    lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def fixed(reply: bytes) -> Answer:
    """Return an answer that is the same for every request."""

    async def send(exchange: Exchange) -> None:
        await exchange.send(reply)

    return send


@asynccontextmanager
async def serving(reply: Answer, *, speaks_first: bool = False) -> AsyncIterator[HostileServer]:
    """Run a server for as long as the context lasts; its open connections end with it."""
    found = HostileServer()
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            silent = Exchange(path="", headers={}, writer=writer)
            exchange = silent if speaks_first else await _receive(reader, writer)
            found.seen.append(exchange)
            await reply(exchange)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request, *fields = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in fields)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Exchange(path=request.split()[1], headers=headers, writer=writer, body=body)
