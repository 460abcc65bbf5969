"""`feeds.yaml`: the feeds that an operator lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urldefrag

from pydantic import AfterValidator, Field

from monitor.model import FeedSource
from monitor.settings import values
from monitor.settings.access import AccessKeys, Lookup, access_of
from monitor.settings.files import place_in, read_document, under
from monitor.settings.findings import Findings
from monitor.settings.values import Duration, Language
from monitor.settings.yaml_documents import Document

ROOT = "feeds"  # the file is a bare list: this names it in faults

Label = Annotated[str, Field(max_length=200)]


def _feed_url(value: str) -> str:
    if "@" in value.partition("://")[2].partition("/")[0]:
        raise values.complaint(
            "not a usable URL: a user name and password do not belong in it",
            "Take them out, put user:password into a secret and write auth: {basic_secret: its name}.",
        )
    return values.http_url(value)


class FeedEntry(AccessKeys):
    """One entry of the list; only the URL is required."""

    url: Annotated[str, AfterValidator(_feed_url)] = Field(description="The feed's own URL, not the site's.")
    name: Label = Field(default="", description="What people call it; the feed's own title otherwise.")
    outlet: Label = Field(default="", description="Who publishes it; several feeds may share an outlet.")
    language: Language | None = Field(
        default=None, description="Its language, when the feed does not say it."
    )
    every: Annotated[Duration, Field(ge=timedelta(seconds=1), le=timedelta(days=7))] | None = Field(
        default=None, description="A fixed interval such as 5m; without it the interval follows the feed."
    )
    tags: tuple[Label, ...] = Field(default=(), description="Words to find and group feeds by.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The usable content of the file."""

    feeds: tuple[FeedSource, ...] = ()
    secrets: tuple[str, ...] = ()  # the names that credentials were looked up by


def read_feeds(path: Path, secret: Lookup, findings: Findings) -> FeedList:
    """Return the usable feeds of *path*; one bad entry is a fault and takes no other with it."""
    document = read_document(path, findings)
    if document is None or document.content is None:
        return FeedList()
    if not isinstance(document.content, list):
        findings.fault(
            place_in(document, (), ROOT), "should be a list", "Begin each feed with: - url: https://…"
        )
        return FeedList()
    entries = [_entry(document, index, content, findings) for index, content in enumerate(document.content)]
    feeds = tuple(
        None if entry is None else _source(entry, document, index, secret, findings)
        for index, entry in enumerate(entries)
    )
    return FeedList(
        feeds=_distinct(document, feeds, findings),
        secrets=tuple(name for entry in entries if entry for name in entry.secrets),
    )


def _entry(document: Document, index: int, content: object, findings: Findings) -> FeedEntry | None:
    if isinstance(content, str):
        place = place_in(document, (index,), ROOT)
        findings.fault(place, "should be a table of keys", "Write it as: - url: https://…")
        return None
    return findings.validated(FeedEntry, content, under(document, index, root=ROOT))


def _source(
    entry: FeedEntry, document: Document, index: int, secret: Lookup, findings: Findings
) -> FeedSource:
    return FeedSource(
        url=urldefrag(entry.url).url,
        name=entry.name,
        outlet=entry.outlet,
        language=entry.language or "",
        every=entry.every,
        tags=entry.tags,
        access=access_of(entry, under(document, index, root=ROOT), secret, findings),
    )


def _distinct(
    document: Document, feeds: tuple[FeedSource | None, ...], findings: Findings
) -> tuple[FeedSource, ...]:
    first: dict[str, int] = {}
    for index, feed in enumerate(feeds):
        if feed is not None and first.setdefault(feed.url, index) != index:
            line = document.line((first[feed.url],))
            place = place_in(document, (index, "url"), ROOT)
            findings.fault(place, f"the same feed as on line {line}", "Keep one of the two.")
    return tuple(feed for feed in feeds if feed is not None)
