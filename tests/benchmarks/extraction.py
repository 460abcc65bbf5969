"""Pages per CPU-second of reading a page against bare trafilatura: `python -m tests.benchmarks.extraction`.

Both read the same pages in turns in one process, so that a busy machine slows them alike; the figure of
each is its best round. `--workers` measures the pool's throughput with one worker and with two, `--memory
N` what N pages leave behind in two workers that the pool renews as the service has it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import trafilatura

from monitor.articles.extract import prepare, read_page
from monitor.errors import BadPage
from monitor.workers import Workers
from tests.quality.corpus import pages

OWN = Path(__file__).parent.parent / "articles" / "pages"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SAMPLES = 20  # looks at the memory; the first tenth of the pages warms caches and is not compared


def bare(body: bytes, _: str) -> None:
    trafilatura.extract(body, include_comments=False)


def ours(body: bytes, url: str) -> None:
    with suppress(BadPage):
        read_page(body, url=url, now=NOW)


def rate(read: Callable[[bytes, str], None], corpus: list[tuple[str, bytes]]) -> float:
    """Return pages per CPU-second."""
    started = time.process_time()
    for url, body in corpus:
        read(body, url)
    return len(corpus) / (time.process_time() - started)


async def throughput(workers: int, corpus: list[tuple[str, bytes]]) -> float:
    """Return pages per second of the wall's clock through the pool."""
    pool = Workers(workers)
    try:
        calls = [_call(pool, corpus[0][1], corpus[0][0]) for _ in range(4 * workers)]
        await asyncio.gather(*calls)
        started = time.perf_counter()
        await asyncio.gather(*(_call(pool, body, url) for url, body in corpus))
        return len(corpus) / (time.perf_counter() - started)
    finally:
        await pool.close()


async def memory(pages_read: int, corpus: list[tuple[str, bytes]]) -> list[int]:
    """Return the MB of this process and its workers after each twentieth of *pages_read* pages."""
    pool = Workers(2)
    source, seen = cycle(corpus), []
    try:
        for _ in range(SAMPLES):
            peak = 0
            for _ in range(pages_read // SAMPLES // 50 or 1):
                await asyncio.gather(*(_call(pool, body, url) for url, body in islice(source, 50)))
                peak = max(peak, _resident())
            seen.append(peak)
    finally:
        await pool.close()
    return seen


def _resident() -> int:
    """Return the MB that this process and its children hold (Linux: /proc)."""
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text("ascii").split()
    pages_held = 0
    for process in (str(own), *children):
        with suppress(OSError):
            pages_held += int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return pages_held * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def growth(seen: Sequence[int]) -> float:
    """Return the peak of the last half against that of the first, without the first tenth."""
    warm = seen[len(seen) // 10 :]
    half = len(warm) // 2
    return round(max(warm[half:]) / max(warm[:half]), 2)


async def _call(pool: Workers, body: bytes, url: str) -> Any:
    try:
        return await pool.run(read_page, body, url=url, now=NOW, timeout=timedelta(seconds=30))
    except BadPage:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=OWN, help="a folder of .html or .html.gz pages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", action="store_true", help="measure one and two workers too")
    parser.add_argument("--memory", type=int, default=0, metavar="N", help="watch the memory over N pages")
    options = parser.parse_args()
    corpus = list(pages(options.dir))
    prepare()
    bare(corpus[0][1], "")
    rounds = [(rate(bare, corpus), rate(ours, corpus)) for _ in range(options.rounds)]
    best_bare, best_ours = (max(values) for values in zip(*rounds, strict=True))
    figures: dict[str, Any] = {
        "pages": len(corpus),
        "bare_pages_per_cpu_s": round(best_bare, 1),
        "pages_per_cpu_s": round(best_ours, 1),
        "ratio": round(best_ours / best_bare, 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if options.workers:
        one, two = (asyncio.run(throughput(count, corpus)) for count in (1, 2))
        figures |= {"one_worker": round(one, 1), "two_workers": round(two, 1), "gain": round(two / one, 2)}
    if options.memory:
        seen = asyncio.run(memory(options.memory, corpus))
        figures |= {"memory_pages": options.memory, "memory_mb": max(seen), "memory_growth": growth(seen)}
    print("\n".join(f"{name:>22}  {value}" for name, value in figures.items()) + "\n")
    print(json.dumps({"benchmark": "extraction", "dir": options.dir.name, **figures}))


if __name__ == "__main__":
    main()
