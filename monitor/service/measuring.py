"""What the service counts while it runs: plain numbers, under labels that tell nobody what is watched."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import accumulate
from time import perf_counter
from typing import Any

from monitor.alerts.retry import Again, Dead, Done, Settled
from monitor.articles.looks import Look
from monitor.model import Change, Outcome
from monitor.service.labels import CAUSES, POLLED, Numbers, bounded
from monitor.stages.prune import KINDS
from monitor.web.families import (
    ARTICLES,
    DELIVERIES,
    DURATIONS,
    ENTRIES,
    LAG,
    LOOKS,
    MATCHES,
    POLLS,
    PRUNED,
    RELOADS,
    REVISIONS,
    Samples,
    Spread,
)

STAGES = ("poll", "read", "revisit", "deliver")
# Seconds: from an unchanged feed nearby to a page that uses up all its limits (30 + 10 + 2 × 20), and beyond.
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds: unnoticed to a stall
DELIVERED: Mapping[type[Settled], str] = {Done: "sent", Again: "again", Dead: "dead"}
RELOADED, IN_PART, REFUSED = "reloaded", "in part", "refused"


class Durations:
    """How often something took how long."""

    def __init__(self, bounds: tuple[float, ...] = BOUNDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)  # the last for what took longer than every bound
        self._total = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._total += seconds

    @property
    def spread(self) -> Spread:
        """All of them, as a histogram tells them."""
        bounds = (*self._bounds, float("inf"))
        return Spread(up_to=tuple(zip(bounds, accumulate(self._counts), strict=True)), total=self._total)


class Measured:
    """Counters of one process. All of them begin at 0, so that the first of a kind can be seen as a rise."""

    def __init__(self) -> None:
        self._polls = Counter(dict.fromkeys((*POLLED, *CAUSES), 0))
        self._entries = 0
        self._articles: Counter[str] = Counter(dict.fromkeys(Outcome, 0))
        self._matches: Counter[str] = Counter()
        self._looks: Counter[str] = Counter(dict.fromkeys(Look, 0))
        self._revisions: Counter[str] = Counter(dict.fromkeys(Change, 0))
        self._deliveries: Counter[tuple[str, str]] = Counter()
        self._reloads = Counter({RELOADED: 0, IN_PART: 0, REFUSED: 0})
        self._pruned = Counter(dict.fromkeys(KINDS, 0))
        self._topics, self._destinations = Numbers("t"), Numbers("d")
        self._durations = {stage: Durations() for stage in STAGES}
        self._lags = Durations(LAGS)

    def know(self, *, topics: Iterable[str], destinations: Iterable[str]) -> None:
        """Give what is watched for and who hears of it their numbers, at the start and after a reload."""
        self._topics.know(topics)
        self._destinations.know(destinations)

    def polled(self, outcome: str, new: int) -> None:
        """A feed was polled and showed so many new entries."""
        self._polls[bounded(outcome)] += 1
        self._entries += new

    def pushed(self, new: int) -> None:
        """A hub brought so many new entries."""
        self._entries += new

    def read(self, outcome: Outcome, topics: Iterable[str]) -> None:
        """An article was read to its end and belongs to these topics."""
        self._articles[outcome] += 1
        self._matches.update(self._topics.of(topic) for topic in topics)

    def looked(self, look: Look, kinds: Iterable[Change]) -> None:
        """An article was looked at again, and this is what had changed."""
        self._looks[look] += 1
        self._revisions.update(kinds)

    def delivered(self, destination: str, settled: Settled) -> None:
        """A message was tried."""
        self._deliveries[self._destinations.of(destination), DELIVERED[type(settled)]] += 1

    def reloaded(self, result: str) -> None:
        """The configuration was read again."""
        self._reloads[result] += 1

    def pruned(self, kind: str, rows: int) -> None:
        """So many rows of a kind were forgotten."""
        self._pruned[kind] += rows

    def lagged(self, seconds: float) -> None:
        """The event loop came so late to something that was due."""
        self._lags.add(seconds)

    def timed(self, stage: str, work: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
        """Return *work* as work whose time is taken, however it ends."""
        durations = self._durations[stage]

        async def timed(key: Any) -> None:
            began = perf_counter()
            try:
                await work(key)
            finally:
                durations.add(perf_counter() - began)

        return timed

    def samples(self) -> Samples:
        """Everything counted, for the page that shows it."""
        return {
            POLLS: by_one(self._polls),
            ENTRIES: {(): self._entries},
            ARTICLES: by_one(self._articles),
            MATCHES: {(topic,): self._matches[topic] for topic in self._topics.all()},
            LOOKS: by_one(self._looks),
            REVISIONS: by_one(self._revisions),
            DELIVERIES: {
                (destination, outcome): self._deliveries[destination, outcome]
                for destination in self._destinations.all()
                for outcome in DELIVERED.values()
            },
            DURATIONS: {(stage,): durations.spread for stage, durations in self._durations.items()},
            LAG: {(): self._lags.spread},
            RELOADS: by_one(self._reloads),
            PRUNED: by_one(self._pruned),
        }


def by_one(counts: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    """Counts by the values of a family's only label."""
    return {(str(label),): count for label, count in counts.items()}
