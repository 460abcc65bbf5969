"""Which common words of an article say what it is about: rare ones that come again or stand in the title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from monitor.text import world
from monitor.text.rarity import stem, stem_rarity
from monitor.text.words import normalise, words
from monitor.topics.derive.draft import Seed

RARE = 4.0  # in fewer than one text of fifty
SHORTEST = 4  # letters; shorter ones are other words' beginnings
MOST_FORMS = 4  # spellings of one stem that a draft lists: the endings of its language find the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A stem with the forms in which it stands in one article.

    Units: `rarity` is an inverse document frequency (natural logarithm).
    """

    stem: str
    forms: tuple[str, ...]
    count: int
    rarity: float
    in_title: bool


def terms(seed: Seed, taken: Collection[str]) -> list[Term]:
    """Return the telling words of *seed*, without those in *taken* (normalised), the most telling first."""
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for word in words(seed.whole):
        if _may_tell(word, seed.language) and word not in taken:
            found = stem(word, seed.language)
            counts[found] += 1
            forms.setdefault(found, Counter())[word] += 1
    titled = {stem(word, seed.language) for word in words(seed.title)}
    found_terms = [
        Term(
            stem=found,
            forms=tuple(sorted(forms[found], key=lambda form: (-forms[found][form], len(form)))[:MOST_FORMS]),
            count=count,
            rarity=stem_rarity(found, seed.language),
            in_title=found in titled,
        )
        for found, count in counts.items()
        if stem_rarity(found, seed.language) >= RARE and (count > 1 or found in titled)
    ]
    return sorted(found_terms, key=lambda term: -term.rarity * term.count)


def in_sentence(sentence: str, language: str) -> Iterator[str]:
    """Yield the stems of the telling words of one sentence."""
    for word in words(sentence):
        if _may_tell(word, language) and stem_rarity(stem(word, language), language) >= RARE:
            yield stem(word, language)


def _may_tell(word: str, language: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and not world.is_known(normalise(word), language)
