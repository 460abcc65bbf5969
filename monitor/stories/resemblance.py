"""How alike a report is to a story in its own language: eleven measures, and the learned weights that make
one probability of them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from monitor.stories.features import Features, Weights

BRIEF = 20  # stems; a headline has 4 to 15, a first sentence up to 20. From 16 to 20 B³ F1 of headlines rises
# by .013 on topics that nothing was learned on, of texts by .004; 25 and 35 bring no more
SHORTEST_TEXT = 16  # stems; two sentences bring more, and then share more than a town if they tell one event:
# asked from 20 on only, pairwise precision falls to .87 on tests/quality/data/stories, where events share one
TELLING = 3.5  # of a stem's weight: in one text of thirty or fewer
LEAST_SHARED = 3  # telling stems that two reports must share; towns, people and firms come with one or two
SHARE = 0.3  # of the shorter report's telling stems, unless as many as here are shared or the claim is sure:
SURELY_SHARED = 6  # pairwise precision 1.0 instead of .68 on tests/quality/data/stories, where two events
# share a town, and B³ F1 .879 instead of .884 on ECB+ development texts
RECENT = 12  # reports that are compared one by one; a long story's first days say little of today
_CENTRES = ("stems", "names", "lead", "numbers", "places")
_NEAREST = ("stems", "names", "lead", "title")
MEASURES = (*_CENTRES, *(f"nearest_{kind}" for kind in _NEAREST), "log_reports", "both_numbered")


def cosine(one: Weights, other: Weights) -> float:
    """Return the cosine of two sparse vectors, 0 when either is empty."""
    if len(one) > len(other):
        one, other = other, one
    shared = sum([weight * other[entry] for entry, weight in one.items() if entry in other])
    return shared / (_length(one) * _length(other)) if shared else 0.0


def _length(weights: Weights) -> float:
    return math.sqrt(sum([weight * weight for weight in weights.values()]))


def alike(report: Features, other: Features, kind: str) -> float:
    """Return the cosine of two reports' vectors of one kind, whose lengths they know."""
    one: Weights = getattr(report, kind)
    two: Weights = getattr(other, kind)
    if len(one) > len(two):
        one, two = two, one
    if one.keys().isdisjoint(two):
        return 0.0
    shared = sum([weight * two[entry] for entry, weight in one.items() if entry in two])
    return shared / (report.length(kind) * other.length(kind)) if shared else 0.0


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
    """Return the eleven `MEASURES` of *report* against the reports of *story*, which is not empty.

    The story as a whole, its nearest report in each kind, and what no vector shows (`_circumstances`).
    """
    recent = story[-RECENT:]
    whole = [cosine(getattr(report, kind), centre([getattr(o, kind) for o in story])) for kind in _CENTRES]
    nearest = [max([alike(report, other, kind) for other in recent]) for kind in _NEAREST]
    return (*whole, *nearest, *_circumstances(report, story))


def _circumstances(report: Features, story: Sequence[Features]) -> tuple[float, float]:
    """How long the story is, for a long one is like anything, and whether both it and *report* have numbers.

    Two headlines with other numbers tell two events; where one has none, their cosine of 0 says nothing.
    """
    numbered = bool(report.numbers) and any(other.numbers for other in story)
    return math.log(len(story)), float(numbered)


def ceiling(report: Features, story: Sequence[Features], join: Join) -> float:
    """Return a log-odds that *join* does not exceed, without what the story is about as a whole.

    No weight is negative, so the sum of n vectors of length 1 is at least the root of n long, and its cosine
    at most the sum of theirs by that root.
    """
    each = {kind: [alike(report, other, kind) for other in story] for kind in {*_CENTRES, *_NEAREST}}
    count = {kind: sum([1 for other in story if getattr(other, kind)]) for kind in _CENTRES}
    whole = [min(1.0, sum(each[kind]) / math.sqrt(max(1, count[kind]))) for kind in _CENTRES]
    nearest = [max(each[kind][-RECENT:]) for kind in _NEAREST]
    cosines = (*whole, *nearest)
    most = [max(weight, 0.0) * cosine for weight, cosine in zip(join.weights, cosines, strict=False)]
    known = zip(join.weights[len(cosines) :], _circumstances(report, story), strict=True)
    return join.constant + sum(most) + sum(weight * value for weight, value in known)


def shares_enough(report: Features, story: Sequence[Features], *, sure: bool) -> bool:
    """Whether *report* shares more with one of *story* than where it happened and to whom.

    In two sentences the name of a town weighs so much that a fire and a strike there look like one event. A
    headline alone has too few words to be asked.
    """
    texts = [other for other in story if not _is_headline(other)]
    if not texts or _is_headline(report) or _shorter(report, story) < SHORTEST_TEXT:
        return True
    own = _telling(report)
    return any(_enough(own, _telling(other), sure=sure) for other in texts)


def _is_headline(report: Features) -> bool:
    """Whether there is no more of *report* than its title."""
    return len(report.stems) == len(report.title)


def _telling(report: Features) -> frozenset[str]:
    return frozenset(stem for stem, weight in report.stems.items() if weight >= TELLING)


def _enough(one: frozenset[str], other: frozenset[str], *, sure: bool) -> bool:
    shared = len(one & other)
    share = shared / max(1, min(len(one), len(other)))
    return shared >= LEAST_SHARED and (sure or shared >= SURELY_SHARED or share >= SHARE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A logistic regression: a weight per measure and a constant."""

    weights: tuple[float, ...]
    constant: float

    def probability(self, measured: Sequence[float]) -> float:
        """Return how likely a report with these measures belongs to the story."""
        logit = self.constant + sum(w * x for w, x in zip(self.weights, measured, strict=True))
        return 1 / (1 + math.exp(-logit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Joins:
    """What was learned of whole texts, and of headlines with or without a sentence below them.

    Ten shared words make two articles nothing and two headlines one story: one set of weights for both loses
    a fifth of the headlines.
    """

    texts: Join
    briefs: Join

    def of(self, report: Features, story: Sequence[Features]) -> tuple[Join, bool]:
        """Return the join for *report* and *story*, and whether one of them is brief."""
        brief = _shorter(report, story) < BRIEF
        return (self.briefs if brief else self.texts), brief


def _shorter(report: Features, story: Sequence[Features]) -> float:
    """The stems of *report*, or of a usual one of *story*, whichever are fewer."""
    return min(len(report.stems), sum(len(other.stems) for other in story) / len(story))


@lru_cache(maxsize=1)
def learned() -> Joins:
    """The joins that are shipped.

    Source: `join.json`, written by `python -m tests.quality.train_join`, which says on what.
    """
    stored = json.loads(resources.files("monitor.stories").joinpath("join.json").read_text(encoding="utf-8"))
    return Joins(texts=_join(stored["texts"]), briefs=_join(stored["briefs"]))


def _join(stored: Mapping[str, Any]) -> Join:
    return Join(weights=tuple(stored["weights"][name] for name in MEASURES), constant=stored["constant"])
