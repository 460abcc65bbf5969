"""A kill in the middle of delivering; `python -m tests.acceptance.delivering` does it at full size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.delivering import deliver_and_kill

pytestmark = [pytest.mark.acceptance, pytest.mark.long]


def test_killed_while_delivering_it_loses_nothing_and_repeats_nothing_in_slack(tmp_path: Path) -> None:
    found = deliver_and_kill(tmp_path, count=40, kills=1, seed=3, jitter=0.05)
    assert (found.lost, found.slack_repeated, found.ids_changed) == (0, 0, 0)
    assert found.mail_repeated <= found.kills, "only what was on its way at the kill, under its Message-ID"
