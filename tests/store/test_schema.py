"""The migrations, the tables and the version between them."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from monitor.errors import SchemaFault
from monitor.store import schema
from monitor.store.database import Database
from monitor.store.tables import metadata


def test_the_migrations_produce_exactly_the_tables(database: Database) -> None:
    def difference(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert database.read_now(difference) == []


def test_a_table_that_no_migration_makes_is_noticed(database: Database) -> None:
    grown = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(grown)
    sa.Table("unheard_of", grown, sa.Column("id", sa.Integer, primary_key=True))

    def difference(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), grown))

    assert database.read_now(difference) != []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    database.write_now(schema.upgrade)
    database.read_now(schema.check)


def test_an_empty_database_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(SchemaFault, match="monitor db upgrade"):
        database.write_now(schema.check)
    database.close()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database: Database) -> None:
    def pretend(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    database.write_now(pretend)
    for look in (schema.check, schema.upgrade):
        with pytest.raises(SchemaFault, match="9999"):
            database.write_now(look)


def test_the_numbered_files_are_the_migrations_in_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", schema.MIGRATIONS.as_posix())
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert schema.known() == walked[::-1]
