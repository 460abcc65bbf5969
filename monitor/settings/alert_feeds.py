"""The feeds of alerts in `people.yaml`: what may be fetched with which token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from pydantic import Field

from monitor.model import AlertFeed
from monitor.settings import values
from monitor.settings.findings import Findings, Place, did_you_mean
from monitor.settings.sections import Alerts, Table
from monitor.settings.toml_lines import Loc
from monitor.settings.values import Name, Zone

Lookup: TypeAlias = Callable[[str], str | None]
At: TypeAlias = Callable[[Loc], Place]

SHORTEST_TOKEN = 24  # characters: 96 bits in hex, and nobody counts tries at a listener


class AlertFeedEntry(Table):
    """One feed: whoever has its token reads what its topics told."""

    token_secret: Name = Field(description="The name of the secret that stands in the feed's address.")
    topics: tuple[str, ...] = Field(
        default=(), min_length=1, description="Topics' ids; all but the discreet ones when left out."
    )
    language: values.Interface | None = Field(default=None, description="Of the words around the news.")
    timezone: Zone | None = Field(default=None, description="Of the times in it.")


def alert_feeds(
    entries: Mapping[str, AlertFeedEntry],
    topics: tuple[str, ...] | None,
    usual: Alerts,
    place: Callable[[str], At],
    secret: Lookup,
    findings: Findings,
) -> tuple[AlertFeed, ...]:
    """Return the feeds that can be used; what is wrong with the others is noted."""
    found: dict[str, AlertFeed] = {}
    for name, entry in entries.items():
        at = place(name)
        for index, topic in enumerate(entry.topics):
            if topics is not None and topic not in topics:
                findings.fault(at(("topics", index)), "unknown topic", did_you_mean(topic, topics))
        token = _token(entry.token_secret, at(("token_secret",)), secret, findings)
        if token in found:
            findings.fault(
                at(("token_secret",)), "the token of another feed", "Give each feed a token of its own."
            )
        elif token is not None:
            found[token] = AlertFeed(
                name=name,
                token=token,
                topics=entry.topics,
                language=entry.language or usual.language,
                timezone=entry.timezone or usual.timezone,
            )
    return tuple(found.values())


def _token(name: str, place: Place, secret: Lookup, findings: Findings) -> str | None:
    found = secret(name)
    remedy = "Make one: openssl rand -hex 24, in a secret file of that name, or MONITOR_SECRETS__ and it."
    if found is None:
        findings.fault(place, "there is no such secret", remedy)
        return None
    if len(found) < SHORTEST_TOKEN or not found.isascii() or not found.isalnum():
        findings.fault(
            place, f"the secret is not {SHORTEST_TOKEN} or more letters and digits without blanks", remedy
        )
        return None
    return found
