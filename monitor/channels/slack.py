"""Slack through its own SDK: post, thread, and look before posting a second time; never what the words are.

Needs the bot scopes chat:write, channels:history and groups:history (to look), metadata.message:read (to
recognise), and channels:read, groups:read where a channel is named rather than given by its id.

Source: https://docs.slack.dev/reference/methods/chat.postMessage and the pages beside it
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from monitor.alerts.clean import clip, visible
from monitor.alerts.errands import Links, offers, offers_of_root
from monitor.alerts.slack import slack_message, slack_root
from monitor.alerts.wording import wording
from monitor.model import (
    Delivery,
    Destination,
    ErrandKind,
    Refresh,
    Refused,
    SendResult,
    Sent,
    TryLater,
)

EVENT_TYPE = "newsroom_alert"
PACE = timedelta(seconds=1)  # https://docs.slack.dev/apis/web-api/rate-limits: one message a second a channel
BURST = 5  # messages at once after a pause: "short bursts >1 allowed", says the same page, and not how short
PATIENCE = 3  # timeouts for one message: a delivery's lease must outlast it, or two would send
PAGE = 200  # what Slack recommends for one page of a conversation
MAX_PAGES = 50  # 10,000 messages since the delivery was made; a busier channel cannot be looked through
CLOCK_SKEW = timedelta(minutes=5)  # between our clock and Slack's, when looking back
LONGEST_RETRY_AFTER = timedelta(hours=1)  # Slack asks for seconds; more is a mistake on the way
REASON_LIMIT = 200
USUAL = (ErrandKind.MUTE, ErrandKind.FOLLOW, ErrandKind.IRRELEVANT)  # what a new message offers

# Slack's own names for faults that pass by themselves; every other name is a refusal.
PASSING = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "org_login_required",
        "external_channel_migrating",
    }
)


class _NoAnswerError(Exception):
    """The request or its answer was lost, or the answer is not Slack's."""


class _TooMuchError(Exception):
    """There is more to look through than we look through."""


class _Fence(AsyncRetryHandler):
    """Never retries; gives every fault of the SDK's HTTP client one type that can be caught here.

    Retrying is the outbox's work: the SDK would post a second time without looking first.
    """

    async def can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if isinstance(error, SlackApiError | _NoAnswerError):
            raise error
        if error is not None:
            raise _NoAnswerError(_kind_of(error)) from error
        if response is not None and response.status_code == 200 and not isinstance(response.body, dict):
            raise _NoAnswerError("the answer is not Slack's")
        return False


def _kind_of(error: Exception) -> str:
    return "timeout" if isinstance(error, TimeoutError) else f"no answer ({type(error).__name__})"


class SlackChannel:
    """Posts to the channels of one workspace.

    Units: *timeout* bounds one call to Slack, and a message with its look-ups gets `PATIENCE` times
    that; *pace* is the time between two messages to one channel, once `BURST` have gone at once.
    """

    def __init__(
        self,
        token: str,
        base_url: str,
        timeout: timedelta,
        pace: timedelta = PACE,
        *,
        links: Links | None = None,
        buttons: bool = False,
    ) -> None:
        self._links, self._buttons = links, buttons
        self._client = AsyncWebClient(
            token=token,
            base_url=base_url,
            timeout=max(1, round(timeout.total_seconds())),
            retry_handlers=[_Fence()],
            logger=logging.Logger("slack", logging.CRITICAL),  # the SDK's own would log messages' text
        )
        self._client.proxy = None  # the SDK takes one from the environment; a token goes where it is told
        self._patience = PATIENCE * timeout.total_seconds()
        self._pace = pace.total_seconds()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._paid_until: dict[str, float] = {}  # when a channel's messages so far have had their time
        self._ids: dict[str, str] = {}

    async def send(self, delivery: Delivery, destination: Destination) -> SendResult:
        """Post *delivery*, unless an earlier attempt turns out to have landed."""
        return await self._answered(self._deliver(delivery, destination))

    async def _answered(self, call: Coroutine[Any, Any, SendResult]) -> SendResult:
        try:
            async with asyncio.timeout(self._patience):
                return await call
        except SlackApiError as error:
            return _fault(error)
        except _NoAnswerError as error:
            return TryLater(reason=str(error))
        except _TooMuchError:
            return TryLater(reason=f"more than {MAX_PAGES * PAGE} messages to look through")
        except TimeoutError:
            return TryLater(reason="timeout")

    async def _deliver(self, delivery: Delivery, destination: Destination) -> SendResult:
        landed = await self._find(delivery, destination.address) if delivery.attempts > 1 else None
        return await self._post(delivery, destination) if landed is None else Sent(ref=landed)

    async def _post(self, delivery: Delivery, destination: Destination) -> SendResult:
        offered = offers(delivery, self._links, USUAL, buttons=self._buttons)
        message = slack_message(delivery, wording(destination.language, destination.timezone), offered)
        address = destination.address
        await self._wait_for_turn(address)
        answer = await self._client.chat_postMessage(
            channel=address,
            text=message.text,
            blocks=list(message.blocks),
            thread_ts=delivery.root_ref,
            reply_broadcast=_is_broadcast(delivery, destination) or None,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}},
            unfurl_links=False,
            unfurl_media=False,
            link_names=False,
            parse="none",
        )
        ts = answer.get("ts")
        if not isinstance(ts, str):
            raise _NoAnswerError("the answer is not Slack's")
        self._ids[address] = str(answer.get("channel") or address)
        return Sent(ref=ts, said=f"ok, as message {ts} of channel {self._ids[address]}")

    async def refresh(self, refresh: Refresh, destination: Destination) -> SendResult:
        """Bring a story's root message up to date."""
        return await self._answered(self._update(refresh, destination))

    async def _update(self, refresh: Refresh, destination: Destination) -> SendResult:
        kinds = (
            ErrandKind.UNMUTE if refresh.muted_until else ErrandKind.MUTE,
            ErrandKind.UNFOLLOW if refresh.is_followed else ErrandKind.FOLLOW,
            *(() if refresh.is_irrelevant else (ErrandKind.IRRELEVANT,)),
        )
        offered = offers_of_root(refresh, self._links, kinds, buttons=self._buttons)
        message = slack_root(refresh, wording(destination.language, destination.timezone), offered)
        await self._wait_for_turn(destination.address)
        await self._client.chat_update(
            channel=await self._id_of(destination.address),
            ts=refresh.root_ref,
            text=message.text,
            blocks=list(message.blocks),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": refresh.key}},
            link_names=False,
            parse="none",
        )
        return Sent(ref=refresh.root_ref)

    async def _wait_for_turn(self, address: str) -> None:
        loop = asyncio.get_running_loop()
        async with self._turns[address]:
            paid_until = max(self._paid_until.get(address, 0.0), loop.time())
            await asyncio.sleep(paid_until - (BURST - 1) * self._pace - loop.time())
            self._paid_until[address] = paid_until + self._pace

    # --- looking for a message that may have landed ---

    async def _find(self, delivery: Delivery, address: str) -> str | None:
        """Return the ts of the message that carries this delivery's key, if it is there."""
        oldest = f"{(delivery.created_at - CLOCK_SKEW).timestamp():.6f}"
        where = {"channel": await self._id_of(address), "oldest": oldest, "include_all_metadata": True}
        if delivery.root_ref is None:
            pages = self._pages("conversations.history", where)
        else:
            pages = self._pages("conversations.replies", {**where, "ts": delivery.root_ref})
        async for page in pages:
            for message in page.get("messages") or ():
                if _key_of(message) == delivery.key:
                    return str(message["ts"])
        return None

    async def _id_of(self, address: str) -> str:
        """Return a channel's id: history is told by id, though messages may be posted to a #name."""
        if not address.startswith("#") or address in self._ids:
            return self._ids.get(address, address)
        kinds = {"types": "public_channel,private_channel", "exclude_archived": True}
        async for page in self._pages("conversations.list", kinds):
            for channel in page.get("channels") or ():
                if channel.get("name") == address.removeprefix("#"):
                    self._ids[address] = str(channel["id"])
                    return self._ids[address]
        return address  # Slack will say channel_not_found itself

    async def _pages(self, method: str, params: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        for _ in range(MAX_PAGES):
            page = await self._client.api_call(
                method,
                http_verb="GET",
                params={**params, "limit": PAGE, **({"cursor": cursor} if cursor else {})},
            )
            assert isinstance(page.data, dict)  # the fence lets nothing else through
            yield page.data
            cursor = (page.data.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        raise _TooMuchError


def _is_broadcast(delivery: Delivery, destination: Destination) -> bool:
    """Whether a follow-up shows in the channel, too, and not only in its thread."""
    kinds = {notice.kind for notice in delivery.notices}
    is_wanted = delivery.is_followed or bool(kinds & set(destination.broadcast))
    return delivery.root_ref is not None and is_wanted


def _key_of(message: dict[str, Any]) -> str | None:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    key = payload.get("key")
    return key if isinstance(key, str) else None


def _fault(error: SlackApiError) -> SendResult:
    """Return what a refusal means, in Slack's own word for it."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
    data = getattr(answer, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    reason = clip(visible(name), REASON_LIMIT) if isinstance(name, str) and name else f"http {status}"
    if status == 429 or name in PASSING:
        return TryLater(reason=reason, after=_retry_after(answer.headers))
    if status >= 500 or status == 408 or (status == 200 and name is None):
        return TryLater(reason=reason)
    return Refused(reason=reason)


def _retry_after(headers: Any) -> timedelta | None:
    seconds = str(headers.get("Retry-After", "")).strip()
    if not seconds.isdecimal():
        return None
    return min(timedelta(seconds=int(seconds[:9])), LONGEST_RETRY_AFTER)
