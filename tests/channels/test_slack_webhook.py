"""Slack's incoming webhooks: through the guarded client, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from aiohttp import web

from monitor.channels.slack_webhook import SlackWebhookChannel
from monitor.model import Channel, Destination, FetchResult, Refused, SendResult, Sent, TryLater
from monitor.net.fetch import Fetcher
from tests.alerts.samples import DISCREET, INDONESIAN, delivery
from tests.channels.hook_stub import hook
from tests.newsroom.slack_limits import check_message

DESK = Destination(name="desk", channel=Channel.SLACK_WEBHOOK, address="")


async def send(url: str, *, exempt: bool = True, **changes: str) -> SendResult:
    networks = [ip_network("127.0.0.0/8")] if exempt else []
    async with Fetcher(user_agent="test", exempt=networks) as fetcher:

        async def post(to: str, body: bytes, headers: Mapping[str, str]) -> FetchResult:
            return await fetcher.post_json(to, body, headers=headers)

        to = replace(DESK, address=f"{url}/services/T0/B0/hush", **changes)
        return await SlackWebhookChannel(post).send(delivery(INDONESIAN, root_ref="delivery-9-1"), to)


async def test_a_message_is_one_that_slack_takes_and_unfurls_nothing() -> None:
    async with hook() as taken:
        assert await send(taken.url, language="id") == Sent(ref=delivery().key)
    (body,) = map(json.loads, taken.bodies)
    assert check_message(body)
    assert body["text"].startswith("Laporan baru: Lembaga Kanada")
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)
    assert "thread_ts" not in body


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (404, Refused(reason="http 404")),  # no_service: the webhook was taken away
        (410, Refused(reason="http 410")),  # channel_is_archived
        (403, Refused(reason="http 403")),  # action_prohibited
        (429, TryLater(reason="http 429", after=timedelta(seconds=7))),
        (500, TryLater(reason="http 500")),
    ],
)
async def test_slacks_answers_mean_what_slack_says_they_do(status: int, result: SendResult) -> None:
    async with hook() as taken:
        taken.answers = [web.Response(status=status, headers={"Retry-After": "7"} if status == 429 else {})]
        assert await send(taken.url) == result


async def test_it_goes_through_the_guard_of_private_addresses() -> None:
    async with hook() as taken:
        assert await send(taken.url, exempt=False) == Refused(reason="blocked address")
    assert taken.bodies == []


async def test_a_discreet_topic_sends_its_code_name_only() -> None:
    bodies = []

    async def post(to: str, body: bytes, headers: Mapping[str, str]) -> FetchResult:
        bodies.append(body)
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await SlackWebhookChannel(post).send(delivery(DISCREET), DESK)
    (body,) = map(json.loads, bodies)
    assert body["text"] == "Willow: new story"
    assert json.dumps(body["blocks"]).count("Willow") == 1
