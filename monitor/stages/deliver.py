"""Deliver: what is due at one destination leaves the house, in order, under a lease."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from monitor.alerts.hours import quiet_until
from monitor.alerts.retry import Again, Done, RetryLimits, Settled, after_attempt, after_update
from monitor.model import Channel, Delivery, Destination, Refresh, Refused, SendResult, Sent
from monitor.store import outbox, threads
from monitor.store.database import Database
from monitor.store.receipts import Receipts

log = structlog.get_logger(__name__)

# SMTP's code with its enhanced status (RFC 3463), an HTTP status, one of Slack's error codes, our own word.
_CODE = re.compile(r"[2-5]\d\d(?: [245]\.\d{1,3}\.\d{1,3})?(?!\d)|http \d{3}\b|[a-z_]{1,40}(?=$|:)")
LEASE = timedelta(minutes=2)  # longer than any channel's own timeouts, shorter than a reader's patience

Update = Callable[[Refresh, Destination], Awaitable[SendResult]]
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
    refresh: Mapping[Channel, Update] = field(default_factory=dict)  # where messages can be changed
    count: Callable[[str, Settled], None] = lambda destination, settled: None  # hears of each attempt
    receipts: Receipts = field(default_factory=Receipts)


async def deliver(name: str, tools: Delivering) -> None:
    """Send what is due at the destination *name*, one message after another, until one has to wait."""
    while True:
        delivery = await tools.db.write(outbox.lease_next, name, now=tools.now(), lease=LEASE)
        if delivery is None:
            return await _refresh(name, tools)
        destination = tools.destinations().get(name)
        result = await _send(delivery, destination, tools)
        now = tools.now()
        limits = patience(tools.limits, destination)
        settled = after_attempt(result, delivery, now=now, jitter=tools.jitter(), limits=limits)
        settled = undisturbed(settled, delivery, destination)
        fallback = None if destination is None else destination.fallback
        await tools.db.write(outbox.settle, delivery, settled, now=now, fallback=fallback)
        tools.receipts.settled(delivery.key)
        tools.count(name, settled)
        log.info(
            "delivery",
            delivery=delivery.id,
            destination=name,
            articles=list(delivery.articles),
            alerts=[
                *(each.alert for each in delivery.notices),
                *(e.alert for e in delivery.operator_notices),
            ],
            attempt=delivery.attempts,
            outcome=type(settled).__name__.lower(),
            reason=None if isinstance(settled, Done) else code_of(settled.reason),
        )
        if not isinstance(settled, Done):
            return None


async def _refresh(name: str, tools: Delivering) -> None:
    """Bring the roots that are due there up to date, until one has to wait."""
    while refresh := await tools.db.write(threads.lease_next, name, now=tools.now(), lease=LEASE):
        destination = tools.destinations().get(name)
        update = None if destination is None else tools.refresh.get(destination.channel)
        if destination is None or update is None:
            await tools.db.write(threads.give_up, name)
            return
        settled = after_update(
            await update(refresh, destination),
            refresh.attempts,
            now=tools.now(),
            jitter=tools.jitter(),
            limits=tools.limits,
        )
        await tools.db.write(threads.settle, refresh, settled)
        outcome = type(settled).__name__.lower()
        reason = None if isinstance(settled, Done) else code_of(settled.reason)
        log.info("root", destination=name, attempt=refresh.attempts, outcome=outcome, reason=reason)
        if isinstance(settled, Again):
            return


def code_of(reason: str) -> str:
    """Return the code at the head of what the other side said, for the log; its words stand in the row.

    A mail server may quote the message that it refuses, and with it what a newsroom looks for.
    """
    found = _CODE.match(reason)
    return found[0] if found else "see `monitor deliveries list`"


def patience(limits: RetryLimits, destination: Destination | None) -> RetryLimits:
    """How long a destination is tried: less where another one stands in for it."""
    if destination is None or destination.fallback is None:
        return limits
    return replace(limits, give_up_after=min(limits.give_up_after, destination.fallback_after))


def undisturbed(settled: Settled, delivery: Delivery, destination: Destination | None) -> Settled:
    """Let a further attempt wait for the end of quiet hours, unless what it tells may break them."""
    if not isinstance(settled, Again) or destination is None:
        return settled
    score = max((notice.score for notice in delivery.notices), default=0.0)
    end = quiet_until(destination.quiet, settled.at, score=score)
    return settled if end is None else replace(settled, at=end)


async def _send(delivery: Delivery, destination: Destination | None, tools: Delivering) -> SendResult:
    """Send what was not taken before; a receipt is written before anything else may go wrong."""
    if (taken := tools.receipts.of(delivery.key)) is not None:
        return Sent(ref=taken)
    if destination is None:
        return Refused(reason="people.yaml no longer names this destination")
    send = tools.send.get(destination.channel)
    if send is None:
        return Refused(reason=f"no {destination.channel} settings: see monitor.toml")
    result = await send(delivery, destination)
    if isinstance(result, Sent):
        tools.receipts.note(delivery.key, result.ref)
    return result
