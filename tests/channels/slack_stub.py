"""A Slack of a few lines: posts, history, replies, a list of channels, and planned faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

TOKEN = "xoxb-test"
CHANNEL = "C0DESK"

Message: TypeAlias = dict[str, Any]
Fault: TypeAlias = Callable[["SlackStub", web.Request, Message], Awaitable[web.Response]]


@dataclass(slots=True)
class SlackStub:
    """What was called, what was posted, and the faults that the next calls meet, in order."""

    url: str = ""
    calls: list[tuple[str, Message]] = field(default_factory=list)
    posted: list[Message] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    page_size: int = 2  # so that every look-up needs several pages

    def plan(self, method: str, *faults: Fault) -> None:
        """Let the next calls of *method* meet *faults*, one each."""
        self.faults += [(method, fault) for fault in faults]

    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        arguments = dict(request.query) if request.method == "GET" else json.loads(await request.text())
        self.calls.append((method, arguments))
        fault = next((each for each in self.faults if each[0] == method), None)
        if fault is not None:
            self.faults.remove(fault)
            return await fault[1](self, request, arguments)
        return web.json_response(self.do(method, arguments))

    def do(self, method: str, arguments: Message) -> Message:
        match method:
            case "chat.postMessage":
                ts = f"{1_731_381_300 + len(self.posted)}.000100"
                self.posted.append({**arguments, "ts": ts})
                return {"ok": True, "channel": CHANNEL, "ts": ts}
            case "chat.update":
                found = next((each for each in self.posted if each["ts"] == arguments["ts"]), None)
                if found is None:
                    return {"ok": False, "error": "message_not_found"}
                found.update(arguments)
                return {"ok": True, "channel": CHANNEL, "ts": arguments["ts"]}
            case "conversations.history":
                return self.page(arguments, [each for each in self.posted[::-1] if not each.get("thread_ts")])
            case "conversations.replies":
                under = arguments["ts"]
                return self.page(arguments, [each for each in self.posted if each.get("thread_ts") == under])
            case "conversations.list":
                names = [{"name": name, "id": f"C0{name.upper()}"} for name in ("news", "sport", "desk")]
                return self.page(arguments, names, under="channels")
            case _:
                return {"ok": False, "error": "unknown_method"}

    def page(self, arguments: Message, all_of_it: list[Message], under: str = "messages") -> Message:
        if under == "messages":
            if arguments["channel"] != CHANNEL:
                return {"ok": False, "error": "channel_not_found"}
            all_of_it = [each for each in all_of_it if float(each["ts"]) > float(arguments["oldest"])]
            if arguments.get("include_all_metadata") != "1":
                all_of_it = [{**each, "metadata": None} for each in all_of_it]
        start = int(arguments.get("cursor") or 0)
        end = start + self.page_size
        following = str(end) if end < len(all_of_it) else ""
        return {"ok": True, under: all_of_it[start:end], "response_metadata": {"next_cursor": following}}


# --- faults -------------------------------------------------------------------------------------------


def answer(body: str, status: int = 200, kind: str = "text/html", **headers: str) -> Fault:
    """Answer something else than what was asked for."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def fault(stub: SlackStub, request: web.Request, arguments: Message) -> web.Response:
        return web.Response(text=body, status=status, content_type=kind, headers=named)

    return fault


def refuse(error: str, status: int = 200, **headers: str) -> Fault:
    """Answer as Slack does when it refuses."""
    return answer(json.dumps({"ok": False, "error": error}), status, "application/json", **headers)


def slow(seconds: float) -> Fault:
    """Do what is asked and answer late."""

    async def fault(stub: SlackStub, request: web.Request, arguments: Message) -> web.Response:
        done = stub.do(request.match_info["method"], arguments)
        await asyncio.sleep(seconds)
        return web.json_response(done)

    return fault


async def lose_reply(stub: SlackStub, request: web.Request, arguments: Message) -> web.Response:
    """Do what is asked, and break the line before saying so."""
    stub.do(request.match_info["method"], arguments)
    return await hang_up(stub, request, arguments)


async def hang_up(stub: SlackStub, request: web.Request, arguments: Message) -> web.Response:
    """Break the line before anything is done."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def half_an_answer(stub: SlackStub, request: web.Request, arguments: Message) -> web.Response:
    """Do what is asked, and break the line in the middle of saying so."""
    stub.do(request.match_info["method"], arguments)
    assert request.transport is not None
    request.transport.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"ok": true, '
    )
    request.transport.close()
    return web.Response()


@asynccontextmanager
async def slack() -> AsyncIterator[SlackStub]:
    """Run a stub on the loopback for as long as the context lasts."""
    stub = SlackStub()
    application = web.Application()
    application.router.add_route("*", "/api/{method}", stub.answer)
    runner = web.AppRunner(application, access_log=None, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield stub
    finally:
        await runner.cleanup()
