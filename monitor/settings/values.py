"""The kinds of value that a setting can have, and how people write them: durations, networks, addresses.

No message made here repeats what was written: it may be a secret that slipped into the wrong key.
"""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import getaddresses
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError as Complaint
from pydantic_settings import NoDecode

from monitor.alerts.voice import LANGUAGES
from monitor.text.urls import clean_link

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_SECONDS = re.compile(r"\d+(?:\.\d+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SLACK = re.compile(r"[CGDUW][A-Z0-9]{2,20}|#[^\s#@,]{1,80}")
_MAILBOX = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
_LISTEN = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")
_DATABASE = re.compile(r"(?:sqlite:///|postgresql(?:\+psycopg)?://).+", re.DOTALL)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MAX_SECONDS = 10 * 366 * 86_400  # ten years; nothing here waits longer, and timedelta can hold it


def complaint(problem: str, remedy: str) -> Complaint:
    """Return the error that says *problem* and how to mend it; neither may hold the value itself."""
    return Complaint("monitor", "{problem}", {"problem": problem, "remedy": remedy})


def duration(value: object) -> timedelta:
    """Read "15m", "1h30m", "7d" or a number of seconds."""
    if isinstance(value, timedelta):
        return value
    seconds = _seconds(value)
    if seconds is None or not 0 <= seconds <= _MAX_SECONDS:
        raise complaint("not a duration", 'Write it like "30s", "15m", "48h" or "7d".')
    return timedelta(seconds=seconds)


def _seconds(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value.strip().lower().replace(" ", "") if isinstance(value, str) else ""
    if _SECONDS.fullmatch(text):
        return float(text)
    if not _DURATION.fullmatch(text):
        return None
    return sum(float(number) * UNITS[unit] for number, unit in _PART.findall(text))


def growing(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    """Accept spans that each are longer than the one before."""
    if any(later <= earlier for earlier, later in pairwise((timedelta(), *value))):
        raise complaint("not in growing order", 'Write the shortest first, such as ["30m", "2h", "1d"].')
    return value


def network(value: object) -> IPv4Network | IPv6Network:
    """Read one address or a network in CIDR form."""
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    try:
        if isinstance(value, str):
            return ip_network(value)
    except ValueError:
        pass
    raise complaint(
        "not a network address", 'Write it like "10.1.2.0/24" or "fd00::/8", without bits behind the prefix.'
    )


def split(value: object) -> object:
    """Let a list stand in one environment variable, with commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def language(value: str) -> str:
    """Accept a language code such as `en` or `pt-BR`."""
    return _fits(
        _LANGUAGE, value, "not a language code", "Write two or three letters, such as en, id or pt-BR."
    )


def http_url(value: str) -> str:
    """Return an http(s) URL in its clean form."""
    cleaned = clean_link(value)
    if cleaned is None:
        raise complaint(
            "not a usable URL",
            "Write it whole, from https:// on, without blanks; user names and passwords do not belong in it.",
        )
    return cleaned


def proxy_url(value: str) -> str:
    """Return the address of an HTTP proxy: scheme, host and port, and nothing behind."""
    cleaned = clean_link(value)
    parts = urlsplit(cleaned or "")
    if cleaned is None or parts.scheme != "http" or parts.path != "/" or parts.query or parts.fragment:
        raise complaint(
            "not a proxy's address",
            'Write it like "http://proxy.example.org:3128"; user names and passwords do not belong in it.',
        )
    return cleaned


def slack_channel(value: str) -> str:
    """Accept a Slack channel's id or its #name."""
    return _fits(
        _SLACK,
        value,
        "not a Slack channel",
        'Write its id, such as C0123ABCD, or its name in quotes: "#desk".',
    )


def mail_address(value: str) -> str:
    """Accept one bare mail address."""
    return _fits(_MAILBOX, value, "not a mail address", "Write one address, such as desk@example.org.")


def mail_addresses(value: object) -> tuple[str, ...]:
    """Accept one bare mail address, or a list of them; each counts once."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not given or not all(isinstance(each, str) for each in given):
        raise complaint("not a mail address", "Write one, such as desk@example.org, or a list of them.")
    return tuple(dict.fromkeys(map(mail_address, given)))


def sender(value: str) -> str:
    """Accept nothing, a mail address, or a name with an address in angle brackets."""
    if value and (not value.isprintable() or not _is_one_mailbox(value)):
        raise complaint(
            "not a sender",
            'Write an address, such as "Newsroom monitor <monitor@example.org>" or a bare one.',
        )
    return value


def _is_one_mailbox(value: str) -> bool:
    found = getaddresses([value])
    return len(found) == 1 and _MAILBOX.fullmatch(found[0][1]) is not None


def path(value: Path) -> Path:
    """Return a path with `~` filled in; control characters are refused, as file systems would later."""
    try:
        if str(value).isprintable():
            return value.expanduser()
    except RuntimeError:  # ~ of somebody who has no home here
        pass
    raise complaint("not a path", "Write a folder's name, such as /var/lib/newsroom-monitor.")


def header(value: str) -> str:
    """Accept what can stand in one HTTP header line."""
    if not (value.isascii() and value.isprintable() and 3 <= len(value) <= 256):
        raise complaint(
            "cannot stand in an HTTP header", "Use 3 to 256 printable ASCII characters on one line."
        )
    return value


def token(value: SecretStr) -> SecretStr:
    """Accept nothing or printable ASCII without blanks, which is all that an HTTP header can carry."""
    text = value.get_secret_value()
    if text and not (text.isascii() and text.isprintable() and " " not in text):
        raise complaint(
            "holds blanks or characters that no token has", "Copy the token again, alone and whole."
        )
    return value


def listen(value: str) -> str:
    """Accept nothing (off) or host:port."""
    found = _LISTEN.fullmatch(value)
    if value and (found is None or not 0 <= int(found[1]) <= 65_535):
        raise complaint(
            "not host:port", 'Write it like "127.0.0.1:8080" or "[::1]:8080"; leave it empty for off.'
        )
    return value


def database_url(value: str) -> str:
    """Accept nothing (SQLite in the state directory), a SQLite file or a PostgreSQL URL."""
    if value and (not _DATABASE.fullmatch(value) or ":memory:" in value or not value.isprintable()):
        raise complaint(
            "not a database this program knows",
            'Write "sqlite:///monitor.db" or "postgresql://user@host/name"; leave it empty for SQLite.',
        )
    return value


def minutes_of_day(value: object) -> int:
    """Read "07:00" as minutes after midnight."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise complaint("not a time of day", 'Write hours and minutes in quotes, such as "07:00".')
    return int(found[1]) * 60 + int(found[2])


def timezone(value: str) -> str:
    """Accept a zone that this machine's time zone data knows."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # unknown, not a relative path, a directory
        raise complaint(
            "not a known time zone", "Write a name such as Europe/Berlin, Asia/Jakarta or UTC."
        ) from None
    return value


def interface(value: str) -> str:
    """Accept a language that messages are written in."""
    if value not in LANGUAGES:
        raise complaint("no language of messages", f"Write one of {', '.join(LANGUAGES)}.")
    return value


def pattern(expression: str, problem: str, remedy: str) -> AfterValidator:
    """Return a check that the whole text fits *expression*."""
    compiled = re.compile(expression)
    return AfterValidator(lambda value: _fits(compiled, value, problem, remedy))


def _fits(expression: re.Pattern[str], value: str, problem: str, remedy: str) -> str:
    if not expression.fullmatch(value):
        raise complaint(problem, remedy)
    return value


def no_flag(value: object) -> object:
    """Refuse true and false where a number belongs; Python would count them as 1 and 0."""
    if isinstance(value, bool):
        raise complaint("should be a number", "Write a number instead of true or false.")
    return value


Duration = Annotated[timedelta, BeforeValidator(duration)]
Spans = Annotated[
    tuple[Duration, ...], NoDecode, BeforeValidator(split), AfterValidator(growing)
]  # as one variable: with commas
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(network)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(split)]
Language = Annotated[str, AfterValidator(language)]
Interface = Annotated[str, AfterValidator(interface)]
Zone = Annotated[str, AfterValidator(timezone)]
HttpUrl = Annotated[str, AfterValidator(http_url)]
ProxyUrl = Annotated[str, AfterValidator(proxy_url)]
Name = Annotated[
    str,
    pattern(
        r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}",
        "not a name",
        "Use letters, digits, dots, dashes and underscores, 64 at most.",
    ),
]
Count = Annotated[int, BeforeValidator(no_flag)]
Number = Annotated[float, BeforeValidator(no_flag)]
