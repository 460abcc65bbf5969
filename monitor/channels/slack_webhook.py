"""Slack's incoming webhooks: a channel without an app's token, without threads, and it may repeat.

Slack answers with no name for the message, so nothing can go under it, be updated, or be looked up after a
lost reply.

Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

from __future__ import annotations

import json

from monitor.alerts.slack import slack_message
from monitor.alerts.wording import wording
from monitor.channels.webhook import Post, meaning
from monitor.model import Delivery, Destination, SendResult


class SlackWebhookChannel:
    """Posts through *post*, which guards addresses and limits."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def send(self, delivery: Delivery, destination: Destination) -> SendResult:
        """Post *delivery* to the one channel that the URL of *destination* stands for."""
        message = slack_message(delivery, wording(destination.language, destination.timezone))
        body = {
            "text": message.text,
            "blocks": list(message.blocks),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        headers = {"Content-Type": "application/json; charset=utf-8"}
        result = await self._post(destination.address, json.dumps(body).encode("ascii"), headers)
        return meaning(result, delivery)
