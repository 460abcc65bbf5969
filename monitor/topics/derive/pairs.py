"""Which words of two languages may mean the same, because they stand in sentences that share a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from monitor.text.numbers import is_year, numbers
from monitor.text.rarity import stem, stem_rarity
from monitor.text.words import sentences, words
from monitor.topics.derive.draft import Seed
from monitor.topics.derive.names import names
from monitor.topics.derive.terms import in_sentence

Pair = tuple[tuple[str, str], tuple[str, str]]  # language and stem, twice


def pairs(seeds: Sequence[Seed]) -> dict[Pair, frozenset[str]]:
    """Return pairs of words that choose each other, with the figures that brought them together."""
    weight: Counter[Pair] = Counter()
    figures: dict[Pair, set[str]] = {}
    for one, other in combinations(seeds, 2):
        if one.language != other.language:
            ours, theirs = _named(one), _named(other)
            for left, right, shared in _aligned(one, other):
                told = _weights(left, one.language, ours), _weights(right, other.language, theirs)
                for pair, strength in _couples(*told, one.language, other.language):
                    weight[pair] += strength  # type: ignore[assignment]  # a Counter adds numbers of any kind
                    figures.setdefault(pair, set()).update(shared)
    best: dict[tuple[tuple[str, str], str], Pair] = {}
    for pair, _ in sorted(weight.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault((pair[0], pair[1][0]), pair)
        best.setdefault((pair[1], pair[0][0]), pair)
    return {
        pair: frozenset(figures[pair])
        for pair in weight
        if best[pair[0], pair[1][0]] == pair and best[pair[1], pair[0][0]] == pair
    }


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
