"""`monitor backup` and `monitor restore`, on a newsroom's state."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.store.lock import StateLock
from tests.cli.command import monitor
from tests.cli.conftest import Desk


def _titles(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [title for (title,) in connection.execute("SELECT title FROM articles ORDER BY id")]


def _forget_all(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM articles")


def test_a_backup_brings_everything_back(desk: Desk, tmp_path: Path) -> None:
    database, kept = desk.state / "monitor.db", tmp_path / "kept.db"
    titles = _titles(database)
    (made,) = monitor("backup", kept, "--json", "-c", desk.config).records
    assert made["rows"]["articles"] == len(titles) > 0
    _forget_all(database)

    said = monitor("restore", kept, "-c", desk.config)

    assert _titles(database) == titles
    (aside,) = (desk.state / "backups").glob("before-restore-*.db")
    assert _titles(aside) == []
    assert str(aside) in said.out
    monitor("stories", "list", "-c", desk.config)


def test_a_backup_is_for_its_owner_only(desk: Desk) -> None:
    monitor("backup", "-c", desk.config)
    (made,) = (desk.state / "backups").iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_backup_beside_a_writer_is_whole(desk: Desk, tmp_path: Path) -> None:
    database, end = desk.state / "monitor.db", threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            while not end.is_set():
                with connection:
                    connection.execute("UPDATE articles SET title = title || '.' WHERE id = 1")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        monitor("backup", tmp_path / "kept.db", "-c", desk.config)
    finally:
        end.set()
        writer.join(30)
    assert len(_titles(tmp_path / "kept.db")) == len(_titles(database))


def test_only_the_newest_are_kept_when_asked(desk: Desk) -> None:
    folder = desk.state / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"monitor-2026010{day}T000000Z.db").touch()
    (folder / "mine.db").touch()

    monitor("backup", "--keep", 2, "-c", desk.config)

    names = sorted(path.name for path in folder.iterdir())
    assert names[:2] == ["mine.db", "monitor-20260103T000000Z.db"]
    assert len(names) == 3


def test_a_backup_is_never_written_over(desk: Desk, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.write_text("mine")
    assert "exists" in monitor("backup", there, "-c", desk.config, expect=78).err
    assert there.read_text() == "mine"


@pytest.mark.parametrize("damage", ["text", "cut", "newer"])
def test_what_is_no_whole_backup_changes_nothing(desk: Desk, tmp_path: Path, damage: str) -> None:
    database, bad = desk.state / "monitor.db", tmp_path / "bad.db"
    monitor("backup", bad, "-c", desk.config)
    if damage == "text":
        bad.write_text("not a database")
    elif damage == "cut":
        bad.write_bytes(bad.read_bytes()[: bad.stat().st_size // 2])
    else:
        with closing(sqlite3.connect(bad)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    titles = _titles(database)

    said = monitor("restore", bad, "-c", desk.config, expect=78)

    assert str(bad) in said.err
    assert _titles(database) == titles


def test_a_running_service_is_not_restored_under(desk: Desk, tmp_path: Path) -> None:
    monitor("backup", tmp_path / "kept.db", "-c", desk.config)
    lock = StateLock(desk.state, now=datetime.now(UTC))
    try:
        monitor("restore", tmp_path / "kept.db", "-c", desk.config, expect=75)
    finally:
        lock.close()


def test_postgresql_is_left_to_its_own_tools(desk: Desk) -> None:
    desk.configure(database={"url": "postgresql://nobody@127.0.0.1:1/none"})
    assert "pg_dump" in monitor("backup", "-c", desk.config, expect=78).err
