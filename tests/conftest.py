"""What every test may ask for: a clean database of either kind, and a moment to call now."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from monitor.store import schema
from monitor.store.database import Database
from tests import postgres

settings.register_profile("shared machine", deadline=None)  # a slow core is no failure
settings.load_profile("shared machine")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: the last one to end would keep one worker busy and the others idle."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def now() -> datetime:
    """A moment like any other, the same in each test."""
    return datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server for this worker."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite file that has the schema, to be copied: fifty times faster than migrating."""
    path = tmp_path_factory.mktemp("migrated") / "monitor.db"
    with _opened(f"sqlite:///{path}") as database:
        database.write_now(schema.upgrade)
    assert [file.name for file in path.parent.iterdir()] == [path.name], "nothing is left in a log"
    return path


@pytest.fixture(scope="session")
def _migrated(postgres_server: str) -> Iterator[str]:
    """The name of a database that has the schema, to be copied: twenty times faster than migrating."""
    with postgres.fresh_database(postgres_server) as url:
        database = Database(url)
        database.write_now(schema.upgrade)
        database.close()
        yield url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the schema, once of each kind."""
    if request.param == "sqlite":
        path = shutil.copyfile(request.getfixturevalue("_migrated_file"), tmp_path / "monitor.db")
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    with postgres.fresh_database(server, request.getfixturevalue("_migrated")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with the schema, once of each kind."""
    with _opened(database_url) as opened:
        yield opened


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
