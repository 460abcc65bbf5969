"""Hostile feeds cost their own polls and nobody else's: `python -m tests.quality.hostile` for the figures."""

from __future__ import annotations

import pytest

from tests.quality.hostile import watched

REFUSED = {
    "endless": "too large",
    "endless-head": "protocol error",
    "big": "too large",
    "gzip-bomb": "too large",
    "deflate-bomb": "too large",
    "truncated-gzip": "truncated",
    "to-metadata": "blocked address",
    "to-file": "bad url",
    "to-itself": "too many redirects",
}


@pytest.mark.long
async def test_good_feeds_are_polled_and_read_while_hostile_ones_do_their_worst() -> None:
    found = await watched(seconds=20, crowd=1, good=4)
    assert found["exit"] == 0, "the service stops as if nothing had been"
    assert found["good"] == 4
    assert found["causes"]["good"] == {"read": 4}
    assert found["good_polls"] >= 8, "each was asked again"
    assert found["late_median_s"] < 5
    assert found["service_mb"] < 512
    assert {kind: found["causes"][kind] for kind in REFUSED} == {
        kind: {cause: 1} for kind, cause in REFUSED.items()
    }
