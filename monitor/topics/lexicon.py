"""How a word of a rule may stand in a text: its endings, prefixes and spellings, worked out once, when a
topic is compiled, so that an article costs nothing for them."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from monitor.text import words
from monitor.topics.tree import Form, Term

ANY_LENGTH = 1_000_000
LEAST_LETTERS_FOR_PREFIX = 4  # "ber" + "ita" would find the Indonesian word for news
SHORT_WORD = 4  # below this many letters an ending makes another word: "gas" → "gases", "gasto"


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a shape: its stem and what may follow within the word."""

    stem: str
    longest: int = 0
    tails: frozenset[str] | None = None  # None: any letters up to `longest`

    def takes(self, tail: str) -> bool:
        """Whether the word may go on with *tail*."""
        return len(tail) <= self.longest and (self.tails is None or tail in self.tails)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A way in which an alias may stand in a normalised text; the first part's stem is searched for."""

    first: Part
    rest: tuple[Part, ...] = ()  # the next words, one space, hyphen or other mark apart
    prefixes: frozenset[str] = frozenset()  # what may stand before the stem within its word
    open_start: bool = False
    unspaced: bool = False  # a script without spaces: no edges to check
    cased: str = ""  # the raw spelling that must stand there, if any

    @property
    def is_word(self) -> bool:
        """Whether this is one word from its beginning, so that only its tail is to be looked at."""
        inside = self.unspaced or self.open_start or self.prefixes
        return not (inside or self.rest or self.cased or " " in self.first.stem)

    @property
    def needle(self) -> str:
        """What to search for: with a space before it, unless it may begin inside a word."""
        inside = self.unspaced or self.open_start or self.prefixes
        return self.first.stem if inside else f" {self.first.stem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How words change in one language, as lexicon.toml says."""

    script: str = ""
    every_word: bool = False
    stem: int = SHORT_WORD
    strip: tuple[str, ...] = ()
    swaps: tuple[tuple[str, str], ...] = ()
    tails: frozenset[str] | None = None
    longest: int = 0
    short: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    nasal: tuple[tuple[str, str], ...] = ()
    nasal_prefixes: frozenset[str] = frozenset()
    article: str = ""


_UNKNOWN = Language()


def language(code: str) -> Language:
    """Return how words change in *code*; not at all in a language we have no data for."""
    return _languages().get(code.partition("-")[0].lower(), _UNKNOWN)


@lru_cache(maxsize=1)
def _languages() -> dict[str, Language]:
    text = resources.files("monitor.topics").joinpath("lexicon.toml").read_text(encoding="utf-8")
    return {code: _language(data) for code, data in tomllib.loads(text).items()}


def _language(data: dict[str, object]) -> Language:
    def spellings(key: str) -> list[str]:
        values = data.get(key, [])
        assert isinstance(values, list)
        return [words.normalise(value) for value in values]

    def pairs(key: str) -> tuple[tuple[str, str], ...]:
        values = data.get(key, [])
        assert isinstance(values, list)
        return tuple((words.normalise(old), words.normalise(new)) for old, new in values)

    longest = data.get("longest", 0)
    assert isinstance(longest, int)
    tails = frozenset(spellings("tails")) or None
    return Language(
        script=str(data["script"]),
        every_word=data.get("phrase") == "every",
        stem=int(str(data.get("stem", SHORT_WORD))),
        strip=tuple(sorted(spellings("strip"), key=len, reverse=True)),
        swaps=pairs("swaps"),
        tails=tails,
        longest=max(map(len, tails)) if tails else longest,
        short=frozenset(spellings("short")),
        prefixes=frozenset(spellings("prefixes")),
        nasal=pairs("nasal"),
        nasal_prefixes=frozenset(spellings("nasal_prefixes")),
        article=words.normalise(str(data.get("article", ""))),
    )


@lru_cache(maxsize=4096)
def _letter_script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def scripts(text: str) -> frozenset[str]:
    """Return the scripts of the letters in *text*, by their Unicode names (LATIN, CYRILLIC, …)."""
    return frozenset(_letter_script(char) for char in text if char.isalpha()) - {"MODIFIER", "FULLWIDTH"}


# --- shapes -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=262_144)  # rules by the thousand share their words
def shapes(term: Term, code: str) -> tuple[Shape, ...]:
    """Return every way in which *term*, written for the language *code*, may stand in a text.

    They are to be looked for in a text that is normalised and separated, as they are.
    """
    text = words.normalise(term.text)
    if "*" in text:
        return (_wild_phrase(text.split(), term.form),)
    text = " ".join(words.separated(text).split())
    if words.UNSPACED.search(text):
        return (Shape(first=Part(text), unspaced=True),)
    if term.form is Form.CASED:
        return (Shape(first=Part(text), cased=_edged(term.text)),)
    if term.form is Form.INFLECTED:
        return _inflected(text, language(code), name=term.text[:1].isupper())
    longest = ANY_LENGTH if term.form is Form.OPEN else 0
    return (Shape(first=Part(text, longest), open_start=term.open_start),)


def _edged(text: str) -> str:
    """Take off what stands around the words: of "U.S." the last stop."""
    inner = [number for number, char in enumerate(text) if words.is_word(char)]
    return text[inner[0] : inner[-1] + 1]


def _wild_phrase(marked: list[str], form: Form) -> Shape:
    if form is Form.OPEN:
        marked = [*marked[:-1], f"{marked[-1]}*"]
    first, *rest = _tied([part for word in marked for part in _wild_parts(word)])
    return Shape(first=first, rest=tuple(rest))


def _tied(parts: Sequence[Part]) -> list[Part]:
    """Make one part of the first words that take no ending: the longer a needle, the rarer it is found."""
    while len(parts) > 1 and not parts[0].longest:
        following = parts[1]
        tied = Part(f"{parts[0].stem} {following.stem}", following.longest, following.tails)
        parts = [tied, *parts[2:]]
    return list(parts)


def _wild_parts(word: str) -> list[Part]:
    stems = words.separated(word.rstrip("*")).split()
    return [Part(stem, ANY_LENGTH if stem is stems[-1] and word.endswith("*") else 0) for stem in stems]


def _inflected(text: str, language: Language, *, name: bool) -> tuple[Shape, ...]:
    prefixes = _prefixes(text, language, name=name)
    if language.every_word:
        stems = [_parts(word, language, leads=number == 0) for number, word in enumerate(text.split())]
        tied = [_tied(parts) for parts in _combinations(stems)]
        return tuple(Shape(first=first, rest=tuple(rest), prefixes=prefixes) for first, *rest in tied)
    head, _, last = text.rpartition(" ")
    plain = tuple(
        Shape(first=Part(f"{head} {part.stem}".strip(), part.longest, part.tails), prefixes=prefixes)
        for part in _parts(last, language)
    )
    return (*plain, *_nasal(text, language)) if prefixes and not head else plain


def _nasal(word: str, language: Language) -> Iterator[Shape]:
    """Yield the shapes in which a prefix swallows the first letters of a word and puts a nasal there."""
    for old, new in language.nasal:
        if word.startswith(old):
            changed = new + word.removeprefix(old)
            for prefix in sorted(language.nasal_prefixes):
                yield Shape(first=Part(prefix + changed, language.longest, language.tails))


def _combinations(stems: list[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    """One part for each word of a phrase; swaps multiply, so only the first three words may swap."""
    found: list[tuple[Part, ...]] = [()]
    for number, parts in enumerate(stems):
        found = [(*before, part) for before in found for part in (parts if number < 3 else parts[:1])]
    return found


def _prefixes(text: str, language: Language, *, name: bool) -> frozenset[str]:
    if language.article:  # proclitics are written onto names too
        return language.prefixes
    long_enough = len(text.split()[0]) >= LEAST_LETTERS_FOR_PREFIX
    return language.prefixes if long_enough and not name else frozenset()


def _parts(word: str, language: Language, *, leads: bool = True) -> tuple[Part, ...]:
    """The stems of one word, each with the endings that it takes; only the first of a phrase has prefixes."""
    if leads and language.article and len(word) - len(language.article) >= language.stem:
        word = word.removeprefix(language.article)
    if len(word) < min(SHORT_WORD, language.stem):
        longest = min(language.longest, len(word) // 3)  # 3 letters take one more, fewer take none
        return (Part(word, longest, language.tails),)
    if language.short and len(word) == language.stem and word.endswith(language.strip):
        return (Part(word[:-1], max(map(len, language.short)), language.short),)
    stems = [_stripped(word, language)]
    stems += [word.removesuffix(old) + new for old, new in language.swaps if _swaps(word, old, language)]
    return tuple(Part(stem, language.longest, language.tails) for stem in dict.fromkeys(stems))


def _stripped(word: str, language: Language) -> str:
    for ending in language.strip:
        if word.endswith(ending) and len(word) - len(ending) >= language.stem:
            return word.removesuffix(ending)
    return word


def _swaps(word: str, old: str, language: Language) -> bool:
    return word.endswith(old) and len(word) - len(old) >= SHORT_WORD - 1
