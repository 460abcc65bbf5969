"""A first expression for a draft: strict enough to mean something, loose enough to find its own articles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from monitor.model import Concept, Document, Topic
from monitor.topics.derive.draft import Proposal, Seed
from monitor.topics.match import compile_topics

PAIRED = 8  # proposals among which the two that everything hangs on are looked for
SUPPORTING = 8  # more that make a match, any of them
NEAR = 60  # words: about three sentences
SHARE = 0.4  # of the lowest score of the articles: what a match must reach, and at most …
MOST_LEAST = 7.0  # … two heavy concepts and a light one
IMMEDIATE = 0.6
HEAVY, MIDDLE, LIGHT = 3.0, 2.0, 1.0


def weighted(proposals: Sequence[Proposal], seeds: int) -> list[Proposal]:
    """Give proposals their weights: what all articles share and say most of weighs most."""
    best = max((proposal.salience for proposal in proposals if not proposal.shared), default=1.0)
    return [
        proposal if proposal.shared else replace(proposal, weight=_weight(proposal, best, seeds))
        for proposal in proposals
    ]


def _weight(proposal: Proposal, best: float, seeds: int) -> float:
    share = proposal.salience / best
    in_all = sum(map(bool, proposal.counts)) == seeds
    if share >= 0.5 and in_all and not _is_chance(proposal, seeds):
        return HEAVY
    return MIDDLE if share >= 0.6 or in_all else LIGHT


def _is_chance(proposal: Proposal, seeds: int) -> bool:
    """Whether a word may be there by chance: one that names nothing, in the only article."""
    return proposal.common and seeds == 1


def expression(proposals: Sequence[Proposal], concepts: Sequence[Concept], seeds: Sequence[Seed]) -> str:
    """Return the strictest of a few expressions that matches every seed."""
    for candidate in _candidates(proposals, len(seeds)):
        if all(scores(candidate, concepts, seeds)):
            return candidate
    return " OR ".join(f"@{proposal.name}" for proposal in proposals)


def _candidates(proposals: Sequence[Proposal], seeds: int) -> Iterator[str]:
    everywhere = sorted((p for p in proposals if all(p.counts)), key=lambda p: _is_chance(p, seeds))
    for one, other in combinations(everywhere[:PAIRED], 2):
        supporting = [p for p in proposals if p not in (one, other)][:SUPPORTING]
        some = " OR ".join(f"@{p.name}" for p in supporting)
        if some:
            yield f"@{one.name} NEAR/{NEAR} @{other.name} AND ({some})"
        yield f"@{one.name} NEAR/{NEAR} @{other.name}"
        yield f"@{one.name} AND @{other.name}"
    for one in everywhere[:1]:
        some = " OR ".join(f"@{p.name}" for p in proposals if p is not one)
        if some:
            yield f"@{one.name} AND ({some})"
    yield _apart(proposals, seeds)


def _apart(proposals: Sequence[Proposal], seeds: int) -> str:
    """One pair for each article, when they have too little in common."""
    parts = []
    for number in range(seeds):
        own = [f"@{p.name}" for p in proposals if p.counts[number]][:2]
        if own:
            parts.append(f"({' AND '.join(own)})")
    return " OR ".join(dict.fromkeys(parts))


def scores(expression: str, concepts: Sequence[Concept], seeds: Sequence[Seed]) -> list[float]:
    """Return what each seed scores under *expression*, 0 where it does not hold."""
    topic = Topic(id="draft", title="draft", match=expression, concepts=tuple(concepts), title_factor=1)
    matcher = compile_topics([topic])
    found = [
        matcher.match(Document(title=seed.title, text=seed.text, language=seed.language)) for seed in seeds
    ]
    return [matches[0].score if matches else 0.0 for matches in found]


def thresholds(lowest: float) -> tuple[float, float]:
    """Return the least score of a match and the score of an immediate alert, from the articles' lowest.

    Another article says less of what these were chosen for, so neither asks for as much.
    """
    least = max(1.0, min(MOST_LEAST, math.floor(SHARE * lowest)))
    return least, max(least, math.floor(IMMEDIATE * lowest))
