"""Whether an expression could ever hold, or could not but hold, decided without any article."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import TypeAlias, assert_never

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
    children,
    walk,
)

MAX_UNDECIDED = 12  # words both wanted and refused: 2¹² cases are tried, more are taken to be sound

World: TypeAlias = Mapping[Node, bool]

# Near, AtLeast and Within are atoms of their own: with both words there, they may hold or not.


def can_hold(match: Node, exclude: Node | None, empty: Collection[str] = ()) -> bool:
    """Whether some article could satisfy *match* and not *exclude*; *empty* names concepts without words."""
    whole = match if exclude is None else And((match, Not(exclude)))
    wanted = {node for node, positive in _polarities(whole) if positive}
    refused = {node for node, positive in _polarities(whole) if not positive}
    barren = {node for node in wanted | refused if isinstance(node, ConceptRef) and node.name in empty}
    undecided = sorted((wanted & refused) - barren, key=repr)
    if len(undecided) > MAX_UNDECIDED:
        return True
    world = {node: node in wanted and node not in barren for node in wanted | refused}
    cases = product((True, False), repeat=len(undecided))
    return any(_holds(whole, {**world, **dict(zip(undecided, case, strict=True))}) for case in cases)


def holds_without_words(match: Node, common: Collection[Node] = ()) -> bool:
    """Whether *match* holds for an article that has none of its words but *common* ones.

    Whatever its source and tags.
    """
    atoms = {node for node, _ in _polarities(match)}
    return _holds(match, {node: _is_always_so(node, common) for node in atoms})


def _is_always_so(node: Node, common: Collection[Node]) -> bool:
    if isinstance(node, Known):
        return node.fact is Fact.LANG
    return isinstance(node, Near | AtLeast) or node in common


def _polarities(node: Node, positive: bool = True) -> Iterator[tuple[Node, bool]]:
    if isinstance(node, Not):
        yield from _polarities(node.part, not positive)
        return
    if not isinstance(node, And | Or):
        yield node, positive
    for child in children(node):
        yield from _polarities(child, positive)


def _holds(node: Node, world: World) -> bool:
    match node:
        case Term() | ConceptRef() | Known():
            return world[node]
        case And():
            return not _clash(node) and all(_holds(part, world) for part in node.parts)
        case Or():
            return any(_holds(part, world) for part in node.parts)
        case Not():
            return not _holds(node.part, world)
        case Near():
            return world[node] and _holds(node.left, world) and _holds(node.right, world)
        case AtLeast():
            return world[node] and _holds(node.part, world)
        case Within():
            return world[node] and not _nowhere(node) and _holds(node.part, world)
        case _:
            assert_never(node)


def _clash(node: And) -> bool:
    """An article has one language and one source."""
    facts = [part for part in node.parts if isinstance(part, Known)]
    languages = {known.value for known in facts if known.fact is Fact.LANG}
    sources = [known.value for known in facts if known.fact is Fact.SOURCE]
    nested = all(a.endswith(b) or b.endswith(a) for a in sources for b in sources)
    return len(languages) > 1 or not nested


def _nowhere(node: Within) -> bool:
    """Nothing stands both in the title and in the body."""
    fields = {part.field for part in walk(node.part) if isinstance(part, Within)} | {node.field}
    return fields >= {Field.TITLE, Field.BODY}
