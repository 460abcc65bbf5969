"""What an expression lacks in an article that it does not hold for, said as its editor needs it."""

from __future__ import annotations

from bisect import bisect_left
from typing import assert_never

from monitor.model import Document
from monitor.topics.compile import Rule
from monitor.topics.evaluate import Scene, Span, Zone, apart, predicate, spans
from monitor.topics.languages import base, spelled, spoken
from monitor.topics.tree import (
    And,
    AtLeast,
    ConceptRef,
    Fact,
    Known,
    Near,
    Node,
    Not,
    Or,
    Term,
    Within,
)

MAX_WEIGHED = 300  # places of either side of a NEAR whose distance is taken; more are never told apart


def shortfall(node: Node, rule: Rule, scene: Scene, zone: Zone = ()) -> str:
    """Return what *node* lacks; nothing where it holds, or where its parts say it all."""
    if predicate(node, rule.units, zone)(scene):
        return ""
    match node:
        case Term() | ConceptRef():
            return _of_leaf(node, rule, scene, zone)
        case And():
            missing = sum(not predicate(part, rule.units, zone)(scene) for part in node.parts)
            return f"{missing} of {len(node.parts)} parts do not hold"
        case Or():
            return f"none of {len(node.parts)} parts holds"
        case Near():
            return _of_near(node, rule, scene, zone)
        case AtLeast():
            found = len(apart(spans(node.part, rule.units, zone)(scene)))
            return f"{found} of {node.count} places" if found else "it stands nowhere"
        case Known():
            return _of_fact(node, scene.document)
        case Not():
            return "what it refuses is there"
        case Within():
            return ""
        case _:
            assert_never(node)


def _of_leaf(node: Term | ConceptRef, rule: Rule, scene: Scene, zone: Zone) -> str:
    if zone and scene.places(rule.units[node]):
        return f"it stands in the article, but not in the {' and '.join(dict.fromkeys(zone))}"
    if isinstance(node, Term):
        return "it does not stand in the article"
    concept = next(concept for concept in rule.topic.concepts if concept.name == node.name)
    own = base(scene.document.language)
    heard = [own not in spelling.silent for spelling in spelled(concept, spoken(rule.topic))]
    written = f" for {scene.document.language}" if not all(heard) else ""
    return f"none of its {sum(heard)} spellings{written} stands in the article"


def _of_fact(node: Known, document: Document) -> str:
    match node.fact:
        case Fact.SOURCE:
            return f"its source is {document.source or 'not known'}"
        case Fact.LANG:
            return f"its language is {document.language or 'not known'}"
        case Fact.TAG:
            return f"its tags are {', '.join(document.tags) or 'none'}"
        case _:
            assert_never(node.fact)


def _of_near(node: Near, rule: Rule, scene: Scene, zone: Zone) -> str:
    """How far apart the two sides are, if both are there."""
    lefts = spans(node.left, rule.units, zone)(scene)[:MAX_WEIGHED]
    rights = spans(node.right, rule.units, zone)(scene)[:MAX_WEIGHED]
    if not lefts or not rights:
        return "one side is missing" if lefts or rights else "both sides are missing"
    gaps = [
        (_words_between(scene, left, right), left[0] < right[0])
        for left in lefts
        for right in rights
        if not node.ordered or left[0] < right[0]
    ]
    if not gaps:
        return "both stand there, but never in this order"
    gap = min(gaps)[0]
    return f"both stand there, {gap:,} words apart at the nearest"


def _words_between(scene: Scene, one: Span, other: Span) -> int:
    first, second = sorted((one, other))
    starts = scene.word_starts
    return max(0, bisect_left(starts, second[0]) - bisect_left(starts, first[1]))
