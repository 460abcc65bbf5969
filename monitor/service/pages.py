"""What the service's listener answers beside health: metrics, and hubs that push where they may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.feeds.websub import Push, Subscription
from monitor.service.asking import Asking
from monitor.service.exposing import Exposed
from monitor.service.loop import Loop
from monitor.service.wiring import World
from monitor.settings import Settings
from monitor.stages.push import Pushing, receive
from monitor.store.database import Database
from monitor.web.errands import ErrandPage
from monitor.web.feeds import FeedsPage
from monitor.web.health import Routes
from monitor.web.metrics import MetricsPage
from monitor.web.websub import Callback


def pages(
    settings: Settings,
    db: Database,
    loop: Loop,
    world: World,
    asking: Asking,
    *,
    now: Callable[[], datetime],
) -> Routes:
    """The routes, and how large a body they take: a hub's may be as large as a feed."""
    exposed = Exposed(db, loop, world, now=now, budget=settings.keep.size)
    metrics = MetricsPage(samples=exposed.samples, allow=settings.web.metrics_allow).routes()
    table = [*metrics, *FeedsPage(db=db, feeds=world.alert_feeds, audience=world.lookout.audience).routes()]
    if world.links is not None:
        page = ErrandPage(links=world.links, destinations=world.destinations, do=asking.do, now=now)
        table += page.routes()
    if world.pushing is None:
        return Routes(table=tuple(table))
    hubs = _callback(db, loop, world, world.pushing, now=now).routes()
    return Routes(table=(*table, *hubs), max_bytes=settings.poll.max_feed_bytes)


def _callback(
    db: Database, loop: Loop, world: World, pushing: Pushing, *, now: Callable[[], datetime]
) -> Callback:
    async def take(subscription: Subscription, push: Push) -> int:
        new = await receive(subscription, push, pushing)
        world.measured.pushed(new)
        await loop.tick()  # what was pushed is read at once
        return new

    return Callback(db=db, receive=take, now=now)
