"""The whole service under load for minutes: `python -m tests.benchmarks.soak [--dir PAGES]`.

Many feeds publish articles at an even pace; the real service, in a process of its own, polls, reads,
matches, groups and delivers them. What counts: that memory stays flat, that what was offered is worked off,
that the event loop is never blocked, and what the whole costs beside bare trafilatura on the same pages.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import trafilatura
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.process import monitor
from tests.benchmarks.soak_server import Offered, Plan, offering, on_topic
from tests.newsroom.background import LoopThread
from tests.newsroom.configuration import NEWSDESK, TOPIC_IDS, write_folder
from tests.newsroom.slack import SlackStub
from tests.newsroom.world import World
from tests.quality.corpus import pages
from tests.service.daemon import daemon
from tests.usage import children, shared_mb, tree_cpu_seconds

OWN = Path(__file__).parent.parent / "articles" / "pages"
LOOK_EVERY = 2.0  # seconds
PATIENCE = 600  # seconds to work off what is left when nothing more is offered
MINUTE = 60.0
WARM = 30.0  # seconds until workers have loaded what they need
LAG_AT_MOST = 0.1  # seconds: one of the histogram's bounds
EVERY = 60  # seconds between two polls of a feed

Point = Mapping[tuple[str, ...], float]


@dataclass(slots=True)
class Seen:
    """What was seen while the service ran; each look holds the seconds since the first article."""

    memory: list[tuple[float, int]] = field(default_factory=list)
    queued: list[tuple[float, int]] = field(default_factory=list)
    read: float = 0.0
    within: float = 0.0  # the part of the looks at the loop that found it less late than promised
    sent: int = 0
    cpu: list[tuple[float, float]] = field(default_factory=list)  # articles read and CPU seconds, when warm
    wall: float = 0.0


def measure(plan: Plan) -> Seen:
    """Run the service through *plan* and until it has caught up."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        offered = stack.enter_context(offering(plan))
        slack = stack.enter_context(_slack())
        config = _configure(folder, offered, slack)
        monitor("run", "--once", "--config", config, expect=None)  # so that every feed is known
        running = stack.enter_context(daemon(config))
        address = running.wait_for("listening")["address"]
        offered.begin()
        seen = _watch(plan, running.process.pid, f"http://{address}/metrics")
        seen.sent = len(slack.messages)
    return seen


def _watch(plan: Plan, pid: int, metrics: str) -> Seen:
    seen, began = Seen(), time.monotonic()
    while (now := time.monotonic() - began) < plan.seconds + PATIENCE:
        time.sleep(LOOK_EVERY)
        seen.memory.append((now, sum(map(shared_mb, (pid, *children(pid))))))
        found = _scraped(metrics)
        waiting = found["monitor_queue_items"]
        seen.queued.append((now, int(waiting["read",] + waiting["deliver",])))
        seen.read = sum(found["monitor_articles_total"].values())
        lags = found["monitor_loop_lag_seconds_bucket"]
        seen.within = lags[str(LAG_AT_MOST),] / lags["+Inf",]
        if now >= min(WARM, plan.seconds / 4):
            seen.cpu.append((seen.read, tree_cpu_seconds(pid)))
        if seen.read >= plan.articles and not seen.queued[-1][1]:
            break
    seen.wall = now
    return seen


def _scraped(url: str) -> dict[str, Point]:
    with urlopen(url, timeout=30) as answer:
        text = answer.read().decode()
    return {
        name: {
            tuple(sample.labels.values()): sample.value for sample in family.samples if sample.name == name
        }
        for family in text_string_to_metric_families(text)
        for name in {sample.name for sample in family.samples}
    }


@contextmanager
def _slack() -> Iterator[SlackStub]:
    thread, slack = LoopThread("slack"), SlackStub()
    thread.run(slack.open())
    try:
        yield slack
    finally:
        thread.run(slack.close())
        thread.stop()


def _configure(folder: Path, offered: Offered, slack: SlackStub) -> Path:
    tables = {
        "service": {"state_dir": str(folder / "state"), "log_format": "json"},
        "web": {"listen": "127.0.0.1:0"},
        "net": {"allow_addresses": ["127.0.0.0/8"], "user_agent": "newsroom-monitor/soak"},
        "poll": {"shortest": f"{EVERY}s", "host_gap": "0s"},
        "slack": {"base_url": slack.base_url, "token": slack.token, "pace": "0s"},
    }
    feeds = [
        {"url": url, "outlet": f"Outlet {number}", "every": f"{EVERY}s"}
        for number, url in enumerate(offered.urls)
    ]
    config = write_folder(folder / "config", tables=tables, feeds=feeds)
    people = {
        "destinations": {"newsdesk": {"slack": NEWSDESK}},
        "routes": [{"topics": list(TOPIC_IDS), "destinations": ["newsdesk"], "when": "immediate"}],
    }
    (config / "people.yaml").write_text(yaml.safe_dump(people), "utf-8")
    return config


def topical() -> list[bytes]:
    """The pages of the small world's articles that belong to a topic."""
    with World() as world:
        wanted = [
            article for article in world.articles if article.source.truth.topics and not article.source.held
        ]
        found = []
        for article in wanted:
            with urlopen(article.url, timeout=30) as answer:
                found.append(answer.read())
    return found


def bare_cpu(plan: Plan) -> float:
    """CPU seconds that bare trafilatura needs for an article of those that were published."""
    spent = []
    for page in plan.pages:
        began = time.process_time()
        trafilatura.extract(page, include_comments=False)
        spent.append(time.process_time() - began)
    return sum(spent) / len(spent)


def figures(plan: Plan, seen: Seen) -> dict[str, Any]:
    """What it came to."""
    (read_before, cpu_before), (read_after, cpu_after) = seen.cpu[0], seen.cpu[-1]
    ours, bare = (cpu_after - cpu_before) / max(1.0, read_after - read_before), bare_cpu(plan)
    return {
        "feeds": plan.feeds,
        "offered": plan.articles,
        "rate": plan.rate,
        "read": int(seen.read),
        "messages": seen.sent,
        "queue_at_most": max(queued for _, queued in seen.queued),
        "caught_up_after_s": round(max(0.0, seen.wall - plan.seconds), 1),
        "memory_mb": max(mb for _, mb in seen.memory),
        "memory_growth": growth(seen.memory, plan.seconds),
        "lag_within_100_ms": round(seen.within, 4),
        "cpu_ms_per_article": round(1_000 * ours, 2),
        "bare_cpu_ms_per_page": round(1_000 * bare, 2),
        "cpu_to_bare": round(ours / bare, 2),
    }


def growth(memory: Sequence[tuple[float, int]], seconds: float) -> float:
    """The peak of the last minute of the load against that of its second minute."""
    last = [mb for at, mb in memory if seconds - MINUTE <= at <= seconds]
    second = [mb for at, mb in memory if MINUTE <= at <= 2 * MINUTE]
    return round(max(last) / max(second), 3) if last and second else 1.0


def main() -> None:
    """Measure, and print what it came to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dir", type=Path, default=OWN, help="a folder of .html or .html.gz pages")
    parser.add_argument("--feeds", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=50.0, help="articles a second")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--on-topic", type=float, default=0.02, help="the part that belongs to a topic")
    asked = parser.parse_args()
    others = [body for _, body in pages(asked.dir)]
    plan = Plan(
        feeds=asked.feeds,
        rate=asked.rate,
        seconds=asked.seconds,
        pages=on_topic(topical(), others, asked.on_topic),
    )
    found = figures(plan, measure(plan))
    print("\n".join(f"{name:>22}  {value}" for name, value in found.items()) + "\n")
    print(json.dumps({"benchmark": "soak", "dir": asked.dir.name, **found}))


if __name__ == "__main__":
    main()
