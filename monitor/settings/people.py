"""`people.yaml`: who is told, through what, and of which topics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError as Complaint

from monitor.model import Channel, Destination, Frequency, Route
from monitor.settings import values
from monitor.settings.files import place_in, read_document, under
from monitor.settings.findings import Findings, Place, did_you_mean
from monitor.settings.sections import Table
from monitor.settings.toml_lines import Loc
from monitor.settings.values import HttpUrl, Name
from monitor.settings.yaml_documents import Document

Lookup: TypeAlias = Callable[[str], str | None]
At: TypeAlias = Callable[[Loc], Place]
_WAYS = ("slack", "email", "webhook", "webhook_secret")


class DestinationEntry(Table):
    """One way to reach people; exactly one of the keys."""

    slack: Annotated[str, AfterValidator(values.slack_channel)] | None = Field(
        default=None, description='A channel\'s id, or its name in quotes: "#desk".'
    )
    email: Annotated[str, AfterValidator(values.mail_address)] | None = Field(
        default=None, description="One mail address."
    )
    webhook: HttpUrl | None = Field(
        default=None, description="A URL that takes JSON; it is a secret, so webhook_secret is better."
    )
    webhook_secret: Name | None = Field(
        default=None,
        description="The name of the URL: of a secret file, or behind MONITOR_SECRETS__.",
    )


class RouteEntry(Table):
    """Who hears of which topics, and when."""

    topics: tuple[str, ...] = Field(default=(), min_length=1, description="Topics' ids; all when left out.")
    destinations: tuple[str, ...] = Field(min_length=1, description="Names from destinations.")
    when: Frequency = Field(default=Frequency.IMMEDIATE, description="immediate, hourly or daily.")
    at: Annotated[int, BeforeValidator(values.minutes_of_day)] = Field(
        default=7 * 60, description='The time of a daily digest, in quotes: "07:00".'
    )
    timezone: Annotated[str, AfterValidator(values.timezone)] = Field(
        default="UTC", description="The zone of that time, such as Europe/Berlin."
    )


class PeopleFile(Table):
    """The whole file; its entries are looked at one by one, so that a bad one hides no other's fault."""

    destinations: dict[Name, object] = Field(default={}, description="name → one way to reach people.")
    routes: tuple[object, ...] = Field(default=(), description="Who hears of what.")
    operators: tuple[str, ...] = Field(
        default=(), description="Names from destinations: who hears of sources that fall silent."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The usable content of the file."""

    destinations: dict[str, Destination]
    routes: tuple[Route, ...]
    operators: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()  # the names that webhooks were looked up by


def read_people(path: Path, topics: tuple[str, ...] | None, secret: Lookup, findings: Findings) -> People:
    """Return the destinations and routes of *path*, with names checked against each other and *topics*.

    *topics* is None when some topic could not be read: then no name counts as unknown.
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
    routes = [
        findings.validated(RouteEntry, content, under(document, "routes", index))
        for index, content in enumerate(file.routes)
    ]
    for index, route in enumerate(routes):
        if route is not None:
            _check_route(route, names, topics, under(document, "routes", index), findings)
    _check_names(file.operators, names, under(document, "operators"), findings)
    if None not in routes:
        _check_use(names, routes, file.operators, document, findings)
    destinations = (
        _destination(name, entry, under(document, "destinations", name), secret, findings)
        for name, entry in entries.items()
        if entry is not None
    )
    return People(
        destinations={found.name: found for found in destinations if found is not None},
        routes=tuple(_route(entry) for entry in routes if entry is not None),
        operators=tuple(dict.fromkeys(file.operators)),
        secrets=tuple(entry.webhook_secret for entry in entries.values() if entry and entry.webhook_secret),
    )


def _whole(document: Document | None, findings: Findings) -> PeopleFile | None:
    """Return the file's two lists; a heading with nothing but comments below says null."""
    if document is None or document.content is None:
        return None
    content: object = document.content
    if isinstance(content, dict):
        content = {key: value for key, value in content.items() if value is not None}
    return findings.validated(PeopleFile, content, under(document))


def _destination(
    name: str, entry: DestinationEntry, place: At, secret: Lookup, findings: Findings
) -> Destination | None:
    given = [way for way in _WAYS if getattr(entry, way) is not None]
    if len(given) != 1:
        findings.fault(
            place(()),
            f"needs exactly one of {', '.join(_WAYS)}",
            'Give one. Outside quotes "#" begins a comment: write slack: "#desk".',
        )
        return None
    if entry.slack is not None:
        return Destination(name=name, channel=Channel.SLACK, address=entry.slack)
    if entry.email is not None:
        return Destination(name=name, channel=Channel.EMAIL, address=entry.email)
    url = entry.webhook
    if entry.webhook_secret is not None:
        url = _webhook(entry.webhook_secret, place(("webhook_secret",)), secret, findings)
    return None if url is None else Destination(name=name, channel=Channel.WEBHOOK, address=url)


def _webhook(name: str, place: Place, secret: Lookup, findings: Findings) -> str | None:
    found = secret(name)
    if found is None:
        findings.fault(
            place,
            "there is no such secret",
            "Put the URL into a secret file of that name, or into MONITOR_SECRETS__ and the name.",
        )
        return None
    try:
        return values.http_url(found)
    except Complaint as error:
        findings.fault(
            place, "the secret is not a usable URL", str(error.context and error.context["remedy"])
        )
        return None


def _check_route(
    route: RouteEntry,
    destinations: tuple[str, ...],
    topics: tuple[str, ...] | None,
    place: At,
    findings: Findings,
) -> None:
    _check_names(route.destinations, destinations, lambda loc: place(("destinations", *loc)), findings)
    for index, name in enumerate(route.topics):
        if topics is not None and name not in topics:
            findings.fault(place(("topics", index)), "unknown topic", did_you_mean(name, topics))
    if "at" in route.model_fields_set and route.when is not Frequency.DAILY:
        findings.warn(place(("at",)), "says nothing here", "Only daily routes have a time: add when: daily.")


def _check_names(given: tuple[str, ...], known: tuple[str, ...], place: At, findings: Findings) -> None:
    for index, name in enumerate(given):
        if name not in known:
            findings.fault(place((index,)), "unknown destination", did_you_mean(name, known))


def _check_use(
    names: tuple[str, ...],
    routes: list[RouteEntry | None],
    operators: tuple[str, ...],
    document: Document,
    findings: Findings,
) -> None:
    routed = {name for route in routes if route for name in route.destinations}
    for name in names:
        if name not in routed and name not in operators:
            place = place_in(document, ("destinations", name))
            findings.warn(place, "no route leads here", "Name it in a route, or remove it.")


def _route(entry: RouteEntry) -> Route:
    return Route(
        destinations=entry.destinations,
        topics=entry.topics,
        frequency=entry.when,
        at=entry.at,
        timezone=entry.timezone,
    )
