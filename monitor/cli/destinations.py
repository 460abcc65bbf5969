"""`monitor destinations`: who can be told, and whether messages arrive there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, assert_never

import typer

from monitor.alerts.refusals import meaning_of
from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of
from monitor.cli.output import complain, json_line, line, table, when, words
from monitor.errors import SchemaFault
from monitor.model import SEVERAL, Channel, Destination, Refused, SendResult, Sent, TryLater
from monitor.settings import Settings
from monitor.store import destinations as stored

app = typer.Typer(help="Destinations: who can be told, and whether messages arrive.", no_args_is_help=True)
NOTHING = {"waiting": 0, "dead": 0, "last_sent_at": None, "last_error": None}
EX_TEMPFAIL = 75  # sysexits.h: it may work later


@app.callback()
def _group() -> None:
    """Destinations: who can be told, and whether messages arrive."""


@app.command("list")
def list_destinations(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the destinations of people.yaml, and how delivering to each of them stands."""
    settings = settings_of(config)
    found = _standing(settings)
    records = [
        _record(destination, found.get(name, NOTHING)) for name, destination in settings.destinations.items()
    ]
    if as_json:
        for record in records:
            json_line(record)
        return
    now = datetime.now(UTC)
    table(
        "Destinations",
        ("destination", "channel", "address", "last sent", "waiting", "dead", "fallback", "last error"),
        [
            (
                record["destination"],
                record["channel"],
                record["address"] or "(a secret)",
                when(record["last_sent_at"], now),
                record["waiting"],
                record["dead"],
                record["fallback"],
                record["last_error"],
            )
            for record in records
        ],
    )


def _standing(settings: Settings) -> Mapping[str, Mapping[str, Any]]:
    try:
        with reading(settings) as database:
            return database.read_now(stored.standing)
    except SchemaFault:  # nobody was told anything yet
        return {}


def _record(destination: Destination, found: Mapping[str, Any]) -> dict[str, Any]:
    """A destination in the shape that programs rely on; the URL of a webhook is a secret."""
    is_open = destination.channel in (Channel.SLACK, Channel.EMAIL)
    return {
        "destination": destination.name,
        "channel": destination.channel,
        "address": destination.address if is_open else None,
        "language": destination.language,
        "timezone": destination.timezone,
        "per_hour": destination.per_hour,
        "fallback": destination.fallback,
        **found,
    }


@app.command("test")
def prove(
    name: Annotated[str, typer.Argument(help="A name from destinations in people.yaml.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a real test message and say what the other side answered.

    Exit code 0: it was taken; 1: it was refused; 75: it may work later.
    """
    settings = settings_of(config)
    meant = [
        each
        for each in settings.destinations.values()
        if name in (each.name, each.name.partition(SEVERAL)[0])
    ]
    if not meant:
        complain("people.yaml names no such destination: `monitor destinations list`")
        raise typer.Exit(2)
    codes = [_test(destination, settings, as_json=as_json) for destination in meant]
    raise typer.Exit(max(codes, key=(0, EX_TEMPFAIL, 1).index))


def _test(destination: Destination, settings: Settings, *, as_json: bool) -> int:
    from monitor.service import proving  # brings every client: a second that `list` need not wait

    result = asyncio.run(proving.prove(destination, settings, now=datetime.now(UTC)))
    answer = result.said if isinstance(result, Sent) else result.reason
    meaning = None if isinstance(result, Sent) else meaning_of(result.reason)
    if as_json:
        json_line(
            {
                "destination": destination.name,
                "channel": destination.channel,
                "result": _named(result)[0],
                "answer": answer,
                "meaning": meaning and meaning.meaning,
                "remedy": meaning and meaning.remedy,
            }
        )
    else:
        line(f"{destination.name}: {_named(result)[1]}")
        line(f"    {words(destination.channel)} answered: {words(answer)}")
        if meaning is not None:
            line(f"    It means: {meaning.meaning}.")
            line(f"    To do: {meaning.remedy}.")
    return _named(result)[2]


def _named(result: SendResult) -> tuple[str, str, int]:
    match result:
        case Sent():
            return "sent", "taken", 0
        case TryLater():
            return "try_later", "not taken now; the service would try again", EX_TEMPFAIL
        case Refused():
            return "refused", "refused; the service would not try again", 1
        case _:
            assert_never(result)
