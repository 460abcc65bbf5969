"""JSON to a URL."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor.alerts.voice import LANGUAGES
from monitor.channels import webhook
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
from monitor.net.fetch import Fetcher
from tests.alerts.samples import ARABIC, NOTICE, NOW, delivery, every_delivery
from tests.alerts.spoken import payload
from tests.channels.hook_stub import hook

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
    await WebhookChannel(post, noon).send(delivery(), replace(HOOK, signing_secret="shared"))
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


# --- the schema ---------------------------------------------------------------------------------------

SCHEMA = json.loads(resources.files(webhook.__package__).joinpath(webhook.SCHEMA).read_text("utf-8"))


def test_the_shipped_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"] == {**SCHEMA["properties"]["version"], "const": webhook.VERSION}
    assert SCHEMA["$id"].endswith(f":{webhook.VERSION}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_body_keeps_to_the_schema_and_holds_nothing_that_it_does_not_name(language: str) -> None:
    strict = Draft202012Validator(closed(SCHEMA), format_checker=Draft202012Validator.FORMAT_CHECKER)
    for sample in every_delivery():
        assert [each.message for each in strict.iter_errors(json.loads(payload(sample, language)))] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("alerts", 0, "kind"), "rumour"),
        (("alerts", 0, "seen_at"), 5),
        (("when",), "never"),
    ],
)
def test_the_schema_refuses_what_is_no_such_body(path: tuple[str | int, ...], value: object) -> None:
    body = json.loads(payload(delivery()))
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert list(Draft202012Validator(SCHEMA).iter_errors(body))


def closed(schema: object) -> object:
    """Return *schema* with every object refusing what it does not name."""
    match schema:
        case dict():
            inner = {key: closed(value) for key, value in schema.items()}
            return {**inner, "additionalProperties": False} if "properties" in schema else inner
        case list():
            return [closed(each) for each in schema]
        case _:
            return schema


async def test_a_signed_message_arrives_through_the_guarded_client_and_proves_itself() -> None:
    async with hook() as taken, Fetcher(user_agent="test", exempt=[ip_network("127.0.0.0/8")]) as fetcher:

        async def post(to: str, body: bytes, headers: Mapping[str, str]) -> FetchResult:
            return await fetcher.post_json(to, body, headers=headers)

        to = replace(HOOK, address=f"{taken.url}/in", signing_secret="0123456789abcdef")
        assert await WebhookChannel(post, noon).send(delivery(ARABIC), to) == Sent(ref=delivery().key)
    (body,), (header,) = taken.bodies, taken.headers
    signed = f"{header['X-Monitor-Timestamp']}.".encode() + body
    digest = hmac.new(b"0123456789abcdef", signed, hashlib.sha256).hexdigest()
    assert header["X-Monitor-Signature"] == f"v1={digest}"


def test_the_runbooks_receiver_takes_ours_and_refuses_the_rest() -> None:
    page = (Path(__file__).parents[2] / "deploy" / "RUNBOOK.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    scope: dict[str, Any] = {}
    exec(example, scope)
    is_ours = scope["is_ours"]
    body = payload(delivery())
    now = datetime.now(UTC)

    def taken(at: datetime, body_there: bytes = body, secret: bytes = b"shared") -> bool:
        made = signature(body, secret="shared", at=at)
        answer: bool = is_ours(secret, made["X-Monitor-Timestamp"], made["X-Monitor-Signature"], body_there)
        return answer

    assert taken(now)
    assert not taken(now, body + b" ")
    assert not taken(now, secret=b"other")
    assert not taken(now - webhook.REPLAY_WINDOW - timedelta(seconds=9))
