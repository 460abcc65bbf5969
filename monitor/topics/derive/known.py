"""Which of the concepts that a newsroom has already stand in the articles: its own lexicon of the beat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Concept, Document, Topic
from monitor.text.words import words
from monitor.topics.derive.draft import Proposal, Seed
from monitor.topics.evaluate import apart
from monitor.topics.match import compile_topics

TELLING = 2.0  # weight; lighter concepts are helpers of their topics ("government", "border")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The shared concepts that stand in the seeds, and the words of each seed that they answer for."""

    proposals: tuple[Proposal, ...]
    words: tuple[frozenset[str], ...]  # of each seed, what stands inside one of them
    phrases: tuple[frozenset[str], ...]  # of each seed, what one of them stands as


def known(lexicon: Sequence[Concept], seeds: Sequence[Seed]) -> Known:
    """Look for the telling concepts of *lexicon* in *seeds*; a proposal must stand in half of them."""
    telling = [concept for concept in lexicon if concept.weight >= TELLING and any(concept.aliases.values())]
    if not telling:
        none: tuple[frozenset[str], ...] = tuple(frozenset() for _ in seeds)
        return Known(proposals=(), words=none, phrases=none)
    topic = Topic(
        id="lexicon",
        title="lexicon",
        match=" OR ".join(f"@{concept.name}" for concept in telling),
        concepts=tuple(telling),
        languages=tuple(sorted({seed.language for seed in seeds})),
    )
    matcher = compile_topics([topic])
    (rule,) = matcher.rules
    scenes = [matcher.scene(Document(title=s.title, text=s.text, language=s.language)) for s in seeds]
    phrases: list[set[str]] = [set() for _ in seeds]
    proposals = []
    for named in rule.named:
        places = [apart(scene.hits.get(named.unit, ())) for scene in scenes]
        if 2 * sum(map(bool, places)) < len(seeds):
            continue
        for own, scene, spans in zip(phrases, scenes, places, strict=True):
            own.update(scene.text[start:end] for start, end in spans)
        proposals.append(
            Proposal(
                name=named.name,
                aliases={},
                counts=tuple(map(len, places)),
                salience=_salience(named.weight, [len(spans) for spans in places]),
                weight=named.weight,
                shared=True,
            )
        )
    return Known(
        proposals=tuple(proposals),
        words=tuple(frozenset(word for phrase in own for word in words(phrase)) for own in phrases),
        phrases=tuple(frozenset(own) for own in phrases),
    )


def _salience(weight: float, counts: Sequence[int]) -> float:
    """On the scale of what is collected from the articles: a weight is worth two steps of rarity."""
    return 2 * weight * (1 + math.log(sum(counts))) * sum(map(bool, counts)) / len(counts)
