"""What ended a parser is kept for an operator: whole files, bounded in size and number."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from monitor.store.quarantine import MAX_BODY, MAX_KEPT, keep


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_body_is_kept_with_a_note_for_nobody_else_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "quarantine"
    keep(folder, 7, b"<rss>", {"cause": "took over 10 s"})
    assert names(folder) == {"feed-7.body", "feed-7.json"}
    assert (folder / "feed-7.body").read_bytes() == b"<rss>"
    note = json.loads((folder / "feed-7.json").read_text("utf-8"))
    assert note == {"feed": 7, "cause": "took over 10 s", "bytes": 5, "kept": 5}
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}


def test_a_later_body_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    keep(tmp_path, 7, b"first", {})
    keep(tmp_path, 7, b"second", {})
    assert (tmp_path / "feed-7.body").read_bytes() == b"second"
    assert names(tmp_path) == {"feed-7.body", "feed-7.json"}


def test_a_large_body_is_cut_and_says_so(tmp_path: Path) -> None:
    keep(tmp_path, 7, bytes(MAX_BODY + 9), {})
    assert (tmp_path / "feed-7.body").stat().st_size == MAX_BODY
    note = json.loads((tmp_path / "feed-7.json").read_text("utf-8"))
    assert (note["bytes"], note["kept"]) == (MAX_BODY + 9, MAX_BODY)


def test_the_oldest_make_room(tmp_path: Path) -> None:
    for feed in range(MAX_KEPT + 2):
        keep(tmp_path, feed, b"x", {})
        os.utime(tmp_path / f"feed-{feed}.body", (feed, feed))
    keep(tmp_path, 1_000, b"x", {})
    kept = names(tmp_path)
    assert len(kept) == 2 * MAX_KEPT
    assert {"feed-1000.body", "feed-1000.json"} <= kept
    assert not {"feed-0.body", "feed-0.json", "feed-2.body"} & kept


def test_a_folder_that_cannot_be_written_is_a_fault_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "quarantine").write_text("a file in the way")
    with pytest.raises(OSError):
        keep(tmp_path / "quarantine", 7, b"x", {})
