"""How well likeness to two seeds ranks a topic's texts before all others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.topics.resemblance import COLD, Frequencies, Vector, likeness, profile, vector

SEEDS = 2
DRAWS = 10  # pairs of seeds for each topic: which two are drawn moves a topic's figure by a tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A text and the topic it is filed under."""

    topic: str
    title: str
    text: str
    language: str


def vectors(rows: Sequence[Filed], *, learned: bool) -> list[Vector]:
    """Return what the texts are compared by; *learned*: the texts themselves are the archive."""
    known = Frequencies() if learned else COLD
    if learned:
        for row in rows:
            known.learn(f"{row.title}\n{row.text}", row.language)
    return [vector(row.title, row.text, row.language, known) for row in rows]


def average_precisions(
    rows: Sequence[Filed], found: Sequence[Vector], draws: int = DRAWS
) -> dict[str, float]:
    """Return for each topic the mean average precision over pairs of its texts as seeds."""
    members: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        members.setdefault(row.topic, []).append(number)
    chance = random.Random(0)
    return {
        topic: sum(_ranked(topic, chance.sample(own, SEEDS), rows, found) for _ in range(draws)) / draws
        for topic, own in sorted(members.items())
        if len(own) > SEEDS
    }


def _ranked(topic: str, seeds: Sequence[int], rows: Sequence[Filed], found: Sequence[Vector]) -> float:
    wanted = profile([found[seed] for seed in seeds])
    rest = [number for number in range(len(rows)) if number not in seeds]
    rest.sort(key=lambda number: -likeness(found[number], wanted))
    return average_precision([rows[number].topic == topic for number in rest])


def average_precision(relevant: Sequence[bool]) -> float:
    """Return the mean of the precision at each relevant place of a ranking; 0 when there is none."""
    hits, total = 0, 0.0
    for place, is_relevant in enumerate(relevant, start=1):
        if is_relevant:
            hits += 1
            total += hits / place
    return total / hits if hits else 0.0
