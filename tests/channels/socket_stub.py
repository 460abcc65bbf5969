"""Slack's Socket Mode on the loopback: a WebSocket that sends envelopes and hears acknowledgements."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

APP_TOKEN = "xapp-1-test"


@dataclass(slots=True)
class SocketStub:
    """Where Slack's API listens, who is connected, and what was acknowledged."""

    url: str = ""
    refuse: int = 0  # calls that are refused at first
    calls: list[str] = field(default_factory=list)
    lines: list[web.WebSocketResponse] = field(default_factory=list)
    acknowledged: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, request: web.Request) -> web.Response:
        self.calls.append(request.headers.get("Authorization", ""))
        if self.refuse:
            self.refuse -= 1
            return web.json_response({"ok": False, "error": "internal_error"})
        socket = self.url.replace("http://", "ws://").replace("/api/", "/link")
        return web.json_response({"ok": True, "url": socket})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        self.lines.append(line)
        await line.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self.connected.set()
        async for message in line:
            if message.type is WSMsgType.TEXT:
                self.acknowledged.put_nowait(json.loads(message.data)["envelope_id"])
        return line

    async def press(self, envelope: str, **payload: Any) -> None:
        """Send what Slack sends when somebody presses a button."""
        told = {"envelope_id": envelope, "type": "interactive", "payload": payload}
        await self.lines[-1].send_str(json.dumps(told))


@asynccontextmanager
async def socket_mode() -> AsyncIterator[SocketStub]:
    """Run it for as long as the context lasts."""
    stub = SocketStub()
    application = web.Application()
    application.router.add_post("/api/apps.connections.open", stub.open)
    application.router.add_get("/link", stub.link)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield stub
    finally:
        await runner.cleanup()
