"""Why a topic matched an article, or why not: its expression as a tree whose leaves show their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.model import Document, Topic, TopicStatus
from monitor.text import words
from monitor.topics.compile import Rule
from monitor.topics.evaluate import Scene, Zone, apart, predicate, spans
from monitor.topics.match import MAX_PLACES, compile_topics, raw_text, score
from monitor.topics.shortfall import shortfall
from monitor.topics.tree import ConceptRef, Near, Node, Not, Or, Term, Within, children, spelled, written

LONGEST_STRETCH = (
    90  # characters that are quoted of what lies between two words; a NEAR/200 holds a paragraph
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One node of an expression: what it asks, whether it holds, the words that it found or what it lacks."""

    asks: str
    holds: bool
    words: tuple[str, ...] = ()
    lacks: str = ""
    parts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What one concept adds to the score; `factor` is above 1 where it stands in the title."""

    concept: str
    weight: float
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of one topic and one article: match held, exclude did not, and the score was enough.

    `because` says the same in a few lines: what holds, or what is missing and would be nearest.
    """

    topic: str
    matched: bool
    match: Reason
    exclude: Reason | None
    score: float
    min_score: float
    points: tuple[Points, ...]
    because: tuple[str, ...]


def explain(topic: Topic, document: Document) -> Explanation:
    """Hold *topic*, whatever its status, against *document*, and say for each part of it what it found.

    Raises: BadQuery if the topic's expression cannot be read.
    """
    matcher = compile_topics([replace(topic, status=TopicStatus.LIVE)])
    (rule,) = matcher.rules
    scene = matcher.scene(document)
    view = _View(rule=rule, scene=scene, raw=words.way_back(raw_text(document)))
    points = round(score(rule, scene), 3)
    return Explanation(
        topic=topic.id,
        matched=bool(matcher.match(document)),
        match=view.reason(rule.match),
        exclude=view.reason(rule.exclude) if rule.exclude else None,
        score=points,
        min_score=topic.min_score,
        points=_points(rule, scene),
        because=tuple(view.verdict(points)),
    )


def _points(rule: Rule, scene: Scene) -> tuple[Points, ...]:
    found = ((named, scene.places(named.unit)) for named in rule.named if named.weight)
    return tuple(
        Points(
            concept=named.name,
            weight=named.weight,
            factor=rule.topic.title_factor if places[0][0] < scene.title_end else 1.0,
        )
        for named, places in found
        if places
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One rule over one article."""

    rule: Rule
    scene: Scene
    raw: words.WayBack

    def holds(self, node: Node, zone: Zone = ()) -> bool:
        return predicate(node, self.rule.units, zone)(self.scene)

    def reason(self, node: Node, zone: Zone = ()) -> Reason:
        inner = (*zone, node.field) if isinstance(node, Within) else zone
        return Reason(
            asks=spelled(node),
            holds=self.holds(node, zone),
            words=self.found(node, zone),
            lacks=shortfall(node, self.rule, self.scene, zone),
            parts=tuple(self.reason(part, inner) for part in children(node)),
        )

    def found(self, node: Node, zone: Zone) -> tuple[str, ...]:
        """The words as the article has them; for NEAR the stretch from one to the other."""
        if not isinstance(node, Term | ConceptRef | Near):
            return ()
        source = raw_text(self.scene.document)
        places = apart(spans(node, self.rule.units, zone)(self.scene))[:MAX_PLACES]
        return tuple(source[slice(*self.raw.raw_span(*place))] for place in places)

    def verdict(self, points: float) -> list[str]:
        topic, unwanted = self.rule.topic, self.rule.exclude
        if not self.holds(self.rule.match):
            return self.missing(self.rule.match)
        if unwanted is not None and self.holds(unwanted):
            return [f"it is excluded: {line}" for line in self.telling(unwanted)]
        if points + 1e-9 < topic.min_score:
            return [f"its score is {points:g}, and {topic.min_score:g} is needed"]
        return self.telling(self.rule.match)

    def missing(self, node: Node, zone: Zone = ()) -> list[str]:
        """What would have to change for *node* to hold: of alternatives the one that lacks least."""
        if isinstance(node, Within):
            return self.missing(node.part, (*zone, node.field))
        if isinstance(node, Not):
            return [f"{written(node)} refuses it: {line}" for line in self.telling(node.part, zone)]
        if isinstance(node, Or) and not all(isinstance(part, Term | ConceptRef) for part in node.parts):
            ways = [self.missing(part, zone) for part in node.parts]
            return [*min(ways, key=len), f"or any of {len(ways) - 1} other ways, which lack as much or more"]
        failing = [part for part in children(node) if not self.holds(part, zone)]
        if failing and not isinstance(node, Or):
            return [line for part in failing for line in self.missing(part, zone)]
        return [f"{written(node)}: {shortfall(node, self.rule, self.scene, zone)}"]

    def telling(self, node: Node, zone: Zone = ()) -> list[str]:
        """What makes *node* hold, down to the words: of alternatives the one that is said the quickest."""
        if isinstance(node, Within):
            return self.telling(node.part, (*zone, node.field))
        found = self.found(node, zone)
        if found or not children(node) or isinstance(node, Not):
            return [f"{written(node)}: {quoted(found)}" if found else written(node)]
        held = [self.telling(part, zone) for part in children(node) if self.holds(part, zone)]
        if isinstance(node, Or):
            others = [f"and {len(held) - 1} other ways hold as well"] if len(held) > 1 else []
            return [*min(held, key=len), *others]
        return [line for lines in held for line in lines]


def quoted(found: Sequence[str]) -> str:
    """Write words as people read them: each once, with how often it stands; of long stretches both ends."""
    counts = Counter(_shortened(" ".join(text.split())) for text in found)
    texts = [f"“{text}”{f' ×{number}' if number > 1 else ''}" for text, number in counts.items()]
    return ", ".join(texts)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_STRETCH:
        return text
    half = LONGEST_STRETCH // 2
    return f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].split(' ', 1)[-1]}"
