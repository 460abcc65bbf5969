"""Slack through its own SDK, against real HTTP."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.channels.slack import BURST, SlackChannel
from monitor.model import Channel, Delivery, Destination, Refused, SendResult, Sent, TryLater
from tests.alerts.samples import INDONESIAN, NOTICE, delivery
from tests.channels import slack_stub
from tests.channels.slack_stub import CHANNEL, TOKEN, Fault, SlackStub, answer, refuse

DESK = Destination(name="desk", channel=Channel.SLACK, address=CHANNEL)
NAMED = replace(DESK, address="#desk")
AGAIN = delivery(attempts=2)


@pytest.fixture
async def stub() -> AsyncIterator[SlackStub]:
    async with slack_stub.slack() as running:
        yield running


def channel(stub: SlackStub, pace: timedelta = timedelta(0)) -> SlackChannel:
    return SlackChannel(TOKEN, stub.url, timedelta(seconds=1), pace)


async def send(stub: SlackStub, sample: Delivery, to: Destination = DESK) -> SendResult:
    return await channel(stub).send(sample, to)


async def test_a_message_is_posted_with_its_key_and_without_unfurling(stub: SlackStub) -> None:
    result = await send(stub, delivery())
    (post,) = stub.posted
    assert result == Sent(ref=post["ts"])
    assert post["metadata"]["event_payload"] == {"key": delivery().key}
    assert post["channel"] == CHANNEL
    assert post["text"].startswith(NOTICE.headline)
    assert post["blocks"][0]["type"] == "header"
    assert (post["unfurl_links"], post["unfurl_media"], post["link_names"]) == (False, False, False)
    assert "thread_ts" not in post
    assert stub.methods() == ["chat.postMessage"]


async def test_a_later_report_is_a_reply_in_the_storys_thread(stub: SlackStub) -> None:
    root = await send(stub, delivery())
    assert isinstance(root, Sent)
    await send(stub, delivery(INDONESIAN, key="delivery-10-1", root_ref=root.ref))
    assert stub.posted[1]["thread_ts"] == root.ref


# --- lost replies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [slack_stub.lose_reply, slack_stub.half_an_answer, slack_stub.slow(1.5)],
    ids=["lost", "half", "late"],
)
async def test_a_message_whose_reply_was_lost_is_found_and_not_posted_again(
    stub: SlackStub, fault: Fault
) -> None:
    stub.plan("chat.postMessage", fault)
    assert isinstance(await send(stub, delivery()), TryLater)
    assert await send(stub, AGAIN) == Sent(ref=stub.posted[0]["ts"])
    assert len(stub.posted) == 1


async def test_a_reply_that_was_lost_is_found_in_its_thread(stub: SlackStub) -> None:
    for number in range(5):
        await send(stub, delivery(key=f"delivery-{number}-1"))
    root = stub.posted[0]["ts"]
    stub.plan("chat.postMessage", slack_stub.lose_reply)
    lost = delivery(INDONESIAN, key="delivery-50-1", root_ref=root)
    assert isinstance(await send(stub, lost), TryLater)
    assert await send(stub, replace(lost, attempts=2)) == Sent(ref=stub.posted[-1]["ts"])
    assert stub.methods()[-1] == "conversations.replies"
    assert len(stub.posted) == 6


async def test_a_message_is_found_pages_back(stub: SlackStub) -> None:
    await send(stub, delivery())
    for number in range(7):
        await send(stub, delivery(key=f"delivery-{number}-1"))
    assert await send(stub, AGAIN) == Sent(ref=stub.posted[0]["ts"])
    assert stub.methods().count("conversations.history") == 4
    assert len(stub.posted) == 8


async def test_a_message_that_never_arrived_is_posted_after_looking(stub: SlackStub) -> None:
    stub.plan("chat.postMessage", slack_stub.hang_up)
    assert isinstance(await send(stub, delivery()), TryLater)
    result = await send(stub, AGAIN)
    assert stub.methods()[1:] == ["conversations.history", "chat.postMessage"]
    assert result == Sent(ref=stub.posted[0]["ts"])


async def test_messages_from_before_the_delivery_are_not_looked_at(stub: SlackStub) -> None:
    await send(stub, delivery())
    later = delivery().created_at + timedelta(days=1)
    await send(stub, replace(AGAIN, created_at=later))
    oldest = float(stub.calls[1][1]["oldest"])
    assert oldest == (later - timedelta(minutes=5)).timestamp()


@pytest.mark.parametrize(
    "fault",
    [
        refuse("ratelimited", 429, Retry_After="7"),
        refuse("internal_error"),
        answer("upstream", 502),
        slack_stub.hang_up,
        answer("<html>log in to the network</html>"),
    ],
    ids=["429", "internal", "502", "cut", "portal"],
)
async def test_nothing_is_posted_while_nobody_can_look(stub: SlackStub, fault: Fault) -> None:
    stub.plan("conversations.history", fault, fault)  # the HTTP client asks a second time by itself
    assert isinstance(await send(stub, AGAIN), TryLater)
    assert stub.posted == []


async def test_a_token_that_may_not_look_is_told_at_once_and_nothing_is_posted(stub: SlackStub) -> None:
    stub.plan("conversations.history", refuse("missing_scope"))
    assert await send(stub, AGAIN) == Refused(reason="missing_scope")
    assert stub.posted == []


async def test_a_channel_given_by_name_is_looked_up_by_id(stub: SlackStub) -> None:
    stub.plan("chat.postMessage", slack_stub.lose_reply)
    assert isinstance(await send(stub, delivery(), NAMED), TryLater)
    assert await send(stub, AGAIN, NAMED) == Sent(ref=stub.posted[0]["ts"])
    assert stub.methods().count("conversations.list") == 2  # two pages of names


async def test_a_name_that_was_posted_to_is_not_looked_up_again(stub: SlackStub) -> None:
    speaker = channel(stub)
    await speaker.send(delivery(), NAMED)
    assert await speaker.send(AGAIN, NAMED) == Sent(ref=stub.posted[0]["ts"])
    assert "conversations.list" not in stub.methods()


async def test_a_channel_that_nobody_knows_is_refused(stub: SlackStub) -> None:
    assert await send(stub, AGAIN, replace(DESK, address="#nowhere")) == Refused(reason="channel_not_found")


async def test_a_look_that_takes_too_long_ends_before_a_lease_does(stub: SlackStub) -> None:
    for number in range(9):
        await send(stub, delivery(key=f"delivery-{number}-1"))
    stub.plan("conversations.history", *[slack_stub.slow(0.8)] * 5)
    assert await send(stub, AGAIN) == TryLater(reason="timeout")
    assert len(stub.posted) == 9


# --- faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (
            refuse("ratelimited", 429, Retry_After="30"),
            TryLater(reason="ratelimited", after=timedelta(seconds=30)),
        ),
        (answer("", 429, Retry_After="30"), TryLater(reason="http 429", after=timedelta(seconds=30))),
        (refuse("ratelimited", 429, Retry_After="soon"), TryLater(reason="ratelimited")),
        (
            refuse("ratelimited", 429, Retry_After="9" * 40),
            TryLater(reason="ratelimited", after=timedelta(hours=1)),
        ),
        (refuse("ratelimited"), TryLater(reason="ratelimited")),
        (refuse("service_unavailable", 503), TryLater(reason="service_unavailable")),
        (answer("<html>", 500), TryLater(reason="http 500")),
        (answer("{not json", 200, "application/json"), TryLater(reason="http 200")),
        (answer("[1, 2]", 200, "application/json"), TryLater(reason="the answer is not Slack's")),
        (answer("ok", 200, "text/plain"), TryLater(reason="the answer is not Slack's")),
        (answer('{"ok": true}', 200, "application/json"), TryLater(reason="the answer is not Slack's")),
        (answer("<html>", 200), TryLater(reason="the answer is not Slack's")),
        (slack_stub.slow(1.5), TryLater(reason="timeout")),
        (answer("nothing here", 404), Refused(reason="http 404")),
        *(
            (refuse(name), Refused(reason=name))
            for name in (
                "invalid_auth",
                "token_revoked",
                "account_inactive",
                "channel_not_found",
                "not_in_channel",
                "is_archived",
                "msg_too_long",
                "msg_blocks_too_long",
                "invalid_blocks",
                "thread_not_found",
                "an_error_that_slack_has_not_thought_of_yet",
            )
        ),
    ],
)
async def test_a_fault_is_told_from_a_refusal(stub: SlackStub, fault: Fault, result: SendResult) -> None:
    stub.plan("chat.postMessage", fault)
    assert await send(stub, delivery()) == result


async def test_a_broken_line_is_a_passing_fault(stub: SlackStub) -> None:
    stub.plan("chat.postMessage", slack_stub.hang_up)
    result = await send(stub, delivery())
    assert isinstance(result, TryLater)
    assert result.reason.startswith("no answer (")


async def test_a_slack_that_is_down_is_a_passing_fault() -> None:
    down = SlackChannel(TOKEN, "http://127.0.0.1:9/api/", timedelta(seconds=1), timedelta(0))
    assert isinstance(await down.send(delivery(), DESK), TryLater)


async def test_the_sdk_does_not_try_again_by_itself(stub: SlackStub) -> None:
    stub.plan("chat.postMessage", slack_stub.hang_up, answer("", 429, Retry_After="0"), answer("", 500))
    for _ in range(3):
        await send(stub, delivery())
    assert stub.methods() == ["chat.postMessage"] * 3


async def test_the_environments_proxy_gets_no_token(stub: SlackStub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9/")
    assert isinstance(await send(stub, delivery()), Sent)


async def test_no_message_is_logged(stub: SlackStub, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        stub.plan("chat.postMessage", answer("", 500))
        await send(stub, delivery())
        await send(stub, delivery())
    assert "Chechnya" not in caplog.text
    assert TOKEN not in caplog.text


# --- pace ---------------------------------------------------------------------------------------------


async def test_after_a_burst_messages_to_one_channel_keep_their_distance_and_others_do_not_wait(
    stub: SlackStub,
) -> None:
    pace = 0.3
    speaker = channel(stub, pace=timedelta(seconds=pace))
    posted = [time.monotonic()]
    for number in range(BURST + 2):
        await speaker.send(delivery(key=f"desk {number}"), DESK)
        posted.append(time.monotonic())
    await speaker.send(delivery(key="other"), replace(DESK, address="C0OTHER"))
    assert time.monotonic() - posted[-1] < pace
    assert posted[BURST] - posted[0] < pace, "a burst goes at once"
    assert posted[BURST + 1] - posted[0] >= pace, "and is paid for before another message goes"
    assert posted[BURST + 2] - posted[0] >= 2 * pace
