"""Month and day names as CLDR has them, for the file that the parser of dates reads.

python -m tests.feeds.cldr     writes the file anew
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from babel import Locale

from monitor.text.calendar_names import fold

# The ten languages of the topics, Arabic in the four ways that it writes its months, then others that news
# is published in. Left out are those whose months are other languages' days (Azerbaijani, Uzbek, Albanian).
LOCALES = (
    *("en", "id", "ru", "uk", "de", "fr", "es", "pt", "tr", "ar", "ar_LB", "ar_DZ", "ar_MA", "el", "hu"),
    *("it", "nl", "pl", "cs", "sk", "sl", "hr", "bs", "sr", "sr_Latn", "mk", "bg", "ro", "ca", "gl", "eu"),
    *("sv", "da", "nb", "nn", "is", "fi", "et", "lv", "lt", "be", "ka", "hy", "he", "fa", "ur", "hi", "bn"),
    *("ta", "th", "vi", "ms", "fil", "sw", "af"),
)


def names(locale: Locale, kind: str) -> Iterator[tuple[int, str]]:
    """Yield each name of a month or a day, folded, with its number."""
    for form in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in getattr(locale, kind)[form][width].items():
                yield number, fold(name).rstrip(".")


def written() -> str:
    """Return the file as it should be.

    To be called in a process that has done nothing else with Babel: what it has resolved for one country's
    Arabic it goes on to give for another's.
    """
    return "".join(_line(code) + "\n" for code in LOCALES)


def _line(code: str) -> str:
    locale = Locale.parse(code)
    months: list[list[str]] = [[] for _ in range(12)]
    for number, name in names(locale, "months"):
        if name not in months[number - 1]:
            months[number - 1].append(name)
    days = sorted({name for _, name in names(locale, "days") if len(name) > 1})
    return json.dumps({"language": code, "months": months, "days": days}, ensure_ascii=False)


if __name__ == "__main__":
    print(written(), end="")
