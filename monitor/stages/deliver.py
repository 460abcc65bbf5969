"""Deliver: what is due at one destination leaves the house, in order, under a lease."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from monitor.alerts.retry import Done, RetryLimits, Settled, after_attempt
from monitor.model import Channel, Delivery, Destination, Refused, SendResult
from monitor.store import outbox
from monitor.store.database import Database

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)  # longer than any channel's own timeouts, shorter than a reader's patience

Send = Callable[[Delivery, Destination], Awaitable[SendResult]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """What delivering needs of the world; `destinations` is asked each time: a reload may change them."""

    db: Database
    send: Mapping[Channel, Send]
    destinations: Callable[[], Mapping[str, Destination]]
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    limits: RetryLimits
    count: Callable[[str, Settled], None] = lambda destination, settled: None  # hears of each attempt


async def deliver(name: str, tools: Delivering) -> None:
    """Send what is due at the destination *name*, one message after another, until one has to wait."""
    while True:
        delivery = await tools.db.write(outbox.lease_next, name, now=tools.now(), lease=LEASE)
        if delivery is None:
            return
        result = await _send(delivery, tools)
        now = tools.now()
        settled = after_attempt(result, delivery, now=now, jitter=tools.jitter(), limits=tools.limits)
        await tools.db.write(outbox.settle, delivery, settled, now=now)
        tools.count(name, settled)
        log.info(
            "delivery",
            delivery=delivery.id,
            destination=name,
            attempt=delivery.attempts,
            outcome=type(settled).__name__.lower(),
            reason=None if isinstance(settled, Done) else settled.reason,
        )
        if not isinstance(settled, Done):
            return


async def _send(delivery: Delivery, tools: Delivering) -> SendResult:
    destination = tools.destinations().get(delivery.destination)
    if destination is None:
        return Refused(reason="people.yaml no longer names this destination")
    send = tools.send.get(destination.channel)
    if send is None:
        return Refused(reason=f"no {destination.channel} settings: see monitor.toml")
    return await send(delivery, destination)
