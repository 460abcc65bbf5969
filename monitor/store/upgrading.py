"""Bringing a database up to date with a way back: a copy of it is made first."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from monitor.store import backup, schema
from monitor.store.backup import Backup, Progress
from monitor.store.database import Database


def upgrade(
    database: Database, state_dir: Path, *, now: datetime, progress: Progress = lambda done, of: None
) -> Backup | None:
    """Run the migrations that are missing, and answer the copy that was made before them.

    None where nothing was missing or nothing was there yet, and on PostgreSQL, whose operators have pg_dump:
    a migration is one transaction, so a failed one leaves what was there.

    Raises: SchemaFault when the database was made by a newer program; OperatorFault when there is no room for
    the copy.
    """
    made = None
    if database.is_sqlite and database.exists():
        found = database.read_now(schema.version)
        if found in schema.known()[:-1]:
            target = state_dir / backup.FOLDER / f"before-{schema.known()[-1]}-{now:%Y%m%dT%H%M%SZ}.db"
            made = backup.back_up(Path(str(database.url.database)), target, progress)
    database.write_now(schema.upgrade)
    return made
