"""One bench for each test, on either kind of database."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.store.database import Database
from tests.stages.bench import Bench


@pytest.fixture
def bench(database: Database, now: datetime) -> Bench:
    """The stages over an empty database."""
    return Bench(database, now)
