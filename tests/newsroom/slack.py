"""A Slack of one workspace over real HTTP, with the faults that its documentation warns of.

Source: https://docs.slack.dev/reference/methods (chat.postMessage, chat.update, conversations.history,
conversations.list, conversations.replies, auth.test), https://docs.slack.dev/apis/web-api/rate-limits.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from aiohttp import web

from tests.newsroom.slack_workspace import Arguments, SlackMessage, Workspace
from tests.newsroom.web import PATIENCE

__all__ = ["SlackCall", "SlackMessage", "SlackStub"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackCall:
    """One call as the log keeps it; `answer` is "ok", an error code, or what went wrong."""

    method: str
    arguments: Arguments
    at: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class RateLimit:
    retry_after: int


@dataclass(frozen=True, slots=True)
class ServerError:
    status: int


@dataclass(frozen=True, slots=True)
class Refuse:
    error: str


@dataclass(frozen=True, slots=True)
class LoseReply:
    pass


@dataclass(frozen=True, slots=True)
class SlowReply:
    seconds: float


Fault: TypeAlias = RateLimit | ServerError | Refuse | LoseReply | SlowReply


@dataclass(slots=True, kw_only=True)
class _Planned:
    fault: Fault
    left: int
    method: str | None


@dataclass(slots=True)
class SlackStub:
    """The workspace, its log, and the faults that are still to come."""

    workspace: Workspace = field(default_factory=Workspace)
    base_url: str = ""
    _calls: list[SlackCall] = field(default_factory=list)
    _planned: list[_Planned] = field(default_factory=list)
    _loss: float = 0.0
    _dice: random.Random = field(default_factory=lambda: random.Random(0))
    _runner: web.ServerRunner | None = None

    # --- what a test looks at ---

    @property
    def messages(self) -> list[SlackMessage]:
        """Every message, oldest first."""
        return list(self.workspace.messages)

    @property
    def token(self) -> str:
        """The bot token that is taken."""
        return self.workspace.token

    @property
    def calls(self) -> list[SlackCall]:
        """Every call, oldest first."""
        return list(self._calls)

    def roots(self, channel: str) -> list[SlackMessage]:
        """Return the messages of *channel* that are no replies."""
        return self.workspace.roots(channel)

    def replies(self, ts: str) -> list[SlackMessage]:
        """Return the replies in the thread under *ts*."""
        return self.workspace.replies(ts)

    # --- what a test asks for ---

    def rate_limit(self, calls: int = 1, *, retry_after: int = 1, method: str | None = None) -> None:
        """Answer the next calls with 429 and Retry-After."""
        self._plan(RateLimit(retry_after), calls, method)

    def break_down(self, calls: int = 1, *, status: int = 500, method: str | None = None) -> None:
        """Answer the next calls with a server error."""
        self._plan(ServerError(status), calls, method)

    def refuse(self, error: str, calls: int = 1, *, method: str | None = None) -> None:
        """Answer the next calls with one of Slack's error codes."""
        self._plan(Refuse(error), calls, method)

    def lose_replies(self, calls: int = 1, *, method: str | None = None) -> None:
        """Do what the next calls ask, then drop the connection without an answer."""
        self._plan(LoseReply(), calls, method)

    def slow_down(self, calls: int = 1, *, seconds: float, method: str | None = None) -> None:
        """Do what the next calls ask at once, and answer late."""
        self._plan(SlowReply(seconds), calls, method)

    def lose_at_random(self, probability: float, *, seed: int = 0) -> None:
        """Lose each later answer with *probability*, in an order that *seed* repeats."""
        self._loss, self._dice = probability, random.Random(seed)

    def heal(self) -> None:
        """Forget every fault that is still to come."""
        self._planned.clear()
        self._loss = 0.0

    def _plan(self, fault: Fault, calls: int, method: str | None) -> None:
        self._planned.append(_Planned(fault=fault, left=calls, method=method))

    # --- the server ---

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> None:
        runner = web.ServerRunner(web.Server(self._answer, access_log=None), shutdown_timeout=PATIENCE)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        self._runner = runner
        self.base_url = f"http://{host}:{runner.addresses[0][1]}/api/"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        method = request.path.removeprefix("/api/")
        arguments = await _arguments(request)
        token = arguments.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        fault = self._next_fault(method)
        if isinstance(fault, RateLimit | ServerError | Refuse):
            return self._faulty(method, arguments, fault)
        reply = self.workspace.call(method, token, arguments)
        lost = isinstance(fault, LoseReply) or self._dice.random() < self._loss
        self._log(method, arguments, "reply lost" if lost else str(reply.get("error", "ok")))
        if isinstance(fault, SlowReply):
            await asyncio.sleep(fault.seconds)
        if lost and request.transport is not None:
            request.transport.abort()
        return web.json_response(reply)

    def _faulty(
        self, method: str, arguments: Arguments, fault: RateLimit | ServerError | Refuse
    ) -> web.Response:
        match fault:
            case RateLimit(retry_after):
                self._log(method, arguments, "ratelimited")
                headers = {"Retry-After": str(retry_after)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case ServerError(status):
                self._log(method, arguments, f"http {status}")
                return web.Response(
                    status=status, text="<html>upstream error</html>", content_type="text/html"
                )
            case Refuse(error):
                self._log(method, arguments, error)
                return web.json_response({"ok": False, "error": error})

    def _next_fault(self, method: str) -> Fault | None:
        for planned in self._planned:
            if planned.left > 0 and planned.method in (None, method):
                planned.left -= 1
                return planned.fault
        return None

    def _log(self, method: str, arguments: Arguments, answer: str) -> None:
        self._calls.append(SlackCall(method=method, arguments=arguments, at=datetime.now(UTC), answer=answer))


async def _arguments(request: web.BaseRequest) -> Arguments:
    """Read a call's arguments from the query, a form or a JSON body, as Slack does."""
    arguments: Arguments = dict(request.query)
    if request.content_type == "application/json":
        arguments |= json.loads(await request.text() or "{}")
    elif request.method == "POST":
        arguments |= dict(await request.post())
    for key in ("blocks", "metadata"):
        if isinstance(arguments.get(key), str):
            try:
                arguments[key] = json.loads(arguments[key])
            except ValueError:
                arguments[key] = None
    return arguments
