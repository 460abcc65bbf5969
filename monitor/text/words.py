"""How this program reads letters: cleaning, normalising with a way back, words and sentences; nothing here
knows what a word means."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

# --- the alphabet ---------------------------------------------------------------------------------------

_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
)  # soft hyphen, joiners, direction marks: they stand inside words and are no part of them
_ARABIC_VOWELS = "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"  # news leaves them out
_BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029"  # what NFKC does not already turn into a space
_SAME = {
    **dict.fromkeys("’‘ʼʻ`′ʹ＇‛", "'"),
    **dict.fromkeys("–—‑‐−―‒", "-"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىی", "ي"),
    "ک": "ك",
    "ة": "ه",
    "ё": "е",
    "ı": "i",  # capital I of a Turkish headline may be either, so both are one letter here
    "\u0307": "",  # what casefolding leaves of the Turkish capital İ
    "\u0301": "",  # what composing leaves of accents: the stress of a Russian word
    **dict.fromkeys(_INVISIBLE + _ARABIC_VOWELS, ""),
    **dict.fromkeys(_BREAKS, " "),
}
_CHANGED = re.compile(f"[{re.escape(''.join(_SAME))}]")
_ACUTE = "´"  # NFKC would make a space and a combining accent of this apostrophe

_MARKS = "".join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c))[0] == "M")
_HIGH = "\U00010000-\U0001efff"  # letters and marks of old scripts; listed one by one they cost 5 ms a text
_WORD_CLASS = rf"[\w{_MARKS}{_HIGH}]"

# Normalising sorts a run of marks in quadratic time (32,000 of them: 0.9 s); no script needs 30 (UAX 15, 13).
_MOST_MARKS = 30
_VOICED = "\uff9e\uff9f"  # half-width letters that NFKC turns into marks
_MARK = re.compile(f"[{_MARKS}{_VOICED}{_HIGH}{_INVISIBLE}]")
_MARK_RUN = re.compile(f"{_MARK.pattern}{{{_MOST_MARKS},}}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_FOREIGN_ENDS = "\r\x0b\x0c\x85\u2028\u2029"  # looking for each costs a tenth of that search

UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)  # Thai, Lao, Burmese, Khmer, Japanese, Chinese: scripts that put no space between words

# --- cleaning ---------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Return *text* as it may be stored and compared: NFC, with nothing a database refuses in it.

    NUL, lone surrogates and control characters go; line ends become "\\n"; tabs stay.
    """
    if any(map(text.__contains__, _FOREIGN_ENDS)):
        text = _LINE_ENDS.sub("\n", text)
    text = _CONTROLS.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", _bounded(text))


def _bounded(text: str) -> str:
    if _MARK.search(text[::_MOST_MARKS]) is None:  # a run that is too long stands on one of these
        return text
    return _MARK_RUN.sub(_thinned, text)


def _thinned(run: re.Match[str]) -> str:
    """Keep the first marks after each letter of a run that is mostly marks."""
    kept, marks = [], 0
    for char in run[0]:
        if char in _INVISIBLE:
            kept.append(char)
            continue
        marks = marks + 1 if unicodedata.category(char)[0] == "M" or char in _VOICED else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


# --- normalising ------------------------------------------------------------------------------------------


def normalise(text: str) -> str:
    """Return *text* in the one spelling that words are compared in.

    NFKC and casefolding, one apostrophe and one hyphen, one space for a run of white space, no
    invisible characters, ё as е without stress marks, ı as i, Arabic without vowel signs and with one alef.
    """
    if text.isascii():
        text = text.lower().replace("`", "'")
        replaced: Iterable[str] = _BREAKS[:9]
    else:
        text = _bounded(text).replace(_ACUTE, "'")
        text = unicodedata.normalize("NFKC", text).casefold()
        replaced = set(_CHANGED.findall(text))
    for char in replaced:  # a few memchrs; looking for all sixty costs Russian three times as much
        text = text.replace(char, _SAME[char])
    while "  " in text:
        text = text.replace("  ", " ")
    return text


@lru_cache(maxsize=4096)
def _stands_alone(char: str) -> bool:
    """Whether nothing before *char* can merge with it: not a mark, not the inside of a Hangul syllable."""
    first = unicodedata.normalize("NFKD", char)[:1]
    return not (unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff")


def _singles() -> Iterator[str]:
    """Yield the characters of most texts that become one character, whatever stands around them."""
    for first, last in ("!~", "\xa1\u017f", "\u0400\u052f", "\u0621\u06d3", "\u2010\u2040"):
        for char in map(chr, range(ord(first), ord(last) + 1)):
            if _stands_alone(char) and len(alone := normalise(char)) == 1 and alone != " ":
                yield char


_SINGLES = re.escape("".join(_singles()))
_PLAIN = re.compile(  # no mark may follow its last letter
    f"[{_SINGLES}]+(?:[ \n][{_SINGLES}]+)*(?![^ \n{_SINGLES}])"
)


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where the characters of a normalised text stood in the raw one, run by run.

    Units: a run is where it begins in the normalised text, the bounds of what it became from in the raw text,
    and whether it is plain: then each character stands by itself, otherwise all share the bounds.
    """

    runs: Sequence[tuple[int, int, int, bool]]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from *start* to before *end*, at least one, stand in the raw text."""
        begin, first, after, plain = self._run(start)
        if plain and end - begin <= after - first:  # nearly always
            return first + start - begin, first + end - begin
        last_begin, last_first, last_after, last_plain = self._run(end - 1)
        return (
            first + start - begin if plain else first,
            last_first + end - last_begin if last_plain else last_after,
        )

    def _run(self, place: int) -> tuple[int, int, int, bool]:
        return self.runs[bisect_left(self.runs, (place + 1,)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """A normalised text that knows where each of its characters stood."""

    text: str
    way_back: WayBack

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]`, which is not empty, stands in the raw text."""
        return self.way_back.raw_span(start, end)


def with_offsets(text: str) -> Normalised:
    """Return `normalise(text)` with the way back."""
    return Normalised(text=normalise(text), way_back=way_back(text))


def way_back(text: str) -> WayBack:
    """Return where each character of `normalise(text)` stood in *text*."""
    runs: list[tuple[int, int, int, bool]] = []
    length, end = 0, 0
    for plain in _PLAIN.finditer(text):
        first, after = plain.span()
        if first > end:
            length = _add_clusters(text, end, first, runs, length)
        runs.append((length, first, after, True))
        length, end = length + after - first, after
    if end < len(text):
        _add_clusters(text, end, len(text), runs, length)
    return WayBack(runs)


def _add_clusters(
    text: str, start: int, end: int, runs: list[tuple[int, int, int, bool]], length: int
) -> int:
    """Add what normalising may shorten, lengthen or merge, cluster by cluster, and return the new length."""
    stretch = text[start:end]
    ends_in_space = False  # no plain run does
    for piece, first, after in _few_clusters(stretch) if end - start <= _FEW else _clusters(stretch):
        if ends_in_space:
            piece = piece.removeprefix(" ")
        if piece:
            runs.append((length, start + first, start + after, False))
            length += len(piece)
            ends_in_space = piece.endswith(" ")
    return length


def _clusters(stretch: str) -> list[tuple[str, int, int]]:
    """Return the normalised clusters of a stretch, each with where it begins and ends there."""
    cuts = [i for i in range(len(stretch)) if not i or _stands_alone(stretch[i])]
    bounds = zip(cuts, [*cuts[1:], len(stretch)], strict=False)
    return [(_normal(stretch[first:after]), first, after) for first, after in bounds]


_FEW = 4  # characters: a vowel sign or a quotation mark between plain runs, as Arabic has by the hundred
_few_clusters = lru_cache(maxsize=4096)(_clusters)


@lru_cache(maxsize=4096)
def _normal(cluster: str) -> str:
    return normalise(cluster)


# --- words ------------------------------------------------------------------------------------------------

_CYRILLIC = "\u0400-\u052f"  # п'ять is one word, l'asile and Canada's are two
_APOSTROPHE = f"(?<=[{_CYRILLIC}])'(?=[{_CYRILLIC}])"
_LONE_APOSTROPHE = re.compile(f"'(?:(?<![{_CYRILLIC}]')|(?![{_CYRILLIC}]))")
_PLAIN_WORDS = re.compile("[a-z0-9_]+")
_SPACED = re.compile(f"{_WORD_CLASS}+(?:{_APOSTROPHE}{_WORD_CLASS}+)*")
_MIXED = re.compile(
    f"{UNSPACED.pattern}[{_MARKS}]*|(?:(?!{UNSPACED.pattern})(?:{_WORD_CLASS}|{_APOSTROPHE}))+"
)  # five times slower


@lru_cache(maxsize=4096)
def is_word(char: str) -> bool:
    """Whether *char* can be part of a word: letters, digits, combining marks, the underscore.

    Old and unspaced scripts count whole, as in the patterns above.
    """
    if char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M":
        return True
    return "\U00010000" <= char <= "\U0001efff" or bool(UNSPACED.match(char))


def words(text: str) -> list[str]:
    """Return the normalised words of *text*; each sign of a script without spaces is a word."""
    return list(_words(text)) if len(text) >= LONG else _found_words(text)


def _found_words(text: str) -> list[str]:
    text = normalise(text)
    return _words_of(text).findall(text)


LONG = 300  # characters: a text, which each of the trades reads for itself right after the others
LAST_TEXTS = 4
_words = lru_cache(maxsize=LAST_TEXTS)(_found_words)


def word_starts(text: str) -> list[int]:
    """Return where the words of an already normalised *text* begin, as `words` counts them."""
    return [found.start() for found in _words_of(text).finditer(text)]


def _words_of(text: str) -> re.Pattern[str]:
    if text.isascii():
        return _PLAIN_WORDS
    return _MIXED if UNSPACED.search(text) else _SPACED


_GAP = re.compile(rf"[^\w{_MARKS}{_HIGH}{UNSPACED.pattern[1:-1]} ']")
_GAPS = str.maketrans({chr(c): " " for c in range(128) if not is_word(chr(c))})


def separated(text: str) -> str:
    """Return an already normalised *text* with a space for each character that is no part of a word.

    As long as *text*, so that a place in one is the same place in the other.
    """
    if text.isascii():
        return text.translate(_GAPS)
    for char in set(_GAP.findall(text)):
        text = text.replace(char, " ")
    return _LONE_APOSTROPHE.sub(" ", text) if "'" in text else text


# --- sentences --------------------------------------------------------------------------------------------

_STOP = re.compile(
    r"""(?<![.!?…؟۔।])[.!?…؟۔।]++[)\]"'”’»›]*+(?=\s|\Z)  # a stop, what closes with it, and a space
      | [。！？]++[」』）”’"]*+               # wide stops need no space
      | \n\s*""",
    re.VERBOSE,
)
_BEFORE_STOP = re.compile(r"([^\W\d_](?:\.?[^\W\d_])*|\d+)\.\Z")
_OPENERS = "\"'“”„«‹‘’([¿¡-–— \t\n"
_LONGEST_ABBREVIATION = 12


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    text = resources.files("monitor.text").joinpath("abbreviations.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return frozenset(word for line in lines for word in line)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where the sentences of *text* stand, in order, without the white space around them.

    A line ends a sentence unless the next begins in lower case, as it does in wrapped text.
    """
    return list(_sentences(text)) if len(text) >= LONG else _found_sentences(text)


def _found_sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(text):
        if stop.end() > start and _ends_sentence(text, stop):
            spans.append((start, stop.end()))
            start = stop.end()
    spans.append((start, len(text)))
    return [span for span in (_trimmed(text, *span) for span in spans) if span[0] < span[1]]


_sentences = lru_cache(maxsize=LAST_TEXTS)(_found_sentences)


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    following = text[stop.end() : stop.end() + 8].lstrip(_OPENERS)[:1]
    if following.islower():
        return stop[0].count("\n") > 1
    if stop[0] != ".":
        return True
    before = _BEFORE_STOP.search(text, max(0, stop.start() - _LONGEST_ABBREVIATION), stop.end())
    if before is None:
        return True
    word = before[1]
    if word.isdigit():  # "am 3. Oktober", "le 3. acte": an ordinal; years and longer figures end a sentence
        return len(word) > 2
    initial = len(word) == 1 and (word.isupper() or word.islower())  # "A. P. Chekhov", "z. B."
    return not (initial or word.casefold() in _abbreviations())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return start + left, start + max(left, len(inner.rstrip()))
