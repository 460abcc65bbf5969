"""Send mutated feeds through the fence behind which the service parses, and keep every one that passes it.

    python -m tests.quality.fuzz_feeds [--count N] [--dir FOLDER] [--seed N] [--keep FOLDER] [--workers N]

Mutants are made of the project's own feeds and of those in --dir: as tags, as JSON, as bytes, a few ways at
once. Each is parsed in the service's process pool under its limits of time and memory, twice, and what comes
out is held against what the program relies on. Failures are written to --keep, where the tests read them
again. Prints a table and, last, one JSON line; ends with 1 if anything failed.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from monitor.feeds.parse import parse_feed
from monitor.workers import Workers
from tests.quality.fuzzing.material import sources
from tests.quality.fuzzing.mutants import KINDS, Mutant, mutants
from tests.quality.fuzzing.regressions import keep
from tests.quality.fuzzing.verdicts import FAILURES, Outcome, Parse, Verdict, judged

KEEP = Path(__file__).parent.parent / "feeds" / "regressions"
TASKS = 5_000  # ten times the service's: a start costs as much as two hundred mutants, and leaks show sooner
TELL_EVERY = 5_000  # mutants between two lines of progress
SLOWEST = 10  # that are told by their number
ALIKE = 20  # files for one reason; the others can be made again by their numbers


@dataclass(slots=True)
class Findings:
    """What a hunt came to; `whys` are the reasons by outcome, each with the numbers of its mutants."""

    outcomes: defaultdict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    slowest: list[tuple[float, int, str]] = field(default_factory=list)  # seconds of CPU, number, kinds
    whys: defaultdict[tuple[Outcome, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    peak_mb: int = 0

    def take(self, mutant: Mutant, found: Verdict) -> None:
        """Count a verdict under the first kind of its mutant."""
        self.outcomes[mutant.kinds[0]][found.outcome] += 1
        self.peak_mb = max(self.peak_mb, found.peak_mb)
        told = (found.cpu, mutant.number, " + ".join(mutant.kinds))
        self.slowest = heapq.nlargest(SLOWEST, [*self.slowest, told])
        if found.outcome is Outcome.PARSER_FAILED or found.outcome in FAILURES:
            self.whys[found.outcome, found.why].append(mutant.number)

    @property
    def total(self) -> Counter[Outcome]:
        return sum(self.outcomes.values(), Counter())

    @property
    def failures(self) -> int:
        return sum(self.total[outcome] for outcome in FAILURES)


async def hunt(mutants: Iterable[Mutant], parse: Parse, workers: Workers, at_once: int, to: Path) -> Findings:
    """Send every mutant through the fence, and keep failures as they are found: a hunt may be ended."""
    findings = Findings()
    waiting = iter(mutants)

    async def work() -> None:
        for mutant in waiting:  # one iterator for all: each takes the next when it is through
            found = await judged(mutant, workers, parse)
            findings.take(mutant, found)
            if found.outcome in FAILURES and len(findings.whys[found.outcome, found.why]) <= ALIKE:
                await keep(mutant, found, to, lambda less: judged(less, workers, parse))
            if (done := findings.total.total()) % TELL_EVERY == 0:
                print(f"{done:,} done, {findings.failures} failed", file=sys.stderr, flush=True)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    return findings


async def run(options: argparse.Namespace) -> Findings:
    """Hunt as the options say."""
    workers = Workers(options.workers, max_tasks=TASKS, preload=("monitor.feeds.parse",))
    made = mutants(options.count, sources(options.dir), seed=options.seed)
    try:
        return await hunt(made, parse_feed, workers, options.workers, options.keep)
    finally:
        await workers.close()


def show(findings: Findings) -> None:
    """Print the findings for people."""
    print(f"{'':<26}{'count':>8}" + "".join(f"{outcome:>15}" for outcome in Outcome))
    for kind in (*KINDS, "all"):
        outcomes = findings.total if kind == "all" else findings.outcomes[kind]
        print(f"{kind:<26}{outcomes.total():>8}" + "".join(f"{outcomes[one]:>15}" for one in Outcome))
    print("\nthe slowest")
    for cpu, number, kinds in findings.slowest:
        print(f"{1000 * cpu:>8.0f} ms  number {number}: {kinds}")
    print("\nwhat failed" if findings.whys else "\nnothing failed")
    for (outcome, why), numbers in sorted(findings.whys.items()):
        print(f"{len(numbers):>8}  {outcome}: {why}, such as {', '.join(map(str, numbers[:5]))}")
    print()


def figures(findings: Findings) -> dict[str, object]:
    """Return the findings as numbers."""
    return {
        "count": findings.total.total(),
        **{outcome.replace(" ", "_"): findings.total[outcome] for outcome in Outcome},
        "slowest_ms": round(1000 * max((cpu for cpu, *_ in findings.slowest), default=0.0)),
        "worker_mb": findings.peak_mb,
        "whys": {f"{outcome}: {why}": len(numbers) for (outcome, why), numbers in findings.whys.items()},
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--dir", type=Path, help="a folder of feeds to mutate as well")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=KEEP)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    started = time.monotonic()
    findings = asyncio.run(run(options))
    show(findings)
    told = {"dir": options.dir.name if options.dir else None, "seed": options.seed}
    seconds = {"seconds": round(time.monotonic() - started)}
    print(json.dumps({"quality": "fuzz_feeds", **told, **figures(findings), **seconds}))
    return int(findings.failures > 0)


if __name__ == "__main__":
    sys.exit(main())
