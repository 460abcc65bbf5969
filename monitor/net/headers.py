"""What an answer's header fields say, read with suspicion: bounded, printable, never in the past."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.model import Validators

MAX_RETRY_AFTER = timedelta(hours=24)  # one bad header must not silence a source for a month
MAX_MAX_AGE = timedelta(hours=1)  # news does not wait longer for a cache
MAX_LINK_FIELD = 8_000  # characters of Link fields; WordPress sends three short ones
MAX_FIELD = 500  # characters; an ETag is a few dozen, and a longer one is not worth a column

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_LINK = re.compile(r"<([^<>]{1,2048})>((?:;[^,<]*)*)")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";]{1,200})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[,\s])no-(?:store|cache)(?:$|[,\s=])", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:+-]{1,40})", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]{1,60}/[\w.+-]{1,100})", re.ASCII)


def field(headers: Mapping[str, str], name: str) -> str | None:
    """Return a field's value if it is printable ASCII of a sensible length: it may be sent back or stored."""
    value = headers.get(name, "").strip()
    return value if value and len(value) <= MAX_FIELD and value.isascii() and value.isprintable() else None


def validators(headers: Mapping[str, str]) -> Validators:
    """Return what makes the next request conditional (RFC 9110 13.1)."""
    return Validators(etag=field(headers, "ETag"), last_modified=field(headers, "Last-Modified"))


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type in lower case, without parameters; empty when there is none to read."""
    found = _MEDIA_TYPE.match(headers.get("Content-Type", ""))
    return found[1].lower() if found else ""


def charset(headers: Mapping[str, str]) -> str | None:
    """Return the character encoding that the server claims, as it names it."""
    found = _CHARSET.search(headers.get("Content-Type", "")[:MAX_FIELD])
    return found[1].lower() if found else None


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """Return for how long the answer stays fresh (RFC 9111 5.2.2.1), never above `MAX_MAX_AGE`."""
    control = headers.get("Cache-Control", "")[:MAX_FIELD]
    found = _MAX_AGE.search(control)
    if found is None or _NOT_KEPT.search(control):
        return None
    return min(timedelta(seconds=int(found[1])), MAX_MAX_AGE)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the server asks us to stay away (RFC 9110 10.2.3), from 0 to `MAX_RETRY_AFTER`.

    A date is measured against the answer's own Date where it has one, so that neither clock need be right.
    """
    value = field(headers, "Retry-After")
    if value is None:
        return None
    if value.isdigit():
        seconds = int(value[:10])
        return min(timedelta(seconds=seconds), MAX_RETRY_AFTER)
    until = _date(value)
    if until is None:
        return None
    since = _date(field(headers, "Date") or "") or now
    return min(max(until - since, timedelta()), MAX_RETRY_AFTER)


def link(fields: Sequence[str], relation: str) -> str | None:
    """Return the target of the first of Link *fields* with that relation, as it stands (RFC 8288 3)."""
    for found in _LINK.finditer(", ".join(fields)[:MAX_LINK_FIELD]):
        relations = _RELATION.search(found[2])
        if relations and relation in relations[1].lower().split():
            return found[1].strip()
    return None


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
