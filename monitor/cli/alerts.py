"""`monitor alerts`: what was worth telling."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from monitor.cli.context import ConfigOption, JsonOption, LimitOption, reading, settings_of
from monitor.cli.output import json_line, table, when
from monitor.store import alerts

app = typer.Typer(help="Alerts: what was worth telling.", no_args_is_help=True)
FIELDS = ("alert", "kind", "topic", "story", "article", "created_at", "score", "title", "outlet", "url")


@app.callback()
def _group() -> None:
    """Alerts: what was worth telling."""


@app.command("list")
def list_alerts(config: ConfigOption = None, as_json: JsonOption = False, limit: LimitOption = 100) -> None:
    """List alerts, the newest first; the ids are those that messages carry."""
    with reading(settings_of(config)) as database:
        found = database.read_now(alerts.listing, limit=limit)
    records = [
        {**row, "alert": row["id"], "story": row["story_id"], "article": row["article_id"]} for row in found
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
