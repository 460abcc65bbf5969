"""What the service counts while it runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.alerts.retry import Again, Dead, Done
from monitor.model import Outcome
from monitor.service.measuring import BOUNDS, REFUSED, Durations, Measured
from monitor.web.families import (
    ARTICLES,
    DELIVERIES,
    DURATIONS,
    ENTRIES,
    MATCHES,
    POLLS,
    RELOADS,
    Family,
    Spread,
)


def value(measured: Measured, family: Family, *labels: str) -> Any:
    return measured.samples()[family][labels]


def counted(measured: Measured, family: Family) -> dict[tuple[str, ...], Any]:
    """The series that are not 0."""
    return {labels: value for labels, value in measured.samples()[family].items() if value}


def test_everything_that_can_be_counted_begins_at_nothing() -> None:
    measured = Measured()
    measured.know(topics=["beta", "alpha"], destinations=["desk"])
    samples = measured.samples()
    assert {("read",), ("unchanged",), ("held",), ("dns",), ("not a feed",)} <= samples[POLLS].keys()
    assert samples[ARTICLES].keys() == {(outcome.value,) for outcome in Outcome}
    assert samples[MATCHES] == {("t1",): 0, ("t2",): 0}
    assert samples[DELIVERIES] == {("d1", "sent"): 0, ("d1", "again"): 0, ("d1", "dead"): 0}
    assert samples[RELOADS] == {("reloaded",): 0, ("in part",): 0, ("refused",): 0}
    for family in (POLLS, ENTRIES, ARTICLES, RELOADS):
        assert counted(measured, family) == {}


def test_polls_count_by_outcome_and_entries_whichever_way_they_came() -> None:
    measured = Measured()
    measured.polled("read", 7)
    measured.polled("http 403", 0)
    measured.polled("http 403", 0)
    measured.pushed(2)
    assert counted(measured, POLLS) == {("read",): 1, ("http 403",): 2}
    assert value(measured, ENTRIES) == 9


def test_articles_count_by_outcome_and_for_every_topic_they_belong_to() -> None:
    measured = Measured()
    measured.know(topics=["harm", "refuge"], destinations=[])
    measured.read(Outcome.PAGE, ("refuge", "harm"))
    measured.read(Outcome.PAGE, ("refuge",))
    measured.read(Outcome.NOT_AN_ARTICLE, ())
    assert counted(measured, ARTICLES) == {("page",): 2, ("not an article",): 1}
    assert counted(measured, MATCHES) == {("t1",): 1, ("t2",): 2}


def test_tries_count_by_destination_and_by_what_came_of_them() -> None:
    measured = Measured()
    measured.know(topics=[], destinations=["desk", "archive"])
    measured.delivered("desk", Again(at=datetime(2026, 11, 5, tzinfo=UTC), reason="busy"))
    measured.delivered("desk", Done(ref="1.0"))
    measured.delivered("archive", Dead(reason="gone"))
    assert counted(measured, DELIVERIES) == {("d1", "dead"): 1, ("d2", "again"): 1, ("d2", "sent"): 1}


def test_reloads_count_by_result() -> None:
    measured = Measured()
    measured.reloaded(REFUSED)
    assert counted(measured, RELOADS) == {("refused",): 1}


def test_a_duration_counts_under_the_first_bound_that_holds_it() -> None:
    durations = Durations()
    for seconds in (0.01, 0.05, 0.06, 121.0):
        durations.add(seconds)
    spread = durations.spread
    counts = dict(spread.up_to)
    assert (counts[0.05], counts[0.1], counts[BOUNDS[-1]], counts[float("inf")]) == (2, 3, 3, 4)
    assert spread.total == pytest.approx(121.12)


async def test_work_is_timed_however_it_ends() -> None:
    measured = Measured()
    done: list[Any] = []

    async def work(key: Any) -> None:
        done.append(key)
        if key == 2:
            raise ValueError

    timed = measured.timed("read", work)
    await timed(1)
    with pytest.raises(ValueError):
        await timed(2)
    assert done == [1, 2]
    spread = value(measured, DURATIONS, "read")
    assert isinstance(spread, Spread)
    assert spread.up_to[-1] == (float("inf"), 2)
    assert value(measured, DURATIONS, "poll").up_to[-1] == (float("inf"), 0)
