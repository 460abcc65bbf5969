"""Whether an expression holds in one article, given where its words stand; finding them is `match`'s work."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, compress
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
    """One article as rules see it: its normalised text, and where each unit that they ask for stands.

    Units: `starts` has a place for each token, also for the empty ones between two spaces.
    """

    def __init__(
        self,
        document: Document,
        text: str,
        title_end: int,
        hits: dict[int, list[Span]],
        tokens: Sequence[str],
        starts: Sequence[int],
    ) -> None:
        self.document = document
        self.text = text
        self.tokens = tokens
        self.starts = starts
        self.title_end = title_end
        self.hits = {unit: sorted(spans) for unit, spans in hits.items()}
        self.units = frozenset(hits)
        self.stretches: dict[tuple[int, Zone], list[Span]] = {}  # of nested NEARs, asked for again and again

    @cached_property
    def word_starts(self) -> list[int]:
        """Where the words begin: those of the text were cut already, unless its script has no spaces."""
        if not self.text.isascii() and words.UNSPACED.search(self.text):
            return words.word_starts(self.text)
        return list(compress(self.starts, self.tokens))

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
        found = self.hits.get(unit, [])
        for field in zone:
            start, end = self.bounds(field)
            found = [span for span in found if start <= span[0] and span[1] <= end]
        return found

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
    begin, end = -1, 0
    for span in sorted(spans):
        if span[0] >= end:
            found.append(span)
            begin, end = span
        elif span[0] == begin:
            found[-1] = span
            end = span[1]
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
    lefts, rights = spans(node.left, units, zone), spans(node.right, units, zone)

    def meet(scene: Scene) -> bool:
        return any(True for _ in _stretches(scene, node, lefts(scene), rights(scene)))

    return lambda scene: left(scene) and right(scene) and meet(scene)


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
            return _near_spans(node, units, zone)
        case Within():
            return spans(node.part, units, (*zone, node.field))
        case AtLeast():
            return spans(node.part, units, zone)
        case Not() | Known():
            return lambda _: []
        case _:
            assert_never(node)


def core(node: Node, units: Units) -> Places:
    """Compile *node* to a function that says where it stands by the first alternative that holds.

    One reason is enough to show why an article matched; working out where all of them stand takes as long as
    the rest of matching it.
    """
    match node:
        case Or():
            parts = [(predicate(part, units), core(part, units)) for part in node.parts]
            return lambda scene: next((places(scene) for holds, places in parts if holds(scene)), [])
        case And():
            each = [core(part, units) for part in node.parts]
            return lambda scene: sorted({span for places in each for span in places(scene)})
        case _:
            return spans(node, units)


def _near_spans(node: Near, units: Units, zone: Zone) -> Places:
    left, right = spans(node.left, units, zone), spans(node.right, units, zone)
    key = (id(node), zone)  # which lives as long as the rule

    def places(scene: Scene) -> list[Span]:
        found = scene.stretches.get(key)
        if found is None:
            found = sorted(set(_stretches(scene, node, left(scene), right(scene))))
            scene.stretches[key] = found
        return found

    return places


def _stretches(scene: Scene, node: Near, lefts: list[Span], rights: list[Span]) -> Iterator[Span]:
    """Yield the widest stretch from each left place to a right place in reach, on either side.

    Only the widest: what is near a stretch is near every wider one, so the squares of all pairs need not be
    kept. One by one: whether there is any is seldom asked of more than the first places.
    """
    if not lefts or not rights:
        return
    words_begin, distance = scene.word_starts, node.distance
    starts = [start for start, _ in rights]
    furthest_ends = list(accumulate((end for _, end in rights), max))
    for start, end in lefts:
        last = bisect_left(words_begin, end) + distance
        furthest = words_begin[last] if last < len(words_begin) else len(scene.text)
        index = bisect_right(starts, furthest) - 1
        if index >= 0 and starts[index] >= start + node.ordered:
            yield start, max(end, rights[index][1])
        if node.ordered:
            continue
        last = bisect_left(words_begin, start) - distance - 1  # a place must end after this word begins
        index = bisect_right(furthest_ends, words_begin[last]) if last >= 0 else 0
        if index < len(rights) and starts[index] < start:
            yield starts[index], max(end, rights[index][1])
