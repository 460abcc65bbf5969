"""How near articles come to topics beside their rules: what is like a topic's examples, and what a rule just
misses, so that a person may see what it is too strict for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.model import Document, NearMiss, Topic
from monitor.topics.match import Held
from monitor.topics.resemblance import Vector, likeness, profile, vector

LIKE_ENOUGH = 0.15  # 90 % of a topic's texts in ECB+ are as like two of them, and .3 % of all others


class Profiles:
    """What the examples of each topic are about, worked out for a language once an article in it comes.

    The word lists of ten languages take seconds and 60 MB, and many desks read in two.
    """

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._examples: dict[str, dict[str, list[Document]]] = {}
        self._known: dict[str, dict[str, Vector]] = {}
        for topic in topics:
            for example in topic.examples:
                self._examples.setdefault(example.language, {}).setdefault(topic.id, []).append(example)

    def of(self, language: str) -> Mapping[str, Vector]:
        """Return the profile of each topic that has examples in *language*."""
        if language not in self._known:
            self._known[language] = {
                topic: profile([_vector(example) for example in examples])
                for topic, examples in self._examples.get(language, {}).items()
            }
        return self._known[language]


def _vector(document: Document) -> Vector:
    return vector(document.title, document.text, document.language)


def likenesses(document: Document, known: Profiles) -> dict[str, float]:
    """Return how like each topic's examples *document* is, for topics that have some in its language."""
    wanted = known.of(document.language)
    if not wanted:
        return {}
    told = _vector(document)
    return {topic: round(likeness(told, about), 3) for topic, about in wanted.items()}


def near_misses(held: Held | None, alike: Mapping[str, float]) -> tuple[NearMiss, ...]:
    """Return the topics that an article misses by a little.

    *held* is the rules whose expression holds in it, *alike* what `likenesses` says of it.
    """
    scored = held.scored if held is not None else ()
    missing = {rule.topic.id: rule.topic.min_score - points for points, rule in scored}
    short = [
        NearMiss(topic=topic, missing=round(points, 3), likeness=alike.get(topic, 0.0))
        for topic, points in missing.items()
        if points > 1e-9
    ]
    like = [
        NearMiss(topic=topic, likeness=near)
        for topic, near in alike.items()
        if topic not in missing and near >= LIKE_ENOUGH
    ]
    return (*short, *like)
