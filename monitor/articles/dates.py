"""When a page says it was published, from the many ways pages write a moment down."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.text.calendar_names import fold, months

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # the web has no news before; such dates are template defaults
AHEAD = timedelta(hours=24)  # a clock or a forgotten offset; past that the date belongs to something else

_ISO = re.compile(
    r"(\d{4})(?:-?(\d{2})-?(\d{2})|[-/.](\d{1,2})[-/.](\d{1,2})(?!\d))"
    r"(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d{1,9})?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
_CLOCK = r"(?:\D{1,12}?(\d{1,2})[:.hH](\d{2})(?!\d))?"
_EUROPEAN = re.compile(rf"(?<!\d)(\d{{1,2}})[./-](\d{{1,2}})[./-](\d{{4}}){_CLOCK}")
_OF = r"(?:\s+(?:de|del|of|di)\b|\s*d')?"
_MONTH = r"[^\W\d_]{3,12}(?:\s[^\W\d_]{5,6})?"  # "كانون الثاني" has two words
_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|[.ºª°])?{_OF}\s*({_MONTH}?)\b\.?,?{_OF}\s*(\d{{4}})(?!\d){_CLOCK}"
)
_NAMED_FIRST = re.compile(
    rf"\b([^\W\d_]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d){_CLOCK}\s*([ap])?\.?m?\b",
    re.IGNORECASE,
)
_WIDE = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]\D{0,5}(?:(\d{1,2})[:時시时](\d{2}))?"
)
_IN_PATH = re.compile(r"/(19[89]\d|20\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?:/|-|_|\b)")
_ZONES = {
    "WIB": 7,
    "WITA": 8,
    "WIT": 9,
    "MSK": 3,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
    "EET": 2,
    "EEST": 3,
    "IST": 5.5,
}


def parse_moment(written: str, now: datetime) -> datetime | None:
    """Return the aware UTC moment that *written* means, or None; never later than *now*.

    A moment without an offset is read as UTC and a bare day as its midnight: which newsroom's clock it
    was, the page does not say. What lies a little ahead is *now*, what lies further is no publication date.
    """
    written = written.strip()[:80]
    moment = _iso(written) or _rfc2822(written) or _european(written) or _named(written) or _wide(written)
    return _believable(moment, now)


def moment_in_path(path: str, now: datetime) -> datetime | None:
    """Return the day that a URL's path names (`/2017/09/03/`), as its midnight."""
    found = _IN_PATH.search(path[:500])
    return _believable(_utc(*map(int, found.groups())), now) if found else None


def parse_day(day: date, now: datetime) -> datetime | None:
    """Return the midnight of *day* if it can be a publication date."""
    return _believable(datetime(day.year, day.month, day.day, tzinfo=UTC), now)


def _believable(moment: datetime | None, now: datetime) -> datetime | None:
    if moment is None or moment < EARLIEST or moment > now + AHEAD:
        return None
    return min(moment, now)


def _iso(written: str) -> datetime | None:
    found = _ISO.match(written)
    if found is None or written[found.end() : found.end() + 1].isdigit():
        return None
    year, month, day, loose_month, loose_day, *clock = found.groups()[:8]
    numbers = [int(number or 0) for number in (year, month or loose_month, day or loose_day, *clock)]
    offset = _offset(found[9]) or _named_offset(written[found.end() :]) or timedelta()
    local = _utc(*numbers)
    return _shifted(local, offset)


def _european(written: str) -> datetime | None:
    found = _EUROPEAN.search(written)
    if found is None:
        return None
    day, month, year, hour, minute = (int(number or 0) for number in found.groups())
    if month > 12:  # 2/26/2015: an American wrote it
        day, month = month, day
    return _shifted(
        _utc(year, month, day, hour, minute), _named_offset(written[found.end() :]) or timedelta()
    )


def _named(written: str) -> datetime | None:
    """Read "29. Januar 2019", "Publié le 1er juin 2019 à 15h14", "Aug. 13, 2010, 7:08 p.m."."""
    for day, name, year, hour, minute in _NAMED.findall(written):
        if month := months().get(fold(name)):
            local = _utc(int(year), month, int(day), int(hour or 0), int(minute or 0))
            return _shifted(local, _named_offset(written) or timedelta())
    for name, day, year, hour, minute, half in _NAMED_FIRST.findall(written):
        if month := months().get(fold(name)):
            late = 12 if half.lower() == "p" and int(hour or 12) < 12 else 0
            local = _utc(int(year), month, int(day), int(hour or 0) + late, int(minute or 0))
            return _shifted(local, _named_offset(written) or timedelta())
    return None


def _wide(written: str) -> datetime | None:
    found = _WIDE.search(written)
    return _utc(*(int(number or 0) for number in found.groups())) if found else None


def _rfc2822(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
        if moment.tzinfo is not None and moment.utcoffset():
            return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return _shifted(moment.replace(tzinfo=UTC), _named_offset(written) or timedelta())


def _offset(written: str | None) -> timedelta | None:
    if not written or written[0] not in "+-":
        return None
    digits = written[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return span if written[0] == "+" else -span


def _named_offset(rest: str) -> timedelta | None:
    hours = next((_ZONES[word] for word in re.findall(r"[A-Z]{3,4}", rest) if word in _ZONES), None)
    return None if hours is None else timedelta(hours=hours)


def _shifted(local: datetime | None, offset: timedelta) -> datetime | None:
    if local is None or abs(offset) > timedelta(hours=15):
        return local
    try:
        return local - offset
    except OverflowError:
        return None


def _utc(*numbers: int) -> datetime | None:
    try:
        return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError):
        return None
