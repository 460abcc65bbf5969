"""Slack's Block Kit pieces, each within its documented limits by construction; nothing here knows alerts.

Source: https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TypeAlias

from monitor.alerts.clean import ELLIPSIS, FROM_RIGHT, clip, cut, laid_out, safe_url, shown_host, visible
from monitor.text.words import is_word

Block: TypeAlias = dict[str, object]

MAX_BLOCKS = 50
HEADER_LIMIT = 150
SECTION_LIMIT = 3_000
# Slack documents 12,000 characters in all but counts its own containers too: a message with 9,597
# characters of text was taken and one with 11,341 refused (slackapi/bolt-js issue 2867).
MESSAGE_LIMIT = 9_000
BUTTON_LIMIT = 75
MAX_BUTTONS = 25
ACTIONS = "errands"  # the block in which our buttons stand
LINK_LIMIT = 2_600  # characters of a link with its label; it must fit a section with room to spare

# Slack reads & < > as control characters. It has no escape for * ` ~, so foreign ones are replaced
# by their typographic twins: bold then means "matched" and nothing else.
_MRKDWN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "`": "ʼ", "~": "∼"})
_PLAIN = str.maketrans({"<": "‹", ">": "›"})  # plain text has no control characters; `<!channel>` looks bad


def escape(text: str, limit: int) -> str:
    """Return foreign *text* for a mrkdwn object, in at most *limit* characters after escaping.

    It is cut before it is escaped, so that no entity is cut in two.
    """
    return _escaped(visible(text), limit)


def escape_line(text: str, limit: int) -> str:
    """Return a line of ours likewise, in which foreign names may be set apart."""
    return laid_out(_escaped(laid_out(text), limit))  # again: a name that was cut open is set apart no more


def escape_part(text: str, limit: int) -> str:
    """Return a part of such a line, before which other words of ours stand."""
    return escape_line(text, limit).removeprefix(FROM_RIGHT)


def _escaped(shown: str, limit: int) -> str:
    escaped = shown.translate(_MRKDWN)
    if len(escaped) <= limit:
        return escaped
    costs = accumulate(len(each.translate(_MRKDWN)) for each in shown)
    room = sum(cost <= limit - len(ELLIPSIS) for cost in costs)
    return cut(shown, room).translate(_MRKDWN)


def emphasise(runs: Sequence[tuple[str, bool]], limit: int) -> str:
    """Return *runs* of foreign text as one line, the marked ones bold, in at most *limit* characters.

    Slack shows bold only between word borders: in a script without spaces a run stays plain.
    """
    line = ""
    for place, (text, marked) in enumerate(runs):
        room = limit - len(line) - 4  # two asterisks, two spaces
        if room < len("&amp;") + len(ELLIPSIS):
            break
        following = runs[place + 1][0] if place + 1 < len(runs) else ""
        bold = marked and not is_word(line[-1:] or " ") and not is_word(following[:1] or " ")
        inner = escape(text, room)
        lead = " " if text.startswith(" ") else ""
        tail = " " if text.endswith(" ") and inner else ""
        line += f"*{inner}*" if bold else lead + inner + tail
    return line.rstrip()


def link(url: str, limit: int = LINK_LIMIT) -> str:
    """Return a link whose text is its own host, or only the host when the link cannot be made."""
    safe = safe_url(url)
    if safe is None:
        return ""
    host = escape(shown_host(safe), limit)
    linked = f"<{safe.replace('&', '&amp;')}|{host}>"
    return linked if len(linked) <= limit else host


def header(text: str) -> Block:
    """Return a heading of foreign or own text."""
    shown = laid_out(clip(laid_out(text).translate(_PLAIN), HEADER_LIMIT)) or ELLIPSIS
    return {"type": "header", "text": {"type": "plain_text", "text": shown, "emoji": False}}


def section(text: str) -> Block:
    """Return a paragraph of mrkdwn that was escaped where it had to be."""
    return {"type": "section", "text": _mrkdwn(text)}


def context(text: str) -> Block:
    """Return a small grey line of mrkdwn that was escaped where it had to be."""
    return {"type": "context", "elements": [_mrkdwn(text)]}


def buttons(named: Sequence[tuple[str, str]], value: str) -> Block:
    """Return a row of buttons, each with the name of its action and its own words; *value* comes back."""
    elements = [
        {
            "type": "button",
            "action_id": action,
            "text": {"type": "plain_text", "text": clip(words, BUTTON_LIMIT), "emoji": False},
            "value": value,
        }
        for action, words in named[:MAX_BUTTONS]
    ]
    return {"type": "actions", "block_id": ACTIONS, "elements": elements}


def own_link(url: str, words: str) -> str:
    """Return a link of our own, which may say what it does; foreign ones show their host."""
    return f"<{url.replace('&', '&amp;')}|{words}>"


def divider() -> Block:
    """Return a thin rule."""
    return {"type": "divider"}


def _mrkdwn(text: str) -> Block:
    assert 0 < len(text) <= SECTION_LIMIT
    return {"type": "mrkdwn", "text": text, "verbatim": True}  # no auto-linked words, names or channels


def pack(lines: Iterable[str]) -> list[Block]:
    """Return *lines* in as few sections as hold them; each line must fit one by itself."""
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + 1 + len(line) <= SECTION_LIMIT:
            packed[-1] += "\n" + line
        else:
            packed.append(line)
    return [section(text) for text in packed]


def fitting(groups: Sequence[Sequence[Block]], *, around: Sequence[Block]) -> int:
    """Return how many of *groups*, from the first, fit one message together with the blocks *around* them."""
    blocks = accumulate((len(group) for group in groups), initial=len(around))
    texts = accumulate((length(group) for group in groups), initial=length(around))
    totals = list(zip(blocks, texts, strict=True))[1:]
    return sum(count <= MAX_BLOCKS and text <= MESSAGE_LIMIT for count, text in totals)


def length(value: object) -> int:
    """Return the number of characters of text anywhere in *value*."""
    match value:
        case {"text": str(text)}:
            return len(text)
        case dict():
            return sum(length(each) for each in value.values())
        case list() | tuple():
            return sum(length(each) for each in value)
        case _:
            return 0


def plain(message: Sequence[Block]) -> str:
    """Return the text of *message* line by line, for receivers that know mrkdwn but no blocks."""
    lines: list[str] = []
    for block in message:
        match block:
            case {"text": {"type": "plain_text", "text": str(text)}}:
                lines.append(f"*{escape(text, SECTION_LIMIT)}*")
            case {"type": "actions"}:
                continue  # nothing to press there
            case {"text": {"text": str(text)}} | {"elements": [{"text": str(text)}]}:
                lines.append(text)
            case {"type": "divider"}:
                lines.append("")
    return "\n".join(lines)
