"""The channels that the settings make usable: how messages are sent, and which can be changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.errands import Links
from monitor.alerts.layouts import Layouts
from monitor.channels.apprise import AppriseChannel, is_installed
from monitor.channels.email import EmailChannel
from monitor.channels.slack import SlackChannel
from monitor.channels.slack_webhook import SlackWebhookChannel
from monitor.channels.smtp import MailServer
from monitor.channels.webhook import WebhookChannel
from monitor.model import Channel, FetchResult
from monitor.net.fetch import Fetcher, FetchLimits
from monitor.settings import Settings
from monitor.stages.deliver import Send, Update

CHANNEL_TIMEOUT = timedelta(seconds=30)  # of one call; under the delivery's lease of two minutes
ANSWER = 100_000  # bytes that are read of a webhook's answer, which says nothing that we use


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """How each kind of destination is reached, and where messages can be changed."""

    send: Mapping[Channel, Send]
    refresh: Mapping[Channel, Update]


def open_channels(
    stack: AsyncExitStack,
    settings: Settings,
    fetcher: Fetcher,
    *,
    layouts: Callable[[], Layouts],
    links: Links | None,
    now: Callable[[], datetime],
) -> Speaking:
    """Open the channels; *stack* closes what stays open between messages."""
    send: dict[Channel, Send] = {}
    refresh: dict[Channel, Update] = {}
    if settings.slack.token.get_secret_value():
        slack = _slack(settings, links)
        send[Channel.SLACK], refresh[Channel.SLACK] = slack.send, slack.refresh
    if settings.email.host:
        mail = EmailChannel(
            _mail_server(settings),
            sender=settings.email.sender,
            timeout=CHANNEL_TIMEOUT,
            layouts=layouts,
            links=links,
        )
        stack.push_async_callback(mail.close)
        send[Channel.EMAIL] = mail.send
    limits = FetchLimits(max_bytes=ANSWER, total=settings.net.timeout, connect=settings.net.connect_timeout)

    async def post(url: str, payload: bytes, headers: Mapping[str, str]) -> FetchResult:
        return await fetcher.post_json(url, payload, headers=headers, limits=limits)

    send[Channel.WEBHOOK] = WebhookChannel(post, now).send
    send[Channel.SLACK_WEBHOOK] = SlackWebhookChannel(post).send
    if is_installed():
        send[Channel.APPRISE] = AppriseChannel(CHANNEL_TIMEOUT).send
    return Speaking(send=send, refresh=refresh)


def _slack(settings: Settings, links: Links | None) -> SlackChannel:
    return SlackChannel(
        token=settings.slack.token.get_secret_value(),
        base_url=str(settings.slack.base_url),
        timeout=CHANNEL_TIMEOUT,
        pace=settings.slack.pace,
        links=links,
        buttons=bool(settings.slack.app_token.get_secret_value()),
    )


def _mail_server(settings: Settings) -> MailServer:
    return MailServer(
        host=settings.email.host,
        port=settings.email.port,
        tls=settings.email.tls,
        username=settings.email.username,
        password=settings.email.password.get_secret_value(),
    )
