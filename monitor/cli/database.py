"""`monitor db`: the database's schema."""

from __future__ import annotations

import typer

from monitor.cli.context import ConfigOption, settings_of
from monitor.cli.output import line
from monitor.store import schema
from monitor.store.database import Database

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The database."""


@app.command()
def upgrade(config: ConfigOption = None) -> None:
    """Bring the schema up to date; the service does the same when it starts."""
    database = Database(settings_of(config).database.url)
    try:
        database.write_now(schema.upgrade)
    finally:
        database.close()
    line("the schema is up to date")
