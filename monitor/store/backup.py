"""Copies of an SQLite database: taken while the service writes, believed only once they were opened.

PostgreSQL has its own tools for this, which know it better: pg_dump, pg_restore.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.errors import OperatorFault
from monitor.store import schema

FOLDER = "backups"  # in the state directory
PAGES = 2_000  # copied between two looks at the progress: 8 MB; a writer beside us waits for none of it
COUNTED = ("feeds", "articles", "stories", "alerts", "deliveries")

Progress = Callable[[int, int], None]  # pages copied, pages in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy that was opened and found whole."""

    path: Path
    schema: str
    bytes: int
    rows: dict[str, int]


def name(now: datetime) -> str:
    """What the backup made *now* is called; names sort as they were made."""
    return f"monitor-{now:%Y%m%dT%H%M%SZ}.db"


def back_up(database: Path, target: Path, progress: Progress) -> Backup:
    """Copy *database* to *target* and verify the copy; the target appears whole or not at all.

    Raises: OperatorFault when the target exists, cannot be written, or the copy is not whole.
    """
    if target.exists():
        raise OperatorFault(f"{target} exists. A backup is never written over: name another file")
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))  # the watch list is in it
        _copy(database, part, progress)
        verify(part)
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as problem:
        reason = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
        raise OperatorFault(f"{target}: the backup failed ({reason}). The database is untouched") from None
    finally:
        with suppress(OSError):
            part.unlink()
    return verify(target)


def _copy(source: Path, target: Path, progress: Progress) -> None:
    uri = f"file:{source}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing, pages=PAGES, progress=lambda _, left, of: progress(of - left, of), sleep=0)
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, without its log beside it


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def verify(path: Path) -> Backup:
    """Open *path* and look whether every page is sound and the schema is one that we know.

    Raises: OperatorFault when it is not a database of ours.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            (state,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if state != "ok":
                raise OperatorFault(f"{path}: damaged ({state}). Take another backup")
            (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            rows = {table: _count(connection, table) for table in COUNTED}
    except (sqlite3.Error, TypeError) as problem:
        raise OperatorFault(f"{path}: not a database of the monitor ({problem}). Take another file") from None
    if found not in schema.known():
        raise OperatorFault(
            f"{path}: has schema {found}, which this program does not know. Install a newer one"
        )
    return Backup(path=path, schema=found, bytes=path.stat().st_size, rows=rows)


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  names of ours
    return int(count)


def restore(backup: Path, database: Path, aside: Path, progress: Progress) -> Backup:
    """Put *backup* in the place of *database*, which is kept as *aside*; the caller holds the state's lock.

    Raises: OperatorFault when the backup is not whole; nothing was changed then.
    """
    verify(backup)
    part = database.with_name(f".{database.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    back_up(backup, part, progress)
    if database.exists():
        back_up(database, aside, progress)  # with what stands in its log
    for ending in ("-wal", "-shm"):  # first: a log beside a database that is not its own would damage it
        with suppress(FileNotFoundError):
            database.with_name(database.name + ending).unlink()
    part.replace(database)
    _sync(database.parent)
    return verify(database)


def prune(folder: Path, keep: int) -> tuple[Path, ...]:
    """Remove all but the newest *keep* backups that stand in *folder* under our names, and return them."""
    made = sorted(folder.glob("monitor-*T*Z.db"))
    old = tuple(made[: max(len(made) - keep, 0)])
    for path in old:
        path.unlink()
    return old
