"""Migrations over a database that holds something in every table, and the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.errors import OperatorFault, SchemaFault
from monitor.store import backup, schema
from monitor.store.database import Database
from monitor.store.upgrading import upgrade
from tests.store.moving import move_to

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
FILLERS: tuple[tuple[type[sa.types.TypeEngine[Any]], object], ...] = (
    (sa.Boolean, False), (sa.DateTime, NOW.replace(tzinfo=None)), (sa.Float, 0.5), (sa.Integer, 1),
    (sa.JSON, ["kept"]), (sa.String, "kept"),
)  # fmt: skip


def fill(connection: sa.Connection) -> None:
    """Put a row into every table that has none, each value of its column's kind."""
    there = sa.MetaData()
    there.reflect(connection)
    for table in there.sorted_tables:
        if not connection.scalar(sa.select(sa.func.count()).select_from(table)):
            connection.execute(sa.insert(table).values({c.name: _filler(c) for c in table.columns}))


def _filler(column: sa.Column[Any]) -> object:
    return next(value for kind, value in FILLERS if isinstance(column.type, kind))


def counts(connection: sa.Connection) -> dict[str, int]:
    there = sa.MetaData()
    there.reflect(connection)
    return {
        table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in there.sorted_tables
    }


def test_no_migration_loses_a_row(empty_database: Database) -> None:
    empty = empty_database
    for revision in schema.known():
        empty.write_now(move_to, revision)
        empty.write_now(fill)
    empty.write_now(schema.upgrade)
    empty.read_now(schema.check)
    assert set(empty.read_now(counts).values()) == {1}
    if empty.is_sqlite:
        broken = empty.read_now(lambda c: c.exec_driver_sql("PRAGMA foreign_key_check").all())
        assert broken == []


def test_an_old_database_is_copied_before_it_moves_and_the_copy_leads_back(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    database = Database(f"sqlite:///{file}")
    old, new = schema.known()[-2:]
    database.write_now(move_to, old)
    database.write_now(fill)
    made = upgrade(database, tmp_path, now=NOW)
    assert made is not None
    assert (made.schema, made.path.parent.name) == (old, "backups")
    assert new in made.path.name
    assert database.read_now(schema.version) == new
    assert upgrade(database, tmp_path, now=NOW) is None, "there is nothing more to do, nor to copy"
    database.close()
    backup.restore(made.path, file, tmp_path / "aside.db", lambda done, of: None)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (old,)


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'monitor.db'}")
    assert upgrade(database, tmp_path, now=NOW) is None
    database.close()
    assert not (tmp_path / "backups").exists()


def test_without_room_for_the_copy_nothing_moves(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'monitor.db'}")
    old = schema.known()[-2]
    database.write_now(move_to, old)
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(OperatorFault, match="The database is untouched"):
        upgrade(database, tmp_path, now=NOW)
    assert database.read_now(schema.version) == old
    database.close()


def test_the_database_of_a_newer_program_is_neither_copied_nor_moved(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'monitor.db'}")
    database.write_now(schema.upgrade)
    database.write_now(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaFault, match="9999"):
        upgrade(database, tmp_path, now=NOW)
    database.close()
    assert not (tmp_path / "backups").exists()
