"""What countries, peoples, cities and regions of an article are called in the draft's languages; the words
come from Unicode's CLDR and from ISO 3166-2, none are ours."""

from __future__ import annotations

import gettext
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

import pycountry

from monitor.text import world
from monitor.text.names import folded
from monitor.text.rarity import word_rarity
from monitor.text.words import normalise
from monitor.topics.derive.draft import LANGUAGES, Origin, Seed

COUNTED = "TLZ"  # territories, languages, cities; months and currencies are nothing to watch for
ALIKE = 0.78  # "Chechnya" and "Chechenskaya" are .80 alike, "Crimea" and "Krym" are not
FEWEST_LETTERS = 5  # shorter names are alike by chance
SHARED_LETTERS = 4  # that both must begin with
BENDS = frozenset({"ru", "uk", "de", "tr", "ar", "fr", "es", "pt"})  # elsewhere a longer word is another one
AMBIGUOUS = 4.0  # a city named by a word more common than this is that word: "Nice", "Reading"


def places(seed: Seed) -> Counter[str]:
    """Count the places of *seed* by their id: `T:CA` Canada, `L:ce` Chechen, `Z:…` a city."""
    found: Counter[str] = Counter()
    bends = seed.language in BENDS
    for place, count in world.concepts(seed.whole, seed.language).items():
        certain = count >= 1 or (bends and place[0] != "Z")
        if place[0] in COUNTED and certain and not _is_another_word(place, seed.language):
            found[place] += max(1, round(count))
    return found


def _is_another_word(place: str, language: str) -> bool:
    label = normalise(world.label(place))
    return place[0] == "Z" and word_rarity(label, language) < AMBIGUOUS


def called(place: str) -> dict[str, dict[str, Origin]]:
    """Return what a place is called in each of the draft's languages."""
    found: dict[str, dict[str, Origin]] = {}
    for language in LANGUAGES:
        for name in world.called(place, language):
            found.setdefault(language, {})[name] = Origin.CLDR
    return found


def subdivision(name: str, countries: Iterable[str]) -> dict[str, dict[str, Origin]]:
    """Return what the region of *countries* that *name* seems to mean is called, or nothing."""
    plain = folded(name)
    if len(plain) < FEWEST_LETTERS:
        return {}
    wanted = frozenset(countries)
    best, official = max(
        (
            (SequenceMatcher(None, plain, word).ratio(), official)
            for country, official, parts in _subdivisions()
            if country in wanted
            for word in parts
            if word[:SHARED_LETTERS] == plain[:SHARED_LETTERS]
        ),
        default=(0.0, ""),
    )
    if best < ALIKE:
        return {}
    return {
        language: {translated: Origin.SUBDIVISION}
        for language, translate in _translations().items()
        if (translated := translate.gettext(official)) != official
    }


@lru_cache(maxsize=1)
def _subdivisions() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((item.country_code, item.name, tuple(_words(item.name))) for item in pycountry.subdivisions)


def _words(official: str) -> Iterator[str]:
    for word in official.replace(",", " ").split():
        if len(plain := folded(word)) >= FEWEST_LETTERS:
            yield plain


@lru_cache(maxsize=1)
def _translations() -> Mapping[str, gettext.NullTranslations]:
    """The catalogues that pycountry brings; it has none for Arabic."""
    return {
        language: gettext.translation("iso3166-2", pycountry.LOCALES_DIR, [language])
        for language in LANGUAGES
        if gettext.find("iso3166-2", pycountry.LOCALES_DIR, [language])
    }
