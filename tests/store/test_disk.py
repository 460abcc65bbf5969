"""The room that is left."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from monitor.errors import OperatorFault
from monitor.store.database import Database
from monitor.store.disk import MEBIBYTE, database_size, has_room, over_budget, shortage, shrink


def test_a_disk_with_room_is_no_problem(tmp_path: Path) -> None:
    assert has_room(tmp_path, 1)
    assert not list(shortage(tmp_path, 1))


def test_a_disk_that_runs_full_is_told_with_what_is_left(tmp_path: Path) -> None:
    wanted = shutil.disk_usage(tmp_path).total * 2
    (problem,) = shortage(tmp_path, wanted)
    assert not has_room(tmp_path, wanted)
    assert problem.kind == "disk nearly full"
    assert "MiB free" in problem.detail


def test_a_disk_that_turned_read_only_is_told_although_it_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.statvfs(tmp_path)
    frozen = os.statvfs_result((*real[:8], real.f_flag | os.ST_RDONLY, real.f_namemax))
    monkeypatch.setattr(os, "statvfs", lambda folder: frozen)
    (problem,) = shortage(tmp_path, 1)
    assert problem.kind == "disk read-only"
    assert not has_room(tmp_path, 1)


def test_a_folder_that_cannot_be_looked_at_has_no_room(tmp_path: Path) -> None:
    assert not has_room(tmp_path / "gone", 1)


def test_a_database_is_told_before_it_is_as_large_as_it_may_be() -> None:
    assert not list(over_budget(89 * MEBIBYTE, 100 * MEBIBYTE))
    (problem,) = over_budget(90 * MEBIBYTE, 100 * MEBIBYTE)
    assert problem.kind == "database near its size"
    assert "100 MiB" in problem.detail
    assert not list(over_budget(90 * MEBIBYTE, 0))


def test_rows_that_are_gone_no_longer_count(database: Database) -> None:
    empty = database.read_now(database_size)
    database.write_now(lambda c: c.exec_driver_sql("CREATE TABLE heap (what TEXT)"))
    database.write_now(lambda c: c.exec_driver_sql("INSERT INTO heap VALUES ('" + 3_000_000 * "x" + "')"))
    full = database.read_now(database_size)
    database.write_now(lambda c: c.exec_driver_sql("DROP TABLE heap"))
    if database.is_sqlite:  # PostgreSQL compresses what repeats itself
        assert full > empty + 3_000_000
    assert database.read_now(database_size) < empty + MEBIBYTE / 2


def test_a_file_that_cannot_be_rewritten_is_left_and_said(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    file.write_bytes(b"not a database " * 1_000)
    with pytest.raises(OperatorFault, match="not rewritten"):
        shrink(file)
    assert file.read_bytes().startswith(b"not a database")
