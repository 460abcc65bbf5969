"""The callback at which hubs verify a subscription and deliver what changed (WebSub 5.3 and 7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from monitor.feeds.websub import Push, Subscription, SubscriptionState, lease, signature_holds
from monitor.store import subscriptions
from monitor.store.database import Database

PATH = "/websub/{token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What the callback needs: `receive` stores a delivery before the hub hears that it arrived."""

    db: Database
    receive: Callable[[Subscription, Push], Awaitable[int]]
    now: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """The two methods of one path."""
        return [web.get(PATH, self._verify), web.post(PATH, self._deliver)]

    async def _verify(self, request: web.Request) -> web.Response:
        """Echo the challenge of what we asked for, and of nothing else."""
        found = await self._subscription(request)
        query = request.query
        if found is None or query.get("hub.topic") != found.topic:
            return web.Response(status=404)
        if query.get("hub.mode") == "denied":
            await self.db.write(subscriptions.denied, found.feed, now=self.now())
            return web.Response()
        if query.get("hub.mode") != "subscribe" or found.state is SubscriptionState.DENIED:
            return web.Response(status=404)
        granted = lease(query.get("hub.lease_seconds", ""))
        await self.db.write(subscriptions.verified, found.feed, lease=granted, now=self.now())
        return web.Response(text=query.get("hub.challenge", ""))

    async def _deliver(self, request: web.Request) -> web.Response:
        """Take a signed delivery; a wrong signature is answered politely and dropped (section 8)."""
        found = await self._subscription(request)
        if found is None:
            return web.Response(status=410)
        body = await request.read()
        if signature_holds(body, request.headers.get("X-Hub-Signature", ""), found.secret):
            push = Push(body=body, content_type=request.content_type, charset=request.charset)
            await self.receive(found, push)
        return web.Response(status=202)

    async def _subscription(self, request: web.Request) -> Subscription | None:
        return await self.db.read(subscriptions.by_token, request.match_info["token"])
