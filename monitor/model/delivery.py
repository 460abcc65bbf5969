"""Deliveries: what became of a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from monitor.model.alerts import Frequency, NearLine, Notice, OperatorNotice
from monitor.model.feeds import Completeness


class DeliveryState(StrEnum):
    """Where a delivery is; dead ones stay visible and can be retried by hand."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A leased delivery with everything its channel needs.

    `key` is stable over attempts: Slack's metadata and the mail's Message-ID carry it.
    `attempts` counts this one; above 1 an earlier one may have landed.
    """

    id: int
    key: str
    destination: str
    attempts: int
    created_at: datetime  # no attempt can have landed before this
    first_attempt_at: datetime  # since when patience counts; anew after a retry by hand
    notices: tuple[Notice, ...]  # more than one in a digest
    frequency: Frequency = Frequency.IMMEDIATE
    root_ref: str | None = None  # the message that this one goes under: its story's root, or what it ends
    operator_notices: tuple[OperatorNotice, ...] = ()  # then `notices` is empty
    completeness: Completeness | None = None  # in a digest: how much of the list stands behind it
    near_misses: tuple[NearLine, ...] = ()  # in a daily digest: what its topics just missed
    articles: tuple[int, ...] = ()  # that it tells of, for the log; none that only a code name may stand for
    is_followed: bool = False  # follow-ups of its story show beside the thread, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """A story's root message that is to tell the story's state: all that was told, and how it stands."""

    story: int
    destination: str
    root_ref: str
    key: str  # of the delivery that made it
    notices: tuple[Notice, ...]
    at: datetime
    lease_until: datetime
    attempts: int
    muted_until: datetime | None = None
    is_followed: bool = False
    is_irrelevant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The other side took the message; `ref` is its name there (Slack's ts, a Message-ID).

    `said` is its own answer, for people.
    """

    ref: str
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """A passing fault; `after` is what the other side asked for, if it did."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A fault that will not pass by itself: the reason is the other side's own."""

    reason: str


SendResult: TypeAlias = Sent | TryLater | Refused
