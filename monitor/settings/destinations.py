"""The destinations in `people.yaml`: one way to reach people each, and when they are left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError as Complaint

from monitor.model import SEVERAL, AlertKind, Channel, Destination, QuietHours
from monitor.settings import values
from monitor.settings.findings import Findings, Place, did_you_mean
from monitor.settings.sections import Alerts, Table
from monitor.settings.toml_lines import Loc
from monitor.settings.values import Duration, HttpUrl, Name, Number, Zone

Lookup: TypeAlias = Callable[[str], str | None]
At: TypeAlias = Callable[[Loc], Place]
KINDS = tuple(kind.value for kind in AlertKind if kind not in (AlertKind.DIGEST, AlertKind.TEST))


def _kind(value: object) -> AlertKind:
    if value not in KINDS:
        raise values.complaint("unknown kind", did_you_mean(str(value), KINDS))
    return AlertKind(str(value))


Kind = Annotated[AlertKind, BeforeValidator(_kind)]
Time = Annotated[int, BeforeValidator(values.minutes_of_day)]
NAME_LIMIT = 128  # characters of a destination's name in the database
_WAYS = ("slack", "slack_webhook_secret", "email", "webhook", "webhook_secret", "apprise_secret")
_SHORTEST_KEY = 16  # characters of a secret that signs: 64 bits in hex, the least that nobody guesses


class QuietEntry(Table):
    """Hours in which nothing arrives; what was held comes as one summary at their end."""

    begins: Time = Field(alias="from", description='When they begin, in quotes: "22:00".')
    ends: Time = Field(alias="to", description='When they end, in quotes: "07:00".')
    timezone: Zone = Field(default="UTC", description="The zone of those times, such as Europe/Berlin.")
    unless_score: Number | None = Field(
        default=None, ge=0, description="The score from which an alert comes all the same."
    )


class DestinationEntry(Table):
    """One way to reach people: exactly one of the first keys, and how much of it they want."""

    slack: Annotated[str, AfterValidator(values.slack_channel)] | None = Field(
        default=None, description='A channel\'s id, or its name in quotes: "#desk".'
    )
    email: Annotated[tuple[str, ...], BeforeValidator(values.mail_addresses)] | None = Field(
        default=None, description="A mail address, or a list of them: each gets a letter of its own."
    )
    webhook: HttpUrl | None = Field(
        default=None, description="A URL that takes JSON; it is a secret, so webhook_secret is better."
    )
    webhook_secret: Name | None = Field(
        default=None,
        description="The name of the URL: of a secret file, or behind MONITOR_SECRETS__.",
    )
    sign_secret: Name | None = Field(
        default=None, description="With a webhook: the name of the secret that signs what is sent."
    )
    slack_webhook_secret: Name | None = Field(
        default=None,
        description="The name of the URL of a Slack incoming webhook: no threads, and it may repeat.",
    )
    apprise_secret: Name | None = Field(
        default=None,
        description="The name of an Apprise URL: no threads, it may repeat, and it needs the extra apprise.",
    )
    language: values.Interface | None = Field(
        default=None, description="The language of messages, en or id; alerts.language when left out."
    )
    timezone: Zone | None = Field(
        default=None, description="The zone of the times in them; alerts.timezone when left out."
    )
    broadcast: tuple[Kind, ...] = Field(
        default=(),
        min_length=1,
        description="In Slack: kinds of follow-ups that show in the channel, too, not only in the thread.",
    )
    quiet: QuietEntry | None = Field(default=None, description="Hours in which nothing arrives.")
    per_hour: values.Count | None = Field(
        default=None, ge=1, le=1_000, description="Messages an hour; what is above is folded into summaries."
    )
    fallback: Name | None = Field(
        default=None, description="The destination that gets what cannot be delivered here."
    )
    fallback_after: Duration = Field(
        default=timedelta(hours=1),
        ge=timedelta(minutes=1),
        le=timedelta(days=1),
        description="How long it is tried here before.",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that are asked for."""
        named = (self.webhook_secret, self.sign_secret, self.slack_webhook_secret, self.apprise_secret)
        return tuple(name for name in named if name)


def check_destination(
    name: str, entry: DestinationEntry, names: tuple[str, ...], place: At, findings: Findings
) -> None:
    """Note what does not fit in an entry whose keys are right."""
    if entry.quiet is not None and entry.quiet.begins == entry.quiet.ends:
        findings.fault(place(("quiet", "to")), "the same as from", "Give the hours a length.")
    if entry.fallback == name:
        findings.fault(place(("fallback",)), "the destination itself", "Name another one.")
    elif entry.fallback is not None and entry.fallback not in names:
        findings.fault(place(("fallback",)), "unknown destination", did_you_mean(entry.fallback, names))
    if entry.email is not None and max(len(f"{name}{SEVERAL}{each}") for each in entry.email) > NAME_LIMIT:
        remedy = "Give that address a destination of its own, or this one a shorter name."
        findings.fault(place(("email",)), "an address that is too long beside others", remedy)
    if entry.sign_secret is not None and entry.webhook is None and entry.webhook_secret is None:
        findings.warn(place(("sign_secret",)), "says nothing here", "Only webhooks are signed; remove it.")
    if entry.broadcast and entry.slack is None:
        findings.warn(place(("broadcast",)), "says nothing here", "Only Slack channels have threads.")
    if "fallback_after" in entry.model_fields_set and entry.fallback is None:
        findings.warn(place(("fallback_after",)), "says nothing here", "Add fallback, or remove it.")


def destination(
    name: str, entry: DestinationEntry, usual: Alerts, place: At, secret: Lookup, findings: Findings
) -> Destination | None:
    """Return an entry as the service uses it, or None after noting why it cannot be used.

    *usual* says what holds where the entry says nothing.
    """
    given = [way for way in _WAYS if getattr(entry, way) is not None]
    if len(given) != 1:
        findings.fault(
            place(()),
            f"needs exactly one of {', '.join(_WAYS)}",
            'Give one. Outside quotes "#" begins a comment: write slack: "#desk".',
        )
        return None
    way = _way(entry, place, secret, findings)
    key = _key(entry, place, secret, findings)
    if way is None or key is None:
        return None
    quiet = entry.quiet
    return Destination(
        name=name,
        channel=way[0],
        address=way[1],
        language=entry.language or usual.language,
        timezone=entry.timezone or usual.timezone,
        signing_secret=key,
        broadcast=entry.broadcast,
        quiet=None
        if quiet is None
        else QuietHours(
            begins=quiet.begins,
            ends=quiet.ends,
            timezone=quiet.timezone,
            unless_score=quiet.unless_score,
        ),
        per_hour=entry.per_hour,
        fallback=entry.fallback,
        fallback_after=entry.fallback_after,
    )


def recipients(made: Destination, entry: DestinationEntry) -> tuple[Destination, ...]:
    """Return *made* for each of its addresses: nobody sees the others, and one that is refused is one.

    Several are told apart by the address in their names.
    """
    if entry.email is None or len(entry.email) == 1:
        return (made,)
    return tuple(
        replace(made, name=f"{made.name}{SEVERAL}{address}", address=address) for address in entry.email
    )


def _way(
    entry: DestinationEntry, place: At, secret: Lookup, findings: Findings
) -> tuple[Channel, str] | None:
    if entry.slack is not None:
        return Channel.SLACK, entry.slack
    if entry.email is not None:
        return Channel.EMAIL, entry.email[0]
    if entry.webhook is not None:
        return Channel.WEBHOOK, entry.webhook
    if entry.apprise_secret is not None:
        return _apprise(entry.apprise_secret, place(("apprise_secret",)), secret, findings)
    if entry.webhook_secret is not None:
        channel, key, name = Channel.WEBHOOK, "webhook_secret", entry.webhook_secret
    else:
        channel, key, name = Channel.SLACK_WEBHOOK, "slack_webhook_secret", entry.slack_webhook_secret or ""
    url = _url(name, place((key,)), secret, findings)
    return None if url is None else (channel, url)


def _url(name: str, place: Place, secret: Lookup, findings: Findings) -> str | None:
    found = _found(name, place, secret, findings)
    if found is None:
        return None
    try:
        return values.http_url(found)
    except Complaint as error:
        findings.fault(
            place, "the secret is not a usable URL", str(error.context and error.context["remedy"])
        )
        return None


def _apprise(name: str, place: Place, secret: Lookup, findings: Findings) -> tuple[Channel, str] | None:
    """Whether Apprise knows the URL is told by the first message: it would have to be loaded to say so."""
    if find_spec("apprise") is None:
        findings.fault(
            place, "needs the package apprise", "Install it: pip install 'newsroom-monitor[apprise]'."
        )
    found = _found(name, place, secret, findings)
    if found is None:
        return None
    if "://" not in found:
        findings.fault(
            place, "the secret is not an Apprise URL", "Write it as Apprise's pages do, such as discord://…"
        )
        return None
    return Channel.APPRISE, found


def _key(entry: DestinationEntry, place: At, secret: Lookup, findings: Findings) -> str | None:
    """Return what signs, empty where nothing does, or None after noting why it cannot be used."""
    if entry.sign_secret is None:
        return ""
    here = place(("sign_secret",))
    found = _found(entry.sign_secret, here, secret, findings)
    if found is not None and len(found) < _SHORTEST_KEY:
        findings.fault(
            here,
            f"the secret is shorter than {_SHORTEST_KEY} characters",
            "Make a new one: openssl rand -hex 32.",
        )
        return None
    return found


def _found(name: str, place: Place, secret: Lookup, findings: Findings) -> str | None:
    found = secret(name)
    if found is None:
        findings.fault(
            place,
            "there is no such secret",
            "Put it into a secret file of that name, or into MONITOR_SECRETS__ and the name.",
        )
    return found


def fallbacks(entries: Mapping[str, DestinationEntry | None]) -> set[str]:
    """The destinations that others fall back to."""
    return {entry.fallback for entry in entries.values() if entry is not None and entry.fallback is not None}
