"""How much a word says in its language: stems, and document frequencies estimated from word lists.

Nothing is learned from the articles that pass: the same text weighs the same on every day, on every
machine and after every restart.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import Stemmer
import wordfreq

from monitor.text.words import normalise

WORDS_PER_TEXT = 300  # a usual news text: what turns word frequencies into document frequencies
RAREST = 5e-7  # the small lists end at once in a million words; what they lack is at least this rare
MOST = -math.log(WORDS_PER_TEXT * RAREST)  # what the rarest word weighs
PER_LETTER = 1.2  # over the English list, rarity grows so with length beyond two letters (r = .5)
_BETWEEN = "\0"  # stands in no list and joins with no letter or mark
REMEMBERED = 65_536  # words of ten languages that come again and again; each 100 to 200 bytes
LEAST = 0.5  # below it a word stands in six texts of ten and says nothing

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ms": "indonesian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "uk": "russian",  # shares enough endings to fold the cases of nouns
}  # fmt: skip


@lru_cache(maxsize=1)
def _known_languages() -> frozenset[str]:
    return frozenset(wordfreq.available_languages("small"))


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    algorithm = _ALGORITHMS.get(language)
    return Stemmer.Stemmer(algorithm) if algorithm else None


def stem(word: str, language: str) -> str:
    """Return the stem of a normalised word, or the word itself in a language without a stemmer."""
    stemmer = _stemmer(language)
    return str(stemmer.stemWord(word)) if stemmer else word


@lru_cache(maxsize=32)
def _frequencies(language: str) -> tuple[dict[str, float], dict[str, float]]:
    """The frequencies of a language's words and of its stems, the sum of their words'; about 4 MB."""
    words: dict[str, float] = {}
    whole: defaultdict[str, float] = defaultdict(float)
    if language in _known_languages():
        listed = wordfreq.get_frequency_dict(language, wordlist="small")
        plain = _normalised(listed)
        for word, found, frequency in zip(plain, stems(plain, language), listed.values(), strict=True):
            words[word] = max(frequency, words.get(word, 0.0))
            whole[found] += frequency
        wordfreq.get_frequency_dict.cache_clear()  # it would keep twice as much, and is never asked again
        wordfreq.get_frequency_list.cache_clear()
    return words, dict(whole)


def _normalised(listed: Iterable[str]) -> list[str]:
    """Normalise a whole list at once: 50,000 calls held up a service's first stories for seconds."""
    return normalise(_BETWEEN.join(listed)).split(_BETWEEN)


def stems(plain: list[str], language: str) -> list[str]:
    """Return the stem of each normalised word, in order: a third of the time of asking one by one."""
    stemmer = _stemmer(language)
    return stemmer.stemWords(plain) if stemmer else plain


@lru_cache(maxsize=REMEMBERED)
def word_rarity(word: str, language: str) -> float:
    """Return the inverse document frequency of a normalised word.

    Units: natural logarithm, from 0 (in every text) to `MOST`.
    """
    return _weigh(word, _frequencies(language)[0])


@lru_cache(maxsize=REMEMBERED)
def stem_rarity(found: str, language: str) -> float:
    """Return the inverse document frequency of a stem, in the units of `word_rarity`."""
    return _weigh(found, _frequencies(language)[1])


def _weigh(word: str, frequencies: dict[str, float]) -> float:
    if not frequencies:  # no list for this language: frequent words are short in all of them (Zipf)
        return min(MOST, max(0.0, PER_LETTER * (len(word) - 2)))
    return max(0.0, -math.log(WORDS_PER_TEXT * max(frequencies.get(word, RAREST), RAREST)))
