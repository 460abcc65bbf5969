"""How it ended for one mutant: its parse, and a second one of the same bytes; runs in a worker."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from monitor.errors import BadFeed, ParserFailed
from monitor.model import ParsedFeed, WorkerLost
from monitor.workers import Workers
from tests.feeds.corpus import NOW, URL
from tests.quality.fuzzing.mutants import Mutant
from tests.quality.fuzzing.promises import MAX_ENTRIES, faults

Parse: TypeAlias = Callable[..., ParsedFeed]

LIMIT = timedelta(seconds=10)  # of CPU for one parse; poll.parse_timeout
PATIENCE = 4  # times as long on the clock: the pool knows no other, and the machine may be busy
MOVED = "http://parted.example/all.xml"  # where the feed is tomorrow
TOMORROW = NOW + timedelta(days=1)


class Outcome(StrEnum):
    """How it ended for one mutant."""

    READ = "read"
    REFUSED = "refused"  # BadFeed
    PARSER_FAILED = "parser failed"  # allowed: the feed is kept waiting, nothing else is
    BROKEN = "broken"  # another exception, or a result that is not what the program relies on
    LOST = "lost"  # its worker, for time, memory or a crash


FAILURES = frozenset({Outcome.BROKEN, Outcome.LOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How it ended, and why, in words that name no value: like failures have the same.

    Units: `cpu` is seconds of CPU that the parse took, `peak_mb` the most its worker has held so far.
    """

    outcome: Outcome
    why: str = ""
    cpu: float = 0.0
    peak_mb: int = 0


async def judged(mutant: Mutant, workers: Workers, parse: Parse, limit: timedelta = LIMIT) -> Verdict:
    """Send *mutant* through the pool of the service and return how it ended."""
    found = await workers.run(verdict, mutant, parse, timeout=PATIENCE * limit)
    if isinstance(found, WorkerLost):
        return Verdict(outcome=Outcome.LOST, why=found.reason)
    if found.cpu > limit.total_seconds():
        return Verdict(outcome=Outcome.LOST, why=f"took over {limit.total_seconds():g} s", cpu=found.cpu)
    return found


def verdict(mutant: Mutant, parse: Parse) -> Verdict:
    """Parse *mutant* as the service would, and look at what comes of it."""
    started = time.process_time()
    try:
        parsed: ParsedFeed | Exception = _parsed(mutant, parse, URL, NOW)
    except MemoryError:
        raise  # the pool's to judge, as in the service
    except Exception as fault:  # noqa: BLE001 - what is not declared is what is looked for
        parsed = fault
    cpu = time.process_time() - started
    outcome, why = _outcome(mutant, parse, parsed)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Verdict(outcome=outcome, why=why, cpu=cpu, peak_mb=peak_mb)


def _outcome(mutant: Mutant, parse: Parse, parsed: ParsedFeed | Exception) -> tuple[Outcome, str]:
    match parsed:
        case ParserFailed(__cause__=MemoryError()):  # the limit was passed, whoever noticed
            return Outcome.LOST, "took too much memory"
        case ParserFailed():
            return Outcome.PARSER_FAILED, str(parsed)
        case BadFeed():
            return Outcome.REFUSED, str(parsed)
        case Exception():
            return Outcome.BROKEN, f"raised {type(parsed).__name__}"
    why = next(faults(parsed), "") or _fault_of_the_second(mutant, parse, parsed)
    return (Outcome.BROKEN if why else Outcome.READ), why


def _parsed(mutant: Mutant, parse: Parse, url: str, now: datetime) -> ParsedFeed:
    return parse(
        mutant.body,
        url=url,
        content_type=mutant.content_type,
        charset=mutant.charset,
        now=now,
        max_entries=MAX_ENTRIES,
    )


def _fault_of_the_second(mutant: Mutant, parse: Parse, first: ParsedFeed) -> str:
    """Parse the same bytes from another place on another day: not one entry may be new."""
    try:
        second = _parsed(mutant, parse, MOVED, TOMORROW)
    except BadFeed:
        return "refused the second time"
    if [entry.key for entry in first.entries] != [entry.key for entry in second.entries]:
        return "other keys the second time"
    return ""
