"""Holds articles against all topics at once; how a word may stand in a text is `lexicon`'s knowledge."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, compress, count
from operator import add, itemgetter

import ahocorasick_rs

from monitor.model import Document, Evidence, Match, Topic, TopicStatus
from monitor.text import words
from monitor.topics.compile import Rule, Silent, Vocabulary, anchor, compile_rule, guessed_costs
from monitor.topics.evaluate import Scene, Span, apart
from monitor.topics.languages import base
from monitor.topics.lexicon import Part, Shape

MAX_PLACES = 6  # of one concept in an article's evidence: enough to judge it by
MAX_CORE = 50  # stretches that satisfy a rule, and places weighed against them: a hostile text has thousands
MAX_WEIGHED = 500

LONGEST_WORD = 80  # letters after or before a stem; more is no word, and would cost squares to look through
LONGEST_REMEMBERED = 40  # letters of a word that is worth remembering: longer ones are rarely seen twice
MAX_REMEMBERED = 100_000
COUNT_EVERY = 64  # words of a language: counting all at each new word took a tenth of matching


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: the units that it is, and the rules that begin to matter with it."""

    units: tuple[int, ...]
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The rules whose expression holds in an article, each with what it scores there."""

    scene: Scene
    scored: tuple[tuple[float, Rule], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """All topics, compiled; built once per configuration and shared by every article.

    Single words are looked up by their stems, each once: texts repeat their words, and one another's. What
    is longer than a word, or begins within one, is searched for in the whole text.
    """

    rules: tuple[Rule, ...]
    _stems: Mapping[str, tuple[tuple[int, Part, Silent], ...]]
    _longest_stem: int
    _memories: dict[str, _Memory]  # for each language that aliases are written for, and "" for the others
    _search: ahocorasick_rs.AhoCorasick
    _searched: tuple[tuple[tuple[int, Shape, Silent], ...], ...]
    _anchored: Mapping[int, tuple[int, ...]]  # unit → rules
    _always: tuple[int, ...]  # rules that no word must be there for

    def match(self, document: Document) -> tuple[Match, ...]:
        """Return the topics that *document* belongs to, the best first, with the words that say so."""
        return matches(self.held(document), document)

    def held(self, document: Document) -> Held | None:
        """Return the rules whose expression holds in *document*, whatever they score; None for none."""
        seen = self._seen(document)
        found = [self.rules[number] for number in self._candidates(seen)]
        if not found:
            return None
        scene = _scene(document, seen, {unit for rule in found for unit in rule.units.values()})
        held = [rule for rule in found if rule.holds(scene) and not rule.excluded(scene)]
        scored = tuple((score(rule, scene), rule) for rule in held)
        return Held(scene=scene, scored=scored) if scored else None

    def scene(self, document: Document) -> Scene:
        """Find every word of every rule in *document*."""
        seen = self._seen(document)
        return _scene(document, seen, seen.units)

    def units(self, document: Document) -> set[int]:
        """Return which words and concepts of the rules stand in *document*, by number."""
        return self._seen(document).units

    def _candidates(self, seen: _Seen) -> list[int]:
        """The rules whose anchor stands in the article, and everything else that they need."""
        numbers = set(self._always)
        for word in seen.words.values():
            numbers.update(word.rules)
        for unit in seen.others:
            numbers.update(self._anchored.get(unit, ()))
        rules, units = self.rules, seen.units
        return sorted([number for number in numbers if rules[number].needs <= units])

    def _seen(self, document: Document) -> _Seen:
        """Look once through the article; where its words stand is worked out for those that matter."""
        raw = raw_text(document)
        text = words.normalise(raw)
        title_end = len(words.normalise(document.title)) if document.title else 0
        separated = words.separated(text)
        seen = _Seen(text=text, tokens=separated.split(" "), title_end=title_end)
        language = base(document.language)
        language = language if language in self._memories else ""
        memory = self._memories[language]
        for token in set(seen.tokens) - memory.foreign:
            word = memory.words.get(token) or self._word(token, language)
            if word.units:
                seen.words[token] = word
                seen.units.update(word.units)
        padded = f" {separated} "  # so that every word has a space on either side
        others = seen.others
        for number, start, end in self._search.find_matches_as_indexes(padded, overlapping=True):
            for unit, shape, silent in self._searched[number]:
                placed = place(shape, padded, start, end) if language not in silent else None
                if placed and not placed[0] < title_end < placed[1] and _is_cased(shape.cased, raw, placed):
                    others[unit].append(placed)
        seen.units.update(others)
        return seen

    def _word(self, token: str, language: str) -> Word:
        """Return what *token* is in articles of a language, and remember it."""
        longest = min(len(token), self._longest_stem) if len(token) < 2 * LONGEST_WORD else 0
        units = {
            unit
            for end in range(1, longest + 1)
            for unit, part, silent in self._stems.get(token[:end], ())
            if language not in silent and part.takes(token[end:])
        }
        word = Word(tuple(units), tuple({rule for unit in units for rule in self._anchored.get(unit, ())}))
        if len(token) <= LONGEST_REMEMBERED:
            self._remember(token, word, language)
        return word

    def _remember(self, token: str, word: Word, language: str) -> None:
        memory = self._memories[language]
        if not len(memory) % COUNT_EVERY and sum(map(len, self._memories.values())) >= MAX_REMEMBERED:
            for each in self._memories.values():
                each.words.clear()
                each.foreign.clear()
        if word.units:
            memory.words[token] = word
        else:
            memory.foreign.add(token)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was found out about the words of one language's articles."""

    words: dict[str, Word] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)  # words that are in no rule: most of any text

    def __len__(self) -> int:
        return len(self.words) + len(self.foreign)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What one look through an article found: its words that are units, and where longer aliases stand."""

    text: str
    tokens: list[str]  # its words in order, one space apart; empty between two spaces
    title_end: int
    words: dict[str, Word] = field(default_factory=dict)
    others: defaultdict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    units: set[int] = field(default_factory=set)


def _scene(document: Document, seen: _Seen, wanted: set[int]) -> Scene:
    """Note where the *wanted* units stand; the others might as well not be there."""
    asked = {token: found for token, word in seen.words.items() if (found := wanted.intersection(word.units))}
    places: dict[str, list[Span]] = {token: [] for token in asked}
    tokens = seen.tokens
    letters_before = accumulate(map(len, tokens), initial=0)
    starts = list(map(add, letters_before, range(len(tokens))))  # and a space for each token
    for number in compress(count(), map(places.__contains__, tokens)):
        token, start = tokens[number], starts[number]
        places[token].append((start, start + len(token)))
    hits: dict[int, list[Span]] = dict(seen.others)
    for token, units in asked.items():
        spans = places[token]
        for unit in units:  # nearly always the only word of its unit: then they share one list
            hits[unit] = hits[unit] + spans if unit in hits else spans
    return Scene(document, seen.text, seen.title_end, hits, tokens, starts)


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
    costs = guessed_costs(vocabulary)
    matcher = Matcher(
        rules=rules,
        _stems={stem: tuple(entries) for stem, entries in vocabulary.stems.items()},
        _longest_stem=max(map(len, vocabulary.stems), default=0),
        _memories=_memories(vocabulary),
        _search=ahocorasick_rs.AhoCorasick(list(vocabulary.needles), store_patterns=False),
        _searched=tuple(map(tuple, vocabulary.needles.values())),
        _anchored={},
        _always=(),
    )
    if sample:
        seen = Counter(unit for document in sample for unit in matcher.units(document))
        costs = {unit: guess / len(sample) + seen[unit] for unit, guess in costs.items()}
    return _anchored(matcher, costs)


def _anchored(matcher: Matcher, costs: Mapping[int, float]) -> Matcher:
    """Return *matcher* with each rule hung on the rarest words without which it cannot hold."""
    anchored: dict[int, list[int]] = {}
    always = []
    for number, rule in enumerate(matcher.rules):
        units = anchor(rule.match, rule.units, costs)
        if units is None:
            always.append(number)
        for unit in units or ():
            anchored.setdefault(unit, []).append(number)
    rules = {unit: tuple(numbers) for unit, numbers in anchored.items()}
    memories = {language: _Memory() for language in matcher._memories}
    return replace(matcher, _anchored=rules, _always=tuple(always), _memories=memories)


def _memories(vocabulary: Vocabulary) -> dict[str, _Memory]:
    silent = {each.silent for spellings in vocabulary.numbers for each in spellings}
    return {language: _Memory() for language in frozenset({""}).union(*silent)}


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
    return not cased or raw[slice(*words.way_back(raw).raw_span(*span))] == cased


# --- the answer ---------------------------------------------------------------------------------------------


def matches(held: Held | None, document: Document) -> tuple[Match, ...]:
    """Return those rules that score enough as matches, the best first, with the words that say so."""
    if held is None:
        return ()
    kept = [(points, rule) for points, rule in held.scored if points + 1e-9 >= rule.topic.min_score]
    if not kept:
        return ()
    raw = words.way_back(raw_text(document))
    kept.sort(key=lambda pair: (-pair[0], pair[1].topic.id))
    return tuple(_match(points, rule, held.scene, raw, document) for points, rule in kept)


def raw_text(document: Document) -> str:
    """Return what evidence counts its positions in: title and text with a line break, or the text alone."""
    return f"{document.title}\n{document.text}" if document.title else document.text


def score(rule: Rule, scene: Scene) -> float:
    """Add up the weights of the concepts that stand in the article, more for those in its title."""
    points = 0.0
    for named in rule.named:
        places = scene.hits.get(named.unit) if named.weight else None
        if places:
            in_title = places[0][0] < scene.title_end
            points += named.weight * (rule.topic.title_factor if in_title else 1.0)
    return points


def _match(points: float, rule: Rule, scene: Scene, raw: words.WayBack, document: Document) -> Match:
    evidence: list[Evidence] = []
    source = raw_text(document)
    core: list[Span] | None = None
    for named in rule.named:
        places = apart(scene.hits.get(named.unit, ()))
        if len(places) > MAX_PLACES:
            core = rule.core(scene)[:MAX_CORE] if core is None else core
            places = _telling(places, core)
        evidence += [_evidence(named.name, span, raw, source, len(document.title)) for span in places]
    return Match(topic=rule.topic.id, score=round(points, 3), evidence=tuple(evidence))


def _telling(places: list[Span], core: list[Span]) -> list[Span]:
    """The few places of a concept worth showing: first those that stand where the rule holds."""

    core = sorted(core)
    reach = list(accumulate((end for _, end in core), max))  # the furthest end of those that begin by then

    def outside(span: Span) -> bool:
        begun = bisect_right(core, span[0], key=itemgetter(0))
        return not begun or reach[begun - 1] < span[1]

    return sorted(sorted(places[:MAX_WEIGHED], key=outside)[:MAX_PLACES])


def _evidence(name: str, span: Span, raw: words.WayBack, source: str, title_end: int) -> Evidence:
    start, end = raw.raw_span(*span)
    return Evidence(concept=name, text=source[start:end], start=start, end=end, in_title=start < title_end)
