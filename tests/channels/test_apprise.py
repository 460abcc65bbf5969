"""Apprise against a real listener, through its own json:// service."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from monitor.channels.apprise import AppriseChannel, is_installed
from monitor.model import Channel, Destination, Refused, Sent, TryLater
from tests.alerts.samples import DISCREET, INDONESIAN, NOTICE, delivery
from tests.channels.hook_stub import hook

TEAM = Destination(name="team", channel=Channel.APPRISE, address="")
CHANNEL = AppriseChannel(timedelta(seconds=5))


def at(url: str, **changes: str) -> Destination:
    return replace(TEAM, address=url.replace("http://", "json://") + "/hush-path", **changes)


async def test_a_message_arrives_in_plain_words_and_in_the_readers_language() -> None:
    assert is_installed()
    async with hook() as taken:
        sent = await CHANNEL.send(delivery(INDONESIAN, root_ref="x"), at(taken.url, language="id"))
    assert sent == Sent(ref=delivery().key)
    (body,) = map(json.loads, taken.bodies)
    assert body["title"] == f"Re: {NOTICE.headline}"
    assert body["message"].startswith("Laporan baru, dalam berita yang pernah dikabarkan")
    assert "https://kabarnusa.example/dunia/chechnya-kanada" in body["message"]
    assert "http" not in str({key: body[key] for key in body if key != "message"}), "no remote picture"


async def test_strangers_words_mention_nobody_and_hide_no_link() -> None:
    nasty = "@everyone <!channel> [bbc.co.uk](https://evil.example) `rm`"
    async with hook() as taken:
        await CHANNEL.send(
            delivery(replace(NOTICE, headline=nasty, quotes=(nasty,), reports=())), at(taken.url)
        )
    (body,) = map(json.loads, taken.bodies)
    for text in (body["title"], body["message"]):
        assert not set(text) & set("@[]`")


async def test_of_a_discreet_topic_nothing_but_its_code_name_is_sent() -> None:
    async with hook() as taken:
        await CHANNEL.send(delivery(DISCREET), at(taken.url))
    (body,) = map(json.loads, taken.bodies)
    assert body["title"] == "Willow: new story"
    assert body["message"].split() == ["Willow:", "new", "story", "--", "alert", "40"]


async def test_a_refusal_is_tried_again_and_no_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with hook() as taken:
        taken.answers = [web.Response(status=500)]
        with caplog.at_level(logging.DEBUG):
            answer = await CHANNEL.send(delivery(), at(taken.url))
    assert isinstance(answer, TryLater)
    assert answer.reason.startswith("apprise: ")
    assert "hush-path" not in caplog.text


async def test_a_redirect_is_not_followed() -> None:
    async with hook() as taken, hook() as elsewhere:
        taken.answers = [web.Response(status=307, headers={"Location": f"{elsewhere.url}/other"})]
        assert isinstance(await CHANNEL.send(delivery(), at(taken.url)), TryLater)
        assert elsewhere.bodies == []


async def test_a_url_that_apprise_does_not_know_is_refused() -> None:
    answer = await CHANNEL.send(delivery(), replace(TEAM, address="nowhere-such://x"))
    assert answer == Refused(reason="not a URL that Apprise knows")
