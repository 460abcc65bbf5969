"""Turns topics into what the matcher runs on: needles to search for, and for each rule the few words
without which it need not be looked at. Knows topics, never articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from monitor.model import Topic
from monitor.topics.evaluate import Leaf, Places, Predicate, core, predicate
from monitor.topics.languages import Spelling, languages_of, spelled, spoken
from monitor.topics.lexicon import Part, Shape, shapes
from monitor.topics.query import parse
from monitor.topics.tree import And, AtLeast, ConceptRef, Known, Near, Node, Not, Or, Term, Within, walk

Silent: TypeAlias = frozenset[str]  # languages of articles in which something is not looked for
Stems: TypeAlias = dict[str, list[tuple[int, Part, Silent]]]
Needles: TypeAlias = dict[str, list[tuple[int, Shape, Silent]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A unit that tells why a topic matched: a concept with its weight, or a word of the query (weight 0)."""

    unit: int
    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A topic, ready to be held against an article."""

    topic: Topic
    match: Node
    exclude: Node | None
    units: Mapping[Leaf, int]
    named: tuple[Named, ...]
    needs: frozenset[int]  # without all of these the rule cannot hold
    holds: Predicate
    core: Places  # where it holds, for the evidence
    excluded: Predicate


@dataclass(slots=True)
class Vocabulary:
    """The words and concepts of all rules, each distinct one once; filled while rules are compiled.

    `stems` begin single words; `needles` are what is longer, or begins within a word.
    """

    stems: Stems = field(default_factory=dict)
    needles: Needles = field(default_factory=dict)
    numbers: dict[frozenset[Spelling], int] = field(default_factory=dict)

    def number(self, spellings: Iterable[Spelling]) -> int:
        """Return the unit that stands where any of *spellings* stands."""
        key = frozenset(spellings)
        known = self.numbers.get(key)
        if known is not None:
            return known
        unit = self.numbers[key] = len(self.numbers)
        for shape, silent in {(shape, each.silent) for each in key for shape in shapes(each.term, each.code)}:
            if shape.is_word:
                self.stems.setdefault(shape.first.stem, []).append((unit, shape.first, silent))
            else:
                self.needles.setdefault(shape.needle, []).append((unit, shape, silent))
        return unit


def compile_rule(topic: Topic, vocabulary: Vocabulary) -> Rule:
    """Compile one topic, adding its words to *vocabulary*.

    Raises: BadQuery if an expression or an alias cannot be read.
    """
    known = {concept.name for concept in topic.concepts}
    wanted = parse(topic.match, known)
    unwanted = parse(topic.exclude, known) if topic.exclude.strip() else None
    numbers = _numbers(topic, [wanted, unwanted] if unwanted else [wanted], vocabulary)
    return Rule(
        topic=topic,
        match=wanted,
        exclude=unwanted,
        units=numbers,
        named=_named(topic, wanted, unwanted, numbers),
        needs=needs(wanted, numbers),
        holds=predicate(wanted, numbers),
        core=core(wanted, numbers),
        excluded=predicate(unwanted, numbers) if unwanted else lambda _: False,
    )


def _numbers(topic: Topic, nodes: list[Node], vocabulary: Vocabulary) -> dict[Leaf, int]:
    known = spoken(topic)
    numbers: dict[Leaf, int] = {
        ConceptRef(concept.name): vocabulary.number(spelled(concept, known)) for concept in topic.concepts
    }
    for leaf in (leaf for node in nodes for leaf in walk(node) if isinstance(leaf, Term)):
        numbers[leaf] = vocabulary.number(
            Spelling(term=leaf, code=code) for code in languages_of(leaf, topic.languages)
        )
    return numbers


def _named(
    topic: Topic, wanted: Node, unwanted: Node | None, numbers: Mapping[Leaf, int]
) -> tuple[Named, ...]:
    """Every concept but those that only exclude, the heaviest first, then the words of the query."""
    asked = {leaf for leaf in walk(wanted) if isinstance(leaf, Term | ConceptRef)}
    refused = {leaf for leaf in walk(unwanted) if isinstance(leaf, ConceptRef)} if unwanted else set()
    concepts = [c for c in topic.concepts if ConceptRef(c.name) not in refused - asked]
    named = [Named(unit=numbers[ConceptRef(c.name)], name=c.name, weight=c.weight) for c in concepts]
    named.sort(key=lambda concept: -concept.weight)
    spelled = sorted((leaf.text, numbers[leaf]) for leaf in asked if isinstance(leaf, Term))
    return (*named, *(Named(unit=unit, name=text, weight=0) for text, unit in spelled))


# --- what a rule cannot do without --------------------------------------------------------------------------


def needs(node: Node, units: Mapping[Leaf, int]) -> frozenset[int]:
    """Return units that must all stand in an article for *node* to hold."""
    match node:
        case Term() | ConceptRef():
            return frozenset({units[node]})
        case And():
            return frozenset().union(*(needs(part, units) for part in node.parts))
        case Or():
            return frozenset.intersection(*(needs(part, units) for part in node.parts))
        case Near():
            return needs(node.left, units) | needs(node.right, units)
        case AtLeast() | Within():
            return needs(node.part, units)
        case Not() | Known():
            return frozenset()
        case _:
            assert_never(node)


def anchor(node: Node, units: Mapping[Leaf, int], cost: Mapping[int, float]) -> frozenset[int] | None:
    """Return units of which one must stand in an article for *node* to hold, the cheapest such set.

    None if *node* may hold without any word. *cost* is how often a unit stands in articles, or a
    guess at it.
    Source: Luwak's presearcher (Woodward, Lucene monitor).
    """
    match node:
        case Term() | ConceptRef():
            return frozenset({units[node]})
        case Or():
            return _either([anchor(part, units, cost) for part in node.parts])
        case And():
            return _cheapest([anchor(part, units, cost) for part in node.parts], cost)
        case Near():
            return _cheapest([anchor(part, units, cost) for part in (node.left, node.right)], cost)
        case AtLeast() | Within():
            return anchor(node.part, units, cost)
        case Not() | Known():
            return None
        case _:
            assert_never(node)


def _either(anchors: list[frozenset[int] | None]) -> frozenset[int] | None:
    found = [anchor for anchor in anchors if anchor is not None]
    return frozenset().union(*found) if len(found) == len(anchors) else None


def _cheapest(anchors: list[frozenset[int] | None], cost: Mapping[int, float]) -> frozenset[int] | None:
    found = [anchor for anchor in anchors if anchor is not None]
    return min(found, key=lambda anchor: sum(cost[unit] for unit in anchor), default=None)


def guessed_costs(vocabulary: Vocabulary) -> dict[int, float]:
    """Guess how often each unit stands in articles from the length of its stems: short words are common."""
    costs = dict.fromkeys(range(len(vocabulary.numbers)), 1e-6)
    for found in (vocabulary.stems, vocabulary.needles):
        for needle, entries in found.items():
            for unit in {entry[0] for entry in entries}:
                costs[unit] += 1 / len(needle.strip()) ** 3
    return costs
