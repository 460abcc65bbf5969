"""Which sentences of an article show why it matched; nothing here knows topics, stories or messages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from monitor.alerts.clean import ELLIPSIS, visible
from monitor.model import Article, Evidence
from monitor.text.words import UNSPACED, sentences

MAX_QUOTES = 3  # what fits on a phone's screen under the headline
QUOTE_LIMIT = 280  # characters, ellipses included
LEAD_IN = 80  # characters kept before the first matched word of a sentence that is cut
FEWEST_WORDS = 4  # shorter lines are menu items, datelines and captions

_ROOM = QUOTE_LIMIT - 2 * len(ELLIPSIS)
_SPACE = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[|•»›·→]")
_MOST_SEPARATORS = 2  # a sentence may hold a quotation in guillemets; a menu holds more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a concept stands. Units: characters of the text alone."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A sentence and the places inside it, in order. Units: characters of the text alone."""

    start: int
    end: int
    places: tuple[_Place, ...]

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(place.concept for place in self.places)


def quotes(article: Article, evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return one to three sentences that together hold the most matched concepts, in their order.

    A second and third sentence must each add a concept. Sentences longer than `QUOTE_LIMIT` are cut
    at word borders around their matched words. Empty when only the title or furniture matched.
    """
    left = _sentences_with(article.text, _places(article, evidence))
    seen: frozenset[str] = frozenset()
    chosen: list[_Found] = []
    while left and len(chosen) < MAX_QUOTES:
        best = max(left, key=lambda each: (len(each.concepts - seen), len(each.concepts), -each.start))
        if chosen and not best.concepts - seen:
            break
        left.remove(best)
        chosen.append(best)
        seen |= best.concepts
    return tuple(_excerpt(article.text, each) for each in sorted(chosen, key=lambda each: each.start))


def _places(article: Article, evidence: Iterable[Evidence]) -> list[_Place]:
    """Return where the evidence outside the title stands; evidence counts from the title's start."""
    title = len(article.title) + 1 if article.title else 0
    places = (
        _Place(start=each.start - title, end=each.end - title, concept=each.concept)
        for each in evidence
        if not each.in_title
    )
    inside = (place for place in places if 0 <= place.start < place.end <= len(article.text))
    return sorted(inside, key=lambda place: (place.start, place.end))


def _sentences_with(text: str, places: Sequence[_Place]) -> list[_Found]:
    spans = sentences(text) if places else []
    starts = [start for start, _ in spans]
    inside: dict[int, list[_Place]] = {}
    for place in places:
        inside.setdefault(bisect_right(starts, place.start) - 1, []).append(place)
    found = (
        _Found(start=spans[index][0], end=spans[index][1], places=tuple(held))
        for index, held in inside.items()
        if index >= 0
    )
    return [each for each in found if not is_furniture(text[each.start : each.end])]


def is_furniture(sentence: str) -> bool:
    """Whether *sentence* is a menu, a notice or an invitation that stands around an article."""
    short = len(sentence.split()) < FEWEST_WORDS and not UNSPACED.search(sentence)
    crowded = len(_SEPARATORS.findall(sentence)) > _MOST_SEPARATORS
    folded = sentence.casefold()
    return short or crowded or any(phrase in folded for phrase in _furniture())


@lru_cache(maxsize=1)
def _furniture() -> tuple[str, ...]:
    text = resources.files("monitor.alerts").joinpath("furniture.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line.casefold() for line in lines if line)


def _excerpt(text: str, found: _Found) -> str:
    """Return the sentence, or the part of it that holds the most matched words."""
    if found.end - found.start <= QUOTE_LIMIT:
        return visible(text[found.start : found.end])
    windows = [_window(found, place) for place in found.places]
    start, end = max(windows, key=lambda window: (len(_held(found, *window)), -window[0]))
    start, end = _at_borders(text, start, end, found)
    before = ELLIPSIS if start > found.start else ""
    after = ELLIPSIS if end < found.end else ""
    return before + visible(text[start:end]) + after


def _window(found: _Found, place: _Place) -> tuple[int, int]:
    start = min(max(found.start, place.start - LEAD_IN), found.end - _ROOM)
    return start, start + _ROOM


def _held(found: _Found, start: int, end: int) -> list[_Place]:
    return [place for place in found.places if start <= place.start and place.end <= end]


def _at_borders(text: str, start: int, end: int, found: _Found) -> tuple[int, int]:
    """Shrink a window to whole words, without losing the matched ones."""
    held = _held(found, start, end)
    first, last = (held[0].start, max(place.end for place in held)) if held else (end, start)
    if start > found.start and (space := _SPACE.search(text, start, first)):
        start = space.end()
    if end < found.end and (spaces := list(_SPACE.finditer(text, last, end))):
        end = spaces[-1].start()
    return start, end
