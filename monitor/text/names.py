"""How names are found in a text by their looks, and how a name sounds in any script; who bears them is
not known here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from anyascii import anyascii

from monitor.text.words import UNSPACED, normalise, sentences

CASELESS = frozenset(
    {"ar", "fa", "he", "hi", "ur", "bn", "ta", "th", "ka", "ko", "ja", "zh", "my", "lo", "km"}
)
SMALL_WORD = 3  # letters; longer words are capitalised in every headline style that capitalises at all
FEWEST_OF_HEADLINE = 5  # "Chrystia Freeland met Ramzan Kadyrov" is a sentence
REMEMBERED = 65_536  # words of ten languages that come again and again; each 100 to 200 bytes
MIN_LETTERS = 3  # "EU" and "un" sound like anything

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_APOSTROPHES = re.compile(r"['’]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]{3,}")
_KATAKANA = re.compile(r"[\u30a1-\u30f6\u30fc]{3,}")
_LETTERS = re.compile(r"[^a-z]+")
_ARTICLES = ("والال", "وال", "بال", "لل", "كال", "ال")  # Arabic proclitics that stand before a noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A word that is written like a name.

    `key` is its normalised spelling, `first` says that it opens a sentence, where case proves nothing.
    """

    key: str
    written: str
    first: bool = False


def names(text: str, language: str) -> Iterator[Name]:
    """Yield the names of *text*, word by word: a full name in one report is a surname in the next.

    Where letters have no case every word of four letters may be a name: rarity decides later.
    """
    if language in CASELESS:
        yield from _caseless(text)
        return
    for start, end in sentences(text):
        yield from _capitalised(text[start:end])


def _capitalised(sentence: str) -> Iterator[Name]:
    found = list(_WORD.finditer(sentence))
    if _is_headline(found):
        return
    for place, word in enumerate(found):
        bare = _without_clitics(word[0])
        if bare[0].isupper() and len(bare) >= MIN_LETTERS:
            yield Name(key=normalise(bare), written=bare, first=place == 0 and not bare.isupper())


def _is_headline(found: list[re.Match[str]]) -> bool:
    """Whether capitals prove nothing, because every word that is not small has one."""
    long = [word[0] for word in found if len(word[0]) > SMALL_WORD]
    return len(long) >= FEWEST_OF_HEADLINE and all(word[0].isupper() for word in long)


def _without_clitics(word: str) -> str:
    """Return "Canada" for "Canada's" and "Asie" for "l'Asie"."""
    if word.isalpha():
        return word
    parts = _APOSTROPHES.split(word)
    return max(parts, key=len) if len(parts) > 1 and min(map(len, parts)) <= 2 else word


def _caseless(text: str) -> Iterator[Name]:
    for latin in _LATIN.finditer(text):
        yield Name(key=normalise(latin[0]), written=latin[0])
    for kana in _KATAKANA.finditer(text):
        yield Name(key=kana[0], written=kana[0])
    for word in _WORD.finditer(text):
        if not word[0].isascii() and len(word[0]) >= 4 and not UNSPACED.search(word[0]):
            yield Name(key=normalise(word[0]), written=word[0])


# --- sound ------------------------------------------------------------------------------------------------

_SOUNDS = [  # spellings of one sound in the transliterations of news agencies, longest first
    ("tsch", "c"), ("shch", "s"), ("sch", "s"), ("tch", "c"), ("zh", "s"), ("kh", "h"), ("ph", "f"),
    ("th", "t"), ("ck", "k"), ("qu", "kv"), ("sz", "s"), ("cz", "c"), ("ch", "c"), ("sh", "s"),
    ("gh", "g"), ("dj", "j"), ("dz", "z"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ae", "e"),
    ("oe", "o"), ("ue", "u"), ("x", "ks"), ("w", "v"), ("y", "i"), ("q", "k"), ("j", "i"),
    ("c", "k"), ("z", "s"),
]  # fmt: skip
_COARSE = [
    ("l", "r"),
    ("v", "b"),
    ("mp", "np"),
    ("mb", "nb"),
    ("h", ""),
]  # b/v and l/r fall together in es, ja
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<=.)[aeiou]")  # inside a word
COGNATE_LETTERS = 6  # two words that agree on as many are likely one word in two languages


class _Folding(dict[int, str]):
    """What each character becomes in lower-case ASCII letters, asked once of each; a line's end stays."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _LETTERS.sub("", anyascii(chr(code)).lower())
        return found


_FOLDING = _Folding({ord("\n"): "\n"})


def folded(word: str) -> str:
    """Return *word* in lower-case ASCII letters, transliterated from whatever script it is in."""
    return word.translate(_FOLDING)


@lru_cache(maxsize=REMEMBERED)
def cognate(word: str) -> str | None:
    """Return what an international word begins with in any spelling, or None when it is too short."""
    plain = folded(word)
    return _sounds(plain)[:COGNATE_LETTERS] if len(plain) >= COGNATE_LETTERS else None


@lru_cache(maxsize=REMEMBERED)
def skeletons(word: str) -> tuple[str, ...]:
    """Return the consonants that *word* sounds like, in the few ways that its script allows.

    "Kadyrov", "Kadyrow" and "Кадыров" are "kdrb"; Arabic writes f for v, b for p and sh for ch, and
    its w and y are vowels inside a foreign name, so a name in Arabic has up to eight readings.
    """
    if "\u0600" <= word[:1] <= "\u06ff":
        return tuple(dict.fromkeys(_skeleton(reading) for reading in _arabic_readings(word)))
    return (_skeleton(folded(word)),)


def foreign_sounds(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the `skeletons` of each word that is long enough to be international, nothing for the others.

    All at once: one by one, a text's words take ten times as long.
    """
    plain = folded("\n".join(words)).split("\n")
    long = [word if len(word) >= COGNATE_LETTERS else "" for word in plain]
    bones = _skeleton("\n".join(long)).split("\n")
    return [
        () if not beginning else skeletons(word) if "\u0600" <= word[:1] <= "\u06ff" else (found,)
        for word, beginning, found in zip(words, long, bones, strict=bool(words))
    ]


def _arabic_readings(word: str) -> Iterator[str]:
    bare = next(
        (word.removeprefix(a) for a in _ARTICLES if word.startswith(a) and len(word) - len(a) >= 3), word
    )
    plain = folded(bare)
    plain = plain[:1] + re.sub("[wy]", "a", plain[1:])
    doubts = [
        (sign, (sign, other)) for sign, other in (("f", "v"), ("b", "p"), ("sh", "ch")) if sign in plain
    ]
    for choice in product(*(readings for _, readings in doubts)):
        reading = plain
        for (sign, _), chosen in zip(doubts, choice, strict=True):
            reading = reading.replace(sign, chosen)
        yield reading


def _sounds(plain: str) -> str:
    for spelling, sound in _SOUNDS:
        plain = plain.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", plain)


def _skeleton(plain: str) -> str:
    """The skeleton of a word, or of many that stand in a line each: nothing here sees past a line's end."""
    bones = _VOWELS.sub("", _sounds(plain))
    for fine, coarse in _COARSE:
        bones = bones.replace(fine, coarse)
    return bones
