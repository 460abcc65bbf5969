"""JSON to a URL, signed when there is a secret: without threads, and it may repeat.

The other side names nothing that could be looked up, so a lost reply means a second message, with the same
`delivery`. `text` is enough for a chat that knows Slack's marks (Mattermost); the rest is for programs and is
described by `webhook.schema.json`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from monitor.alerts.blocks import plain
from monitor.alerts.operator_wording import OperatorWording
from monitor.alerts.slack import slack_message
from monitor.alerts.wording import Wording, wording
from monitor.model import (
    Cause,
    Delivery,
    Destination,
    Fetched,
    FetchFailed,
    FetchResult,
    Notice,
    NotModified,
    OperatorNotice,
    Refused,
    SendResult,
    Sent,
    TryLater,
)

DISCREET = ("alert", "kind", "topics", "discreet")  # all that is told of a discreet topic's alert
VERSION = 1  # of the body; a receiver may refuse what it does not know
TIMESTAMP_HEADER = "X-Monitor-Timestamp"
SIGNATURE_HEADER = "X-Monitor-Signature"
REPLAY_WINDOW = timedelta(minutes=5)  # what the runbook tells receivers; clocks differ by less
SCHEMA = "webhook.schema.json"  # beside this module
Post: TypeAlias = Callable[[str, bytes, Mapping[str, str]], Awaitable[FetchResult]]

_PASSING_STATUS = frozenset({408, 425, 429})  # RFC 9110 15.5.9, RFC 8470, RFC 6585: try again later
_FOR_GOOD = frozenset({Cause.BLOCKED_ADDRESS, Cause.BAD_URL, Cause.TOO_MANY_REDIRECTS})


class WebhookChannel:
    """Posts through *post*, which guards addresses and limits; *now* gives the time that is signed."""

    def __init__(self, post: Post, now: Callable[[], datetime]) -> None:
        self._post, self._now = post, now

    async def send(self, delivery: Delivery, destination: Destination) -> SendResult:
        """Post *delivery* to the URL of *destination*."""
        body = payload(delivery, wording(destination.language, destination.timezone))
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if secret := destination.signing_secret:
            headers |= signature(body, secret=secret, at=self._now())
        return meaning(await self._post(destination.address, body, headers), delivery)


def payload(delivery: Delivery, say: Wording) -> bytes:
    """Return the body, which `webhook.schema.json` describes: the same at every attempt."""
    return json.dumps(
        {
            "version": VERSION,
            "delivery": delivery.key,
            "when": delivery.frequency,
            "language": say.voice.language,
            "text": plain(slack_message(delivery, say).blocks),
            "alerts": [_told(notice) for notice in delivery.notices]
            or [_trouble(notice, OperatorWording(say.voice)) for notice in delivery.operator_notices],
            "completeness": asdict(delivery.completeness) if delivery.completeness else None,
            "near_misses": [asdict(line) for line in delivery.near_misses],
        },
        ensure_ascii=True,
        default=_iso,
    ).encode("ascii")


def _told(notice: Notice) -> dict[str, object]:
    """A notice whole; of a discreet one not even its story and score, which other messages tell of, too."""
    whole = asdict(notice)
    return {key: whole[key] for key in DISCREET} if notice.discreet else whole


def _trouble(notice: OperatorNotice, say: OperatorWording) -> dict[str, object]:
    return {
        "alert": notice.alert,
        "kind": notice.kind,
        "subject": notice.subject,
        "detail": say.detail(notice),
        "remedy": say.remedy(notice),
        "since": notice.since,
    }


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a webhook's body")


def signature(body: bytes, *, secret: str, at: datetime) -> dict[str, str]:
    """Return the headers that prove who sent *body* and when: HMAC-SHA256 over `timestamp.body`.

    The receiver computes the same, compares in constant time, and refuses what is older than `REPLAY_WINDOW`
    and a `delivery` that it has had: an attempt after a lost reply bears the same one.
    """
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: f"v1={digest}"}


def meaning(result: FetchResult, delivery: Delivery) -> SendResult:
    """Return what the answer to a post says of the message."""
    match result:
        case Fetched(status=status):
            return Sent(ref=delivery.key, said=f"http {status}")
        case NotModified():
            return Refused(reason="http 304")
        case FetchFailed(status=status) if status is not None and 200 <= status < 300:
            return Sent(
                ref=delivery.key, said=f"http {status}"
            )  # taken; only the answer's body was of no use to us
        case FetchFailed(cause=cause) if cause in _FOR_GOOD:
            return Refused(reason=result.label)
        case FetchFailed(cause=Cause.HTTP, status=status) if _is_refusal(status):
            return Refused(reason=result.label)
        case FetchFailed():
            return TryLater(reason=result.label, after=result.retry_after)
        case _:
            assert_never(result)


def _is_refusal(status: int | None) -> bool:
    return status is not None and status < 500 and status not in _PASSING_STATUS
