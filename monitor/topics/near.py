"""How near articles come to topics beside their rules: what is like a topic's examples, and what a rule just
misses, so that a person may see what it is too strict for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from monitor.model import Document, NearMiss, Topic
from monitor.topics.match import Held
from monitor.topics.resemblance import Vector, likeness, profile, vector

LIKE_ENOUGH = 0.15  # 90 % of a topic's texts in ECB+ are as like two of them, and .3 % of all others

Profiles: TypeAlias = Mapping[tuple[str, str], Vector]  # topic and language → what its examples are about


def profiles(topics: Sequence[Topic]) -> Profiles:
    """Return what the examples of each topic are about; one that has none is like nothing."""
    found: dict[tuple[str, str], list[Vector]] = {}
    for topic in topics:
        for example in topic.examples:
            told = vector(example.title, example.text, example.language)
            found.setdefault((topic.id, example.language), []).append(told)
    return {key: profile(vectors) for key, vectors in found.items()}


def likenesses(document: Document, known: Profiles) -> dict[str, float]:
    """Return how like each topic's examples *document* is, for topics that have some in its language."""
    wanted = [topic for topic, language in known if language == document.language]
    if not wanted:
        return {}
    told = vector(document.title, document.text, document.language)
    return {topic: round(likeness(told, known[topic, document.language]), 3) for topic in wanted}


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
