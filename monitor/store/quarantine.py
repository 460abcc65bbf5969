"""Bodies that ended their parser, kept as files for an operator and nobody else to look at."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = "quarantine"  # within the state directory
MAX_BODY = 1_000_000  # bytes; what breaks a parser is seldom its size alone
MAX_KEPT = 50  # feeds; more than that in trouble is a fault of ours, and shows in the first ones


def keep(folder: Path, feed_id: int, body: bytes, note: Mapping[str, object]) -> None:
    """Write the head of *body*, and *note* beside it, over what was kept of this feed; the oldest make room.

    Raises: OSError, such as for a full disk.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / f"feed-{feed_id}.body", body[:MAX_BODY])
    told = {"feed": feed_id, **note, "bytes": len(body), "kept": min(len(body), MAX_BODY)}
    _write(folder / f"feed-{feed_id}.json", json.dumps(told, indent=2, default=str).encode())
    _prune(folder)


def _write(path: Path, content: bytes) -> None:
    """Write a file at once or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    with part.open("wb") as file:
        part.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _prune(folder: Path) -> None:
    bodies = sorted(folder.glob("feed-*.body"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in bodies[MAX_KEPT:]:
        old.unlink(missing_ok=True)
        old.with_suffix(".json").unlink(missing_ok=True)
