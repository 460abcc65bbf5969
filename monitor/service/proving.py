"""A message that proves whether a destination can be reached; it is stored nowhere and sent once."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime

from monitor.model import AlertKind, Delivery, Destination, OperatorNotice, Refused, SendResult
from monitor.service.speaking import open_channels
from monitor.service.wiring import open_fetcher
from monitor.settings import Settings


async def prove(destination: Destination, settings: Settings, *, now: datetime) -> SendResult:
    """Send a test message as the service would, and return what the other side answered."""
    notice = OperatorNotice(alert=0, kind=AlertKind.TEST, subject=destination.name, since=now)
    message = Delivery(
        id=0,
        key=f"test-{now.timestamp():.6f}",
        destination=destination.name,
        attempts=1,
        created_at=now,
        first_attempt_at=now,
        notices=(),
        operator_notices=(notice,),
    )
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(open_fetcher(settings))
        speaking = open_channels(
            stack, settings, fetcher, layouts=lambda: settings.layouts, links=None, now=lambda: now
        )
        send = speaking.send.get(destination.channel)
        if send is None:
            return Refused(reason=f"no {destination.channel} settings: see monitor.toml")
        return await send(message, destination)
