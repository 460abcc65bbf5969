"""A loop that is blocked is heard of, and one that is not is not."""

from __future__ import annotations

import asyncio
import time

from monitor.service.lag import EVERY, watching_lag
from monitor.service.measuring import LAGS, Measured
from monitor.web.families import LAG, Spread


async def test_what_blocks_the_loop_is_counted_with_how_long_it_did() -> None:
    heard: list[float] = []
    async with watching_lag(heard.append):
        await asyncio.sleep(0)
        time.sleep(EVERY.total_seconds() + 0.5)
        await asyncio.sleep(0.01)
    assert len(heard) == 1
    assert heard[0] >= 0.5
    await asyncio.sleep(2 * EVERY.total_seconds())
    assert len(heard) == 1, "it ends with its block"


def test_lags_are_told_as_a_histogram() -> None:
    measured = Measured()
    for seconds in (0.0004, 0.02, 3.0):
        measured.lagged(seconds)
    spread = measured.samples()[LAG][()]
    assert isinstance(spread, Spread)
    assert dict(spread.up_to) == {bound: (1 if bound < 0.02 else 2) for bound in LAGS} | {float("inf"): 3}
