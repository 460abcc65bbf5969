"""What the world's countries, peoples' languages, currencies, months and cities are called in each language,
as one id each; the words come from Unicode's CLDR, none are ours."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError, localedata

from monitor.text.words import UNSPACED, normalise, words

LONGEST_PHRASE = 3  # words; "Democratic Republic of Congo" is found by its short form
SHORTEST = 3  # letters; "Ob" and "Fr." are other words
WHOLE_STEM = 5  # letters that an inflected name must keep: "kanad" of "kanadisch", "канад" of "канадского"
LONGEST_ENDING = 6  # letters: "kanad" + "ischen"
INFLECTED = 0.7  # how much an inflected form counts beside an exact one

# The language that gives its name to a country, and the country, are one thing to a news text:
# "Russian", "Rusia" and "русский" all say Russia. Only where the language is at home in one country.
_AT_HOME = {
    "ru": "RU", "de": "DE", "fr": "FR", "it": "IT", "pl": "PL", "tr": "TR", "zh": "CN", "ja": "JP",
    "uk": "UA", "el": "GR", "cs": "CZ", "hu": "HU", "sv": "SE", "da": "DK", "fi": "FI", "id": "ID",
    "th": "TH", "vi": "VN", "ko": "KR", "is": "IS", "ro": "RO", "bg": "BG", "he": "IL", "nl": "NL",
    "es": "ES", "pt": "PT", "lt": "LT", "lv": "LV", "et": "EE", "ka": "GE", "hy": "AM", "sq": "AL",
    "fa": "IR", "km": "KH", "my": "MM", "mn": "MN", "ne": "NP", "mt": "MT", "sk": "SK", "sl": "SI",
}  # fmt: skip
_ARABIC_CLITICS = ("وال", "بال", "ال", "لل", "و", "ب", "ل")


REMEMBERED = 65_536  # words of ten languages that are looked up again and again; 8 MB


@lru_cache(maxsize=REMEMBERED)
def is_known(name: str, language: str) -> bool:
    """Whether *name* is a place, a language, a currency or a month: evidence by its id, not by its sound.

    *name* is normalised.
    """
    lexicon = _lexicon(language)
    if lexicon.unspaced is None and name.isalnum():
        return name in lexicon.phrases or bool(_inflected(name, language))
    return bool(concepts(name, language))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    """A language's phrases and the stems of its single words, each with the ids that they may mean.

    Units: `longest` is in words, of the phrases that begin with a word.
    """

    phrases: dict[str, frozenset[str]]
    longest: dict[str, int]
    stems: dict[str, frozenset[str]]
    unspaced: re.Pattern[str] | None


def concepts(text: str, language: str) -> Counter[str]:
    """Count what *text* mentions of the world: `T:CA` Canada, `L:ce` Chechen, `M:4` April, `Z:…` a city.

    Units: mentions; an inflected form ("kanadische") counts `INFLECTED`.
    """
    lexicon = _lexicon(language)
    found: Counter[str] = Counter()
    if lexicon.unspaced is not None:
        for match in lexicon.unspaced.finditer(normalise(text)):
            found.update(lexicon.phrases[match[0]])
        return found
    tokens = words(text)
    shortest = 1 if language == "ar" else WHOLE_STEM
    place = 0
    while place < len(tokens):
        if len(tokens[place]) < shortest and tokens[place] not in lexicon.longest:  # half of all words
            place += 1
        else:
            place += _read(tokens, place, lexicon, language, found)
    return found


def _read(tokens: list[str], place: int, lexicon: _Lexicon, language: str, found: Counter[str]) -> int:
    """Add to *found* what the tokens from *place* on begin to say; return how many were used."""
    word = tokens[place]
    for length in range(lexicon.longest.get(word, 0), 0, -1):
        ids = lexicon.phrases.get(" ".join(tokens[place : place + length]))
        if ids:
            found.update(ids)
            return length
    for concept in _inflected(word, language):
        found[concept] += INFLECTED  # type: ignore[assignment]  # typeshed: counters count in integers
    return 1


@lru_cache(maxsize=REMEMBERED)
def _inflected(word: str, language: str) -> frozenset[str]:
    lexicon = _lexicon(language)
    if language == "ar":
        bare = (word.removeprefix(c) for c in _ARABIC_CLITICS if word.startswith(c))
        return next((lexicon.phrases[b] for b in bare if b in lexicon.phrases), frozenset())
    for length in range(len(word), max(WHOLE_STEM, len(word) - LONGEST_ENDING) - 1, -1):
        ids = lexicon.stems.get(word[:length])
        if ids:
            return ids
    return frozenset()


@lru_cache(maxsize=32)
def _lexicon(language: str) -> _Lexicon:
    phrases: defaultdict[str, set[str]] = defaultdict(set)
    stems: defaultdict[str, set[str]] = defaultdict(set)
    for name, concept in _names(language):
        phrase = " ".join(words(name))
        wide = UNSPACED.search(phrase)
        phrase = phrase.replace(" ", "") if wide else phrase
        if len(phrase) >= (2 if wide else SHORTEST):
            phrases[phrase].add(concept)
            if " " not in phrase and concept[0] in "TLZ":
                for stem in {phrase, phrase[:-1]}:
                    if len(stem) >= WHOLE_STEM:
                        stems[stem].add(concept)
    longest: Counter[str] = Counter()
    for phrase in phrases:
        first, *more = phrase.split(" ")
        longest[first] = max(longest[first], min(1 + len(more), LONGEST_PHRASE))
    wide_ones = sorted((p for p in phrases if UNSPACED.search(p)), key=len, reverse=True)
    return _Lexicon(
        phrases={phrase: frozenset(ids) for phrase, ids in phrases.items()},
        longest=dict(longest),
        stems={stem: frozenset(ids) for stem, ids in stems.items()},
        unspaced=re.compile("|".join(map(re.escape, wide_ones))) if wide_ones else None,
    )


def _names(language: str) -> Iterator[tuple[str, str]]:
    locale = _locale(language)
    if locale is None:
        return
    for code, name in locale.territories.items():
        if len(code) == 2:  # three digits are continents and regions
            yield name, f"T:{code}"
    for code, name in locale.languages.items():
        if len(code) == 2:
            yield name, f"T:{_AT_HOME[code]}" if code in _AT_HOME else f"L:{code}"
    for code, name in locale.currencies.items():
        yield name, f"C:{code}"
    for number, name in _months(locale):
        yield name, f"M:{number}"
    for zone in _zones():
        city = locale.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        yield city, f"Z:{zone}"


def _months(locale: Locale) -> Iterator[tuple[int, str]]:
    """The names of the months, in the cases that a language has for them.

    Past Babel's own accessor: it writes what it resolves for one language into data that all share,
    so that Arabic has Chinese months once Chinese was asked for (2.18).
    """
    months = localedata.load(str(locale))["months"]
    for context in ("format", "stand-alone"):
        names = months[context]["wide"]
        own = names[1] if isinstance(names, tuple) else names  # an alias and what the language adds to it
        if isinstance(own, Mapping):  # a dict, or Babel's own kind once somebody has formatted a date
            yield from own.items()


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """The time zones that are called after a city; English leaves out those spelled like their id."""
    zones = map(str, Locale.parse("ru").time_zones)
    return tuple(sorted(zone for zone in zones if "/" in zone and not zone.startswith("Etc/")))


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language) if language != "und" else None
    except (UnknownLocaleError, ValueError, TypeError):  # what a stranger's page says of its language
        return None


@lru_cache(maxsize=1)
def territories() -> tuple[str, ...]:
    """The ids of all countries and territories."""
    return tuple(f"T:{code}" for code in sorted(Locale.parse("en").territories) if len(code) == 2)


def called(concept: str, language: str) -> tuple[str, ...]:
    """Return what *language* calls a concept, a country also by the language that is at home there."""
    return _called(language).get(concept, ())


@lru_cache(maxsize=32)
def _called(language: str) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, concept in _names(language):
        found[concept][name] = None
    return {concept: tuple(own) for concept, own in found.items()}


@lru_cache(maxsize=4096)
def label(concept: str) -> str:
    """Return what English calls a concept, for the evidence that people read."""
    kind, _, code = concept.partition(":")
    english = Locale.parse("en")
    match kind:
        case "T":
            return str(english.territories.get(code, code))
        case "L":
            return str(english.languages.get(code, code))
        case "C":
            return str(english.currencies.get(code, code))
        case "M" if code.isdigit():
            return dict(_months(english)).get(int(code), code)
        case _:
            return code.rpartition("/")[2].replace("_", " ")
