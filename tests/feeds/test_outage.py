"""An outage is our own: hosts in a crowd do not answer, and most of those asked last do when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.outage import FEWEST, Asked, begins, is_over
from monitor.model import Cause, Outage

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def asked(*causes: str) -> list[Asked]:
    """Hosts by what their newest poll came to, the newest first, ten seconds apart."""
    return [
        Asked(host=f"{n}.test", at=NOW - n * timedelta(seconds=10), cause=cause)
        for n, cause in enumerate(causes)
    ]


def test_it_begins_with_the_first_poll_in_vain_and_names_what_most_of_them_met() -> None:
    outage = begins(asked("dns", "dns", "timeout", "dns", "ok", "ok"))
    assert outage == Outage(since=NOW - timedelta(seconds=30), asked=6, unreached=4, cause="dns")


@pytest.mark.parametrize("cause", [Cause.DNS, Cause.CONNECT, Cause.TLS, Cause.TIMEOUT, Cause.BLOCKED_ADDRESS])
def test_whatever_keeps_every_host_from_answering_is_one(cause: Cause) -> None:
    assert begins(asked(*[cause] * FEWEST))


@pytest.mark.parametrize(
    ("causes", "why"),
    [
        (["dns"] * (FEWEST - 1), "a short list's sources are told one by one"),
        (["ok"] * 4 + ["dns"] * 7, "under two in three"),
        (["http 503"] * 20, "hosts that refuse are there"),
        (["not a feed"] * 20, "so are those that answer anything else"),
        ([], "nobody was asked"),
    ],
)
def test_trouble_of_sources_is_none(causes: list[str], why: str) -> None:
    assert begins(asked(*causes)) is None, why


@pytest.mark.parametrize(
    ("causes", "over"),
    [
        (["ok", "ok", "dns", "dns"], True),
        (["ok", "http 500", "dns"], True),
        (["ok", "dns", "dns", "ok"], False),
        (["dns"], False),
        (["ok"], True),
        ([], False),
    ],
)
def test_it_is_over_when_most_of_those_asked_last_answer(causes: list[str], over: bool) -> None:
    assert is_over(asked(*causes)) is over
