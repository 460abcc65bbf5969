"""Databases as programs of the past left them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from monitor.store import schema


def move_to(connection: sa.Connection, revision: str) -> None:
    """Run the migrations up to *revision*, as the program of that time did."""
    config = Config()
    config.set_main_option("script_location", schema.MIGRATIONS.as_posix())
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
