"""Lines that speak of the article and not of the news: correction notes, counters; nothing here compares.

The words live in `data/corrections.toml` and `data/counters.toml`; all languages apply to every text.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.text.words import normalise, separated

LONGEST_NOTE = 600  # characters of one sentence; longer ones are paragraphs that were not cut
LONGEST_COUNTER = 90  # characters: "Updated 12 November 2024, 15:04 · 5 min read · 34 comments" has 58

_EDGE = re.compile(r"^[\W_]+")
_SENTENCE_END = re.compile(r"[.!?…؟۔。！？]['\"”’»)\]]*$")
_MINUTES = re.compile(r"(?<!\w)(?:min|mins|dk|мин|хв)\.?$")


def is_correction(sentence: str) -> bool:
    """Tell whether *sentence* says of its own article that it was corrected, clarified or taken back.

    News about corrections is none: what is looked for is said of this article, or begins as a note does.
    """
    if len(sentence) > LONGEST_NOTE:
        return False
    plain = _EDGE.sub("", normalise(sentence))
    starts, holds = _corrections()
    return plain.startswith(starts) or any(phrase in plain for phrase in holds)


def is_counter(line: str) -> bool:
    """Tell whether *line* only counts or keeps time: comments, views, shares, minutes ago."""
    plain = normalise(line).strip()
    if len(plain) > LONGEST_COUNTER or not any(map(str.isdigit, plain)):
        return False
    if _SENTENCE_END.search(plain) and not _MINUTES.search(plain):
        return False
    return _counters().search(f" {separated(plain)} ") is not None


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / name).read_text("utf-8"))


@cache
def _corrections() -> tuple[tuple[str, ...], tuple[str, ...]]:
    languages = _data("corrections.toml").values()
    starts = tuple(normalise(phrase) for language in languages for phrase in language["starts"])
    holds = tuple(normalise(phrase) for language in languages for phrase in language["holds"])
    return starts, holds


@cache
def _counters() -> re.Pattern[str]:
    phrases = [normalise(phrase) for language in _data("counters.toml").values() for phrase in language]
    return re.compile(rf" (?:{'|'.join(map(re.escape, phrases))}) ")
