"""Buttons under Slack messages, over Socket Mode: Slack is called and never calls; nothing must be reachable.

Needs an app-level token (xapp-…) with the scope connections:write, and Socket Mode and Interactivity switched
on in the app. A press is acknowledged after it was stored: Slack warns whom it could not be promised.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from monitor.alerts.blocks import ACTIONS
from monitor.model import ErrandKind

log = structlog.get_logger(__name__)

FIRST_WAIT = 1.0  # seconds before Slack is called again; doubles
LONGEST_WAIT = 300.0  # a workspace that is down for longer has nobody who presses buttons
_OFFERED = frozenset(kind.value for kind in ErrandKind) - {ErrandKind.UNSUBSCRIBE.value}

# Does what was asked of a story under a message or its root, and says whether it was done.
Press = Callable[[ErrandKind, int, Sequence[str]], Awaitable[bool]]


@asynccontextmanager
async def buttons(app_token: str, base_url: str, press: Press) -> AsyncIterator[None]:
    """Listen for presses while the context lasts, whether or not Slack can be reached."""
    silent = logging.Logger("slack socket", logging.CRITICAL)  # the SDK's own would log what is pressed
    web = AsyncWebClient(base_url=base_url, logger=silent)
    web.proxy = None
    client = SocketModeClient(app_token=app_token, logger=silent, web_client=web)
    client.proxy = None

    async def listen(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        asked = asked_for(request.payload) if request.type == "interactive" else None
        if asked is not None and not await press(*asked):
            return
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client.socket_mode_request_listeners.append(listen)
    calling = asyncio.create_task(_call(client))
    try:
        yield
    finally:
        calling.cancel()
        with suppress(asyncio.CancelledError):
            await calling
        await client.close()  # type: ignore[no-untyped-call]


async def _call(client: SocketModeClient) -> None:
    """Connect once; from then on the client itself calls again, every few seconds, when the line breaks."""
    wait = FIRST_WAIT
    while True:
        try:
            client.wss_uri = (
                await client.issue_new_wss_url()
            )  # connect() would do so, and never say why it fails
            await client.connect()  # type: ignore[no-untyped-call]
        except (SlackApiError, OSError, TimeoutError, ValueError) as fault:
            answer = getattr(fault, "response", None)
            reason = answer.get("error") if answer is not None else type(fault).__name__
            log.warning("slack buttons", note="no connection; called again", reason=reason, wait=wait)
        else:
            log.info("slack buttons", note="connected")
            return
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


def asked_for(payload: Mapping[str, Any]) -> tuple[ErrandKind, int, tuple[str, ...]] | None:
    """Return what a press asks, of which story, under which messages; None for what is no press of ours."""
    match payload:
        case {
            "type": "block_actions",
            "actions": [{"block_id": block, "action_id": str(kind), "value": str(story)}, *_],
            "container": {"message_ts": str(message), **container},
        } if block == ACTIONS and kind in _OFFERED and story.isdecimal() and len(story) < 19:
            root = container.get("thread_ts")
            places = (message, root) if isinstance(root, str) else (message,)
            return ErrandKind(kind), int(story), places
        case _:
            return None
