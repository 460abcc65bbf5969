"""Which words of two languages may mean the same, because they stand in sentences that share a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from monitor.text.names import skeletons
from monitor.text.numbers import is_year, numbers
from monitor.text.rarity import stem, stem_rarity
from monitor.text.words import sentences, words
from monitor.topics.derive.draft import Seed
from monitor.topics.derive.names import names
from monitor.topics.derive.terms import in_sentence

FEWEST_MEETINGS = 2  # couples of sentences: two words that met once are any two
FEWEST_BONES = 3  # consonants
AFTER = 2  # words after a figure: "31 gay men"
LIKELY = 2.0  # times as much speaks for two words that a figure counts, or that sound alike

Pair = tuple[tuple[str, str], tuple[str, str]]  # language and stem, twice


@dataclass(slots=True)
class _Case:
    """What speaks for a pair: how much, the figures that it stands by, in how many couples of sentences."""

    weight: float = 0.0
    figures: set[str] = field(default_factory=set)
    meetings: int = 0
    counted: bool = False  # the figure counts them in both: "150 passengers", "150 пассажиров"


def pairs(seeds: Sequence[Seed]) -> dict[Pair, frozenset[str]]:
    """Return pairs of words that choose each other, with the figures that brought them together.

    To have met once is chance: they meet again, are what the figure counts, or sound alike.
    """
    cases: defaultdict[Pair, _Case] = defaultdict(_Case)
    for one, other in combinations(seeds, 2):
        if one.language != other.language:
            _meet(one, other, cases)
    best: dict[tuple[tuple[str, str], str], Pair] = {}
    for pair, _ in sorted(cases.items(), key=lambda item: (-item[1].weight, item[0])):
        best.setdefault((pair[0], pair[1][0]), pair)
        best.setdefault((pair[1], pair[0][0]), pair)
    return {
        pair: frozenset(case.figures)
        for pair, case in cases.items()
        if best[pair[0], pair[1][0]] == pair == best[pair[1], pair[0][0]] and _is_sound(pair, case)
    }


def _is_sound(pair: Pair, case: _Case) -> bool:
    return case.meetings >= FEWEST_MEETINGS or case.counted or _sound_alike(pair[0][1], pair[1][1])


def _sound_alike(one: str, other: str) -> bool:
    return any(len(bones) >= FEWEST_BONES for bones in set(skeletons(one)) & set(skeletons(other)))


def _meet(one: Seed, other: Seed, cases: dict[Pair, _Case]) -> None:
    ours, theirs = _named(one), _named(other)
    for left, right, shared in _aligned(one, other):
        told = _weights(left, one.language, ours), _weights(right, other.language, theirs)
        beside = _beside(left, one.language, shared), _beside(right, other.language, shared)
        for pair, strength in _couples(*told, one.language, other.language):
            case, counted = cases[pair], pair[0][1] in beside[0] and pair[1][1] in beside[1]
            is_likely = counted or _sound_alike(pair[0][1], pair[1][1])
            case.weight += strength * (LIKELY if is_likely else 1)
            case.figures.update(shared)
            case.meetings += 1
            case.counted |= counted


def _beside(sentence: str, language: str, figures: frozenset[str]) -> frozenset[str]:
    """The stems of the words that follow a figure, or stand right before it, as what it counts does."""
    found = words(sentence)
    places = [number for number, word in enumerate(found) if word in figures]
    near = {
        found[at] for place in places for at in range(place - 1, place + AFTER + 1) if 0 <= at < len(found)
    }
    return frozenset(stem(word, language) for word in near)


def _aligned(one: Seed, other: Seed) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield sentences of two articles that share a figure which few sentences of either have."""
    left, right = list(_counted(one)), list(_counted(other))
    for sentence, own in left:
        for candidate, theirs in right:
            if shared := own & theirs:
                yield sentence, candidate, shared


def _counted(seed: Seed) -> Iterator[tuple[str, frozenset[str]]]:
    for start, end in sentences(seed.whole):
        sentence = seed.whole[start:end]
        figures = frozenset(figure for figure in numbers(sentence) if not is_year(figure))
        if figures:
            yield sentence, figures


def _named(seed: Seed) -> frozenset[str]:
    """The stems of an article's names: they are paired by their letters, not by figures."""
    return frozenset(stem(word, seed.language) for name in names(seed) for word in words(name))


def _weights(sentence: str, language: str, named: frozenset[str]) -> dict[str, float]:
    found = (each for each in in_sentence(sentence, language) if each not in named)
    return {each: stem_rarity(each, language) for each in found}


def _couples(
    ours: Mapping[str, float], theirs: Mapping[str, float], language: str, other: str
) -> Iterator[tuple[Pair, float]]:
    """Yield every word of one sentence with every word of the other, the rarest ones the strongest."""
    for found, rarity in ours.items():
        for candidate, other_rarity in theirs.items():
            near = min(rarity, other_rarity) / max(rarity, other_rarity)
            yield ((language, found), (other, candidate)), near * min(rarity, other_rarity)
