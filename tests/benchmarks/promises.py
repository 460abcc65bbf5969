"""What each benchmark is held against, and all of them in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]  # the JSON line of one benchmark


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One figure of a benchmark, with what is to be reached where that was promised."""

    benchmark: str
    title: str
    figure: Callable[[Figures], float]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def goal(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:,}"
        return "" if self.at_most is None else f"≤ {self.at_most:,}"

    def is_kept(self, found: float) -> bool:
        """Whether *found* is what was promised; what promises nothing is always kept."""
        is_enough = self.at_least is None or found >= self.at_least
        return is_enough and (self.at_most is None or found <= self.at_most)


PROMISES = (
    Promise(
        benchmark="matching",
        title="articles per CPU-second, shipped topics",
        figure=lambda found: found["rows"][0]["articles_per_cpu_s"],
    ),
    Promise(
        benchmark="matching",
        title="articles per CPU-second, the most rules asked for",
        figure=lambda found: found["rows"][-1]["articles_per_cpu_s"],
        at_least=2_000,  # at 1,000 rules, which is what `make bench` asks for
    ),
    Promise(
        benchmark="extraction",
        title="pages per CPU-second, to bare trafilatura",
        figure=lambda found: found["ratio"],
        at_least=0.85,
    ),
    Promise(
        benchmark="polling",
        title="first poll, to bare feedparser",
        figure=lambda found: found["first_to_bare"],
        at_least=0.8,
    ),
    Promise(
        benchmark="polling",
        title="first poll, to reader",
        figure=lambda found: found["first_to_reader"],
        at_least=1.5,
    ),
    Promise(
        benchmark="polling",
        title="poll answered 304, to reader",
        figure=lambda found: found["not_modified_to_reader"],
        at_least=3,
    ),
    Promise(
        benchmark="polling",
        title="poll of the same body, to reader",
        figure=lambda found: found["unchanged_to_reader"],
        at_least=20,
    ),
    Promise(
        benchmark="polling",
        title="% of a core for 10,000 unchanged feeds every 15 minutes",
        figure=lambda found: round(100 * found["core_at_10000"], 1),
        at_most=10,
    ),
    Promise(
        benchmark="polling",
        title="MB of the service at its peak",
        figure=lambda found: found["peak_mb"],
        at_most=300,
    ),
    Promise(
        benchmark="soak",
        title="memory in the last minute of a load, to the second",
        figure=lambda found: found["memory_growth"],
        at_most=1.1,
    ),
    Promise(
        benchmark="soak",
        title="part of the looks at the event loop that found it less than 100 ms late",
        figure=lambda found: found["lag_within_100_ms"],
        at_least=0.99,
    ),
    Promise(
        benchmark="soak",
        title="CPU of the whole service, to bare trafilatura on the same pages",
        figure=lambda found: found["cpu_to_bare"],
        at_most=1.35,
    ),
    Promise(
        benchmark="polling",
        title="MB of the service and its workers, before these rest",
        figure=lambda found: found["all_mb"],
        at_most=300,
    ),
    Promise(
        benchmark="delivery",
        title="alerts a second through the outbox and SMTP, each step on the disk",
        figure=lambda found: found["alerts_per_s"],
    ),
    Promise(
        benchmark="delivery",
        title="ms of CPU for an alert by mail",
        figure=lambda found: found["cpu_ms_per_alert"],
    ),
    Promise(
        benchmark="delivery",
        title="s from the poll that sees an entry to its message in Slack, p95 at 100 articles a minute",
        figure=lambda found: found["p95_s"],
        at_most=2,
    ),
    *(
        Promise(
            benchmark="claiming",
            title=f"time per claimed feed, to 10,000 feeds ({database}, {situation})",
            figure=lambda found, database=database, situation=situation: found["ratios"][database][situation],
            at_most=2,
        )
        for database in ("sqlite", "postgresql")
        for situation in ("steady", "overdue")
    ),
    Promise(
        benchmark="copies",
        title="recall over all edits of newsrooms",
        figure=lambda found: found["ours"]["recall"],
        at_least=0.96,
    ),
    Promise(
        benchmark="copies",
        title="precision",
        figure=lambda found: found["ours"]["precision"],
        at_least=0.999,
    ),
    Promise(
        benchmark="copies",
        title="recall of each edit, least lead over the better peer",
        figure=lambda found: found["least_lead"],
        at_least=0,
    ),
    Promise(
        benchmark="copies",
        title="CPU ms of look-up, verdict and index rows, in the largest archive",
        figure=lambda found: found["cost"][-1]["look_up_and_insert_ms"],
        at_most=2,
    ),
    Promise(
        benchmark="copies",
        title="… to that in the smallest archive",
        figure=lambda found: found["cost_ratio"],
        at_most=1.5,
    ),
    Promise(
        benchmark="reading",
        title="CPU ms of match, copy, story and figures for an article that matches",
        figure=lambda found: found["matched_ms"],
        at_most=25,
    ),
    Promise(
        benchmark="reading",
        title="… and for one that does not",
        figure=lambda found: found["unmatched_ms"],
        at_most=2,
    ),
)


def table(promises: Sequence[Promise], figures: Mapping[str, Figures | None]) -> str:
    """All promises in Markdown; a benchmark without figures failed."""
    head = ["| benchmark | figure | measured | to reach |", "| --- | --- | --: | --: |"]
    return "\n".join([*head, *(_row(promise, figures.get(promise.benchmark)) for promise in promises)])


def _row(promise: Promise, figures: Figures | None) -> str:
    if figures is None:
        return f"| {promise.benchmark} | {promise.title} | failed | {promise.goal} |"
    found = promise.figure(figures)
    mark = "" if promise.is_kept(found) else " (missed)"
    return f"| {promise.benchmark} | {promise.title} | {found:,}{mark} | {promise.goal} |"
