"""How strangers' text is laid out: which way it runs and which of its words matched; nothing of ours."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from monitor.text.words import UNSPACED, is_word

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}")


def base_language(code: str) -> str:
    """Return the language of a tag without its region, or nothing if it is no tag: `pt-BR` is `pt`."""
    found = _LANGUAGE_TAG.match(code.lower())
    return found.group() if found else ""


@lru_cache(maxsize=256)
def direction(code: str) -> str:
    """Return which way the language is written, as HTML says it."""
    try:
        order = Locale.parse(base_language(code)).character_order
    except (UnknownLocaleError, ValueError):
        return "ltr"
    return "rtl" if order == "right-to-left" else "ltr"


def marked(text: str, matched: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Cut *text* into runs that are matched words and runs that are not.

    Only whole words count (`gay` is no part of the Indonesian `gaya`), except in scripts that put no
    space between words.
    """
    if not matched:
        return [(text, False)]
    words = "|".join(re.escape(word) for word in sorted(matched, key=len, reverse=True))
    runs: list[tuple[str, bool]] = []
    done = 0
    for found in re.finditer(words, text, re.IGNORECASE):
        if _is_whole(text, found.start(), found.end()):
            runs += [(text[done : found.start()], False), (found.group(), True)]
            done = found.end()
    return [run for run in [*runs, (text[done:], False)] if run[0]]


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, border: int) -> bool:
    """Whether the characters on both sides of *border* belong to one word."""
    pair = text[max(border - 1, 0) : border + 1]
    return len(pair) == 2 and all(map(is_word, pair)) and not UNSPACED.search(pair)
