"""JSON to a URL."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from monitor.channels.webhook import WebhookChannel, signature
from monitor.model import (
    Cause,
    Channel,
    Destination,
    Fetched,
    FetchFailed,
    FetchResult,
    NotModified,
    Refused,
    SendResult,
    Sent,
    TryLater,
)
from tests.alerts.samples import ARABIC, NOTICE, NOW, delivery
from tests.alerts.spoken import payload

HOOK = Destination(name="hook", channel=Channel.WEBHOOK, address="https://hooks.example/services/T0/secret")
OK = Fetched(url=HOOK.address, status=200, body=b"ok")


class Post:
    """Answers with one result and keeps what it was given."""

    def __init__(self, result: FetchResult) -> None:
        self.result = result
        self.calls: list[tuple[str, bytes, Mapping[str, str]]] = []

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> FetchResult:
        self.calls.append((url, body, headers))
        return self.result


def noon() -> datetime:
    return NOW


async def test_a_delivery_is_posted_as_json_that_chat_webhooks_can_show() -> None:
    post = Post(OK)
    result = await WebhookChannel(post, noon).send(delivery(NOTICE, ARABIC), HOOK)
    ((url, body, headers),) = post.calls
    told = json.loads(body)
    assert result == Sent(ref=delivery().key)
    assert url == HOOK.address
    assert headers == {"Content-Type": "application/json; charset=utf-8"}
    assert told["version"] == 1
    assert told["delivery"] == delivery().key
    assert told["text"].startswith(f"*{NOTICE.headline}*\n")
    assert [alert["alert"] for alert in told["alerts"]] == [17, 31]
    assert told["alerts"][0]["headline"] == NOTICE.headline
    assert told["alerts"][0]["seen_at"] == "2024-11-12T03:14:27+00:00"
    assert told["alerts"][0]["reports"][1]["role"] == "copy"


async def test_a_signature_proves_who_sent_the_body_and_when() -> None:
    post = Post(OK)
    await WebhookChannel(post, noon, secret="shared").send(delivery(), HOOK)
    ((_, body, headers),) = post.calls
    signed = f"{headers['X-Monitor-Timestamp']}.".encode() + body
    digest = hmac.new(b"shared", signed, hashlib.sha256).hexdigest()
    assert headers["X-Monitor-Signature"] == f"v1={digest}"
    assert int(headers["X-Monitor-Timestamp"]) == int(NOW.timestamp())


def test_another_time_or_body_or_secret_is_another_signature() -> None:
    body = payload(delivery())
    made = [
        signature(body, secret="a", at=NOW),
        signature(body, secret="a", at=NOW + timedelta(seconds=1)),
        signature(body + b" ", secret="a", at=NOW),
        signature(body, secret="b", at=NOW),
    ]
    assert len({each["X-Monitor-Signature"] for each in made}) == 4


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (
            FetchFailed(cause=Cause.HTTP, status=429, retry_after=timedelta(seconds=9)),
            TryLater(reason="http 429", after=timedelta(seconds=9)),
        ),
        (FetchFailed(cause=Cause.HTTP, status=500), TryLater(reason="http 500")),
        (FetchFailed(cause=Cause.HTTP, status=408), TryLater(reason="http 408")),
        (FetchFailed(cause=Cause.HTTP, status=404), Refused(reason="http 404")),
        (FetchFailed(cause=Cause.HTTP, status=410), Refused(reason="http 410")),
        (FetchFailed(cause=Cause.TIMEOUT), TryLater(reason="timeout")),
        (FetchFailed(cause=Cause.DNS), TryLater(reason="dns")),
        (FetchFailed(cause=Cause.BLOCKED_ADDRESS), Refused(reason="blocked address")),
        (FetchFailed(cause=Cause.BAD_URL), Refused(reason="bad url")),
        (FetchFailed(cause=Cause.TOO_LARGE, status=200), Sent(ref=delivery().key)),
        (FetchFailed(cause=Cause.TOO_LARGE), TryLater(reason="too large")),
        (NotModified(url=HOOK.address), Refused(reason="http 304")),
    ],
)
async def test_what_the_other_side_answers_decides(answer: FetchResult, result: SendResult) -> None:
    assert await WebhookChannel(Post(answer), noon).send(delivery(), HOOK) == result
