"""How the digits in a text become numbers that can be compared across languages; what they count is not
decided here."""

from __future__ import annotations

import re
from collections import Counter

MAX_DIGITS = 15  # longer ones are identifiers and telephone numbers, not quantities

# Letters that make a number part of a name ("B52"); those of Thai, Chinese, Japanese and Korean stand right
# beside the numbers that they count.
_LETTER = r"[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
_NUMBER = re.compile(rf"(?<!{_LETTER})(?<![.,])\d+(?:[.,'’\u00a0\u202f ٬٫]\d+)*(?!{_LETTER})")
_SEPARATOR = re.compile(r"[.,'’\u00a0\u202f ٬٫]")
_YEAR = re.compile(r"(?:19|20)\d\d")


def numbers(text: str) -> Counter[str]:
    """Count the numbers of *text* in one spelling: "1,200", "1.200", "1 200" and "١٢٠٠" are "1200".

    Groups of three after a separator are thousands; any other separator is a decimal point. Numbers
    of one digit are left out: nearly every text has them.
    """
    found: Counter[str] = Counter()
    for match in _NUMBER.finditer(text):
        for number in _readings(match[0]):
            if 1 < len(number) <= MAX_DIGITS:
                found[number] += 1
    return found


def is_year(number: str) -> bool:
    """Whether *number* is likely a year of our time: it says when, hardly ever how many."""
    return _YEAR.fullmatch(number) is not None


def _readings(written: str) -> list[str]:
    parts = _SEPARATOR.split(written)
    if len(parts) == 1:
        return [_western(parts[0])]
    if len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]):
        return [_western("".join(parts))]
    if len(parts) == 2 and " " not in written:
        return [f"{_western(parts[0])}.{_western(parts[1], strip=False)}"]
    return [_western(part) for part in parts]  # a list of numbers, a date, a score


def _western(digits: str, *, strip: bool = True) -> str:
    plain = "".join(str(int(digit)) for digit in digits)
    return plain.lstrip("0") or "0" if strip else plain
