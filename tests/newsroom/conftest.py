"""One world for the tests that only look at it; those that meddle start their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.newsroom.world import World

NOW = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """The world as it stands before anything late is published."""
    with World(now=NOW) as one:
        yield one


@pytest.fixture
def own_world() -> Iterator[World]:
    """A world that a test may change."""
    with World(now=NOW) as one:
        yield one
