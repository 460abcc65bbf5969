"""A few kills at random moments; `python -m tests.acceptance.killing` kills as often as you like."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import postgres
from tests.acceptance.killing import kill_and_count

pytestmark = [pytest.mark.acceptance, pytest.mark.long, pytest.mark.timeout(900)]

KILLS = 5  # on each database; `python -m tests.acceptance.killing` goes to fifty


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_again_and_again_it_loses_nothing_and_repeats_no_message(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'state' / 'monitor.db'}"
        if kind == "postgresql":
            url = stack.enter_context(postgres.fresh_database(request.getfixturevalue("postgres_server")))
        kill_and_count(tmp_path, url, kills=KILLS, seed=len(kind))
