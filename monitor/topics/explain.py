"""Why a topic matched an article, or why not: its expression as a tree whose leaves show their words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.model import Document, Topic, TopicStatus
from monitor.text import words
from monitor.topics.compile import Rule
from monitor.topics.evaluate import Scene, Zone, apart, predicate, spans
from monitor.topics.match import MAX_PLACES, compile_topics, raw_text, score
from monitor.topics.tree import ConceptRef, Near, Node, Term, Within, children, spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One node of an expression: what it asks, whether it holds, and the words that it found."""

    asks: str
    holds: bool
    words: tuple[str, ...] = ()
    parts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of one topic and one article: match held, exclude did not, and the score was enough."""

    topic: str
    matched: bool
    match: Reason
    exclude: Reason | None
    score: float
    min_score: float


def explain(topic: Topic, document: Document) -> Explanation:
    """Hold *topic*, whatever its status, against *document*, and say for each part of it what it found.

    Raises: BadQuery if the topic's expression cannot be read.
    """
    matcher = compile_topics([replace(topic, status=TopicStatus.LIVE)])
    (rule,) = matcher.rules
    scene = matcher.scene(document)
    raw = words.with_offsets(raw_text(document))
    return Explanation(
        topic=topic.id,
        matched=bool(matcher.match(document)),
        match=_reason(rule.match, rule, scene, raw),
        exclude=_reason(rule.exclude, rule, scene, raw) if rule.exclude else None,
        score=round(score(rule, scene), 3),
        min_score=topic.min_score,
    )


def _reason(node: Node, rule: Rule, scene: Scene, raw: words.Normalised, zone: Zone = ()) -> Reason:
    inner = (*zone, node.field) if isinstance(node, Within) else zone
    return Reason(
        asks=spelled(node),
        holds=predicate(node, rule.units, zone)(scene),
        words=_found(node, rule, scene, raw, zone),
        parts=tuple(_reason(part, rule, scene, raw, inner) for part in children(node)),
    )


def _found(node: Node, rule: Rule, scene: Scene, raw: words.Normalised, zone: Zone) -> tuple[str, ...]:
    """The words as the article has them; for NEAR the stretch from one to the other."""
    if not isinstance(node, Term | ConceptRef | Near):
        return ()
    source = raw_text(scene.document)
    places = apart(spans(node, rule.units, zone)(scene))[:MAX_PLACES]
    return tuple(source[slice(*raw.raw_span(*place))] for place in places)
