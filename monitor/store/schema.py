"""The schema's version: bring a database up to date, and refuse one that does not fit."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from monitor.errors import SchemaFault

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: sa.Connection) -> None:
    """Run every migration that this database has not seen; all of them or none.

    Raises: SchemaFault when the database was made by a newer program.
    """
    current = version(connection)
    _refuse_newer(current)
    if current == known()[-1]:
        return
    from alembic import command  # a third of a second that only a new schema should cost
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check(connection: sa.Connection) -> None:
    """Raise SchemaFault unless the database has exactly this program's schema."""
    current = version(connection)
    _refuse_newer(current)
    if current != known()[-1]:
        raise SchemaFault("the database's schema is older than this program. Run `monitor db upgrade` once")


def version(connection: sa.Connection) -> str | None:
    """The schema that a database has; None when it has none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def known() -> list[str]:
    """The versions that this program has migrations for, oldest first: their files are numbered."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _refuse_newer(current: str | None) -> None:
    if current is not None and current not in known():
        raise SchemaFault(
            f"the database has schema {current}, which this program does not know. "
            "Install the newer program again, or restore the backup made before its upgrade"
        )
