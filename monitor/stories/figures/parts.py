"""Wholes and their parts within a sentence: "nine of the 16 people", "of the 52, 37 were saved"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.stories.figures.counted import Certainty, Counting
from monitor.stories.figures.lexicon import Lexicon

_REACH = 24  # characters in which "of the" stands before a number


def with_parts(text: str, items: Sequence[Counting], words: Lexicon) -> list[Counting]:
    """Mark the numbers that others are a part of, and let the parts count what their whole does."""
    found = list(items)
    for place in range(len(found) - 1):
        one, other = found[place], found[place + 1]
        gap = text[one.quantity.outer_end : other.quantity.outer_start]
        if words.partitive_between.fullmatch(gap) and other.counted.unit:
            found[place] = _part(one, unit=other.counted.unit, end=other.counted.end)
            found[place + 1] = replace(other, whole=True)
        elif _opens(text, one, gap, words) and _lacks_a_noun(other):
            found[place] = replace(one, whole=True)
            found[place + 1] = _part(other, unit=one.counted.unit, end=other.counted.end)
    return found


def _opens(text: str, item: Counting, gap: str, words: Lexicon) -> bool:
    if words.partitive_unit.fullmatch(gap):
        return True
    start = item.quantity.outer_start
    return words.partitive_before.search(text, max(0, start - _REACH), start) is not None


def _lacks_a_noun(item: Counting) -> bool:
    return item.counted.certainty in (Certainty.ELLIPSIS, Certainty.SUBSET)


def _part(item: Counting, *, unit: str | None, end: int) -> Counting:
    counted = replace(item.counted, unit=unit, certainty=Certainty.SUBSET, end=end)
    return replace(item, counted=counted)
