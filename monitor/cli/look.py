"""How `feeds check` tells what was seen at a URL: lines and a table for people, one object for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.cli.output import line, table, words
from monitor.feeds.moves import PERMANENT
from monitor.feeds.remedies import remedy
from monitor.model import Entry, Fetched, FetchFailed, NotModified, ParsedFeed, Unusable, WorkerLost
from monitor.service.looking import Seen

SHOWN = 10  # entries that people see
ID = 12  # characters of an entry's key that people see; enough to tell two apart
LABEL = 12  # columns
NEW_ADDRESS = "one of the feeds below may be its new address"


def as_record(seen: Seen) -> dict[str, Any]:
    """What was seen, in the shape that programs rely on."""
    record: dict[str, Any] = {"redirects": [asdict(hop) for hop in seen.answer.redirects]}
    match seen.answer:
        case FetchFailed():
            record |= {
                "cause": seen.answer.label,
                "detail": seen.answer.detail,
                "status": seen.answer.status,
                "retry_after": seen.answer.retry_after,
            }
        case NotModified():
            record |= {"cause": "not modified"}
        case Fetched():
            record |= {
                "final_url": seen.answer.url,
                "status": seen.answer.status,
                "content_type": seen.answer.content_type,
                "charset": seen.answer.charset,
                "etag": seen.answer.validators.etag,
                "last_modified": seen.answer.validators.last_modified,
                "max_age": seen.answer.max_age,
                "bytes": len(seen.answer.body),
            }
    if isinstance(seen.parsed, ParsedFeed):
        record |= _feed(seen.parsed)
    elif seen.parsed is not None:
        record |= {"cause": seen.parsed.reason}
    if seen.next_poll is not None:
        record |= {"next_poll_at": seen.next_poll.next_poll_at, "next_poll_why": seen.next_poll.reason}
    record["feeds"] = [
        {"url": found.url, "named": found.named, **_feed(found.feed), "entries": len(found.feed.entries)}
        for found in seen.found
    ]
    record["unread"] = [{"url": url, "cause": why} for url, why in seen.unread]
    return record | {"untried": list(seen.untried), "sent": list(seen.sent), "proxied": seen.proxied}


def _feed(feed: ParsedFeed) -> dict[str, Any]:
    return {
        "format": feed.format,
        "title": feed.title,
        "language": feed.language,
        "home": feed.home,
        "hub": feed.hub,
        "ttl": feed.ttl,
        "repairs": list(feed.repairs),
        "entries": [
            {
                "key": entry.key,
                "title": entry.title,
                "url": entry.url,
                "published": entry.published_at,
                "published_claim": entry.published_claim,
                "full_text": bool(entry.content),
            }
            for entry in feed.entries
        ],
    }


# --- for people -----------------------------------------------------------------------------------------


def show(seen: Seen) -> None:
    """Tell a person what was seen."""
    _show_redirects(seen)
    if seen.sent:
        _say("sent", ", ".join(seen.sent), "(values are not shown)")
    if seen.proxied:
        _say("way", "through a proxy")
    _show_answer(seen)
    match seen.parsed:
        case ParsedFeed():
            _show_feed(seen.parsed)
        case Unusable() | WorkerLost():
            _say("no feed", seen.parsed.reason)
    if isinstance(seen.answer, FetchFailed):
        _say("remedy", NEW_ADDRESS if seen.found else remedy(seen.answer.label))
    if seen.next_poll is not None and not isinstance(seen.parsed, Unusable):
        _say("next poll", seen.next_poll.reason)
    if isinstance(seen.parsed, ParsedFeed):
        _show_entries(seen.parsed.entries, seen.now)
    else:
        _show_found(seen)


def _say(label: str, *what: object) -> None:
    line(f"{label:{LABEL}} " + " ".join(words(one) for one in what))


def _show_redirects(seen: Seen) -> None:
    """Tell each hop, and whether the list will follow: a move is permanent from its start."""
    is_move = True
    for hop in seen.answer.redirects:
        is_move = is_move and hop.status in PERMANENT
        meaning = "permanent: stored once it repeats" if is_move else "followed each time, not stored"
        _say("redirect", hop.status, "from", hop.url, f"({meaning})")


def _show_answer(seen: Seen) -> None:
    answer = seen.answer
    match answer:
        case FetchFailed():
            _say(
                "failed",
                answer.label if answer.detail in ("", answer.label) else f"{answer.label}: {answer.detail}",
            )
            if answer.retry_after:
                whose = ("for every feed of this host",) if seen.host_rests else ()
                _say("retry after", answer.retry_after, *whose)
        case NotModified():
            _say("answer", "not modified")
        case Fetched():
            charset = f"charset {answer.charset}" if answer.charset else "no charset"
            kind = answer.content_type or "no content type"
            _say("answer", answer.status, answer.url)
            _say("content", f"{kind}, {charset}, {len(answer.body):,} bytes")
            held = {
                "etag": answer.validators.etag,
                "last-modified": answer.validators.last_modified,
                "max-age": answer.max_age,
            }
            told = [f"{name} {words(value)}" for name, value in held.items() if value is not None]
            _say("cache", "; ".join(told) or "no validators: every poll brings the whole body")


def _show_feed(feed: ParsedFeed) -> None:
    _say("feed", f"{feed.format}, language {feed.language or 'not told'}")
    for label, value in (("title", feed.title), ("home", feed.home), ("hub", feed.hub), ("ttl", feed.ttl)):
        if value:
            _say(label, value)
    _say("repaired", "; ".join(feed.repairs) or "nothing")


def _show_entries(entries: tuple[Entry, ...], now: datetime | None) -> None:
    """List entries in lines that fold nowhere, so that a URL can be copied whole."""
    _say("entries", ", ".join(_counts(entries)) if entries else "none")
    for entry in entries[:SHOWN]:
        line("")
        _say("", entry.title or "(no title)")
        _say("", entry.url or "(no link)")
        claim = f', written "{entry.published_claim}"' if entry.published_claim else ""
        _say("", f"{_published(entry, now)}{claim}; id {entry.key[:ID]}")


def _counts(entries: tuple[Entry, ...]) -> Iterator[str]:
    yield f"{len(entries)}"
    yield f"{sum(entry.published_at is not None for entry in entries)} with a date"
    yield f"{sum(bool(entry.content) for entry in entries)} with full text"
    if len(entries) > SHOWN:
        yield f"the first {SHOWN}:"


def _published(entry: Entry, now: datetime | None) -> str:
    if entry.published_at is None:
        return "a date that nobody can read" if entry.published_claim else "no date"
    if entry.published_at == now:
        return f"{words(now)}, now, since it lies in the future"
    return words(entry.published_at)


def _show_found(seen: Seen) -> None:
    if seen.found:
        table(
            "feeds",
            ("feed", "where", "format", "language", "entries", "newest", "title"),
            [
                (
                    found.url,
                    "named by the page" if found.named else "a usual place",
                    found.feed.format,
                    found.feed.language,
                    len(found.feed.entries),
                    max((at for entry in found.feed.entries if (at := entry.published_at)), default=None),
                    found.feed.title,
                )
                for found in seen.found
            ],
        )
        line("look at one with `monitor feeds check URL`, then `monitor feeds add URL`")
    elif isinstance(seen.parsed, Unusable):
        line("the page names no feed that can be read, and none is where sites usually keep one")
    for url, why in seen.unread:
        _say("also named", url, f"({why})")
    for url in seen.untried:
        _say("also named", url)
