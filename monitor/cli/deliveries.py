"""`monitor deliveries`: where alerts went, and what keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from monitor.cli.context import ConfigOption, JsonOption, LimitOption, reading, settings_of, writing
from monitor.cli.output import complain, json_line, line, table, when, words
from monitor.model import DeliveryState
from monitor.store import deliveries

app = typer.Typer(help="Deliveries: alerts on their way.", no_args_is_help=True)
FIELDS = (
    "delivery",
    "alert",
    "destination",
    "state",
    "attempts",
    "next_attempt_at",
    "provider_ref",
    "last_error",
    "story",
    "frequency",
    "carried_by",
    "sent_at",
)
SHOWN = (
    "destination",
    "state",
    "frequency",
    "attempts",
    "created_at",
    "first_attempt_at",
    "next_attempt_at",
    "sent_at",
    "provider_ref",
    "last_error",
    "carried_by",
)


@app.command("list")
def list_deliveries(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 100,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
) -> None:
    """List deliveries, the newest first; one that another carries went out in its message."""
    with reading(settings_of(config)) as database:
        found = database.read_now(deliveries.listing, limit=limit, state=state)
    records = [
        {**row, "delivery": row["id"], "alert": row["alert_id"], "story": _story(row)} for row in found
    ]
    if as_json:
        for record in records:
            json_line({field: record[field] for field in FIELDS})
        return
    now = datetime.now(UTC)
    table(
        "Deliveries",
        ("delivery", "alert", "story", "destination", "state", "attempts", "when", "note"),
        [
            (
                record["delivery"],
                record["alert"],
                record["story"],
                record["destination"],
                record["state"],
                record["attempts"],
                when(record["sent_at"] or record["next_attempt_at"], now),
                _note(record),
            )
            for record in records
        ],
    )


def _story(row: dict[str, Any]) -> int | None:
    """The story, unless its title would say what a discreet topic is about."""
    is_discreet = row["payload"] is not None and row["payload"].get("discreet")
    return None if is_discreet else row["story_id"]


def _note(record: dict[str, Any]) -> str | None:
    """What went wrong last, or in whose message it travels."""
    if record["last_error"] is not None:
        return str(record["last_error"])
    return None if record["carried_by"] is None else f"in the message of {record['carried_by']}"


@app.command("retry")
def retry(
    delivery: Annotated[int, typer.Argument(help="The delivery's id.")], config: ConfigOption = None
) -> None:
    """Give a dead delivery another life; the service sends it at its next turn."""
    with writing(settings_of(config)) as database:
        revived = database.write_now(deliveries.retry, delivery, now=datetime.now(UTC))
    if not revived:
        complain(
            f"delivery {delivery} is not dead: `monitor deliveries list --state dead` names those that are"
        )
        raise typer.Exit(1)
    line(f"delivery {delivery} is due again")


@app.command("show")
def show(
    delivery: Annotated[int, typer.Argument(help="The delivery's id.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one delivery: where it stands, what it carries, and what the other side said."""
    with reading(settings_of(config)) as database:
        found = database.read_now(deliveries.show, delivery)
    if found is None:
        complain(f"there is no delivery {delivery}")
        raise typer.Exit(1)
    record = {
        "delivery": found["id"],
        "alert": found["alert_id"],
        "kind": found["kind"],
        **{field: found[field] for field in SHOWN},
        "carries": found["carries"],
    }
    if as_json:
        json_line(record)
        return
    for name, value in record.items():
        line(f"{name:16} {words(value)}")


@app.command("drop")
def drop(
    delivery: Annotated[int, typer.Argument(help="The delivery's id.")], config: ConfigOption = None
) -> None:
    """Forget a dead or waiting delivery and what it carries; its alerts stay stored."""
    with writing(settings_of(config)) as database:
        dropped = database.write_now(deliveries.drop, delivery)
    if not dropped:
        complain(f"delivery {delivery} is no message of its own that is dead or waits")
        raise typer.Exit(1)
    line(f"delivery {delivery} is dropped")
