"""The HTTP side of the world: serves what a desk has written, keeps a log, misbehaves on request."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

PATIENCE = 0.1  # seconds that a stop waits for answers under way: a delay asked for must not hold it up


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A body with what its headers need."""

    body: bytes
    content_type: str
    changed_at: datetime
    charset: str = "utf-8"

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request as the log keeps it."""

    outlet: str
    method: str
    path: str  # with its query
    at: datetime
    headers: Mapping[str, str]
    status: int  # 0: the connection was cut


@dataclass(slots=True, kw_only=True)
class Trouble:
    """Something that goes wrong for the next *left* requests that *target* covers."""

    target: str  # an outlet's id, a path, or a whole URL
    left: int
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0
    cut: bool = False


Desk = Callable[[str, str], Page | None]  # outlet id, path → what is published there


class NewsroomHttp:
    """One server per outlet over one desk, with the troubles and the log of all of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._runners: list[web.ServerRunner] = []
        self._troubles: list[Trouble] = []
        self._hits: list[Hit] = []

    # --- what a test asks for ---

    @property
    def requests(self) -> list[Hit]:
        """Everything asked so far, oldest first."""
        return list(self._hits)

    def fail(
        self,
        target: str,
        *,
        status: int,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        """Answer the next *times* requests to *target* with *status* instead."""
        self._troubles.append(
            Trouble(target=target, left=times, status=status, headers=headers or {}, body=body)
        )

    def delay(self, target: str, *, seconds: float, times: int = 1) -> None:
        """Keep the next *times* requests to *target* waiting."""
        self._troubles.append(Trouble(target=target, left=times, seconds=seconds))

    def cut(self, target: str, *, times: int = 1) -> None:
        """Drop the connection of the next *times* requests to *target* without an answer."""
        self._troubles.append(Trouble(target=target, left=times, cut=True))

    def heal(self) -> None:
        """Forget every trouble that is still to come."""
        self._troubles.clear()

    # --- the servers ---

    async def open(self, outlet: str, host: str, port: int) -> int:
        """Listen for *outlet* and return the port (a free one when *port* is 0)."""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return await self._answer(outlet, request)

        runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=PATIENCE)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runners.append(runner)
        return int(runner.addresses[0][1])

    async def close(self) -> None:
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    async def _answer(self, outlet: str, request: web.BaseRequest) -> web.StreamResponse:
        trouble = self._trouble(outlet, request)
        if trouble is not None and trouble.seconds:
            await asyncio.sleep(trouble.seconds)
        if trouble is not None and trouble.cut:
            self._log(outlet, request, 0)
            return _cut(request)
        if trouble is not None and trouble.status is not None:
            response = web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        else:
            response = _respond(request, self._desk(outlet, request.path))
        self._log(outlet, request, response.status)
        return response

    def _trouble(self, outlet: str, request: web.BaseRequest) -> Trouble | None:
        places = {outlet, request.path, request.path_qs, str(request.url)}
        for trouble in self._troubles:
            if trouble.left > 0 and trouble.target in places:
                trouble.left -= 1
                return trouble
        return None

    def _log(self, outlet: str, request: web.BaseRequest, status: int) -> None:
        self._hits.append(
            Hit(
                outlet=outlet,
                method=request.method,
                path=request.path_qs,
                at=datetime.now(UTC),
                headers={key.lower(): value for key, value in request.headers.items()},
                status=status,
            )
        )


def _respond(request: web.BaseRequest, page: Page | None) -> web.Response:
    if request.method not in ("GET", "HEAD"):
        return web.Response(status=405, headers={"Allow": "GET, HEAD"})
    if page is None:
        return web.Response(status=404, text="404 Not Found")
    validators = {
        "ETag": page.etag,
        "Last-Modified": format_datetime(page.changed_at.replace(microsecond=0), usegmt=True),
    }
    if _is_current(request, page):
        return web.Response(status=304, headers=validators)
    response = web.Response(
        body=page.body, content_type=page.content_type, charset=page.charset, headers=validators
    )
    response.enable_compression()
    return response


def _is_current(request: web.BaseRequest, page: Page) -> bool:
    """Say whether the reader holds this page already (RFC 9110 13.2.2: the entity tag decides first)."""
    if tags := request.headers.get("If-None-Match"):
        return page.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    try:
        since = parsedate_to_datetime(request.headers.get("If-Modified-Since", ""))
    except ValueError:
        return False
    return page.changed_at.replace(microsecond=0) <= since


def _cut(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
