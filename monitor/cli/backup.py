"""`monitor backup` and `monitor restore`: a copy of everything, taken beside the running service."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import ConfigOption, JsonOption, settings_of
from monitor.cli.output import bar, json_line, line
from monitor.errors import OperatorFault
from monitor.settings import Settings
from monitor.store import backup as copies
from monitor.store import schema
from monitor.store.backup import Backup
from monitor.store.database import Database
from monitor.store.lock import StateLock

MEBIBYTE = 1024 * 1024


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="The file to write. Default: backups/ in the state directory.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Then keep only so many of those in the default place.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the database while the service runs, and verify the copy by opening it."""
    settings = settings_of(config)
    database = _file(settings)
    if not database.exists():
        raise OperatorFault("there is no database yet, so there is nothing to keep. Start the service once")
    folder = settings.service.state_dir / copies.FOLDER
    with bar("copying") as progress:
        made = copies.back_up(database, target or folder / copies.name(datetime.now(UTC)), progress)
    gone = copies.prune(folder, keep) if keep else ()
    _say(made, "backed up to", as_json)
    for path in () if as_json else gone:
        line(f"removed {path}")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that `monitor backup` made.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the database's place, with the service stopped; what was there is kept."""
    settings = settings_of(config)
    database, now = _file(settings), datetime.now(UTC)
    lock = StateLock(settings.service.state_dir, now=now)
    try:
        aside = settings.service.state_dir / copies.FOLDER / f"before-restore-{now:%Y%m%dT%H%M%SZ}.db"
        had = database.exists()
        with bar("restoring") as progress:
            found = copies.restore(file, database, aside, progress)
        opened = Database(settings.database.url)
        try:
            opened.write_now(schema.upgrade)
        finally:
            opened.close()
    finally:
        lock.close()
    _say(found, f"restored from {file} to", as_json)
    if had and not as_json:
        line(f"what was there before is kept as {aside}")


def _file(settings: Settings) -> Path:
    """The SQLite file of these settings.

    Raises: OperatorFault where the rows stand in PostgreSQL.
    """
    database = Database(settings.database.url)
    try:
        if database.is_sqlite and database.url.database:
            return Path(database.url.database)
    finally:
        database.close()
    raise OperatorFault(
        "the rows stand in PostgreSQL, whose own tools copy it: pg_dump and pg_restore; the runbook says how"
    )


def _say(made: Backup, how: str, as_json: bool) -> None:
    if as_json:
        json_line({"file": str(made.path), "schema": made.schema, "bytes": made.bytes, "rows": made.rows})
        return
    counted = ", ".join(f"{count} {table}" for table, count in made.rows.items())
    line(f"{how} {made.path}: {made.bytes / MEBIBYTE:.1f} MiB, schema {made.schema}, verified ({counted})")
