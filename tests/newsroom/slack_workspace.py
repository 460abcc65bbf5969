"""The workspace behind the Slack stub: its channels, its messages, and what each method does to them."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.newsroom.slack_limits import SlackError, check_message

TOKEN = "xoxb-newsroom-test-token"
BOT = {"user": "U0MONITOR", "bot_id": "B0MONITOR", "team": "T0NEWSROOM"}
HISTORY_LIMIT = 100  # what conversations.history gives when it is not asked for a number
REPLIES_LIMIT = 1000  # the same for conversations.replies
LARGEST_LIMIT = 1000

Arguments: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannel:
    """A conversation of the workspace."""

    id: str
    name: str
    archived: bool = False
    joined: bool = True


CHANNELS = (
    SlackChannel(id="C0NEWSDESK", name="newsdesk"),
    SlackChannel(id="C0RIGHTS", name="rights-desk"),
    SlackChannel(id="C0OLDDESK", name="old-desk", archived=True),
    SlackChannel(id="C0CLOSED", name="closed-desk", joined=False),
)


@dataclass(slots=True, kw_only=True)
class SlackMessage:
    """A message as the workspace keeps it."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None  # set on replies only
    metadata: dict[str, Any] | None = None
    edits: int = 0


@dataclass(slots=True)
class Workspace:
    """Takes calls of the Web API by name and answers as Slack documents it."""

    token: str = TOKEN
    channels: tuple[SlackChannel, ...] = CHANNELS
    messages: list[SlackMessage] = field(default_factory=list)
    _last_ts: int = 0

    def roots(self, channel: str) -> list[SlackMessage]:
        """Return the messages of *channel* that are no replies."""
        return [one for one in self.messages if one.channel == channel and one.thread_ts is None]

    def replies(self, ts: str) -> list[SlackMessage]:
        """Return the replies in the thread under *ts*."""
        return [one for one in self.messages if one.thread_ts == ts]

    def call(self, method: str, token: str, arguments: Arguments) -> Arguments:
        """Do what *method* asks and return the body of the answer."""
        methods: dict[str, Callable[[Arguments], Arguments]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.list": self._list,
            "conversations.replies": self._replies,
        }
        try:
            if method not in methods:
                raise SlackError("unknown_method")
            if not token:
                raise SlackError("not_authed")
            if token != self.token:
                raise SlackError("invalid_auth")
            return {"ok": True, **methods[method](arguments)}
        except SlackError as error:
            return {"ok": False, "error": error.code}

    def _auth_test(self, arguments: Arguments) -> Arguments:
        return {
            "url": "https://newsroom.slack.com/",
            "team": "Newsroom",
            "user": "monitor",
            "team_id": BOT["team"],
            "user_id": BOT["user"],
            "bot_id": BOT["bot_id"],
        }

    def _post(self, arguments: Arguments) -> Arguments:
        channel = self._channel(arguments, writing=True)
        text, blocks, metadata = check_message(arguments)
        thread_ts = arguments.get("thread_ts")
        if thread_ts is not None:
            thread_ts = self._root(channel.id, str(thread_ts), "thread_not_found").ts
        message = SlackMessage(
            channel=channel.id,
            ts=self._new_ts(),
            text=text,
            blocks=blocks,
            thread_ts=thread_ts,
            metadata=metadata,
        )
        self.messages.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": self._show(message, metadata=True)}

    def _update(self, arguments: Arguments) -> Arguments:
        channel = self._channel(arguments, writing=True)
        text, blocks, metadata = check_message(arguments)
        message = self._find(channel.id, str(arguments.get("ts", "")), "message_not_found")
        message.text, message.blocks = text, blocks
        message.metadata = metadata if metadata is not None else message.metadata
        message.edits += 1
        return {"channel": channel.id, "ts": message.ts, "text": text, "message": self._show(message)}

    def _list(self, arguments: Arguments) -> Arguments:
        archived_too = not _flag(arguments, "exclude_archived")
        shown = [
            {"id": one.id, "name": one.name, "is_archived": one.archived, "is_member": one.joined}
            for one in self.channels
            if archived_too or not one.archived
        ]
        return {"channels": shown, "response_metadata": {"next_cursor": ""}}

    def _history(self, arguments: Arguments) -> Arguments:
        channel = self._channel(arguments, by_name=False)
        return self._listing(arguments, self.roots(channel.id)[::-1], HISTORY_LIMIT)

    def _replies(self, arguments: Arguments) -> Arguments:
        channel = self._channel(arguments, by_name=False)
        root = self._root(channel.id, str(arguments.get("ts", "")), "thread_not_found")
        return self._listing(arguments, [root, *self.replies(root.ts)], REPLIES_LIMIT)

    def _listing(self, arguments: Arguments, messages: list[SlackMessage], usual: int) -> Arguments:
        """Return one page of *messages*, in their order, within `oldest`, `latest` and `limit`."""
        limit = int(arguments.get("limit") or usual)
        if not 1 <= limit <= LARGEST_LIMIT:
            raise SlackError("invalid_limit")
        messages = [one for one in messages if _within(one.ts, arguments)]
        start = _cursor_place(messages, str(arguments.get("cursor") or ""))
        page, rest = messages[start : start + limit], messages[start + limit :]
        metadata = _flag(arguments, "include_all_metadata")
        return {
            "messages": [self._show(one, metadata=metadata) for one in page],
            "has_more": bool(rest),
            "response_metadata": {"next_cursor": _cursor(rest[0].ts) if rest else ""},
        }

    def _channel(self, arguments: Arguments, *, writing: bool = False, by_name: bool = True) -> SlackChannel:
        """Find the conversation; only chat methods take a name in place of an id."""
        wanted = str(arguments.get("channel", ""))
        for channel in self.channels:
            if wanted == channel.id or (by_name and wanted.removeprefix("#") == channel.name):
                if writing and channel.archived:
                    raise SlackError("is_archived")
                if not channel.joined:
                    raise SlackError("not_in_channel")
                return channel
        raise SlackError("channel_not_found")

    def _find(self, channel: str, ts: str, otherwise: str) -> SlackMessage:
        for message in self.messages:
            if message.channel == channel and message.ts == ts:
                return message
        raise SlackError(otherwise)

    def _root(self, channel: str, ts: str, otherwise: str) -> SlackMessage:
        message = self._find(channel, ts, otherwise)
        return self._find(channel, message.thread_ts, otherwise) if message.thread_ts else message

    def _new_ts(self) -> str:
        """Return a timestamp no other message bears: Slack's ts is an id that grows."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 10**6}.{self._last_ts % 10**6:06d}"

    def _show(self, message: SlackMessage, *, metadata: bool = False) -> Arguments:
        shown: Arguments = {
            "type": "message",
            "user": BOT["user"],
            "bot_id": BOT["bot_id"],
            "ts": message.ts,
            "text": message.text,
            "blocks": message.blocks,
        }
        answers = self.replies(message.ts)
        if message.thread_ts or answers:
            shown["thread_ts"] = message.thread_ts or message.ts
        if answers:
            shown |= {"reply_count": len(answers), "latest_reply": answers[-1].ts}
        if metadata and message.metadata is not None:
            shown["metadata"] = message.metadata
        return shown


def _flag(arguments: Arguments, key: str) -> bool:
    return str(arguments.get(key, "")).lower() in ("1", "true")


def _within(ts: str, arguments: Arguments) -> bool:
    oldest = str(arguments.get("oldest") or "0")
    latest = str(arguments.get("latest") or "inf")
    inside = float(oldest) < float(ts) < float(latest)
    return inside or (_flag(arguments, "inclusive") and ts in (oldest, latest))


def _cursor(ts: str) -> str:
    return b64encode(f"next_ts:{ts}".encode()).decode()


def _cursor_place(messages: list[SlackMessage], cursor: str) -> int:
    if not cursor:
        return 0
    try:
        wanted = b64decode(cursor, validate=True).decode().removeprefix("next_ts:")
        return [one.ts for one in messages].index(wanted)
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
