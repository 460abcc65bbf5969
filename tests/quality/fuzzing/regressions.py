"""Failures as files that a test reads again: the bytes, made small where that is cheap, and a note beside."""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

from tests.quality.fuzzing.mutants import Mutant
from tests.quality.fuzzing.verdicts import Verdict

BODY, NOTE = ".feed.gz", ".json"
TRIES = 300  # parses that making one smaller may cost


async def keep(
    mutant: Mutant, found: Verdict, folder: Path, again: Callable[[Mutant], Awaitable[Verdict]]
) -> None:
    """Write a failure to *folder*, small if it failed fast; *again* tries a smaller one."""
    if not found.why.startswith("took"):
        mutant = await smallest(mutant, found, again)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / sha256(mutant.body).hexdigest()[:16]
    path.with_suffix(BODY).write_bytes(gzip.compress(mutant.body, mtime=0))
    told = {name: value for name, value in asdict(mutant).items() if name != "body"}
    note = {"outcome": found.outcome, "why": found.why, **told}
    path.with_suffix(NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")


async def smallest(mutant: Mutant, found: Verdict, again: Callable[[Mutant], Awaitable[Verdict]]) -> Mutant:
    """Return *mutant* without the pieces that it fails without as well: halves first, then smaller ones."""
    width, tries = len(mutant.body) // 2, 0
    while width and tries < TRIES:
        place = 0
        while place < len(mutant.body) and tries < TRIES:
            less = replace(mutant, body=mutant.body[:place] + mutant.body[place + width :])
            tries += 1
            if (await again(less)).why == found.why:
                mutant = less
            else:
                place += width
        width //= 2
    return mutant


def kept(folder: Path) -> list[Mutant]:
    """Return what lies in *folder*, to be tried again."""
    return [_read(path) for path in sorted(folder.glob(f"*{BODY}"))]


def _read(path: Path) -> Mutant:
    note = json.loads(path.with_name(path.name.removesuffix(BODY) + NOTE).read_text(encoding="utf-8"))
    return Mutant(
        number=note["number"],
        kinds=tuple(note["kinds"]),
        source=path.name,
        body=gzip.decompress(path.read_bytes()),
        content_type=note["content_type"],
        charset=note["charset"],
    )
