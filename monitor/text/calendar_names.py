"""Month and day names of the languages that news is written in, from CLDR; numbers in, nothing else."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

# What CLDR says of some fifty languages, one a line. Kept as a file because reading it from Babel takes
# 60 MB in every worker; `python -m tests.feeds.cldr` prints it anew.
FILE = "calendar_names.json"

# Spellings that newsrooms use and CLDR does not list: old Indonesian, clipped forms.
_MORE_MONTHS = {
    "pebruari": 2, "peb": 2, "agt": 8, "agust": 8, "nopember": 11, "nop": 11,
    "sept": 9, "mrz": 3, "märz": 3, "fév": 2, "août": 8, "déc": 12, "мая": 5, "нояб": 11, "сент": 9,
    "ноя": 11, "сен": 9,
}  # fmt: skip
_MORE_DAYS = ("minggu", "jumat", "jum'at", "tues", "thur", "thurs", "weds")


def fold(text: str) -> str:
    """Return *text* as names are compared: compatible forms folded, no case, no marks of direction."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize(
        "NFKC", re.sub("[\u0307\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", folded)
    )


@cache
def months() -> Mapping[str, int]:
    """Return month numbers by folded name, without the few names that are two months in two languages."""
    numbers: dict[str, set[int]] = {}
    for language in _languages():
        for name, number in _own(language).items():
            numbers.setdefault(name, set()).add(number)
    return _MORE_MONTHS | {name: found.pop() for name, found in numbers.items() if len(found) == 1}


def months_in(language: str) -> Mapping[str, int]:
    """Return month numbers as a text in *language* means them: a Croatian `listopad` is no November."""
    return _months_in(language) if language in _languages() else months()


@cache
def _months_in(language: str) -> Mapping[str, int]:
    return {**months(), **_own(language)}


def _own(language: str) -> dict[str, int]:
    named = _languages()[language]["months"]
    return {name: number for number, names in enumerate(named, 1) for name in names}


@cache
def day_names() -> frozenset[str]:
    """Return the folded names of week days, which a date can do without; Spanish `mar` stays a month."""
    found = {name for language in _languages().values() for name in language["days"]}
    return frozenset({*found, *_MORE_DAYS} - months().keys())


@cache
def _languages() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Return, by language, each month's names and the names of the days."""
    text = resources.files("monitor.text").joinpath(FILE).read_text(encoding="utf-8")
    return {line["language"]: line for line in map(json.loads, text.splitlines())}
