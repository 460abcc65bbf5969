"""The table of `make bench` says what was measured, missed and not measured at all."""

from __future__ import annotations

from tests.benchmarks.__main__ import RUNS
from tests.benchmarks.promises import PROMISES, Promise, table

QUICK = Promise(benchmark="a", title="quick", figure=lambda found: found["rate"], at_least=1_000)
SMALL = Promise(benchmark="b", title="small", figure=lambda found: found["mb"], at_most=2)
PLAIN = Promise(benchmark="b", title="plain", figure=lambda found: found["mb"])


def test_what_is_reached_missed_or_promised_to_nobody_stands_in_one_table() -> None:
    lines = table((QUICK, SMALL, PLAIN), {"a": {"rate": 1_200.5}, "b": {"mb": 3}}).splitlines()
    assert lines[2:] == [
        "| a | quick | 1,200.5 | ≥ 1,000 |",
        "| b | small | 3 (missed) | ≤ 2 |",
        "| b | plain | 3 |  |",
    ]


def test_a_benchmark_that_failed_has_no_figures() -> None:
    assert table((QUICK,), {"a": None}).endswith("| a | quick | failed | ≥ 1,000 |")


def test_every_benchmark_that_is_run_has_its_row() -> None:
    assert {promise.benchmark for promise in PROMISES} == RUNS.keys()
