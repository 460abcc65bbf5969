"""When the service forgets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.service import pruning
from monitor.service.pruning import DOUBT, Pruning


async def test_nothing_is_forgotten_for_a_day_after_somebody_set_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wall, steady, told = datetime(2031, 1, 1, tzinfo=UTC), [50.0], []

    class Watching:
        def retention(self) -> str:
            return "what is kept"

    async def prune(db: object, keep: object, *, now: datetime, on_bite: object) -> dict[str, int]:
        told.append((db, keep, now))
        return {}

    monkeypatch.setattr(pruning, "prune", prune)
    beat = Pruning("db", Watching(), now=lambda: wall, steady=lambda: steady[0])  # type: ignore[arg-type]
    beat.doubt()
    await beat()
    steady[0] += DOUBT.total_seconds() - 1
    await beat()
    assert told == []
    steady[0] += 2
    await beat()
    assert told == [("db", "what is kept", wall)]
    assert timedelta(days=1) > pruning.EVERY
