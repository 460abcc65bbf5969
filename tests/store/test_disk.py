"""The room that is left."""

from __future__ import annotations

import shutil
from pathlib import Path

from monitor.store.disk import has_room, shortage


def test_a_disk_with_room_is_no_problem(tmp_path: Path) -> None:
    assert has_room(tmp_path, 1)
    assert not list(shortage(tmp_path, 1))


def test_a_disk_that_runs_full_is_told_with_what_is_left(tmp_path: Path) -> None:
    wanted = shutil.disk_usage(tmp_path).total * 2
    (problem,) = shortage(tmp_path, wanted)
    assert not has_room(tmp_path, wanted)
    assert problem.kind == "disk nearly full"
    assert "MiB free" in problem.detail


def test_a_folder_that_cannot_be_looked_at_has_no_room(tmp_path: Path) -> None:
    assert not has_room(tmp_path / "gone", 1)
