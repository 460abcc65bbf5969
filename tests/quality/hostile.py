"""Well-behaved feeds beside hostile ones: how late they are polled, and how much memory the service takes.

    python -m tests.quality.hostile [--seconds N] [--crowd N] [--good N]

The real service, in a process of its own, polls feeds on loopback: some that are as they should be, and of
each kind of hostility a crowd, every one at an address of its own. What counts is when the good ones were
asked, as their server saw it, and what all processes of the service held together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from tests.acceptance.process import records
from tests.newsroom.configuration import write_folder
from tests.quality.hostility import FEED, Kind, kinds
from tests.service.daemon import Daemon, daemon
from tests.usage import children, shared_mb

EVERY = 3.0  # seconds between polls of every feed, as its operator wants it
JITTER = 0.1  # of it: what the schedule itself may add
HOST = "127.0.{net}.{number}"
GOOD_NET, FIRST_NET = 40, 41
LOOK_EVERY = 0.25  # seconds between looks at the memory


@dataclass(slots=True)
class Watch:
    """When each good feed was asked, how often each kind of hostile one was, and the memory meanwhile."""

    asked: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    hostile: Counter[str] = field(default_factory=Counter)
    began: float = 0.0
    service_mb: int = 0
    all_mb: int = 0

    def weigh(self, pid: int) -> None:
        """Note what the service holds, and what it holds together with its workers."""
        own = shared_mb(pid)
        self.service_mb = max(self.service_mb, own)
        self.all_mb = max(self.all_mb, own + sum(map(shared_mb, children(pid))))

    def lateness(self, ended: float) -> list[float]:
        """How much later than its interval each good feed was asked, in seconds; the ends count."""
        moments = [[self.began, *asked, ended] for asked in self.asked.values()]
        gaps = [later - earlier for mine in moments for earlier, later in pairwise(mine)]
        return [max(0.0, gap - EVERY * (1 + JITTER)) for gap in gaps]


@asynccontextmanager
async def listening(watch: Watch, crowd: int, good: int) -> AsyncIterator[list[dict[str, Any]]]:
    """Serve every feed for as long as the context lasts; answers the feeds as a configuration lists them."""
    wanted: list[tuple[Kind | None, int, int]] = [(None, GOOD_NET, number) for number in range(1, good + 1)]
    wanted += [
        (kind, net, number) for net, kind in enumerate(kinds(), FIRST_NET) for number in range(1, crowd + 1)
    ]
    async with AsyncExitStack() as stack:
        yield [await _listen(stack, watch, *one) for one in wanted]


async def _listen(
    stack: AsyncExitStack, watch: Watch, kind: Kind | None, net: int, number: int
) -> dict[str, Any]:
    host = HOST.format(net=net, number=number)
    open_now: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            if kind is None:
                watch.asked[host].append(time.monotonic())
                writer.write(FEED)
                await writer.drain()
            else:
                watch.hostile[kind.name] += 1
                await kind.answer(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the service left, or we do
        finally:
            open_now.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, host, 0)

    async def close() -> None:
        server.close()
        for task in tuple(open_now):
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)

    stack.push_async_callback(close)
    port = server.sockets[0].getsockname()[1]
    name = "good" if kind is None else kind.name
    return {"url": f"http://{host}:{port}/{name}", "name": name, "every": f"{EVERY:g}s"}


@contextmanager
def serving(folder: Path, listed: list[dict[str, Any]]) -> Iterator[tuple[Path, Daemon]]:
    """The real service over the feeds."""
    tables = {
        "service": {"state_dir": str(folder / "state"), "log_format": "json"},
        "web": {"listen": "127.0.0.1:0"},
        "net": {"allow_addresses": ["127.0.0.0/8"], "user_agent": "newsroom-monitor/hostile"},
        "poll": {"shortest": "1s", "host_gap": "0s"},
        "read": {"respect_robots": False},
        "slack": {"token": "xoxb-hostile"},
        "email": {"host": "127.0.0.1", "sender": "monitor@newsroom.test"},
    }
    config = write_folder(folder / "config", tables=tables, feeds=listed)
    (config / "people.yaml").write_text(yaml.safe_dump({"destinations": {}, "routes": []}), "utf-8")
    with daemon(config) as running:
        yield config, running


async def watched(seconds: float, crowd: int, good: int) -> dict[str, Any]:
    """Run the service among hostile feeds for a while and answer the figures."""
    watch = Watch()
    with tempfile.TemporaryDirectory() as name:
        async with listening(watch, crowd, good) as listed:
            return await asyncio.to_thread(_run, Path(name), listed, watch, seconds)


def _run(folder: Path, listed: list[dict[str, Any]], watch: Watch, seconds: float) -> dict[str, Any]:
    with serving(folder, listed) as (config, running):
        watch.began = time.monotonic()
        while (now := time.monotonic()) < watch.began + seconds:
            watch.weigh(running.process.pid)
            time.sleep(LOOK_EVERY)
        late = sorted(watch.lateness(now))
        running.order(signal.SIGTERM)
        code = running.process.wait(60)
        feeds = records("feeds", "list", "--config", config)
    causes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for feed in feeds:
        causes[feed["url"].rpartition("/")[2]][feed["cause"] or "read"] += 1
    return {
        "seconds": seconds,
        "exit": code,
        "good": len(watch.asked),
        "good_polls": sum(map(len, watch.asked.values())),
        "hostile": len(listed) - len(watch.asked),
        "hostile_polls": watch.hostile.total(),
        "late_median_s": round(statistics.median(late), 2),
        "late_p95_s": round(late[int(0.95 * (len(late) - 1))], 2),
        "late_max_s": round(late[-1], 2),
        "service_mb": watch.service_mb,
        "all_mb": watch.all_mb,
        "causes": {kind: dict(found) for kind, found in causes.items()},
        "asked": dict(watch.hostile),
    }


def show(found: dict[str, Any]) -> None:
    """Print the figures for people."""
    print(f"{'kind':<18}{'polls':>7}  what became of them")
    for kind, causes in sorted(found["causes"].items()):
        polls = found["good_polls"] if kind == "good" else found["asked"].get(kind, 0)
        ends = ", ".join(f"{count} x {cause}" for cause, count in sorted(causes.items()))
        print(f"{kind:<18}{polls:>7}  {ends}")
    late = (
        f"{found['late_median_s']} s (median), {found['late_p95_s']} s (95 %), {found['late_max_s']} s (most)"
    )
    print(f"\n{found['good']} good feeds beside {found['hostile']} hostile ones for {found['seconds']:g} s")
    print(f"late by {late}")
    print(f"memory at most: {found['service_mb']} MB in the service, {found['all_mb']} MB with its workers\n")


def main() -> int:
    """Run it; 1 if the service did not end well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--crowd", type=int, default=3, help="hostile feeds of each kind")
    parser.add_argument("--good", type=int, default=10, help="feeds that are as they should be")
    options = parser.parse_args()
    found = asyncio.run(watched(options.seconds, options.crowd, options.good))
    show(found)
    print(json.dumps({"quality": "hostile", **found}))
    return found["exit"]


if __name__ == "__main__":
    sys.exit(main())
