"""Month and day names of the languages that feeds are written in, from CLDR; numbers in, nothing else."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale

# The ten languages of the topics; Arabic writes its months in four ways; Greek and Hungarian because
# feedparser reads them too.
LOCALES = "en id ru uk de fr es pt tr ar ar_LB ar_DZ ar_MA el hu".split()  # noqa: SIM905 - a line of codes

# Spellings that newsrooms use and CLDR does not list: old Indonesian, clipped forms.
_MORE_MONTHS = {
    "pebruari": 2, "peb": 2, "agt": 8, "agust": 8, "nopember": 11, "nop": 11,
    "sept": 9, "mrz": 3, "märz": 3, "fév": 2, "août": 8, "déc": 12, "мая": 5, "нояб": 11, "сент": 9,
}  # fmt: skip
_MORE_DAYS = ("minggu", "jumat", "jum'at", "tues", "thur", "thurs", "weds")


def fold(text: str) -> str:
    """Return *text* as names are compared: compatible forms folded, no case, no marks of direction."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize(
        "NFKC", re.sub("[\u0307\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", folded)
    )


@cache
def months() -> dict[str, int]:
    """Return month numbers by folded name; no name means two months in two languages."""
    found = dict(_MORE_MONTHS)
    for locale in map(Locale.parse, LOCALES):
        for form in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in locale.months[form][width].items():
                    found[fold(name).rstrip(".")] = number
    return found


@cache
def day_names() -> frozenset[str]:
    """Return the folded names of week days, which a date can do without; Spanish `mar` stays a month."""
    found = set(_MORE_DAYS)
    for locale in map(Locale.parse, LOCALES):
        for form in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                found.update(fold(name).rstrip(".") for name in locale.days[form][width].values())
    return frozenset(name for name in found if len(name) > 1) - months().keys()
