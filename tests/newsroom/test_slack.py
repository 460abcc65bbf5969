"""The Slack stub, driven by the real client: what it keeps, what it refuses, how it fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.newsroom.slack import SlackStub
from tests.newsroom.slack_workspace import TOKEN

DESK = "C0NEWSDESK"
KEY = {"event_type": "monitor_delivery", "event_payload": {"key": "d-17"}}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


@pytest.fixture
async def slack() -> AsyncIterator[SlackStub]:
    stub = SlackStub()
    await stub.open()
    yield stub
    await stub.close()


@pytest.fixture
def client(slack: SlackStub) -> AsyncWebClient:
    return AsyncWebClient(token=TOKEN, base_url=slack.base_url, retry_handlers=[])


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_token_is_tested(slack: SlackStub, client: AsyncWebClient) -> None:
    assert (await client.auth_test())["bot_id"] == "B0MONITOR"
    stranger = AsyncWebClient(token="xoxb-wrong", base_url=slack.base_url)
    assert await refused(stranger.auth_test()) == "invalid_auth"
    assert await refused(stranger.chat_postMessage(channel=DESK, text="hi")) == "invalid_auth"
    nobody = AsyncWebClient(base_url=slack.base_url)
    assert await refused(nobody.auth_test()) == "not_authed"
    assert slack.messages == []


async def test_a_message_is_kept_as_it_was_sent(slack: SlackStub, client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=DESK, text="hello", blocks=[SECTION], metadata=KEY)
    (message,) = slack.roots(DESK)
    assert (message.ts, message.text, message.blocks) == (sent["ts"], "hello", [SECTION])
    assert message.metadata == KEY
    assert sent["channel"] == DESK


async def test_a_channel_can_be_named_in_a_post_only(slack: SlackStub, client: AsyncWebClient) -> None:
    assert (await client.chat_postMessage(channel="#newsdesk", text="hi"))["channel"] == DESK
    assert await refused(client.conversations_history(channel="#newsdesk")) == "channel_not_found"


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C0NOWHERE", "channel_not_found"), ("C0OLDDESK", "is_archived"), ("C0CLOSED", "not_in_channel")],
)
async def test_some_channels_take_no_messages(client: AsyncWebClient, channel: str, error: str) -> None:
    assert await refused(client.chat_postMessage(channel=channel, text="hi")) == error


async def test_timestamps_are_unique_and_grow(client: AsyncWebClient) -> None:
    posts = [client.chat_postMessage(channel=DESK, text=str(number)) for number in range(30)]
    stamps = [str(answer["ts"]) for answer in await asyncio.gather(*posts)]
    one_more = str((await client.chat_postMessage(channel=DESK, text="last"))["ts"])
    assert len(set(stamps)) == 30
    assert one_more > max(stamps)
    assert len(one_more.split(".")[1]) == 6


async def test_replies_stay_under_their_root(slack: SlackStub, client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=DESK, text="root", metadata=KEY))["ts"]
    reply = (await client.chat_postMessage(channel=DESK, text="reply", thread_ts=root))["ts"]
    under_reply = (await client.chat_postMessage(channel=DESK, text="deeper", thread_ts=reply))["ts"]
    assert [one.ts for one in slack.roots(DESK)] == [root]
    assert [one.ts for one in slack.replies(root)] == [reply, under_reply]
    history = await client.conversations_history(channel=DESK)
    assert [one["ts"] for one in history["messages"]] == [root]
    assert history["messages"][0]["reply_count"] == 2
    thread = await client.conversations_replies(channel=DESK, ts=root)
    assert [one["ts"] for one in thread["messages"]] == [root, reply, under_reply]
    bare = client.conversations_replies(channel=DESK, ts="1.000001")
    assert await refused(bare) == "thread_not_found"


async def test_metadata_comes_back_only_when_asked_for(client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=DESK, text="root", metadata=KEY))["ts"]
    plain = await client.conversations_history(channel=DESK)
    full = await client.conversations_history(channel=DESK, include_all_metadata=True)
    thread = await client.conversations_replies(channel=DESK, ts=root, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == thread["messages"][0]["metadata"] == KEY


async def test_history_comes_newest_first_in_pages(client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel=DESK, text=str(n)))["ts"] for n in range(7)]
    found: list[str] = []
    cursor: str | None = None
    pages = 0
    while cursor != "":
        page = await client.conversations_history(channel=DESK, limit=3, cursor=cursor)
        found += [one["ts"] for one in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] == bool(cursor)
        pages += 1
    assert (found, pages) == (stamps[::-1], 3)
    assert await refused(client.conversations_history(channel=DESK, cursor="bogus")) == "invalid_cursor"
    assert await refused(client.conversations_history(channel=DESK, limit=5000)) == "invalid_limit"


async def test_history_keeps_to_its_bounds(client: AsyncWebClient) -> None:
    first, second, third = [(await client.chat_postMessage(channel=DESK, text="x"))["ts"] for _ in "abc"]
    between = await client.conversations_history(channel=DESK, oldest=first, latest=third)
    assert [one["ts"] for one in between["messages"]] == [second]
    closed = await client.conversations_history(channel=DESK, oldest=first, latest=third, inclusive=True)
    assert [one["ts"] for one in closed["messages"]] == [third, second, first]


async def test_a_message_can_be_updated(slack: SlackStub, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=DESK, text="one report", metadata=KEY))["ts"]
    await client.chat_update(channel=DESK, ts=ts, text="two reports")
    (message,) = slack.messages
    assert (message.text, message.metadata, message.edits) == ("two reports", KEY, 1)
    assert await refused(client.chat_update(channel=DESK, ts="1.0", text="x")) == "message_not_found"


def section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [section(3_001)]}, "invalid_blocks"),
        ({"blocks": [section(0)]}, "invalid_blocks"),
        ({"blocks": [section(2_500)] * 5}, "msg_blocks_too_long"),
        (
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
            "invalid_blocks",
        ),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": []}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "fields": [SECTION["text"]] * 11}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "parade"}]}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
async def test_what_passes_slacks_limits_is_refused(
    slack: SlackStub, client: AsyncWebClient, message: dict[str, Any], error: str
) -> None:
    assert await refused(client.chat_postMessage(channel=DESK, **message)) == error
    assert slack.messages == []


async def test_a_message_at_the_limits_is_taken(slack: SlackStub, client: AsyncWebClient) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}}
    context = {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 10}
    fields = {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 10}
    button = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://a.test"}
    blocks = [section(3_000), header, context, fields, {"type": "actions", "elements": [button]}]
    blocks += [{"type": "divider"}] * (50 - len(blocks))
    await client.chat_postMessage(channel=DESK, text="x" * 40_000, blocks=blocks)
    assert len(slack.messages) == 1


async def test_forms_are_taken_like_json(slack: SlackStub) -> None:
    form = {"token": TOKEN, "channel": DESK, "text": "hi", "blocks": json.dumps([SECTION])}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession() as session:
        url = slack.base_url + "chat.postMessage"
        async with session.post(url, data=urlencode(form), headers=headers) as answer:
            assert (await answer.json())["ok"] is True
        async with session.post(
            url, data=urlencode({**form, "blocks": "[broken"}), headers=headers
        ) as answer:
            assert (await answer.json())["error"] == "invalid_blocks_format"
    assert slack.messages[0].blocks == [SECTION]
    assert all("token" not in call.arguments for call in slack.calls)


async def test_channels_are_listed(client: AsyncWebClient) -> None:
    listed = await client.conversations_list(types="public_channel", exclude_archived=True)
    assert [one["name"] for one in listed["channels"]] == ["newsdesk", "rights-desk", "closed-desk"]
    everything = await client.conversations_list()
    assert {one["id"]: one["is_archived"] for one in everything["channels"]}["C0OLDDESK"] is True


async def test_an_unknown_method_says_so(client: AsyncWebClient) -> None:
    assert await refused(client.api_call("chat.shout")) == "unknown_method"


async def test_calls_are_rate_limited_on_request(slack: SlackStub, client: AsyncWebClient) -> None:
    slack.rate_limit(2, retry_after=7, method="chat.postMessage")
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=DESK, text="hi")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
        await client.auth_test()
    await client.chat_postMessage(channel=DESK, text="hi")
    assert [call.answer for call in slack.calls if call.method == "chat.postMessage"] == [
        "ratelimited",
        "ratelimited",
        "ok",
    ]


async def test_errors_come_on_request(slack: SlackStub, client: AsyncWebClient) -> None:
    slack.break_down(status=503)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=DESK, text="hi")
    assert caught.value.response.status_code == 503
    slack.refuse("account_inactive")
    assert await refused(client.chat_postMessage(channel=DESK, text="hi")) == "account_inactive"
    slack.refuse("fatal_error", 99)
    slack.heal()
    await client.chat_postMessage(channel=DESK, text="hi")
    assert len(slack.messages) == 1


async def test_a_lost_reply_hides_a_message_that_landed(slack: SlackStub, client: AsyncWebClient) -> None:
    slack.lose_replies()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=DESK, text="hi", metadata=KEY)
    assert slack.messages[0].metadata == KEY
    assert slack.calls[0].answer == "reply lost"


async def test_a_slow_reply_comes_after_the_message_landed(slack: SlackStub, client: AsyncWebClient) -> None:
    slack.slow_down(seconds=5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel=DESK, text="hi"), 0.3)
    assert len(slack.messages) == 1


async def lost_of(calls: int, seed: int) -> list[int]:
    stub = SlackStub()
    await stub.open()
    stub.lose_at_random(0.3, seed=seed)
    client = AsyncWebClient(token=TOKEN, base_url=stub.base_url, retry_handlers=[])
    lost = []
    for number in range(calls):
        try:
            await client.chat_postMessage(channel=DESK, text=str(number))
        except aiohttp.ClientError:
            lost.append(number)
    assert len(stub.messages) == calls
    await stub.close()
    return lost


async def test_random_loss_repeats_with_its_seed() -> None:
    lost = await lost_of(30, seed=4)
    assert 0 < len(lost) < 30
    assert await lost_of(30, seed=4) == lost
