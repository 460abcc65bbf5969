"""Receipts: messages that the other side has taken, whose rows do not say so yet.

Between a mail server's "250" and our commit lie a queue, a thread and a disk: who is killed there would send
the letter again, and SMTP has no way to look. What was written to a file the kernel keeps, however the
process ends, and a write takes microseconds.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Collection
from pathlib import Path

NAME = "receipts"
SLOT = 512  # bytes: a key, a reference as long as a Message-ID may be (64 + 255), and a page holds whole ones
SLOTS = 128  # twice as many as hands deliver; what finds none free is remembered without the file


class Receipts:
    """Remembers references by a delivery's key until its row is settled, in *path* if there is one.

    The file has slots of one size and never grows, so that a full disk leaves it room once it is there. Its
    faults cost what it is for and nothing else; *tell* hears of the first. It is never flushed: that would
    cost what the commit does, and a machine that loses its power may repeat a letter.
    """

    def __init__(self, path: Path | None = None, *, tell: Callable[[OSError], None] = lambda _: None) -> None:
        self._tell: Callable[[OSError], None] | None = tell
        self._refs: dict[str, str] = {}
        self._slots: dict[str, int] = {}
        self._free = list(range(SLOTS))
        self._file: int | None = None
        if path is not None:
            try:
                self._open(path)
            except OSError as fault:
                self._failed(fault)

    def of(self, key: str) -> str | None:
        """The reference of a message that was taken, None where nothing says that it was."""
        return self._refs.get(key)

    def note(self, key: str, ref: str) -> None:
        """Remember that the other side took a message and calls it *ref*."""
        self._refs[key] = ref
        line = json.dumps([key, ref]).encode()
        if self._free and key not in self._slots and len(line) < SLOT:
            self._slots[key] = self._free.pop()
            self._write(self._slots[key], line)

    def settled(self, key: str) -> None:
        """Forget a message whose row says it now."""
        self._refs.pop(key, None)
        slot = self._slots.pop(key, None)
        if slot is not None:
            self._write(slot, b"")
            self._free.append(slot)

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget all but *keys*: a start finds receipts of rows that were settled right before the end."""
        for key in self._refs.keys() - set(keys):
            self.settled(key)

    def close(self) -> None:
        """Close the file; what is in it waits for the next start."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        content = os.pread(self._file, SLOT * SLOTS, 0)
        self._read(content)
        whole = len(content) // SLOT
        os.pwrite(self._file, _padded(b"") * (SLOTS - whole), whole * SLOT)  # takes its room now

    def _read(self, content: bytes) -> None:
        for slot in range(len(content) // SLOT):
            match _line(content[slot * SLOT : (slot + 1) * SLOT]):
                case [str(key), str(ref)]:
                    self._refs[key], self._slots[key] = ref, slot
        self._free = sorted(set(range(SLOTS)) - set(self._slots.values()))

    def _write(self, slot: int, line: bytes) -> None:
        if self._file is None:
            return
        try:
            if os.pwrite(self._file, _padded(line), slot * SLOT) < SLOT:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as fault:
            self._failed(fault)

    def _failed(self, fault: OSError) -> None:
        tell, self._tell = self._tell, None
        if tell is not None:
            tell(fault)


def _padded(line: bytes) -> bytes:
    return line.ljust(SLOT - 1) + b"\n"


def _line(slot: bytes) -> object:
    try:
        return json.loads(slot)
    except ValueError:  # free, or cut off by a full disk
        return None
