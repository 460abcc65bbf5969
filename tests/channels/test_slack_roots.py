"""Root messages that tell how their story stands, what shows beside a thread, what a reader may ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.alerts.errands import Links
from monitor.channels.slack import SlackChannel
from monitor.model import AlertKind, Channel, Destination, Notice, Refresh, Refused, Sent, TryLater
from tests.alerts.samples import CLAIMS, CORRECTED, DISCREET, INDONESIAN, NOTICE, NOW, delivery
from tests.channels import slack_stub
from tests.channels.slack_stub import CHANNEL, TOKEN, SlackStub, refuse
from tests.newsroom.slack_limits import check_message

DESK = Destination(name="desk", channel=Channel.SLACK, address=CHANNEL, broadcast=(AlertKind.CORRECTION,))
LINKS = Links("https://news.example.org/m", b"k" * 32)
ROOT = "1731381300.000100"


@pytest.fixture
async def stub() -> AsyncIterator[SlackStub]:
    async with slack_stub.slack() as running:
        yield running


def channel(stub: SlackStub, **options: Any) -> SlackChannel:
    return SlackChannel(TOKEN, stub.url, timedelta(seconds=1), timedelta(0), **options)


def grown(*further: Notice, **changes: Any) -> Refresh:
    made = Refresh(
        story=5,
        destination="desk",
        root_ref=ROOT,
        key=delivery().key,
        notices=(NOTICE, *further),
        at=NOW + timedelta(hours=1),
        lease_until=NOW,
        attempts=1,
    )
    return replace(made, **changes)


def shown(message: dict[str, Any]) -> str:
    return str(message["blocks"])


async def test_a_root_tells_how_its_story_stands(stub: SlackStub) -> None:
    speaker = channel(stub)
    await speaker.send(delivery(), DESK)
    differ = replace(NOTICE, alert=40, kind=AlertKind.FIGURES_DIFFER, disagreement=CLAIMS[:2])
    gone = replace(NOTICE, alert=41, kind=AlertKind.REMOVED)
    more = replace(NOTICE, outlets=7, independent=5)
    result = await speaker.refresh(grown(replace(more, alert=42), CORRECTED, differ, gone), DESK)
    assert result == Sent(ref=ROOT)
    (root,) = stub.posted
    assert check_message(root)
    text = shown(root)
    assert "*Figures differ · Corrected · 1 article removed*" in text
    assert "Updated 12 Nov 2024, 04:14 UTC" in text
    assert "7 outlets, 5 independent reports" in text
    assert "about 35 people helped" in text
    assert "31 people helped" in text
    assert "The charity helped 35 people" in text
    assert root["metadata"]["event_payload"] == {"key": delivery().key}, "the key by which it is found stays"
    assert root["blocks"][0] == stub.calls[0][1]["blocks"][0], "the headline stays"


async def test_a_root_that_cannot_be_changed_is_a_refusal_and_a_busy_slack_is_none(stub: SlackStub) -> None:
    stub.plan("chat.update", refuse("message_not_found"), refuse("ratelimited", 429, Retry_After="7"))
    speaker = channel(stub)
    assert await speaker.refresh(grown(), DESK) == Refused(reason="message_not_found")
    assert await speaker.refresh(grown(), DESK) == TryLater(reason="ratelimited", after=timedelta(seconds=7))


@pytest.mark.parametrize(
    ("sample", "is_shown"),
    [
        (delivery(CORRECTED, root_ref=ROOT), True),
        (delivery(INDONESIAN, root_ref=ROOT), False),
        (delivery(INDONESIAN, root_ref=ROOT, is_followed=True), True),
        (delivery(CORRECTED), False),  # it is the root itself
    ],
    ids=["wanted", "unwanted", "followed", "root"],
)
async def test_follow_ups_show_beside_their_thread_where_that_is_wanted(
    stub: SlackStub, sample: Any, is_shown: bool
) -> None:
    await channel(stub).send(sample, DESK)
    assert bool(stub.posted[0].get("reply_broadcast")) is is_shown


async def test_with_socket_mode_a_message_has_buttons(stub: SlackStub) -> None:
    await channel(stub, buttons=True, links=LINKS).send(delivery(), replace(DESK, language="id"))
    (actions,) = [block for block in stub.posted[0]["blocks"] if block["type"] == "actions"]
    named = {each["action_id"]: each["text"]["text"] for each in actions["elements"]}
    assert named == {"mute": "Senyapkan 24 jam", "follow": "Ikuti", "irrelevant": "Tidak relevan"}
    assert {each["value"] for each in actions["elements"]} == {"5"}
    assert "news.example.org" not in shown(stub.posted[0])


async def test_without_it_there_are_links_where_we_can_be_reached_and_otherwise_nothing(
    stub: SlackStub,
) -> None:
    await channel(stub, links=LINKS).send(delivery(), DESK)
    assert shown(stub.posted[0]).count("<https://news.example.org/m/do/") == 3
    await channel(stub).send(delivery(key="another"), DESK)
    assert "/do/" not in shown(stub.posted[1])
    assert "actions" not in shown(stub.posted[1])


async def test_a_root_offers_what_can_be_asked_of_it_now(stub: SlackStub) -> None:
    speaker = channel(stub, buttons=True)
    await speaker.send(delivery(), DESK)
    asked = grown(muted_until=NOW + timedelta(hours=24), is_followed=True, is_irrelevant=True)
    await speaker.refresh(asked, DESK)
    (actions,) = [block for block in stub.posted[0]["blocks"] if block["type"] == "actions"]
    assert [each["action_id"] for each in actions["elements"]] == ["unmute", "unfollow"]
    text = shown(stub.posted[0])
    assert "Marked as not relevant · Muted until 13 Nov 2024, 03:14 UTC · Followed" in text


async def test_of_a_discreet_story_nothing_is_offered(stub: SlackStub) -> None:
    await channel(stub, buttons=True, links=LINKS).send(delivery(DISCREET), DESK)
    assert [block["type"] for block in stub.posted[0]["blocks"]] == ["header", "context"]
