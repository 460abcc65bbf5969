"""Who a sentence names as its source: "according to X", "X said"; what X is stays X's own affair."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.stories.figures.lexicon import Lexicon
from monitor.text.words import Normalised

MOST_WORDS = 9  # of a name with its office: "Foreign Minister Anna Maria Brandt-Larsen of Norrvik"

_LEFT = re.compile(r"[,;:.!?()\"«»“”؛،]| - ")
_EDGES = " ,;:.!?()\"'«»“”-؛،"
_COMMAS = (",", "،")
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"[^,;:.!?()\"«»“”„،]{0,40}[\"«“„][^,;:.!?()\"«»“”„،]{1,40}[\"»”“]")

Span = tuple[int, int]


def attribution(raw: str, sentence: Normalised, words: Lexicon, taken: Sequence[Span]) -> Span | None:
    """Return where a sentence names its source, in its normalised text.

    *taken* are the places of figures and of what they count: no source holds one.
    """
    text = sentence.text
    for match in words.sources.finditer(text):
        if span := _after(text, match.end(), words, taken, named=True):
            prefix = words.source_prefix.match(text, span[0])
            return (prefix.end(), span[1]) if prefix else span
    for match in words.sources_end.finditer(text):
        if span := _before(text, match.start(), words, taken):
            return span
    for match in words.verbs.finditer(text):
        if span := _of_verb(raw, sentence, match, words, taken):
            return span
    return None


def is_pronoun(name: str, words: Lexicon) -> bool:
    """Whether a source is only pointed at: "he said"."""
    return words.pronouns.fullmatch(name) is not None


def _of_verb(
    raw: str, sentence: Normalised, verb: re.Match[str], words: Lexicon, taken: Sequence[Span]
) -> Span | None:
    """The subject before the verb, or behind it where the verb opens its clause."""
    text = sentence.text
    before = text[: verb.start()].rstrip()
    if before and before[-1] not in ',"”»،:-':
        if name := _in_apposition(raw, sentence, verb.start(), words, taken):
            return name
        if span := _before(text, verb.start(), words, taken):
            return span
    if span := _after(text, verb.end(), words, taken):
        return span
    if before.endswith(_COMMAS):  # "its director, Mara Lind, told reporters"
        return _before(text, len(before) - 1, words, taken)
    if words.speaker_first:  # the verb ends the sentence, what was said stands in between
        comma = text.find(",")
        return _trimmed(text, 0, comma) if comma > 0 and not _holds(taken, 0, comma) else None
    return None


def _in_apposition(
    raw: str, sentence: Normalised, end: int, words: Lexicon, taken: Sequence[Span]
) -> Span | None:
    """The name before "Mara Lind, the director, said", told by its capitals."""
    text = sentence.text
    comma = max(text.rfind(sign, 0, end) for sign in _COMMAS)
    if comma <= 0 or _holds(taken, comma, end):
        return None
    name, office = _before(text, comma, words, taken), _trimmed(text, comma, end)
    if name is None or office is None or words.stops.match(text, name[0]):
        return None
    parts = _WORD.findall(raw[slice(*sentence.raw_span(*name))])
    capitals = len(parts) > 1 and parts[0][0].isupper() and parts[-1][0].isupper()
    return name if capitals and raw[sentence.raw_span(office[0], office[0] + 1)[0]].islower() else None


def _after(
    text: str, start: int, words: Lexicon, taken: Sequence[Span], *, named: bool = False
) -> Span | None:
    """What follows "according to" (*named*), or a verb: "told reporters" names nobody."""
    first = _WORD.search(text, start)
    begin = first.start() if first else start  # a name may stand in quotation marks
    if quoted := _QUOTED.match(text, begin):
        begin = quoted.end()
    stop = _LEFT.search(text, begin)
    end = stop.start() if stop else len(text)
    first = _WORD.search(text, start, end)
    if first is None or (not named and words.breaks.match(text, first.start())):
        return None
    for pattern in (words.breaks, words.verbs, words.linking, words.any_cue):
        if match := pattern.search(text, first.end(), end):
            end = match.start()
    end = min([end, *(begin for begin, _ in taken if start <= begin)])
    return _trimmed(text, start, end)


def _before(text: str, end: int, words: Lexicon, taken: Sequence[Span]) -> Span | None:
    start = 0
    for match in _LEFT.finditer(text, 0, max(0, end - 1)):
        start = match.end()
    for match in words.linking.finditer(text, start, end):
        if match.end() < end - 1:
            start = match.end()
    if period := words.scope.match(text, _first_word(text, start, end)):
        start = period.end()
    at = _first_word(text, start, end)
    if words.stops.match(text, at) and not words.articles.match(text, at):  # "on the same day"
        return None
    return None if _holds(taken, start, end) else _trimmed(text, start, end)


def _first_word(text: str, start: int, end: int) -> int:
    word = _WORD.search(text, start, end)
    return word.start() if word else end


def _holds(taken: Sequence[Span], start: int, end: int) -> bool:
    return any(start < stop and begin < end for begin, stop in taken)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    if start >= end or len(text[start:end].split()) > MOST_WORDS:
        return None
    return start, end
