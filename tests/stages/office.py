"""Channels that answer what a test says, over the deliveries of a bench."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.alerts.retry import RetryLimits
from monitor.model import Channel, Delivery, Destination, Refresh, SendResult, Sent
from monitor.stages.deliver import Delivering, deliver
from monitor.store import outbox
from monitor.store.receipts import Receipts
from monitor.store.tables import deliveries
from tests.stages.bench import Bench

DESK = Destination(name="desk", channel=Channel.SLACK, address="C0DESK")
MAIL = Destination(name="mail", channel=Channel.EMAIL, address="desk@a.test")


class Office:
    """Channels that answer what a test says, and remember what they were given."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.answers: list[SendResult] = []
        self.sent: list[tuple[str, Delivery]] = []
        self.destinations: Mapping[str, Destination] = {"desk": DESK, "mail": MAIL}
        self.channels = {Channel.SLACK: self.send, Channel.EMAIL: self.send}
        self.updates: list[Refresh] = []
        self.update_answers: list[SendResult] = []
        self.receipts = Receipts()

    async def send(self, delivery: Delivery, destination: Destination) -> SendResult:
        self.sent.append((destination.address, delivery))
        return self.answers.pop(0) if self.answers else Sent(ref=f"ref-{delivery.id}")

    async def update(self, refresh: Refresh, destination: Destination) -> SendResult:
        self.updates.append(refresh)
        return self.update_answers.pop(0) if self.update_answers else Sent(ref=refresh.root_ref)

    async def deliver(self, name: str = "desk") -> None:
        tools = Delivering(
            db=self.bench.db,
            send=self.channels,
            destinations=lambda: self.destinations,
            now=lambda: self.bench.now,
            jitter=lambda: 1.0,
            limits=RetryLimits(),
            refresh={Channel.SLACK: self.update},
            receipts=self.receipts,
        )
        await deliver(name, tools)

    def due(self) -> list[str]:
        return self.bench.db.read_now(outbox.due_destinations, now=self.bench.now)

    def rows(self, name: str = "desk") -> list[dict[str, Any]]:
        return [row for row in self.bench.rows(deliveries) if row["destination"] == name]

    def states(self, name: str = "desk") -> list[str]:
        return [row["state"] for row in self.rows(name)]
