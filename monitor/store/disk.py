"""The room that is left where the state lives, before the database finds out by itself."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from monitor.errors import OperatorFault
from monitor.store.summary import Problem

MEBIBYTE = 1024 * 1024
PATIENCE = 60.0  # seconds: as long as the longest of the service's transactions, and then some
NEAR = 0.9  # of a budget: at a steady rate, a tenth of the time it took to get here is left


def database_size(connection: sa.Connection) -> int:
    """The bytes that the rows take; pages of an SQLite file that were freed are there for new ones."""
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
    page, pages, free = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)
        for name in ("page_size", "page_count", "freelist_count")
    )
    return page * (pages - free)


def shrink(database: Path) -> None:
    """Rewrite an SQLite file without its free pages; writers wait as long, and a service may be one.

    Raises: OperatorFault when there is no room for the second copy, or the file is in use for too long.
    """
    try:
        with closing(sqlite3.connect(database, timeout=PATIENCE)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as problem:
        raise OperatorFault(f"{database}: not rewritten ({problem}). The database is untouched") from None


def has_room(folder: Path, least: int) -> bool:
    """Whether at least *least* bytes can be written around *folder*; where we cannot look, none can."""
    return _free(folder) >= least and not _is_frozen(folder)


def shortage(folder: Path, least: int) -> Iterator[Problem]:
    """Yield the problem if room runs out, for `status` to tell while everything still works.

    A disk that the kernel has made read-only, as it does after faults of the hardware, has room and takes
    nothing.
    """
    free = _free(folder)
    if _is_frozen(folder):
        yield Problem(
            kind="disk read-only",
            subject=str(folder),
            detail="its file system takes no writes: work waits, and nothing is acknowledged",
            remedy="look at `dmesg` for faults of the disk, mend or replace it, and mount it writable: work "
            "goes on by itself",
        )
    elif free < least:
        yield Problem(
            kind="disk nearly full",
            subject=str(folder),
            detail=f"{free // MEBIBYTE} MiB free, at least {least // MEBIBYTE} MiB are wanted",
            remedy="make room, or keep less: the runbook says how under “The disk fills”",
        )


def over_budget(used: int, budget: int) -> Iterator[Problem]:
    """Yield the problem if the database comes near what it may take; a budget of 0 has no end."""
    if budget and used >= NEAR * budget:
        yield Problem(
            kind="database near its size",
            subject=f"{used // MEBIBYTE} MiB",
            detail=f"keep.size allows {budget // MEBIBYTE} MiB",
            remedy="keep less under [keep], then `monitor db prune`; or allow more",
        )


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _is_frozen(folder: Path) -> bool:
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False
