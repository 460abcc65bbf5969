"""Time per claimed feed at ten thousand and at a million feeds: `python -m tests.benchmarks.claiming`.

No network: feeds are rows that fall due over a quarter of an hour, a clock of our own moves on far enough
that some are due, and claimed feeds are let go as polls would. Half of the hosts have one feed; one
has a thousandth of all, overdue at once. A million feeds take a few minutes to put down.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.store import hosts, schema
from monitor.store.database import Database
from monitor.store.hosts import Manners
from monitor.store.tables import feeds
from tests import postgres

T = TypeVar("T")

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
INTERVAL = timedelta(minutes=15)
LEASE = timedelta(minutes=2)
MANNERS = Manners(at_once=2, gap=timedelta(seconds=1))
HANDS = 64  # feeds claimed in one turn: the default of poll.concurrency
FEW, MANY = 10_000, 1_000_000
TURNS = 300
SLICE = 20_000  # rows put down in one transaction
CROWD = "crowded.test"


class Ledger:
    """A database full of feeds, and the time that its claims take."""

    def __init__(self, database: Database, count: int) -> None:
        self.db, self.count, self.now = database, count, NOW
        self.claims: list[float] = []
        self.settles: list[float] = []

    def fill(self) -> float:
        """Put the feeds down and answer how long a start takes to reckon all hosts."""
        chance = random.Random(7)
        for start in range(0, self.count, SLICE):
            rows = [self._row(number, chance) for number in range(start, min(start + SLICE, self.count))]
            self.db.write_now(lambda c, rows=rows: c.execute(sa.insert(feeds), rows))
        self.db.write_now(lambda c: c.execute(sa.text("ANALYZE")) if not self.db.is_sqlite else None)
        seconds, _ = timed(lambda: self.db.write_now(hosts.reckon_all))
        return seconds

    def _row(self, number: int, chance: random.Random) -> dict[str, Any]:
        if number % 1_000 == 0:
            host, due = CROWD, NOW - timedelta(hours=1)
        else:
            group = number if number % 2 else number // 40
            host, due = f"host-{group}.test", NOW + INTERVAL * chance.random()
        url = f"https://{host}/feed/{number}"
        return {
            "url": url,
            "listed_url": url,
            "host": host,
            "tags": [],
            "origin": "config",
            "status": "live",
            "interval_s": 900,
            "next_poll_at": due,
        }

    def turn(self, step: timedelta) -> int:
        """Let time pass, claim what is due, and let it go as a poll would."""
        self.now += step
        seconds, claimed = timed(lambda: self.db.write_now(self._claim))
        if claimed:
            self.claims.append(seconds / len(claimed))
            seconds, _ = timed(lambda: self.db.write_now(self._let_go, claimed))
            self.settles.append(seconds / len(claimed))
        return len(claimed)

    def _claim(self, connection: sa.Connection) -> list[tuple[int, str]]:
        return hosts.claim_feeds(
            connection, now=self.now, due=self.now, lease=LEASE, limit=HANDS, manners=MANNERS
        )

    def _let_go(self, connection: sa.Connection, claimed: list[tuple[int, str]]) -> None:
        values = {"claimed_until": None, "next_poll_at": self.now + INTERVAL}
        for feed, host in claimed:
            connection.execute(sa.update(feeds).where(feeds.c.id == feed).values(values))
            hosts.reckon(connection, [host])

    def idle(self) -> float:
        """Seconds that a turn takes in which nothing is due."""
        before, self.now = self.now, NOW - timedelta(days=1)
        times = [timed(lambda: self.db.write_now(self._claim))[0] for _ in range(TURNS)]
        self.now = before
        return usual(times)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Run *work* and answer how many seconds it took."""
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


@contextmanager
def opened(kind: str) -> Iterator[Database]:
    """An empty database of a kind, with the schema."""
    with tempfile.TemporaryDirectory(prefix="claiming-") as folder:
        if kind == "sqlite":
            with closing(Database(f"sqlite:///{Path(folder) / 'monitor.db'}")) as database:
                yield database
        else:
            with (
                postgres.server() as server,
                postgres.fresh_database(server) as url,
                closing(Database(url)) as database,
            ):
                yield database


@contextmanager
def closing(database: Database) -> Iterator[Database]:
    database.write_now(schema.upgrade)
    try:
        yield database
    finally:
        database.close()


def measured(kind: str, counts: list[int]) -> list[dict[str, Any]]:
    """Figures for each count of feeds; their turns alternate, so that a busy machine slows all alike."""
    with ExitStack() as stack:
        ledgers = [Ledger(stack.enter_context(opened(kind)), count) for count in counts]
        rows: list[dict[str, Any]] = [{"database": kind, "feeds": count} for count in counts]
        for row, ledger in zip(rows, ledgers, strict=True):
            row["reckon_all_s"] = round(ledger.fill(), 2)
            row["idle_ms"] = round(1e3 * ledger.idle(), 2)
            ledger.turn(timedelta())  # the first statement of each shape is compiled
        situation("steady", ledgers, rows, [HANDS * INTERVAL / count for count in counts])
        for ledger in ledgers:
            ledger.now += timedelta(hours=8)  # a long stop: everything is overdue
        situation("overdue", ledgers, rows, [timedelta(milliseconds=100)] * len(counts))
        return rows


def situation(name: str, ledgers: list[Ledger], rows: list[dict[str, Any]], steps: list[timedelta]) -> None:
    """Add what one situation costs: microseconds for each claimed feed, and for letting one go."""
    for ledger in ledgers:
        ledger.claims.clear()
        ledger.settles.clear()
    for _ in range(TURNS):
        for ledger, step in zip(ledgers, steps, strict=True):
            ledger.turn(step)
    for ledger, row in zip(ledgers, rows, strict=True):
        row[f"{name}_us"] = round(1e6 * usual(ledger.claims))
        row[f"{name}_settle_us"] = round(1e6 * usual(ledger.settles))


def usual(seconds: list[float]) -> float:
    """The lower quartile: what it takes while the machine does nothing else."""
    return statistics.quantiles(seconds, n=4)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, nargs="*", default=[MANY], help=f"held against {FEW:,}")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args()
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    rows, ratios = [], {}
    for kind in kinds:
        mine = measured(kind, sorted({FEW, *options.feeds}))
        for row in mine:
            show(row, head=not rows)
            rows.append(row)
        few, many = mine[0], mine[-1]
        ratios[kind] = {
            name: round(many[f"{name}_us"] / few[f"{name}_us"], 2) for name in ("steady", "overdue")
        }
        print(f"{kind}: {many['feeds']:,} against {few['feeds']:,} feeds: {ratios[kind]}\n", flush=True)
    print(json.dumps({"benchmark": "claiming", "rows": rows, "ratios": ratios}))


def show(row: dict[str, Any], *, head: bool) -> None:
    if head:
        print("  ".join(f"{name:>18}" for name in row))
    cells = (f"{value:,}" if isinstance(value, int | float) else value for value in row.values())
    print("  ".join(f"{cell:>18}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
