"""How much a word says in its language: stems, and document frequencies estimated from word lists.

Nothing is learned from the articles that pass: the same text weighs the same on every day, on every
machine and after every restart.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import Stemmer
import wordfreq

from monitor.text.words import normalise

WORDS_PER_TEXT = 300  # a usual news text: what turns word frequencies into document frequencies
RAREST = 5e-7  # the small lists end at once in a million words; what they lack is at least this rare
MOST = -math.log(WORDS_PER_TEXT * RAREST)  # what the rarest word weighs
PER_LETTER = 1.2  # over the English list, rarity grows so with length beyond two letters (r = .5)
_BETWEEN = "\0"  # stands in no list and joins with no letter or mark
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
def _rarities(language: str) -> tuple[dict[str, float], dict[str, float]]:
    """What a language's words weigh, and its stems by the sum of their words' frequencies; about 4 MB.

    Only what weighs less than `MOST`; both empty for a language without a list.
    """
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
    return _weighed(words), _weighed(whole)


def _weighed(frequencies: Mapping[str, float]) -> dict[str, float]:
    return {
        word: max(0.0, -math.log(WORDS_PER_TEXT * frequency))
        for word, frequency in frequencies.items()
        if frequency > RAREST
    }


def _normalised(listed: Iterable[str]) -> list[str]:
    """Normalise a whole list at once: 50,000 calls held up a service's first stories for seconds."""
    return normalise(_BETWEEN.join(listed)).split(_BETWEEN)


def stems(plain: list[str], language: str) -> list[str]:
    """Return the stem of each normalised word, in order: a third of the time of asking one by one."""
    stemmer = _stemmer(language)
    return stemmer.stemWords(plain) if stemmer else plain


def word_rarity(word: str, language: str) -> float:
    """Return the inverse document frequency of a normalised word.

    Units: natural logarithm, from 0 (in every text) to `MOST`.
    """
    known = _rarities(language)[0]
    return known.get(word, MOST) if known else _by_length(word)


def stem_rarity(found: str, language: str) -> float:
    """Return the inverse document frequency of a stem, in the units of `word_rarity`."""
    known = _rarities(language)[1]
    return known.get(found, MOST) if known else _by_length(found)


def stem_rarities(found: Iterable[str], language: str) -> dict[str, float]:
    """Return the inverse document frequency of each stem: a tenth of the time of asking one by one."""
    known = _rarities(language)[1]
    if not known:
        return {each: _by_length(each) for each in found}
    return {each: known.get(each, MOST) for each in found}


def _by_length(word: str) -> float:
    """What a word weighs where no list is known: frequent words are short in all languages (Zipf)."""
    return min(MOST, max(0.0, PER_LETTER * (len(word) - 2)))
