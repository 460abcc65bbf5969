"""What Slack takes as a message and what it refuses, with its own error codes.

Source: https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/messaging/message-metadata.
"""

from __future__ import annotations

from typing import Any, TypeAlias

MOST_BLOCKS = 50
MOST_TEXT = 40_000
MOST_SECTION = 3_000
MOST_HEADER = 150
MOST_FIELD = 2_000
MOST_FIELDS = 10
MOST_CONTEXT = 10
MOST_BUTTONS = 25
MOST_IN_ALL = 12_000  # text over all blocks, as measured against the real service

Block: TypeAlias = dict[str, Any]


class SlackError(Exception):
    """A refusal under the code that Slack documents."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_message(arguments: dict[str, Any]) -> tuple[str, list[Block], dict[str, Any] | None]:
    """Return text, blocks and metadata of a message that Slack would take, or refuse it as Slack does."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks", [])
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > MOST_TEXT:
        raise SlackError("msg_too_long")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if len(blocks) > MOST_BLOCKS or not all(_good(block) for block in blocks):
        raise SlackError("invalid_blocks")
    if sum(_length(block) for block in blocks) > MOST_IN_ALL:
        raise SlackError("msg_blocks_too_long")
    return text, blocks, _metadata(arguments)


def _metadata(arguments: dict[str, Any]) -> dict[str, Any] | None:
    if "metadata" not in arguments:
        return None
    match arguments["metadata"]:
        case {"event_type": str(), "event_payload": dict()} as metadata:
            return dict(metadata)
        case _:
            raise SlackError("invalid_metadata_format")


def _good(block: Any) -> bool:
    match block:
        case {"type": "divider"} | {"type": "rich_text", "elements": list()}:
            return True
        case {"type": "header", "text": {"type": "plain_text", "text": str(text)}}:
            return 0 < len(text) <= MOST_HEADER
        case {"type": "section"}:
            return _good_section(block)
        case {"type": "context", "elements": list(elements)}:
            return 0 < len(elements) <= MOST_CONTEXT and all(_good_element(one) for one in elements)
        case {"type": "actions", "elements": list(elements)}:
            return 0 < len(elements) <= MOST_BUTTONS
        case {"type": "image", "image_url": str(), "alt_text": str()}:
            return True
        case _:
            return False


def _good_section(block: Block) -> bool:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        return False
    if "text" in block and not _good_text(block["text"], MOST_SECTION):
        return False
    return len(fields) <= MOST_FIELDS and all(_good_text(one, MOST_FIELD) for one in fields)


def _good_element(element: Any) -> bool:
    match element:
        case {"type": "image", "image_url": str(), "alt_text": str()}:
            return True
        case _:
            return _good_text(element, MOST_SECTION)


def _good_text(value: Any, most: int) -> bool:
    match value:
        case {"type": "mrkdwn" | "plain_text", "text": str(text)}:
            return 0 < len(text) <= most
        case _:
            return False


def _length(value: Any) -> int:
    """Count the characters that a reader would see anywhere in a block."""
    match value:
        case {"text": str(text)}:
            return len(text)
        case dict():
            return sum(_length(one) for one in value.values())
        case list():
            return sum(_length(one) for one in value)
        case _:
            return 0
