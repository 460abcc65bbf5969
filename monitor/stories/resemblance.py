"""How alike a report is to a story in its own language: ten measures, and the learned weights that make one
probability of them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from monitor.stories.features import Features, Weights

RECENT = 12  # reports that are compared one by one; a long story's first days say little of today
_CENTRES = ("stems", "names", "lead", "numbers", "places")
_NEAREST = ("stems", "names", "lead", "title")
MEASURES = (*_CENTRES, *(f"nearest_{kind}" for kind in _NEAREST), "log_reports")


def cosine(one: Weights, other: Weights) -> float:
    """Return the cosine of two sparse vectors, 0 when either is empty."""
    if len(one) > len(other):
        one, other = other, one
    shared = sum(weight * other[entry] for entry, weight in one.items() if entry in other)
    return shared / (_length(one) * _length(other)) if shared else 0.0


def _length(weights: Weights) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))


def centre(vectors: Sequence[Weights]) -> Weights:
    """Return the sum of the vectors, each first brought to length 1: what a story is about as a whole."""
    if len(vectors) == 1:
        return vectors[0]
    total: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        length = _length(vector)
        for entry, weight in vector.items():
            total[entry] += weight / length
    return total


def measures(report: Features, story: Sequence[Features]) -> tuple[float, ...]:
    """Return the ten `MEASURES` of *report* against the reports of *story*, which is not empty.

    The story as a whole, its nearest report in each kind, and how long it is: a long one is like anything.
    """
    recent = story[-RECENT:]
    whole = [cosine(getattr(report, kind), centre([getattr(o, kind) for o in story])) for kind in _CENTRES]
    nearest = [max(cosine(getattr(report, kind), getattr(o, kind)) for o in recent) for kind in _NEAREST]
    return (*whole, *nearest, math.log(len(story)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A logistic regression: a weight per measure and a constant."""

    weights: tuple[float, ...]
    constant: float

    def probability(self, measured: Sequence[float]) -> float:
        """Return how likely a report with these measures belongs to the story."""
        logit = self.constant + sum(w * x for w, x in zip(self.weights, measured, strict=True))
        return 1 / (1 + math.exp(-logit))


@lru_cache(maxsize=1)
def learned() -> Join:
    """The join that is shipped.

    Source: `join.json`, written by `python -m tests.quality.train_join`, which says on what.
    """
    stored = json.loads(resources.files("monitor.stories").joinpath("join.json").read_text(encoding="utf-8"))
    return Join(weights=tuple(stored["weights"][name] for name in MEASURES), constant=stored["constant"])
