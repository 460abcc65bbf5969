"""`people.yaml`: who is told, through what, and of which topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from pydantic import Field

from monitor.model import AlertFeed, Destination, Frequency, Route, Silenced
from monitor.settings.alert_feeds import AlertFeedEntry, alert_feeds
from monitor.settings.destinations import (
    DestinationEntry,
    Kind,
    Lookup,
    Time,
    check_destination,
    destination,
    fallbacks,
    recipients,
)
from monitor.settings.files import place_in, read_document, under
from monitor.settings.findings import Findings, Place, did_you_mean
from monitor.settings.sections import Alerts, Table
from monitor.settings.toml_lines import Loc
from monitor.settings.values import Language, Name, Number, Zone
from monitor.settings.yaml_documents import Document

At: TypeAlias = Callable[[Loc], Place]


class When(StrEnum):
    """When a route tells: a digest of its own choice, never the summaries that fold a burst."""

    IMMEDIATE = "immediate"
    HOURLY = "hourly"
    DAILY = "daily"


class RouteEntry(Table):
    """Who hears of what, and when; a condition that is left out is none."""

    topics: tuple[str, ...] = Field(
        default=(), min_length=1, description="Topics' ids; all but the discreet ones when left out."
    )
    kinds: tuple[Kind, ...] = Field(
        default=(), min_length=1, description="Kinds of alerts; all when left out."
    )
    min_score: Number = Field(default=0.0, ge=0, description="The least score of an alert.")
    languages: tuple[Language, ...] = Field(
        default=(), min_length=1, description="Languages of the article; all when left out."
    )
    tags: tuple[str, ...] = Field(
        default=(), min_length=1, description="Tags of the source, one of which it must have."
    )
    destinations: tuple[str, ...] = Field(min_length=1, description="Names from destinations.")
    when: When = Field(default=When.IMMEDIATE, description="immediate, hourly or daily.")
    at: Time = Field(default=7 * 60, description='The time of a daily digest, in quotes: "07:00".')
    timezone: Zone = Field(default="UTC", description="The zone of that time, such as Europe/Berlin.")
    even_empty: bool = Field(
        default=True, description="Whether a digest is sent when there is nothing in it, too."
    )


class SilencedEntry(Table):
    """What is never told, whatever the routes say."""

    topics: tuple[str, ...] = Field(default=(), min_length=1, description="Topics' ids.")
    kinds: tuple[Kind, ...] = Field(default=(), min_length=1, description="Kinds of alerts.")
    destinations: tuple[str, ...] = Field(default=(), min_length=1, description="Names from destinations.")


class PeopleFile(Table):
    """The whole file; its entries are looked at one by one, so that a bad one hides no other's fault."""

    destinations: dict[Name, object] = Field(default={}, description="name → one way to reach people.")
    routes: tuple[object, ...] = Field(default=(), description="Who hears of what.")
    feeds: dict[Name, object] = Field(default={}, description="name → a feed of alerts that is fetched.")
    silenced: tuple[object, ...] = Field(default=(), description="What is not told after all.")
    operators: tuple[str, ...] = Field(
        default=(), description="Names from destinations: who hears of sources that fall silent."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The usable content of the file."""

    destinations: dict[str, Destination]
    routes: tuple[Route, ...]
    feeds: tuple[AlertFeed, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    operators: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()  # the names that were looked up


def read_people(
    path: Path, topics: tuple[str, ...] | None, usual: Alerts, secret: Lookup, findings: Findings
) -> People:
    """Return the destinations and routes of *path*, with names checked against each other and *topics*.

    *topics* is None when some topic could not be read: then no name counts as unknown. *usual* says what
    holds where a destination says nothing.
    """
    document = read_document(path, findings)
    file = _whole(document, findings)
    if document is None or file is None:
        return People(destinations={}, routes=())
    names = tuple(file.destinations)
    entries = {
        name: findings.validated(DestinationEntry, content, under(document, "destinations", name))
        for name, content in file.destinations.items()
    }
    for name, entry in entries.items():
        if entry is not None:
            check_destination(name, entry, names, under(document, "destinations", name), findings)
    routes = _routes(file, document, names, topics, findings)
    silenced = _silenced(file, document, names, topics, findings)
    _check_names(file.operators, names, under(document, "operators"), findings)
    if None not in routes:
        used = {*file.operators, *fallbacks(entries)}
        _check_use(names, routes, used, document, findings)
    found: dict[str, tuple[Destination, ...]] = {}
    for name, entry in entries.items():
        place = under(document, "destinations", name)
        made = entry and destination(name, entry, usual, place, secret, findings)
        found[name] = recipients(made, entry) if entry and made else ()
        if entry and entry.fallback and _is_shared(entries.get(entry.fallback)):
            remedy = "Name a destination of one address, or a channel."
            findings.fault(place(("fallback",)), "several addresses cannot stand in", remedy)
    feeds = {
        name: findings.validated(AlertFeedEntry, content, under(document, "feeds", name))
        for name, content in file.feeds.items()
    }
    feed_entries = {name: each for name, each in feeds.items() if each is not None}
    return People(
        feeds=alert_feeds(
            feed_entries, topics, usual, lambda name: under(document, "feeds", name), secret, findings
        ),
        destinations={each.name: each for made in found.values() for each in made},
        routes=tuple(_route(entry, found) for entry in routes if entry is not None),
        silenced=silenced,
        operators=_spread(file.operators, found),
        secrets=(
            *(name for entry in entries.values() if entry for name in entry.secrets),
            *(entry.token_secret for entry in feed_entries.values()),
        ),
    )


def _is_shared(entry: DestinationEntry | None) -> bool:
    return entry is not None and entry.email is not None and len(entry.email) > 1


def _spread(names: Sequence[str], found: Mapping[str, Sequence[Destination]]) -> tuple[str, ...]:
    """Return each name once, that of a shared destination as the names of its recipients."""
    return tuple(dict.fromkeys(each.name for name in names for each in found.get(name, ())))


def _whole(document: Document | None, findings: Findings) -> PeopleFile | None:
    """Return the file's lists; a heading with nothing but comments below says null."""
    if document is None or document.content is None:
        return None
    content: object = document.content
    if isinstance(content, dict):
        content = {key: value for key, value in content.items() if value is not None}
    return findings.validated(PeopleFile, content, under(document))


def _routes(
    file: PeopleFile,
    document: Document,
    names: tuple[str, ...],
    topics: tuple[str, ...] | None,
    findings: Findings,
) -> list[RouteEntry | None]:
    routes = []
    for index, content in enumerate(file.routes):
        place = under(document, "routes", index)
        entry = findings.validated(RouteEntry, content, place)
        routes.append(entry)
        if entry is None:
            continue
        _check_scope(entry, names, topics, place, findings)
        if "at" in entry.model_fields_set and entry.when is not When.DAILY:
            remedy = "Only daily routes have a time: add when: daily."
            findings.warn(place(("at",)), "says nothing here", remedy)
    return routes


def _silenced(
    file: PeopleFile,
    document: Document,
    names: tuple[str, ...],
    topics: tuple[str, ...] | None,
    findings: Findings,
) -> tuple[Silenced, ...]:
    found = []
    for index, content in enumerate(file.silenced):
        place = under(document, "silenced", index)
        entry = findings.validated(SilencedEntry, content, place)
        if entry is None:
            continue
        _check_scope(entry, names, topics, place, findings)
        if not entry.model_fields_set:
            findings.fault(place(()), "would silence everything", "Give topics, kinds or destinations.")
            continue
        found.append(Silenced(topics=entry.topics, kinds=entry.kinds, destinations=entry.destinations))
    return tuple(found)


def _check_scope(
    entry: RouteEntry | SilencedEntry,
    destinations: tuple[str, ...],
    topics: tuple[str, ...] | None,
    place: At,
    findings: Findings,
) -> None:
    _check_names(entry.destinations, destinations, lambda loc: place(("destinations", *loc)), findings)
    for index, name in enumerate(entry.topics):
        if topics is not None and name not in topics:
            findings.fault(place(("topics", index)), "unknown topic", did_you_mean(name, topics))


def _check_names(given: tuple[str, ...], known: tuple[str, ...], place: At, findings: Findings) -> None:
    for index, name in enumerate(given):
        if name not in known:
            findings.fault(place((index,)), "unknown destination", did_you_mean(name, known))


def _check_use(
    names: tuple[str, ...],
    routes: list[RouteEntry | None],
    used: set[str],
    document: Document,
    findings: Findings,
) -> None:
    routed = {name for route in routes if route for name in route.destinations}
    for name in names:
        if name not in routed and name not in used:
            place = place_in(document, ("destinations", name))
            findings.warn(place, "no route leads here", "Name it in a route, or remove it.")


def _route(entry: RouteEntry, found: Mapping[str, Sequence[Destination]]) -> Route:
    return Route(
        destinations=_spread(entry.destinations, found),
        topics=entry.topics,
        kinds=entry.kinds,
        min_score=entry.min_score,
        languages=tuple(language.split("-")[0] for language in entry.languages),
        tags=entry.tags,
        frequency=Frequency(entry.when.value),
        at=entry.at,
        timezone=entry.timezone,
        even_empty=entry.even_empty,
    )
