"""How like a topic's seed articles a text is: a softer signal than its rules, which ranks and never decides.

Rocchio's way: a text is a vector of its stems, each by how often it stands there and how rare it is; a topic
is the mean of its seeds' vectors. How rare a stem is comes from word lists, and the more articles the archive
has, the more from them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from monitor.text.rarity import stem_rarities, stems
from monitor.text.words import UNSPACED, words

MAX_CHARACTERS = 12_000  # what follows in a long page is archive and furniture
LEAD = 300  # characters whose words count twice: the title and the first sentence say what it is about
MAX_STEMS = 400  # of one text; a profile of five seeds has at most five times as many
TRUST = 200  # articles of the archive that weigh as much as the word list; 100 to 1,000 measured alike

Vector: TypeAlias = Mapping[str, float]


@dataclass(slots=True)
class Frequencies:
    """In how many articles of the archive each stem stood; empty, the word lists alone decide."""

    articles: Counter[str] = field(default_factory=Counter)  # by language
    stems: Counter[tuple[str, str]] = field(default_factory=Counter)  # by language and stem

    def learn(self, text: str, language: str) -> None:
        """Count one more article."""
        self.articles[language] += 1
        self.stems.update((language, found) for found in set(_stems(text, language)))

    def rarity(self, found: str, language: str) -> float:
        """Return the inverse document frequency of a stem, what was learned blended with the word list.

        Units: natural logarithm, from 0 (in every text) upwards.
        """
        return self.rarities((found,), language)[found]

    def rarities(self, found: Iterable[str], language: str) -> Mapping[str, float]:
        """Return the rarity of each stem."""
        expected = stem_rarities(found, language)
        read = self.articles[language]
        if not read:
            return expected
        return {
            each: -math.log(
                min(1.0, (self.stems[language, each] + TRUST * math.exp(-rarity)) / (read + TRUST))
            )
            for each, rarity in expected.items()
        }


COLD = Frequencies()


def vector(title: str, text: str, language: str, frequencies: Frequencies = COLD) -> Vector:
    """Return what a text is compared by: its stems with their weights, of length 1, or nothing."""
    whole = f"{title}\n{text}"[:MAX_CHARACTERS]
    counts = Counter(_stems(whole, language))
    counts.update(_stems(whole[:LEAD], language))
    rarity = frequencies.rarities(counts, language)
    often = {count: 1 + math.log(count) for count in {*counts.values()}}
    weights = [(-often[count] * rarity[found], found) for found, count in counts.items()]
    return _unit({found: -weight for weight, found in sorted(weights)[:MAX_STEMS] if weight < 0})


def profile(seeds: Sequence[Vector]) -> Vector:
    """Return what a topic's seeds are about as a whole: the mean of their vectors, of length 1."""
    total: Counter[str] = Counter()
    for seed in seeds:
        for found, weight in seed.items():
            total[found] += weight  # type: ignore[assignment]  # a Counter adds numbers of any kind
    return _unit(total)


def likeness(found: Vector, topic: Vector) -> float:
    """Return how like a topic's profile a text is.

    Units: the cosine, 0 (no word in common) to 1.
    """
    if len(found) > len(topic):
        found, topic = topic, found
    return min(1.0, sum([weight * topic[entry] for entry, weight in found.items() if entry in topic]))


def _stems(text: str, language: str) -> list[str]:
    """Return the stems of *text*; signs of a script without spaces stand for themselves."""
    found = [word for word in words(text[:MAX_CHARACTERS]) if not word.isdigit()]
    return stems([word for word in found if len(word) > 1 or UNSPACED.match(word)], language)


def _unit(weights: Mapping[str, float]) -> Vector:
    length = math.sqrt(sum([weight * weight for weight in weights.values()]))
    return {found: weight / length for found, weight in weights.items()} if length else {}
