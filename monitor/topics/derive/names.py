"""Which runs of capitalised words in an article are names of people and organisations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from monitor.text import world
from monitor.text.names import CASELESS
from monitor.text.rarity import word_rarity
from monitor.text.words import normalise, sentences
from monitor.topics.derive.draft import Seed

RARE = 4.0  # a word in fewer than one text of fifty: surnames are, "Minister" and "Friday" are not
SURNAME = 5.5  # a single word that is a name by itself
MOST_WORDS = 5

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_JOINERS = frozenset(
    {"of", "de", "del", "da", "do", "dos", "du", "des", "la", "le", "van", "von", "der", "den", "bin", "al"}
)
_CAPITALISES_NOUNS = frozenset({"de"})
_ENDINGS = {
    "tr": re.compile(r"['’]\w+\Z"),
    "en": re.compile(r"['’]s\Z"),
}  # Halep'i, Canada's: no part of a name
_ELIDED = re.compile(rf"(?!\w{{1,2}}['’]){_WORD.pattern}")  # l'Office, qu'Oumar: the name alone
_ELIDING = frozenset({"fr", "it", "ca"})
_NOTHING = re.compile(r"(?!)")
_HEADLINE = 0.6  # of the words of a sentence in capitals: case proves nothing there


def names(seed: Seed) -> Counter[str]:
    """Count the names of *seed* as written; of a language without capitals none."""
    if seed.language in CASELESS:
        return Counter()
    word_of = _ELIDED if seed.language in _ELIDING else _WORD
    tokens = [list(word_of.finditer(sentence)) for sentence in _sentences(seed)]
    inside = {word[0] for found in tokens if not _is_headline(found) for word in found[1:]}
    found: Counter[str] = Counter()
    for sentence in tokens:
        if not _is_headline(sentence):
            for run in _runs(sentence):
                opens = run[0] is sentence[0]
                bare = [_bare(word[0], seed.language) for word in run]
                found.update(_named(bare, seed, opens=opens, inside=inside))
    return found


def _bare(word: str, language: str) -> str:
    """Take off an ending that an apostrophe ties to a name."""
    return _ENDINGS.get(language, _NOTHING).sub("", word)


def _sentences(seed: Seed) -> Iterator[str]:
    for start, end in sentences(seed.whole):
        yield seed.whole[start:end]


def _is_headline(found: Sequence[re.Match[str]]) -> bool:
    capitals = sum(word[0][0].isupper() for word in found)
    return len(found) > 4 and capitals > _HEADLINE * len(found)


def _runs(found: Sequence[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Yield the longest runs of capitalised words, one space apart; small joiners may stand inside."""
    run: list[re.Match[str]] = []
    held: list[re.Match[str]] = []
    for word in found:
        last = held[-1] if held else run[-1] if run else None
        adjoins = last is not None and word.string[last.end() : word.start()] == " "
        if word[0][0].isupper() and (adjoins or not run):
            run += [*held, word]
            held = []
        elif run and adjoins and word[0] in _JOINERS and not held:
            held = [word]
        else:
            if run:
                yield run
            run, held = ([word], []) if word[0][0].isupper() else ([], [])
    if run:
        yield run


def _named(run: list[str], seed: Seed, *, opens: bool, inside: set[str]) -> Iterator[str]:
    """Yield what in a run is a name: of "Foreign Minister Ann Lee" the last two words."""
    if opens and run[0] not in inside and word_rarity(normalise(run[0]), seed.language) < SURNAME:
        run = run[1:]
    for part in _without_roles(run, seed.language):
        text = " ".join(part)
        if len(part) <= MOST_WORDS and _is_name(part, seed.language) and not _left_out(text, seed):
            yield text


def _without_roles(run: list[str], language: str) -> list[list[str]]:
    """Split a long run at its common words if a full name of rare words is left; else keep it whole."""
    if len(run) < 3:
        return [run] if run else []
    parts: list[list[str]] = [[]]
    for word in run:
        if word in _JOINERS or (word.isalpha() and word_rarity(normalise(word), language) >= RARE):
            parts[-1].append(word)
        else:
            parts.append([])
    full = [part for part in parts if len(part) >= 2 and not any(_is_place(word, language) for word in part)]
    return full or [run]


def _is_name(part: list[str], language: str) -> bool:
    if len(part) > 1:
        rarities = [
            word_rarity(normalise(word), language)
            for word in part
            if word not in _JOINERS and not _is_place(word, language)
        ]
        placed = len(rarities) < len(part)
        return max(rarities, default=0) >= (SURNAME if placed else RARE)
    (word,) = part
    known = world.is_known(normalise(word), language)
    if known or any(char.isdigit() for char in word) or len(word) < 3:
        return False
    rarity = word_rarity(normalise(word), language)
    return rarity >= SURNAME and language not in _CAPITALISES_NOUNS


def _is_place(word: str, language: str) -> bool:
    """Whether a word is a place here or in English, in which names of organisations are left standing."""
    return any(world.is_known(normalise(word), code) for code in (language, "en"))


def _left_out(text: str, seed: Seed) -> bool:
    plain = normalise(text)
    return any(plain in out or out in plain for out in seed.leave_out)
