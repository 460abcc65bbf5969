"""Published HTML as plain text in one line; what a page shows a reader is the articles' trade."""

from __future__ import annotations

import re
from html import unescape

import nh3

from monitor.text.words import clean

_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figure|figcaption|hr|section|article|pre)\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,2000}>|!--)")  # "x<y" in a title is none


def plain_text(html: str, limit: int) -> str:
    """Return the text of a piece of HTML, at most *limit* characters, blocks set apart by a space.

    Entities that the publisher escaped twice come out as the characters they stand for.
    """
    html = html[: limit * 20]  # markup seldom outweighs its text twentyfold; a bomb does
    if "<" in html and _MARKUP.search(html):
        html = nh3.clean(_BLOCK.sub(" <", html), tags=set())
    if "&" in html:
        html = unescape(unescape(html))
    return one_line(html, limit)


def one_line(text: str, limit: int) -> str:
    """Return *text* clean, in one line, at most *limit* characters."""
    line = " ".join(text[: limit * 4].split())
    if not (line.isascii() and line.isprintable()):  # most lines are, and need no cleaning
        line = " ".join(clean(line).split())
    return line[:limit].rstrip()
