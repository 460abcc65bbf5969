"""Dates as feeds write them, in any of their shapes and languages, as moments; never anything of identity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from monitor.feeds.zones import OFFSETS
from monitor.text.calendar_names import day_names, fold, months_in

MAX_LENGTH = 100  # characters; the longest real date is a JavaScript one of 60
EARLIEST = 1900  # year; earlier ones are the zero of somebody's calendar
BUDDHIST = 543  # years that Thai dates are ahead
LATEST = 2400  # year; later ones are Thai
MAX_OFFSET = timedelta(hours=14)  # Kiribati

_SEPARATOR = "[-/.年년]"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}}){_SEPARATOR} ?(\d{{1,2}})(?:[-/.月월] ?(\d{{1,2}})[日일.]?)?(?=$|[\st,(])[t,]?(.*)"
)
_YEAR_ALONE = re.compile(r"(\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?)?(?=$|[z+\s-])(.*)")
_DAY_FIRST = re.compile(r"(?:[^\W\d]+[.,]* )?(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)(?=$|[\s,])(.*)")
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")

_HALF = r"[ap]m\b|[ap]\. ?m\.|[πμ]\. ?μ\.|öö\b|ös\b|ص|م"
_HALF_BEFORE = "[上下]午|午[前後后]|오[전후]|凌晨|早上|晚上"
_CLOCK = re.compile(
    rf"(?:(?P<before>{_HALF_BEFORE}) ?)?(?<![\d.:/-])(?P<hour>\d{{1,2}})"
    r"(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?|[.h](?P<point>\d\d)(?:\.(?P<tick>\d\d))?(?!\.?\d))"
    rf"(?:[.,]\d{{1,9}})?(?![\d:]) ?(?P<half>{_HALF})?"
)
_AFTERNOON = re.compile(r"p\.? ?m|μ\. ?μ|ös|م|下午|午[後后]|오후|晚上")
_HOURS = re.compile(r"(\d{1,2}) ?[時时點点시] ?(?:(\d{1,2}) ?[分분])?")
_CLOCK_FIRST = re.compile(r"(\d{1,2}[:.]\d\d(?::\d\d)?),? (\d{1,4}[-./]\d{1,2}[-./]\d{1,4})( .*)?")
_OFFSET = re.compile(r"(?:^|[\s(]|gmt|utc|ut)([+-])(\d{1,2})(?::?(\d\d))?(?![\d:])")
# Indian and Thai vowel signs are no letters to `re`.
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0e7f])+(?:'[^\W\d_]+)*|\d+")


def parse_date(text: str, now: datetime, language: str = "") -> datetime | None:
    """Return the moment that *text* names, never after *now*; None when it names none.

    A zone that is missing or unknown is UTC. `language` settles what "04/11/2026" means: the day comes
    first everywhere but in English, where the two orders cannot be told apart and None is the honest answer.
    """
    found = read_date(text, language)
    return None if found is None else min(found, now)


@lru_cache(maxsize=4_096)
def read_date(text: str, language: str = "") -> datetime | None:
    """Return the moment that *text* names, wherever in time, or None."""
    if len(text) > MAX_LENGTH:
        return None
    folded = _plain(text)
    readers = (
        _epoch,
        _year_first,
        _compact,
        lambda text: _day_first(text, language),
        lambda text: _worded(text, language),
    )
    for read in readers:
        try:
            found = read(folded)
        except (ValueError, OverflowError):  # a 31st of February, a second 75
            return None
        if found is not None:
            return found if found.year >= EARLIEST and found.timestamp() != 0 else None
    return None


def _plain(text: str) -> str:
    if not text.isascii():
        text = "".join(str(int(char)) if char.isdecimal() else char for char in fold(text))
        text = _HOURS.sub(lambda found: f" {found[1]}:{found[2] or '00'} ", text)
    text = " ".join(text.lower().replace("\u2212", "-").split())
    return _CLOCK_FIRST.sub(r"\2 \1\3", text) if _CLOCK_FIRST.fullmatch(text) else text


# --- shapes ---------------------------------------------------------------------------------------------


def _epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    if found is None:
        return None
    return datetime.fromtimestamp(int(found[1]) if found[1] else int(found[2]) / 1000, UTC)


def _year_first(text: str) -> datetime | None:
    if _YEAR_ALONE.fullmatch(text):
        return datetime(int(text), 1, 1, tzinfo=UTC)
    found = _YEAR_FIRST.fullmatch(text)
    if found is None:
        return None
    return _moment(int(found[1]), int(found[2]), int(found[3] or 1), found[4])


def _compact(text: str) -> datetime | None:
    found = _COMPACT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, rest = found.groups()
    clock = f"{hour}:{minute}:{second or '00'}" if hour else ""
    return _moment(int(year), int(month), int(day), clock + rest)


def _day_first(text: str, language: str) -> datetime | None:
    found = _DAY_FIRST.fullmatch(text)
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    year = _full_year(found[4])
    if second > 12:
        return _moment(year, first, second, found[5])
    is_ambiguous = found[2] != "." and first <= 12 and first != second and language in ("", "en")
    return None if is_ambiguous else _moment(year, second, first, found[5])


def _worded(text: str, language: str) -> datetime | None:
    """Read a date that names its month: RFC 822, asctime, prose, in whatever order."""
    clock = _CLOCK.search(text)
    tail = text[clock.end() :] if clock else ""
    offset = _OFFSET.search(tail)
    if offset:
        tail = tail[: offset.start()] + " " + tail[offset.end() :]
    words = _WORD.findall((text[: clock.start()] if clock else text) + " " + tail)
    month = _month(words, months_in(language))
    numbers = [word for word in words if word.isdecimal()]
    years = [word for word in numbers if len(word) == 4]
    others = [word for word in numbers if len(word) <= 2]
    if month is None or not others or len(years) > 1 or (not years and len(others) != 2):
        return None
    year = _full_year(years[0] if years else others[1])
    return _moment(year, month, int(others[0]), text[clock.start() :] if clock else "")


def _month(words: Sequence[str], numbers: Mapping[str, int]) -> int | None:
    """Return the month among *words*; two-word names count, and names of days do not."""
    named = [word for word in words if word in numbers and word not in day_names()]
    named = named or [pair for pair in map(" ".join, pairwise(words)) if pair in numbers]
    # Spanish "mar" is Tuesday before another month, and March alone
    certain = [word for word in named if word != "mar"] or named
    return numbers[certain[0]] if certain else None


# --- parts ----------------------------------------------------------------------------------------------


def _moment(year: int, month: int, day: int, rest: str) -> datetime | None:
    """Put a day and what follows it together; *rest* that is neither empty nor a time is no date."""
    midnight = datetime(year - BUDDHIST if year > LATEST else year, month, day, tzinfo=UTC)
    if not rest.strip(" ,.z"):
        return midnight
    clock = _CLOCK.search(rest)
    if clock is None:
        return None
    hour, minute = int(clock["hour"]), int(clock["minute"] or clock["point"])
    second = int(clock["second"] or clock["tick"] or 0)
    if half := clock["before"] or clock["half"]:
        hour = hour % 12 + (12 if _AFTERNOON.match(half) else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    return (
        midnight + timedelta(hours=hour, minutes=minute, seconds=min(second, 59)) - _zone(rest[clock.end() :])
    )


def _zone(tail: str) -> timedelta:
    if found := _OFFSET.search(tail):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return (offset if found[1] == "+" else -offset) if offset <= MAX_OFFSET else timedelta()
    return next((OFFSETS[word] for word in _WORD.findall(tail) if word in OFFSETS), timedelta())


def _full_year(text: str) -> int:
    """Return a year of four digits; two-digit ones are of this century until 69 (POSIX)."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)
