"""Labels: few, and silent about names."""

from __future__ import annotations

import pytest

from monitor.model import Cause, FetchFailed
from monitor.service.labels import CAUSES, Numbers, bounded


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.HTTP])
def test_a_named_cause_is_its_own_label(cause: Cause) -> None:
    assert bounded(FetchFailed(cause=cause).label) == cause.value
    assert cause.value in CAUSES


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        ("read", "read"),
        ("unchanged", "unchanged"),
        ("held", "held"),
        ("bug", "bug"),
        ("http 403", "http 403"),
        ("http 429", "http 429"),
        ("http 499", "http 4xx"),
        ("http 999", "http 9xx"),
        ("http", "http"),
        ("", "other"),
        ("a cause of next year", "other"),
        ("http 403 https://a.test/?key=secret", "other"),
    ],
)
def test_what_a_server_or_another_program_invents_falls_under_few_labels(outcome: str, label: str) -> None:
    assert bounded(outcome) == label


def test_no_server_can_make_more_than_a_hundred_labels() -> None:
    assert len({bounded(f"http {status}") for status in range(1_000)}) < 100


def test_names_get_numbers_in_their_own_order() -> None:
    topics = Numbers("t")
    topics.know(["beta", "alpha"])
    assert (topics.of("alpha"), topics.of("beta")) == ("t1", "t2")
    assert topics.all() == ("t1", "t2")


def test_a_number_keeps_its_meaning_when_names_come_and_go() -> None:
    topics = Numbers("t")
    topics.know(["beta", "gamma"])
    topics.know(["alpha", "gamma"])
    assert [topics.of(name) for name in ("beta", "gamma", "alpha")] == ["t1", "t2", "t3"]
