"""Holds articles against all topics at once; how a word may stand in a text is `lexicon`'s knowledge."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from monitor.model import Document, Evidence, Match, Topic, TopicStatus
from monitor.text import words
from monitor.topics.compile import Needles, Rule, Vocabulary, anchor, compile_rule, guessed_costs
from monitor.topics.evaluate import Scene, Span, apart
from monitor.topics.lexicon import Part, Shape

MAX_PLACES = 6  # of one concept in an article's evidence: enough to judge it by
MAX_CORE = 50  # stretches that satisfy a rule, and places weighed against them: a hostile text has thousands
MAX_WEIGHED = 500

LONGEST_WORD = 80  # letters after or before a stem; more is no word, and would cost squares to look through
LONGEST_TAIL = 12  # of those remembered: longer ones are rarely seen twice
MAX_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """What may stand where a searched string was found."""

    words: tuple[tuple[int, Part], ...]  # units that are one word from its beginning: only the tail decides
    others: tuple[tuple[int, Shape], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """All topics, compiled; built once per configuration and shared by every article."""

    rules: tuple[Rule, ...]
    _search: ahocorasick_rs.AhoCorasick
    _needles: tuple[Needle, ...]
    _remembered: dict[tuple[int, str], tuple[int, ...]]  # needle and tail → units; a cache
    _anchored: Mapping[int, tuple[int, ...]]  # unit → rules
    _always: tuple[int, ...]  # rules that no word must be there for

    def match(self, document: Document) -> tuple[Match, ...]:
        """Return the topics that *document* belongs to, the best first, with the words that say so."""
        scene = self.scene(document)
        found = [self.rules[number] for number in sorted(self._candidates(scene))]
        held = [rule for rule in found if rule.holds(scene) and not rule.excluded(scene)]
        scored = [(score(rule, scene), rule) for rule in held]
        kept = [(points, rule) for points, rule in scored if points + 1e-9 >= rule.topic.min_score]
        if not kept:
            return ()
        raw = words.with_offsets(raw_text(document))
        kept.sort(key=lambda pair: (-pair[0], pair[1].topic.id))
        return tuple(_match(points, rule, scene, raw, document) for points, rule in kept)

    def scene(self, document: Document) -> Scene:
        """Find every word of every rule in *document*."""
        raw = raw_text(document)
        text = words.normalise(raw)
        title_end = len(words.normalise(document.title)) if document.title else 0
        return Scene(document, text, title_end, self._hits(raw, text, title_end))

    def _candidates(self, scene: Scene) -> set[int]:
        numbers = set(self._always)
        for unit in scene.units:
            numbers.update(self._anchored.get(unit, ()))
        return {number for number in numbers if self.rules[number].needs <= scene.units}

    def _hits(self, raw: str, text: str, title_end: int) -> dict[int, list[Span]]:
        hits: defaultdict[int, list[Span]] = defaultdict(list)
        padded = f" {words.separated(text)} "  # so that every word has a space on either side
        needles, remembered, find = self._needles, self._remembered, padded.find
        for number, start, end in self._search.find_matches_as_indexes(padded, overlapping=True):
            needle = needles[number]
            if needle.words and (stop := find(" ", end, end + LONGEST_WORD)) > 0:
                tail = padded[end:stop]
                units = remembered.get((number, tail))
                span = (start, stop - 1)
                for unit in self._units(number, tail) if units is None else units:
                    hits[unit].append(span)
            for unit, shape in needle.others:
                placed = place(shape, padded, start, end)
                if placed and not placed[0] < title_end < placed[1] and _is_cased(shape.cased, raw, placed):
                    hits[unit].append(placed)
        return dict(hits)

    def _units(self, number: int, tail: str) -> tuple[int, ...]:
        """Return the units that are this needle with this tail, and remember it: words come again."""
        units = tuple({unit for unit, part in self._needles[number].words if part.takes(tail)})
        if len(tail) <= LONGEST_TAIL:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[number, tail] = units
        return units


def compile_topics(topics: Sequence[Topic], sample: Sequence[Document] = ()) -> Matcher:
    """Compile every live and draft topic; what is paused is left out.

    *sample*, if given, is recent articles: rules are then looked up by the words that are rare in
    them, which keeps tens of thousands of rules cheap.

    Raises: BadQuery if an expression or an alias cannot be read; `lint.problems` says which.
    """
    vocabulary = Vocabulary()
    rules = tuple(
        compile_rule(topic, vocabulary) for topic in topics if topic.status is not TopicStatus.PAUSED
    )
    matcher = _assembled(rules, vocabulary.needles, guessed_costs(vocabulary))
    if not sample:
        return matcher
    seen = Counter(unit for document in sample for unit in matcher.scene(document).units)
    costs = {unit: guess / len(sample) + seen[unit] for unit, guess in guessed_costs(vocabulary).items()}
    return _assembled(rules, vocabulary.needles, costs)


def _assembled(rules: tuple[Rule, ...], needles: Needles, costs: Mapping[int, float]) -> Matcher:
    anchored: dict[int, list[int]] = {}
    always = []
    for number, rule in enumerate(rules):
        units = anchor(rule.match, rule.units, costs)
        if units is None:
            always.append(number)
        for unit in units or ():
            anchored.setdefault(unit, []).append(number)
    return Matcher(
        rules=rules,
        _search=ahocorasick_rs.AhoCorasick(list(needles), store_patterns=False),
        _needles=tuple(_needle(found) for found in needles.values()),
        _remembered={},
        _anchored={unit: tuple(numbers) for unit, numbers in anchored.items()},
        _always=tuple(always),
    )


def _needle(found: list[tuple[int, Shape]]) -> Needle:
    plain = [
        (unit, shape) for unit, shape in found if shape.needle[0] == " " and not (shape.rest or shape.cased)
    ]
    return Needle(
        words=tuple((unit, shape.first) for unit, shape in plain if " " not in shape.first.stem),
        others=tuple(entry for entry in found if entry not in plain or " " in entry[1].first.stem),
    )


# --- one word in one text -----------------------------------------------------------------------------------


def place(shape: Shape, padded: str, start: int, end: int) -> Span | None:
    """Return where *shape* stands, its needle having been found at `padded[start:end]`, or None.

    *padded* is the separated text with a space on either side; the answer counts without the first.
    """
    if shape.unspaced:
        return start - 1, end - 1
    begin = _beginning(shape, padded, start)
    stop = _word_end(shape.first, padded, end)
    for part in shape.rest:
        follows = stop is not None and padded.startswith(part.stem, stop + 1)
        stop = _word_end(part, padded, stop + 1 + len(part.stem)) if stop is not None and follows else None
    return None if begin is None or stop is None else (begin - 1, stop - 1)


def _beginning(shape: Shape, padded: str, start: int) -> int | None:
    """Where the word begins whose stem was found: at once, or after what may stand before the stem."""
    if padded[start] == " ":
        return start + 1
    begin = padded.rfind(" ", max(0, start - LONGEST_WORD), start) + 1
    before = padded[begin:start]
    fits = shape.open_start or not before or before in shape.prefixes
    return begin if begin and fits else None


def _word_end(part: Part, padded: str, end: int) -> int | None:
    stop = padded.find(" ", end, end + LONGEST_WORD)
    return stop if stop >= 0 and part.takes(padded[end:stop]) else None


def _is_cased(cased: str, raw: str, span: Span) -> bool:
    if cased not in raw:  # the way back is dear, and most capitals that match in lower case are not there
        return not cased
    return not cased or raw[slice(*words.with_offsets(raw).raw_span(*span))] == cased


# --- the answer ---------------------------------------------------------------------------------------------


def raw_text(document: Document) -> str:
    """Return what evidence counts its positions in: title and text with a line break, or the text alone."""
    return f"{document.title}\n{document.text}" if document.title else document.text


def score(rule: Rule, scene: Scene) -> float:
    """Add up the weights of the concepts that stand in the article, more for those in its title."""
    points = 0.0
    for named in rule.named:
        places = scene.hits.get(named.unit) if named.weight else None
        if places:
            in_title = min(places)[0] < scene.title_end
            points += named.weight * (rule.topic.title_factor if in_title else 1.0)
    return points


def _match(points: float, rule: Rule, scene: Scene, raw: words.Normalised, document: Document) -> Match:
    core = rule.places(scene)[:MAX_CORE]
    found = [
        (named.name, span) for named in rule.named for span in _telling(scene.hits.get(named.unit, []), core)
    ]
    evidence = tuple(_evidence(name, span, raw, document) for name, span in found)
    return Match(topic=rule.topic.id, score=round(points, 3), evidence=evidence)


def _telling(hits: list[Span], core: list[Span]) -> list[Span]:
    """The few places of a concept worth showing: first those that stand where the rule holds."""

    def outside(span: Span) -> bool:
        return not any(start <= span[0] and span[1] <= end for start, end in core)

    places = sorted(apart(hits)[:MAX_WEIGHED], key=outside)
    return sorted(places[:MAX_PLACES])


def _evidence(name: str, span: Span, raw: words.Normalised, document: Document) -> Evidence:
    start, end = raw.raw_span(*span)
    text = raw_text(document)[start:end]
    return Evidence(concept=name, text=text, start=start, end=end, in_title=start < len(document.title))
