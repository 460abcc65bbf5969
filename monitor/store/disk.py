"""The room that is left where the state lives, before the database finds out by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from monitor.store.summary import Problem

MEBIBYTE = 1024 * 1024


def has_room(folder: Path, least: int) -> bool:
    """Whether at least *least* bytes are free around *folder*; one that cannot be looked at has none."""
    return _free(folder) >= least


def shortage(folder: Path, least: int) -> Iterator[Problem]:
    """Yield the problem if room runs out, for `status` to tell while everything still works."""
    free = _free(folder)
    if free < least:
        yield Problem(
            kind="disk nearly full",
            subject=str(folder),
            detail=f"{free // MEBIBYTE} MiB free, at least {least // MEBIBYTE} MiB are wanted",
            remedy="make room, or keep less: the runbook says how under “The disk fills”",
        )


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
