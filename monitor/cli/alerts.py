"""`monitor alerts`: what was worth telling."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic_core import PydanticCustomError

from monitor.cli.context import ConfigOption, JsonOption, LimitOption, reading, settings_of, writing
from monitor.cli.output import complain, json_line, line, table, when, words
from monitor.cli.redaction import RevealOption, redaction, topic_named
from monitor.model import SEVERAL
from monitor.settings.values import duration
from monitor.store import alerts, errands, mutes, stories

app = typer.Typer(help="Alerts: what was worth telling.", no_args_is_help=True)
FIELDS = ("alert", "kind", "topic", "story", "article", "created_at", "score", "title", "outlet", "url")
SHOWN = (*FIELDS, "cause", "language", "evidence", "deliveries")


@app.callback()
def _group() -> None:
    """Alerts: what was worth telling."""


@app.command("list")
def list_alerts(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 100,
    reveal: RevealOption = False,
) -> None:
    """List alerts, the newest first; the ids are those that messages carry."""
    settings = settings_of(config)
    with reading(settings) as database:
        hidden = redaction(settings, database, reveal=reveal)
        found = database.read_now(alerts.listing, limit=limit)
    records = [
        hidden.alert({**row, "alert": row["id"], "story": row["story_id"], "article": row["article_id"]})
        for row in found
    ]
    if as_json:
        for record in records:
            json_line({field: record[field] for field in FIELDS})
        return
    now = datetime.now(UTC)
    table(
        "Alerts",
        ("alert", "told", "kind", "topic", "story", "outlet", "title"),
        [
            (
                record["alert"],
                when(record["created_at"], now),
                record["kind"].replace("_", " "),
                record["topic"] or "operator",
                record["story"],
                record["outlet"],
                record["title"],
            )
            for record in records
        ],
    )


@app.command("show")
def show(
    alert: Annotated[int, typer.Argument(help="The alert's id, as messages carry it.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one alert whole, of a discreet topic too: what it told, by which words, and who heard of it."""
    with reading(settings_of(config)) as database:
        found = database.read_now(alerts.show, alert)
    if found is None:
        complain(f"there is no alert {alert}: `monitor alerts list` names them")
        raise typer.Exit(1)
    record = {"alert": found["id"], "story": found["story_id"], "article": found["article_id"], **found}
    if as_json:
        json_line({field: record[field] for field in SHOWN})
        return
    for name in (*FIELDS, "cause"):
        line(f"{name:12} {words(record[name])}")
    for item in record["evidence"]:
        line(f"{'matched':12} {words(item['text'])}  ({words(item['concept'])})")
    for each in record["deliveries"]:
        line(f"{'told':12} {words(each['destination'])}: {each['state']}, {words(each['sent_at'])}")


@app.command("mute")
def mute(
    topic: Annotated[str | None, typer.Option(help="A topic's id, or its code name.")] = None,
    story: Annotated[int | None, typer.Option(help="A story's id.")] = None,
    destination: Annotated[str | None, typer.Option(help="Only there; everywhere when left out.")] = None,
    lasting: Annotated[str, typer.Option("--for", help="How long, such as 8h or 3d.")] = "24h",
    config: ConfigOption = None,
) -> None:
    """Tell nobody of a topic or a story for a while; its alerts are stored all the same."""
    settings = settings_of(config)
    now = datetime.now(UTC)
    if topic is None and story is None:
        complain("name a topic or a story: --topic ID, --story ID")
        raise typer.Exit(2)
    known = None if topic is None else topic_named(settings, topic)
    if topic is not None and known is None:
        complain("there is no such topic: `monitor topics list`")
        raise typer.Exit(1)
    names = {part for name in settings.destinations for part in (name, name.partition(SEVERAL)[0])}
    if destination is not None and destination not in names:
        complain("people.yaml names no such destination")
        raise typer.Exit(1)
    try:
        until = now + duration(lasting)
    except (PydanticCustomError, OverflowError):
        complain("--for is no length of time: write it like 8h, 3d or 30m")
        raise typer.Exit(2) from None
    with writing(settings) as database:
        if story is not None and not database.read_now(stories.named, [story]):
            complain(f"there is no story {story}: `monitor stories list`")
            raise typer.Exit(1)
        made = database.write_now(
            mutes.add, topic=known, story=story, destination=destination, until=until, now=now
        )
    line(f"mute {made} until {until:%Y-%m-%d %H:%M} UTC; `monitor alerts unmute {made}` ends it")


@app.command("unmute")
def unmute(mute: Annotated[int, typer.Argument(help="The mute's id.")], config: ConfigOption = None) -> None:
    """End a mute before its time."""
    with writing(settings_of(config)) as database:
        ended = database.write_now(mutes.remove, mute)
    if not ended:
        complain(f"there is no mute {mute}: `monitor alerts mutes` lists them")
        raise typer.Exit(1)
    line(f"mute {mute} is over")


@app.command("mutes")
def list_mutes(
    config: ConfigOption = None, as_json: JsonOption = False, reveal: RevealOption = False
) -> None:
    """List what is muted now."""
    settings = settings_of(config)
    now = datetime.now(UTC)
    with reading(settings) as database:
        hidden = redaction(settings, database, reveal=reveal)
        found = [
            replace(each, topic=each.topic and hidden.name(each.topic))
            for each in database.read_now(mutes.listing, now=now)
        ]
    if as_json:
        for each in found:
            record = asdict(each)
            json_line({"mute": record.pop("id"), **record})
        return
    table(
        "Mutes",
        ("mute", "topic", "story", "destination", "until", "what"),
        [
            (
                each.id,
                each.topic,
                each.story,
                each.destination,
                when(each.until, now),
                "digests" if each.digests else "all",
            )
            for each in found
        ],
    )


@app.command("irrelevant")
def list_irrelevant(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 100,
    reveal: RevealOption = False,
) -> None:
    """List the stories that readers called not relevant: what their topics' rules could be mended by."""
    settings = settings_of(config)
    with reading(settings) as database:
        hidden = redaction(settings, database, reveal=reveal)
        found = [
            {
                "story": each["story_id"],
                "topics": [hidden.name(topic) for topic in each["topics"]],
                "destination": each["destination"],
                "at": each["created_at"],
                "title": each["title"]
                if all(hidden.name(topic) == topic for topic in each["topics"])
                else None,
            }
            for each in database.read_now(errands.judged, limit=limit)
        ]
    if as_json:
        for each in found:
            json_line(each)
        return
    now = datetime.now(UTC)
    table(
        "Not relevant",
        ("story", "topics", "destination", "said", "title"),
        [
            (
                each["story"],
                ", ".join(each["topics"]),
                each["destination"],
                when(each["at"], now),
                each["title"],
            )
            for each in found
        ],
    )
