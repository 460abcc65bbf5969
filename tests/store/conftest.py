"""Databases without a schema, for what migrations do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.database import Database
from tests import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a schema, once of each kind."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'monitor.db'}")
        yield database
        database.close()
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_server")) as url:
        database = Database(url)
        yield database
        database.close()
