"""`monitor db`: the database's schema, and what it need not keep."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from monitor.cli.context import ConfigOption, JsonOption, settings_of, writing
from monitor.cli.output import bar, err, json_line, line
from monitor.settings.keeping import retention
from monitor.stages.prune import prune as forget
from monitor.store import disk
from monitor.store.database import Database
from monitor.store.upgrading import upgrade as bring_up

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The database."""


@app.command()
def upgrade(config: ConfigOption = None) -> None:
    """Bring the schema up to date; the service does the same when it starts."""
    settings = settings_of(config)
    database = Database(settings.database.url)
    try:
        database.require_writable()
        with bar("copying what is there") as progress:
            made = bring_up(database, settings.service.state_dir, now=datetime.now(UTC), progress=progress)
    finally:
        database.close()
    if made is not None:
        line(f"what was there before is kept as {made.path}")
    line("the schema is up to date")


@app.command()
def prune(
    shrink: Annotated[
        bool,
        typer.Option(
            help="Give the room back to the disk afterwards (SQLite): takes as much room again "
            "while it runs, and the service waits."
        ),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget what [keep] and the topics no longer keep; the service does the same every six hours."""
    settings = settings_of(config)
    with writing(settings) as database:
        keep = retention(settings.keep, settings.topics)
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), console=err, transient=True
        ) as progress:
            bites: dict[str, int] = {}

            def show(kind: str, rows: int) -> None:
                bites[kind] = bites.get(kind, 0) + rows
                progress.update(task, description=f"{bites[kind]:,} {kind} forgotten")

            task = progress.add_task("looking for what is old")
            gone = asyncio.run(forget(database, keep, now=datetime.now(UTC), on_bite=show))
            if shrink and database.is_sqlite:
                progress.update(task, description="rewriting the file")
                disk.shrink(Path(str(database.url.database)))
        size = database.read_now(disk.database_size)
    if as_json:
        json_line({"forgotten": gone, "bytes": size})
        return
    line("; ".join(f"{rows:,} {kind} forgotten" for kind, rows in gone.items()) or "nothing is old enough")
    line(f"the database takes {size / disk.MEBIBYTE:,.1f} MiB")
