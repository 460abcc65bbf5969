"""Whether an expression holds in one article, given where its words stand; finding them is `match`'s work."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, compress, count
from operator import add, sub
from typing import TypeAlias, assert_never

from monitor.model import Document
from monitor.text import words
from monitor.topics.tree import (
    And,
    AtLeast,
    ConceptRef,
    Fact,
    Field,
    Known,
    Near,
    Node,
    Not,
    Or,
    Term,
    Within,
)

LEAD = 600  # characters after the title: about the first two paragraphs of a report

Span: TypeAlias = tuple[int, int]
Leaf: TypeAlias = Term | ConceptRef
Units: TypeAlias = Mapping[Leaf, int]
Zone: TypeAlias = tuple[Field, ...]


class Scene:
    """One article as rules see it: its normalised text and where each unit stands that they ask for."""

    def __init__(
        self,
        document: Document,
        text: str,
        title_end: int,
        hits: dict[int, list[Span]],
        tokens: Sequence[str],
    ) -> None:
        self.document = document
        self.text = text
        self.tokens = tokens
        self.title_end = title_end
        self.hits = hits
        self.units = frozenset(hits)

    @cached_property
    def word_starts(self) -> list[int]:
        """Where the words begin: those of the text were cut already, unless its script has no spaces."""
        if not self.text.isascii() and words.UNSPACED.search(self.text):
            return words.word_starts(self.text)
        lengths = list(map(len, self.tokens))
        before = map(sub, accumulate(lengths), lengths)  # letters; and a space for each token
        return list(compress(map(add, before, count()), lengths))

    def bounds(self, field: Field) -> Span:
        """Return where a part of the article stands in `text`."""
        match field:
            case Field.TITLE:
                return 0, self.title_end
            case Field.LEAD:
                return 0, self.title_end + LEAD
            case Field.BODY:
                return self.title_end, len(self.text)
            case _:
                assert_never(field)

    def places(self, unit: int, zone: Zone = ()) -> list[Span]:
        """Return where *unit* stands inside every part of *zone*, in order."""
        found: Iterable[Span] = self.hits.get(unit, ())
        for field in zone:
            start, end = self.bounds(field)
            found = [span for span in found if start <= span[0] and span[1] <= end]
        return sorted(found)

    def knows(self, known: Known) -> bool:
        """Whether a fact about the article is as the rule says."""
        match known.fact:
            case Fact.SOURCE:
                source = self.document.source.casefold()
                return source == known.value or source.endswith(f".{known.value}")
            case Fact.LANG:
                return self.document.language.casefold().partition("-")[0] == known.value
            case Fact.TAG:
                return known.value in (tag.casefold() for tag in self.document.tags)
            case _:
                assert_never(known.fact)


def apart(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that do not overlap, the longest of those that begin at one place."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or span[0] >= found[-1][1]:
            found.append(span)
    return found


# --- truth ------------------------------------------------------------------------------------------------

Predicate: TypeAlias = Callable[[Scene], bool]
Places: TypeAlias = Callable[[Scene], list[Span]]


def predicate(node: Node, units: Units, zone: Zone = ()) -> Predicate:
    """Compile *node* to a function: closures cost a third of walking the tree for each article."""
    match node:
        case Term() | ConceptRef():
            return _stands(units[node], zone)
        case And():
            return _all([predicate(part, units, zone) for part in node.parts])
        case Or():
            if not zone and all(isinstance(part, Term | ConceptRef) for part in node.parts):
                return _any_unit(_leaf_units(node, units))
            return _any([predicate(part, units, zone) for part in node.parts])
        case Not():
            inner = predicate(node.part, units, zone)
            return lambda scene: not inner(scene)
        case Near():
            return _near(node, units, zone)
        case AtLeast():
            return _at_least(node, units, zone)
        case Within():
            return predicate(node.part, units, (*zone, node.field))
        case Known():
            return lambda scene: scene.knows(node)
        case _:
            assert_never(node)


def _stands(unit: int, zone: Zone) -> Predicate:
    if zone:
        return lambda scene: unit in scene.hits and bool(scene.places(unit, zone))
    return lambda scene: unit in scene.hits


def _all(parts: list[Predicate]) -> Predicate:
    return lambda scene: all(part(scene) for part in parts)


def _any(parts: list[Predicate]) -> Predicate:
    return lambda scene: any(part(scene) for part in parts)


def _any_unit(wanted: frozenset[int]) -> Predicate:
    return lambda scene: not wanted.isdisjoint(scene.units)


def _leaf_units(node: Or, units: Units) -> frozenset[int]:
    return frozenset(units[part] for part in node.parts if isinstance(part, Term | ConceptRef))


def _near(node: Near, units: Units, zone: Zone) -> Predicate:
    left, right = predicate(node.left, units, zone), predicate(node.right, units, zone)
    places = spans(node, units, zone)
    return lambda scene: left(scene) and right(scene) and bool(places(scene))


def _at_least(node: AtLeast, units: Units, zone: Zone) -> Predicate:
    places = spans(node.part, units, zone)
    return lambda scene: len(apart(places(scene))) >= node.count


# --- places -----------------------------------------------------------------------------------------------


def spans(node: Node, units: Units, zone: Zone = ()) -> Places:
    """Compile *node* to a function that says where it stands; what has no place stands nowhere."""
    match node:
        case Term() | ConceptRef():
            unit = units[node]
            return lambda scene: scene.places(unit, zone)
        case Or() | And():
            parts = [spans(part, units, zone) for part in node.parts]
            return lambda scene: sorted({span for part in parts for span in part(scene)})
        case Near():
            left, right = spans(node.left, units, zone), spans(node.right, units, zone)
            return lambda scene: _joined(scene, node, left(scene), right(scene))
        case Within():
            return spans(node.part, units, (*zone, node.field))
        case AtLeast():
            return spans(node.part, units, zone)
        case Not() | Known():
            return lambda _: []
        case _:
            assert_never(node)


def _joined(scene: Scene, node: Near, lefts: list[Span], rights: list[Span]) -> list[Span]:
    """The widest stretch from each left place to a right place in reach, on either side.

    Only the widest: what is near a stretch is near every wider one, so the squares of all pairs
    need not be kept.
    """
    if not lefts or not rights:
        return []
    furthest_ends = list(accumulate((end for _, end in rights), max))
    found: set[Span] = set()
    for left in lefts:
        found.update(_after(scene, node, left, rights))
        if not node.ordered:
            found.update(_before(scene, node, left, rights, furthest_ends))
    return sorted(found)


def _after(scene: Scene, node: Near, left: Span, rights: list[Span]) -> list[Span]:
    starts = scene.word_starts
    last = bisect_left(starts, left[1]) + node.distance
    furthest = starts[last] if last < len(starts) else len(scene.text)
    index = bisect_right(rights, furthest, key=_start) - 1
    if index < 0 or rights[index][0] < left[0] + node.ordered:
        return []
    return [(left[0], max(left[1], rights[index][1]))]


def _before(scene: Scene, node: Near, left: Span, rights: list[Span], furthest_ends: list[int]) -> list[Span]:
    starts = scene.word_starts
    last = bisect_left(starts, left[0]) - node.distance - 1  # a place must end after this word begins
    index = bisect_right(furthest_ends, starts[last]) if last >= 0 else 0
    if index == len(rights) or rights[index][0] >= left[0]:
        return []
    return [(rights[index][0], max(left[1], rights[index][1]))]


def _start(span: Span) -> int:
    return span[0]
