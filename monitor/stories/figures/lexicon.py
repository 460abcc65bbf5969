"""The words of one language by which figures are told: read from data/<language>.toml, compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from monitor.model import FigureRole, Hedge
from monitor.text.words import normalise

LANGUAGES = ("en", "id", "ru", "uk", "de", "fr", "es", "pt", "tr", "ar")
UNITS = ("people", "families", "visas", "permits", "applications")

_GAP = r"(?: [^ ,;:()]+){0,9}? "  # what may stand where a pattern says " .. "
_NEVER = r"(?!)"
_AS_ONE = r"\w{0,24}(?:hundert|tausend|ssig|zig)\w{0,24}"  # what may be a German number word


@dataclass(frozen=True, slots=True)
class Amount:
    """What a number word comes to; a *scale* multiplies what stands before it."""

    low: int
    high: int
    kind: str  # number, ending, scale, teen, vague, approximate, dual, compound


@dataclass(frozen=True, slots=True)
class Cues:
    """The words that give a number its role, by the side on which the number stands.

    *toll* and *before* are followed by the number, *after* follows it, *either* does both; *noun* is
    itself what is counted. Sides that a language leaves out are not searched.
    """

    sides: tuple[tuple[str, re.Pattern[str]], ...]
    noun: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One language, as normalised text is searched for it."""

    any_word: re.Pattern[str]  # finds number words: ten times faster without groups
    words: re.Pattern[str]  # the same; the group that matches tells the amount
    amounts: tuple[Amount, ...]
    scales: tuple[tuple[int, re.Pattern[str]], ...]  # that are vague plurals when no number stands before
    compounds: Mapping[str, int]  # number words that are written in one
    digits: re.Pattern[str]
    joiner: re.Pattern[str]
    connector: re.Pattern[str]
    between: re.Pattern[str]
    between_connector: re.Pattern[str]
    hedges_before: tuple[tuple[Hedge, re.Pattern[str]], ...]
    hedges_after: tuple[tuple[Hedge, re.Pattern[str]], ...]
    refused_before: re.Pattern[str]
    refused_after: re.Pattern[str]
    units: tuple[tuple[str, re.Pattern[str]], ...]
    things: re.Pattern[str]
    noun_pairs: bool  # nouns are put together with a space: "12 police stations"
    person_endings: re.Pattern[str]
    stops: re.Pattern[str]
    linking: re.Pattern[str]
    articles: re.Pattern[str]
    others: re.Pattern[str]
    subset_before: re.Pattern[str]
    subset_after: re.Pattern[str]
    partitive_between: re.Pattern[str]  # "nine of the 16"
    partitive_before: re.Pattern[str]  # "of the 16, nine"
    partitive_unit: re.Pattern[str]  # "16 kişiden 9'u"
    relative: re.Pattern[str]
    including: re.Pattern[str]
    inverted: re.Pattern[str]
    collective: re.Pattern[str]  # numerals that count people only: "двое"
    negation: re.Pattern[str]
    none_before: re.Pattern[str]
    none_after: re.Pattern[str]
    scope: re.Pattern[str]
    periods: tuple[tuple[str, re.Pattern[str]], ...]  # those that every language has a name for
    roles: tuple[tuple[FigureRole, Cues], ...]
    any_cue: re.Pattern[str]  # of any role, but for nouns and tolls
    cue_starts: re.Pattern[str]  # where words of any side begin: one search instead of one for each role
    sources: re.Pattern[str]
    sources_end: re.Pattern[str]
    source_prefix: re.Pattern[str]
    verbs: re.Pattern[str]
    speaker_first: bool
    breaks: re.Pattern[str]
    pronouns: re.Pattern[str]


@cache
def lexicon(language: str) -> Lexicon | None:
    """Return the lexicon of *language*, or nothing when its figures cannot be read."""
    if language not in LANGUAGES:
        return None
    path = resources.files("monitor.stories.figures").joinpath("data", f"{language}.toml")
    return _compiled(language, tomllib.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class _Patterns:
    """How the alternatives of a data file become patterns in one language."""

    proclitics: str  # what is written to a word and may stand before it
    number_prefix: str  # what may stand between a word and the number that it belongs to

    def whole(self, pattern: str) -> re.Pattern[str]:
        """Words that stand alone."""
        return _pattern(pattern, before=rf"(?<!\w){self.proclitics}(", after=r")(?!\w)")

    def starts(self, pattern: str) -> re.Pattern[str]:
        """Where words that stand alone begin, also within one another."""
        return _pattern(pattern, before=rf"(?<!\w)(?={self.proclitics}", after=r"(?!\w))")

    def ends(self, pattern: str, *, gap: str = " ?") -> re.Pattern[str]:
        """Words right before the end of what is searched."""
        return _pattern(pattern, before=r"(?<!\w)", after=rf"{gap}\Z")

    def before_number(self, pattern: str, *, gap: str = "") -> re.Pattern[str]:
        """Words right before a number, which may have an article."""
        return self.ends(pattern, gap=gap + self.number_prefix)

    def begins(self, pattern: str) -> re.Pattern[str]:
        """Words right after a number."""
        return _pattern(pattern, before=" ?,? ?", after=r"(?!\w)")


def _compiled(language: str, data: Mapping[str, Any]) -> Lexicon:
    articles = normalise(data["articles"]) or _NEVER
    made = _Patterns(data.get("prefix", ""), rf" ?(?:(?:{articles}) ?)?")
    return Lexicon(
        **_of_numbers(language, data),
        **_of_hedges(data, made),
        **_of_what_is_counted(data, made),
        **_of_parts(data, made),
        **_of_roles(data, made),
        **_of_sources(data["said"], made),
    )


def _of_numbers(language: str, data: Mapping[str, Any]) -> dict[str, Any]:
    any_word, words, amounts = _amounts(data, rf"(?<!\w){data.get('prefix', '')}")
    scales = data["scales"].items()
    return {
        "any_word": any_word,
        "words": words,
        "amounts": amounts,
        "compounds": _german_compounds(data) if data.get("written_as_one") else {},
        "scales": tuple((int(value), _pattern(forms, before="", after=r"(?!\w)")) for value, forms in scales),
        "digits": _digits(language, data.get("thousands", "")),
        "joiner": re.compile(_joiner(data["joiners"], language)),
        "connector": _pattern(data["connectors"], before=" ?", after=" ?"),
        "between_connector": _pattern(data["between_connectors"], before=" ?", after=" ?"),
        "collective": _pattern(data.get("collective", ""), before="", after=""),
    }


def _of_hedges(data: Mapping[str, Any], made: _Patterns) -> dict[str, Any]:
    before, after = data["hedges"]["before"], data["hedges"]["after"]
    return {
        "between": made.ends(data["between"]),
        "inverted": made.ends(data.get("inverted", "")),
        "hedges_before": tuple((each, made.before_number(before[each])) for each in Hedge if each in before),
        "hedges_after": tuple(
            (each, _pattern(after[each], before=r" ?-?", after=r"(?!\w)")) for each in Hedge if each in after
        ),
        "refused_before": made.ends(data["refuse"]["before"], gap="[ .:]*"),
        "refused_after": _pattern(data["refuse"]["after"], before=r"\.?[ -]?", after=r"(?!\w)"),
    }


def _of_what_is_counted(data: Mapping[str, Any], made: _Patterns) -> dict[str, Any]:
    return {
        "units": tuple((unit, made.whole(data["units"][unit])) for unit in UNITS),
        "things": made.whole(data["things"]["any"]),
        "noun_pairs": data.get("noun_pairs", False),
        **{name: made.whole(data[name]) for name in ("person_endings", "stops", "linking", "articles")},
        "others": made.begins(data["others"]),
        "scope": made.whole(data["scope"]),
        "periods": tuple((name, made.whole(pattern)) for name, pattern in data["periods"].items()),
    }


def _of_parts(data: Mapping[str, Any], made: _Patterns) -> dict[str, Any]:
    return {
        "subset_before": made.before_number(data["subset"], gap="[ ,]*"),
        "subset_after": made.begins(data["subset"]),
        "partitive_between": _pattern(data["partitive_between"], before=" ?", after=""),
        "partitive_before": made.before_number(data["partitive_before"]),
        "partitive_unit": _pattern(data["partitive_unit"], before=" ?", after=""),
        "relative": made.whole(data["relative"]),
        "including": made.before_number(data["including"], gap="[ ,:]*"),
        "negation": made.ends(data["negation"], gap=""),
        "none_before": made.before_number(data["none_before"]),
        "none_after": made.begins(data["none_after"]),
    }


def _of_roles(data: Mapping[str, Any], made: _Patterns) -> dict[str, Any]:
    return {
        "any_cue": made.whole(_joined_cues(data["roles"], ("object", "subject", "either"))),
        "cue_starts": made.starts(_joined_cues(data["roles"], _SIDES.values())),
        "roles": tuple((role, _cues(data["roles"][role], made)) for role in FigureRole),
    }


def _of_sources(said: Mapping[str, Any], made: _Patterns) -> dict[str, Any]:
    return {
        "sources": made.whole(said["sources"]),
        "sources_end": _pattern(said.get("sources_end", ""), before="", after=r"(?!\w)"),
        "source_prefix": _pattern(said.get("source_prefix", ""), before="", after=r"(?=\w)"),
        "verbs": _pattern(
            said["verbs"], before=rf"(?<!\w)(?:(?:{normalise(said['helpers'])}) )*", after=r"(?!\w)"
        ),
        "speaker_first": said.get("speaker_first", False),
        "breaks": made.whole(said["breaks"]),
        "pronouns": _pattern(said["pronouns"], before=r"(?<!\w)", after=r"(?!\w)"),
    }


def _pattern(words: str, *, before: str, after: str) -> re.Pattern[str]:
    """Compile alternatives as they stand in normalised text; none at all match nothing."""
    inside = normalise(words).replace(" .. ", _GAP)
    return re.compile(f"{before}(?:{inside}){after}" if inside else _NEVER)


_SIDES = {"toll": "toll", "before": "object", "after": "subject", "either": "either"}


def _joined_cues(roles: Mapping[str, Mapping[str, str]], sides: Collection[str]) -> str:
    found = (cues.get(side, "") for cues in roles.values() for side in sides)
    return "|".join(side for side in found if side)


def _cues(data: Mapping[str, str], made: _Patterns) -> Cues:
    return Cues(
        sides=tuple((side, made.whole(data[key])) for side, key in _SIDES.items() if key in data),
        noun=made.whole(data.get("noun", "")),
    )


# --- numbers ------------------------------------------------------------------------------------------


def _amounts(
    data: Mapping[str, Any], edge: str
) -> tuple[re.Pattern[str], re.Pattern[str], tuple[Amount, ...]]:
    """All number words as one pattern, the longest first: without groups, and with one for each amount."""
    found: list[tuple[str, Amount]] = []
    tables = {
        "number": "numbers", "ending": "endings", "scale": "scales", "teen": "teens",
        "vague": "vague", "approximate": "approximate", "dual": "duals",
    }  # fmt: skip
    for kind, table in tables.items():
        for key, words in data.get(table, {}).items():
            low, _, high = key.partition("-")
            amount = Amount(int(low), int(high or low), kind)
            found += ((word, amount) for word in _alternatives(normalise(words)))
    if data.get("written_as_one"):
        found.append((_AS_ONE, Amount(0, 0, "compound")))
    found.sort(
        key=lambda item: (
            item[1].kind != "vague",
            -item[1].low if item[1].kind == "vague" else 0,
            -_length(item[0]),
        )
    )
    plain, groups = ("|".join(f"{left}{word})" for word, _ in found) for left in ("(?:", "("))
    end = (
        r"(?!\w)" if not data.get("ending_before") else rf"(?:(?!\w)|(?={normalise(data['ending_before'])}))"
    )
    one, other = (re.compile(rf"{edge}(?:{each}){end}") for each in (plain, groups))
    return one, other, tuple(amount for _, amount in found)


def _alternatives(words: str) -> list[str]:
    """Split at the bars that are in no bracket."""
    parts, depth = [""], 0
    for char in words:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _length(pattern: str) -> int:
    """How much a pattern can match, roughly: longer ones must be tried first."""
    return len(re.sub(r"\(\?:|\\w|[()?*|]", "", pattern))


def _german_compounds(data: Mapping[str, Any]) -> dict[str, int]:
    """Number words that German writes in one: einunddreißig, hundertzwölf, zweitausend."""
    base = {int(value): normalise(words).split("|")[0] for value, words in data["numbers"].items()}
    ones = {1: "ein", **{n: base[n] for n in range(2, 10)}}
    below = {n: word for n, word in base.items() if n < 100}
    below |= {tens + n: f"{one}und{base[tens]}" for tens in range(20, 100, 10) for n, one in ones.items()}
    words = {word: n for n, word in below.items()}
    for n, one in [(1, ""), *ones.items()]:
        words[f"{one}hundert"] = n * 100
        words |= {f"{one}hundert{und}{word}": n * 100 + m for m, word in below.items() for und in ("", "und")}
    thousands = {f"{word}tausend": n * 1000 for n, word in below.items()}
    return words | thousands | {"eintausend": 1000}


def _joiner(words: str, language: str) -> str:
    """What may stand between two words of one number."""
    if language == "ar":
        return r" (?:و )?"  # و is written to the next word, where the edge takes it
    return rf"(?: |-| (?:{normalise(words)}) |-(?:{normalise(words)})-)" if words else "[ -]"


def _digits(language: str, spaces: str) -> re.Pattern[str]:
    """Digits that may be a quantity: no part of a word, a date, a decimal, a score, a price or a name."""
    signs = r"[.,٬'" + spaces + "]"
    suffix = {"tr": r"(?!\w)", "id": r"(?!\w|-(?!an\b)[^\W\d])"}.get(
        language, r"(?!\w|-(?!(?:ти|и|х|ми|мя|м|ма|ьох)\b)[^\W\d])"
    )
    head = r"(?<![\w])(?:[وف]?(?:[بلك]?ال|لل|[بلك])?)?" if language == "ar" else r"(?<!\w)"
    return re.compile(
        rf"{head}(?<![.,:/#$€£¥₽₴₺+№@](?=\d))(?<!\d[ -](?=\d\d\d\d))"
        rf"(\d{{1,3}}(?:{signs}\d{{3}})+|\d+)((?:[.,٫]\d{{1,2}})?){suffix}(?![:/]\d| ?[$€£¥₽₴₺%٪°])"
    )
