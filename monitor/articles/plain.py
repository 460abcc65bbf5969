"""Articles that come as plain text: which line is the title, what is furniture, where the source stands."""

from __future__ import annotations

import re

from monitor.articles.furniture import clean_text
from monitor.articles.page import one_line

LONGEST_TITLE = 160  # characters
MOST_TITLE_WORDS = 25

_SENTENCE_END = re.compile(r"[.!?…。！？۔।]['\"”’»)]*$")
_QUESTION_OR_QUOTE = re.compile(r"[?!？！]['\"”’»)]*$|^[^.]*\b(?:U\.S|U\.K|St|Jr)\.$")
_RUN_IN = re.compile(r"(?<=[.!?…”\"’)])[ \t]*\n(?=\S)")


def title_and_text(content: str) -> tuple[str, str]:
    """Return the title of a plain text, empty when it has none, and its paragraphs without furniture.

    The first line is a title when it is short and a blank line follows it, or when it reads as a headline
    (no full stop) above a longer paragraph.
    """
    lines = [one_line(line) for line in content.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    title = lines[0] if len(lines) > 1 and _is_title(lines) else ""
    body = lines[1:] if title else lines
    return title, clean_text("\n".join(body), title=title)


def _is_title(lines: list[str]) -> bool:
    first, second = lines[0], lines[1]
    if not 3 <= len(first) <= LONGEST_TITLE or len(first.split()) > MOST_TITLE_WORDS:
        return False
    if _SENTENCE_END.search(first) and not _QUESTION_OR_QUOTE.search(first):
        return False
    following = next((line for line in lines[1:] if line), "")
    return not second or len(following) > len(first)
