"""The metrics by name: what each tells, and by which labels. deploy/METRICS.md says the same to people.

No label may ever hold a topic, a destination, a host or a URL: metrics leave the house.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A metric with all its series. A counter's name ends in `_total`, a unit stands in every name."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    tells: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How often a histogram's value was at most each bound, the last of which is infinite.

    Units: bounds and `total` are those of the family's name.
    """

    up_to: tuple[tuple[float, int], ...]
    total: float


Series: TypeAlias = Mapping[tuple[str, ...], float | Spread]
Samples: TypeAlias = Mapping[Family, Series]  # a family that is missing is not known at the moment


# --- what stands in the database ------------------------------------------------------------------------

DATABASE = Family(
    name="monitor_database_up",
    kind="gauge",
    tells="Whether the database answered; while it does not, what stands in it is left out.",
)
FEEDS = Family(name="monitor_feeds", kind="gauge", tells="Feeds by status.", labels=("status",))
FAILING = Family(
    name="monitor_feeds_failing",
    kind="gauge",
    tells="Live feeds whose last poll failed, by the cause.",
    labels=("cause",),
)
AWAY = Family(
    name="monitor_network_away",
    kind="gauge",
    tells="1 while hosts in a crowd do not answer: our own network, not so many sources.",
)
QUEUE = Family(
    name="monitor_queue_items",
    kind="gauge",
    tells="Work that waits: feeds that are due, articles not yet read, articles due to be looked at again, "
    "messages due or on their way.",
    labels=("stage",),
)
QUEUE_AGE = Family(
    name="monitor_queue_oldest_age_seconds",
    kind="gauge",
    tells="How long the oldest of the work that is due has been due; 0 when nothing is.",
    labels=("stage",),
)
UNDELIVERED = Family(
    name="monitor_oldest_undelivered_alert_age_seconds",
    kind="gauge",
    tells="Since when the oldest alert under way ought to have arrived, tries included; 0 without one.",
)
DEAD = Family(
    name="monitor_dead_deliveries",
    kind="gauge",
    tells="Messages that were given up and wait for an operator.",
)
BYTES = Family(
    name="monitor_database_bytes",
    kind="gauge",
    tells="What the rows take; pages of an SQLite file that were freed do not count.",
)
BUDGET = Family(
    name="monitor_database_budget_bytes",
    kind="gauge",
    tells="What the database may take, as keep.size says it; 0 without a limit.",
)

# --- what this process counts ---------------------------------------------------------------------------

POLLS = Family(
    name="monitor_polls_total",
    kind="counter",
    tells="Polls by outcome: read, unchanged, held, or the cause of a failure.",
    labels=("outcome",),
)
ENTRIES = Family(
    name="monitor_entries_stored_total", kind="counter", tells="Entries that became new articles."
)
ARTICLES = Family(
    name="monitor_articles_total",
    kind="counter",
    tells="Articles that reading came to an end with, by outcome.",
    labels=("outcome",),
)
MATCHES = Family(
    name="monitor_matches_total",
    kind="counter",
    tells="Articles found to belong to a topic, by the topic's number.",
    labels=("topic",),
)
LOOKS = Family(
    name="monitor_looks_total",
    kind="counter",
    tells="Looks at articles that were read before, by what they came to.",
    labels=("outcome",),
)
REVISIONS = Family(
    name="monitor_revisions_total",
    kind="counter",
    tells="Changes that were found in articles, by kind; a revision of two kinds counts under both.",
    labels=("kind",),
)
DELIVERIES = Family(
    name="monitor_deliveries_total",
    kind="counter",
    tells="Tries to deliver a message, by the destination's number and what came of it.",
    labels=("destination", "outcome"),
)
DURATIONS = Family(
    name="monitor_stage_duration_seconds",
    kind="histogram",
    tells="How long a stage worked on one item, waiting for the network and for workers included.",
    labels=("stage",),
)
LAG = Family(
    name="monitor_loop_lag_seconds",
    kind="histogram",
    tells="How late the event loop came to what was due; above a tenth of a second something blocks it.",
)
RESTARTS = Family(
    name="monitor_worker_restarts_total",
    kind="counter",
    tells="Worker processes and pools that had to be replaced before their time.",
)
BUGS = Family(
    name="monitor_bugs_total",
    kind="counter",
    tells="Faults that should not have happened, by where they did; the log tells more.",
    labels=("stage",),
)
PRUNED = Family(
    name="monitor_pruned_rows_total",
    kind="counter",
    tells="Rows that were forgotten because they are older than [keep] says, by kind.",
    labels=("kind",),
)
RELOADS = Family(
    name="monitor_reloads_total",
    kind="counter",
    tells="Orders to read the configuration again, by result.",
    labels=("result",),
)
TURN = Family(
    name="monitor_last_turn_timestamp_seconds",
    kind="gauge",
    tells="When the loop last looked for due work, in seconds since 1970.",
)
BUILD = Family(
    name="monitor_build_info",
    kind="gauge",
    tells="Always 1: the labels say what runs.",
    labels=("version", "python"),
)

FAMILIES = (
    DATABASE, FEEDS, FAILING, AWAY, QUEUE, QUEUE_AGE, UNDELIVERED, DEAD, BYTES, BUDGET, POLLS, ENTRIES,
    ARTICLES, MATCHES, LOOKS, REVISIONS, DELIVERIES, DURATIONS, LAG, RESTARTS, BUGS, PRUNED, RELOADS, TURN,
    BUILD,
)  # fmt: skip
