"""What a text is compared by when stories are grouped: its rare words, names, numbers and places, each with
its weight; never the text itself."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import orjson

from monitor.text import world
from monitor.text.fingerprints import hashes
from monitor.text.names import cognate, foreign_sounds, names, skeletons
from monitor.text.numbers import is_year, numbers
from monitor.text.rarity import LEAST, MOST, stem, stem_rarities, stems, word_rarity
from monitor.text.words import UNSPACED, normalise, sentences, words

MAX_CHARACTERS = 12_000  # a story is told in its first 2,000 words; what follows is archive and furniture
MAX_STEMS = 150  # past it come words that stand once and are hardly rare
MAX_TITLE = 20
MAX_LEAD = 40
LEAD_SENTENCES = 4  # the title and three more say who, what, where and when; 3 and 6 measured worse
MAX_NAMES = 40
MAX_TERMS = 60
MAX_NUMBERS = 25
MAX_PLACES = 20
MAX_CONCEPTS = 40
LONGEST_SENTENCE = 600  # characters
MAX_LENGTH = 48  # characters of one word; a longer one is an address or a hash, and keeps its beginning

KEYS_OF_STEMS = 25  # as measured: more stems found no more stories
KEYS_OF_NAMES = 35
KEYS_OF_NUMBERS = 12
KEYS_OF_CONCEPTS = 8  # topic concepts and rare places: all that Chinese and English may have in common
KEY_RARITY = 4.0  # in fewer than one text of fifty: "Toronto" is a key, "Russia" and "Friday" are not
KEY_NUMBER = 32.0  # smaller ones are also days of the month

REMEMBERED = 1_000  # reports of open stories that were compared lately; 50 MB if all of them are long

YEAR = 1.5  # weights of numbers, in the units of rarity: one text in four names a given year,
SMALL_NUMBER = 3.0  # one in twenty a given day of the month,
ROUND_NUMBER = 3.5  # one in thirty a given round number
NUMBER = 5.0

# Languages whose names take endings: "Кадырова", "Kadyrowa", "Ankara'da". A name is its stem there.
_NAMES_BEND = frozenset(
    {"ru", "uk", "pl", "cs", "sk", "sr", "hr", "sl", "lt", "lv", "tr", "hu", "fi", "et", "de"}
)

SHORTEST_SOUND = 3  # consonants: "kkn" is Chechnya; two of them sound like anything

Weights: TypeAlias = Mapping[str, float]
Sounds: TypeAlias = Mapping[str, tuple[str, ...]]  # a name or a word → what it may sound like


@dataclass(frozen=True, kw_only=True)  # without slots: what is worked out of it is kept with it
class Features:
    """A report as grouping sees it.

    `names` and `terms` are spelled as in their language, and compared by sound with others; `written`
    has the names whose capitals are not plain. `places` are ids of `world`, `concepts` of topics.

    Units: weights are (1 + ln count) × inverse document frequency, so 0 to about 30.
    """

    language: str
    stems: Weights = field(default_factory=dict)
    lead: Weights = field(default_factory=dict)
    title: Weights = field(default_factory=dict)
    names: Weights = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    terms: Weights = field(default_factory=dict)
    numbers: Weights = field(default_factory=dict)
    places: Weights = field(default_factory=dict)
    concepts: frozenset[str] = frozenset()

    def spelling(self, name: str) -> str:
        """Return a name as people write it."""
        return self.written.get(name, name.title())

    def length(self, kind: str) -> float:
        """Return the length of one of its vectors; it is compared with a hundred others."""
        known = self._lengths
        if kind not in known:
            known[kind] = math.sqrt(sum([weight * weight for weight in getattr(self, kind).values()]))
        return known[kind]

    @cached_property
    def _lengths(self) -> dict[str, float]:
        return {}

    @cached_property
    def heard(self) -> Sounds:
        """What its names may sound like."""
        return {name: _name_sounds(name, self.spelling(name)) for name in self.names}

    @cached_property
    def begun(self) -> Sounds:
        """What its terms begin with in any spelling."""
        return {term: (cognate(term) or "",) for term in self.terms}

    @cached_property
    def names_by_sound(self) -> Mapping[str, Sequence[str]]:
        """Its names by what they may sound like."""
        return _by_sound(self.heard)

    @cached_property
    def terms_by_sound(self) -> Mapping[str, Sequence[str]]:
        """Its terms by what they begin with."""
        return _by_sound(self.begun)


def _by_sound(sounds: Sounds) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry, heard in sounds.items():
        for sound in heard:
            found[sound].append(entry)
    return dict(found)


@lru_cache(maxsize=16384)
def _name_sounds(name: str, written: str) -> tuple[str, ...]:
    """How a name sounds as it stands in the text and without its ending."""
    heard = dict.fromkeys(sound for form in (name, normalise(written)) for sound in skeletons(form))
    return tuple(sound for sound in heard if len(sound) >= SHORTEST_SOUND)


def features(title: str, text: str, language: str, concepts: frozenset[str] = frozenset()) -> Features:
    """Return what *title* and *text* are compared by; without a title the first sentence stands for it.

    Depends on nothing but its arguments, so that the same stream gives the same stories after a restart.
    """
    text = text[:MAX_CHARACTERS]
    title = title.strip()[:MAX_CHARACTERS] or _opening(text, 1)
    whole = text if text.startswith(title) else f"{title}\n{text}"
    tokens = _tokens(whole)
    found, written = _names(whole, language)
    return Features(
        language=language,
        stems=_stems(tokens, language, MAX_STEMS),
        lead=_stems(_tokens(_opening(whole, LEAD_SENTENCES)), language, MAX_LEAD),
        title=_stems(_tokens(title), language, MAX_TITLE),
        names=found,
        written=written,
        terms=_terms(tokens, found, language),
        numbers=_numbers(whole),
        places=_places(whole, language),
        concepts=frozenset(sorted(concepts)[:MAX_CONCEPTS]),
    )


def _opening(text: str, count: int) -> str:
    """The first *count* sentences, looked for where they usually are."""
    spans = sentences(text[: count * LONGEST_SENTENCE])[:count]
    return text[spans[0][0] : spans[-1][1]] if spans else ""


def _tokens(text: str) -> list[str]:
    """The words of *text*; signs of a script without spaces are read in pairs, as most words there are."""
    tokens = words(text)
    if not any(UNSPACED.match(token) for token in tokens):
        return [token[:MAX_LENGTH] for token in tokens if len(token) > 1]
    return [
        one + two if UNSPACED.match(one) and UNSPACED.match(two) else one[:MAX_LENGTH]
        for one, two in pairwise([*tokens, ""])
        if UNSPACED.match(two) or not UNSPACED.match(one)
    ]


def _weighted(counts: Mapping[str, float], rarity: Mapping[str, float], most: int) -> Weights:
    """The *most* weighty entries, heaviest first, equal ones by spelling: never in an order of chance."""
    weighed = [
        (-round((1 + math.log(count) if count > 1 else count) * rarity[entry], 2), entry)
        for entry, count in counts.items()
        if rarity[entry] >= LEAST
    ]
    return {entry: -weight for weight, entry in sorted(weighed)[:most]}


def _stems(tokens: Iterable[str], language: str, most: int) -> Weights:
    counts = Counter(stems([token for token in tokens if not token.isdigit()], language))
    return _weighted(counts, stem_rarities(counts, language), most)


def _names(text: str, language: str) -> tuple[Weights, Mapping[str, str]]:
    """The single words of names, without places, which count by their ids, and how each is written."""
    counts: Counter[str] = Counter()
    rarity: dict[str, float] = {}
    written: dict[str, str] = {}
    openers: Counter[str] = Counter()
    for name in names(text, language):
        if len(name.key) > MAX_LENGTH or world.is_known(name.key, language):
            continue
        key = stem(name.key, language) if language in _NAMES_BEND else name.key
        rarity[key] = max(rarity.get(key, 0.0), word_rarity(name.key, language))
        written[key] = min(written.get(key, name.written), name.written, key=lambda form: (len(form), form))
        (openers if name.first else counts)[key] += 1
    for key, count in openers.items():  # a capital that opens a sentence counts beside better proof
        if key in counts or rarity[key] >= MOST:
            counts[key] += count
    found = _weighted(counts, rarity, MAX_NAMES)
    return found, {key: written[key] for key in found if written[key] != key.title()}


def _terms(tokens: Iterable[str], found: Weights, language: str) -> Weights:
    """Words that another language may have too; names and places are evidence of their own."""
    named = {sound for name in found for sound in skeletons(name)}
    counted = Counter(tokens)
    counts = {
        token: count
        for (token, count), sounds in zip(counted.items(), foreign_sounds(list(counted)), strict=True)
        if sounds and named.isdisjoint(sounds) and not world.is_known(token, language)
    }
    return _weighted(counts, {token: word_rarity(token, language) for token in counts}, MAX_TERMS)


def _numbers(text: str) -> Weights:
    counts = numbers(text)
    return _weighted(counts, {number: _number_rarity(number) for number in counts}, MAX_NUMBERS)


def _number_rarity(number: str) -> float:
    if is_year(number):
        return YEAR
    if "." in number:
        return NUMBER
    if int(number) < KEY_NUMBER:
        return SMALL_NUMBER
    return ROUND_NUMBER if number.strip("0").isdigit() and len(number.rstrip("0")) == 1 else NUMBER


def _places(text: str, language: str) -> Weights:
    counts = world.concepts(text, language)
    return _weighted(counts, {place: _place_rarity(place) for place in counts}, MAX_PLACES)


def _place_rarity(place: str) -> float:
    """How rare its English name is; months and currencies half as much, for they say little of the event."""
    rarity = max((word_rarity(word, "en") for word in words(world.label(place))), default=0.0)
    return rarity / 2 if place[0] in "MC" else rarity


# --- the index --------------------------------------------------------------------------------------------


def keys(found: Features) -> tuple[int, ...]:
    """Return the hashes under which a story is found again, at most 80 of them.

    Stems find reports in the same language; how names sound, numbers and concepts find the others.
    """
    stems = [f"stem {found.language} {name}" for name in list(found.stems)[:KEYS_OF_STEMS]]
    sounds = dict.fromkeys(f"name {sound}" for sound in _sounds(found))
    counted = [f"number {number}" for number in found.numbers if _number_rarity(number) > SMALL_NUMBER]
    concepts = [f"concept {name}" for name in sorted(found.concepts)]
    concepts += [f"place {place}" for place in found.places if _place_rarity(place) >= KEY_RARITY]
    chosen = (
        *stems,
        *list(sounds)[:KEYS_OF_NAMES],
        *counted[:KEYS_OF_NUMBERS],
        *concepts[:KEYS_OF_CONCEPTS],
    )
    return tuple(sorted(set(hashes(chosen))))


def _sounds(found: Features) -> Iterable[str]:
    for name, weight in found.names.items():
        if weight >= KEY_RARITY:
            forms = dict.fromkeys((name, normalise(found.spelling(name))))
            yield from (sound for form in forms for sound in skeletons(form) if len(sound) >= SHORTEST_SOUND)


# --- storage ----------------------------------------------------------------------------------------------


def to_json(found: Features) -> dict[str, Any]:
    """Return *found* as JSON holds it, empty parts left out; a usual report takes 5 kB, the largest 12."""
    plain = {item.name: getattr(found, item.name) for item in fields(Features)}
    plain["concepts"] = sorted(found.concepts)
    return {name: value for name, value in plain.items() if value or name == "language"}


def from_json(stored: Mapping[str, Any]) -> Features:
    """Return the features that `to_json` wrote."""
    return Features(**{**stored, "concepts": frozenset(stored.get("concepts", ()))})


@lru_cache(maxsize=REMEMBERED)
def read_back(stored: str) -> Features:
    """Return the features whose JSON is *stored*; the reports of open stories are asked for again and again.

    Remembered by the text itself, so that what is remembered can never be out of date.
    """
    return from_json(orjson.loads(stored))
