"""The figures that a text claims, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Article, Figure, Hedge
from monitor.stories.figures.attribution import attribution, is_pronoun
from monitor.stories.figures.counted import Certainty, Counting, counted
from monitor.stories.figures.lexicon import Lexicon, lexicon
from monitor.stories.figures.parts import with_parts
from monitor.stories.figures.quantities import Quantity, quantities
from monitor.stories.figures.roles import Assigned, assign, listed
from monitor.text.words import Normalised, normalise, sentences, with_offsets

MOST_FIGURES = 200  # of one text: a table of results is no report
LONGEST_SENTENCE = 2_000  # characters; what is longer is a list without full stops, read in part
ACROSS_A_COMMA = 60  # characters that a comma between a number and its period counts as
CLOSE = 1.5  # of a word that says by itself that people are counted: "killed 5", "forty are in hiding"
REMEMBERED = 3  # sentences for which "31 of them" may still speak of those counted before


@dataclass(slots=True)
class _Memory:
    """What later sentences lean on: who was counted, and who spoke."""

    unit: str | None = None
    since: int = 0
    speaker: str | None = None


def titled(title: str, text: str) -> str:
    """Return what the places of an article's figures count in, as those of a topic's evidence do."""
    return f"{title}\n{text}" if title else text


def figures_of(article: Article) -> tuple[Figure, ...]:
    """Return the figures that an article claims in its title and its text."""
    return figures(titled(article.title, article.text), article.language)


def figures(text: str, language: str) -> tuple[Figure, ...]:
    """Return the figures that *text* claims, in its order; none in a language that has no lexicon.

    Units: `start` and `end` count characters of *text*.
    """
    words = lexicon(language)
    if words is None:
        return ()
    found: list[Figure] = []
    memory = _Memory()
    for start, end in sentences(text):
        found += _of_sentence(text, start, min(end, start + LONGEST_SENTENCE), words, memory)
        if len(found) >= MOST_FIGURES:
            break
    return tuple(found[:MOST_FIGURES])


def _of_sentence(text: str, start: int, end: int, words: Lexicon, memory: _Memory) -> list[Figure]:
    raw = text[start:end]
    memory.since += 1
    plain = normalise(raw)
    if not (words.digits.search(plain) or words.any_word.search(plain)):
        if words.verbs.search(plain) or words.sources.search(plain):
            _hear(raw, with_offsets(raw), words, memory, [])
        return []
    sentence = with_offsets(raw)
    items = with_parts(sentence.text, list(_countings(sentence.text, words)), words)
    roles = assign(sentence.text, items, words)
    taken = [(item.quantity.start, item.counted.end) for item in items]
    speaker = _hear(raw, sentence, words, memory, taken)
    scopes = _scopes(sentence.text, items, words)
    made = []
    for item, role, scope in zip(items, roles, scopes, strict=True):
        unit = _unit(item, role, memory)
        if unit is not None and item.counted.certainty is Certainty.NAMED:
            memory.unit, memory.since = unit, 0
        if role is not None and unit is not None:
            made.append(_figure(raw, start, sentence, item.quantity, role, unit, scope, speaker))
    return made


def _countings(text: str, words: Lexicon) -> Iterator[Counting]:
    periods = [match.span() for match in words.scope.finditer(text)]
    found = [item for item in quantities(text, words) if not _inside(item, periods)]
    for index, item in enumerate(found):
        if _claims_nothing(text, item, words):
            continue
        until = found[index + 1].outer_start if index + 1 < len(found) else len(text)
        what = counted(text, item, until, words)
        if what is not None and not _is_article(item, what.certainty):
            yield Counting(quantity=item, counted=what)


def _inside(item: Quantity, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a number belongs to a period: "in the last 12 months"."""
    return any(start <= item.start and item.end <= end for start, end in spans)


def _claims_nothing(text: str, item: Quantity, words: Lexicon) -> bool:
    left = max(0, item.outer_start - 40)
    if words.none_before.search(text, left, item.outer_start):
        return True
    return words.none_after.match(text, item.end, item.end + 40) is not None


def _is_article(item: Quantity, certainty: Certainty) -> bool:
    """Whether a "one" that is written out may be no number at all."""
    return item.low == item.high == 1 and not item.digits and certainty is not Certainty.NAMED


def _unit(item: Counting, role: Assigned | None, memory: _Memory) -> str | None:
    if item.counted.unit is not None or role is None:
        return item.counted.unit
    if item.counted.certainty is Certainty.UNKNOWN:
        return "people"
    if memory.unit is not None and memory.since <= REMEMBERED:
        return memory.unit
    close = role.cost <= CLOSE or (role.cue is not None and role.cue.side == "toll")
    return "people" if close or item.counted.certainty is Certainty.SUBSET else None


def _hear(
    raw: str, sentence: Normalised, words: Lexicon, memory: _Memory, taken: list[tuple[int, int]]
) -> str | None:
    """The source that a sentence names; "he said" is whoever spoke last."""
    span = attribution(raw, sentence, words, taken)
    if span is None:
        return None
    if is_pronoun(sentence.text[slice(*span)], words):
        return memory.speaker
    begin, end = sentence.raw_span(*span)
    memory.speaker = raw[begin:end]
    return memory.speaker


def _scopes(text: str, items: list[Counting], words: Lexicon) -> list[tuple[int, int] | None]:
    """The period of each number: the nearest one that no other number stands before."""
    found: list[tuple[int, int] | None] = [None] * len(items)
    for match in words.scope.finditer(text):
        if any(item.quantity.start < match.end() and match.start() < item.quantity.end for item in items):
            continue
        near = sorted(range(len(items)), key=lambda index: _distance(text, items[index], match.span()))
        if near and found[near[0]] is None:
            found[near[0]] = match.span()
    for index in range(len(items) - 1, 0, -1):  # "22 men and nine women so far this year"
        if found[index - 1] is None and listed(text, items, index, words):
            found[index - 1] = found[index]
    return found


def _distance(text: str, item: Counting, span: tuple[int, int]) -> int:
    before = span[1] <= item.quantity.start
    gap = text[span[1] : item.quantity.start] if before else text[item.counted.end : span[0]]
    return len(gap) + ACROSS_A_COMMA * sum(gap.count(sign) for sign in ",،;")


def _figure(
    raw: str,
    offset: int,
    sentence: Normalised,
    item: Quantity,
    role: Assigned,
    unit: str,
    scope: tuple[int, int] | None,
    speaker: str | None,
) -> Figure:
    begin, end = sentence.raw_span(item.start, item.end)
    hedge = item.hedge
    if role.cue is not None and role.cue.side == "toll" and role.cue.end > item.outer_start:
        hedge = None if hedge is Hedge.AT_MOST else hedge  # "выросло до 73" has risen to it
    period = None
    if scope is not None:
        first, last = sentence.raw_span(*scope)
        period = raw[first:last]
    return Figure(
        value=item.low if item.exact else None,
        low=item.low,
        high=item.high,
        role=role.role,
        unit=unit,
        hedge=hedge,
        scope=period,
        attribution=speaker,
        quote=raw.strip(),
        start=offset + begin,
        end=offset + end,
    )
