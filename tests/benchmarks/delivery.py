"""How much delivering costs, and how soon a message is there: `python -m tests.benchmarks.delivery`.

First, alerts go from the outbox (SQLite, every step committed to the disk) to a real mail server in another
process; beside them the same letters go out through bare aiosmtplib. Then the real service, with the
default settings, watches feeds in which articles appear evenly, and posts to Slack: the time counts from
the poll that could first see an entry to the message, so that the polling interval is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import yaml
from aiosmtplib import SMTP

from monitor.alerts.retry import RetryLimits
from monitor.channels.email import EmailChannel
from monitor.channels.smtp import MailServer
from monitor.model import Channel, Delivery, Destination
from monitor.stages.deliver import Delivering, deliver
from monitor.store.database import Database
from tests.acceptance.delivering import Receivers, fill
from tests.alerts.samples import NOTICE
from tests.alerts.samples import delivery as sample
from tests.alerts.spoken import compose
from tests.benchmarks.delivery_world import FEEDS, GUID, Growing, mail_server, topic_word
from tests.newsroom.configuration import write_folder
from tests.service.daemon import daemon

SENDER = "monitor@newsroom.test"
MAILBOX = Destination(name="desk-mail", channel=Channel.EMAIL, address="desk@newsroom.test")
EVERY = 15  # seconds between two polls of a feed: it is left out of the result, and fills it sooner
PATIENCE = 120  # seconds until the last message must be there
ROUNDS = 3  # of each way to send, in turn; the best counts, for the machine may be busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a number of letters cost. Units: seconds for all of them."""

    letters: int
    wall: float
    cpu: float


def through_the_outbox(port: int, count: int) -> Pace:
    """Deliver *count* alerts as the service does: lease, compose, send, settle."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'monitor.db'}"
        fill(url, count)
        database = Database(url)
        began, spent = time.monotonic(), time.process_time()
        asyncio.run(_deliver(database, port))
        pace = Pace(letters=count, wall=time.monotonic() - began, cpu=time.process_time() - spent)
        database.close()
    return pace


async def _deliver(database: Database, port: int) -> None:
    channel = EmailChannel(_server(port), sender=SENDER, timeout=timedelta(seconds=30))
    tools = Delivering(
        db=database,
        send={Channel.EMAIL: channel.send},
        destinations=lambda: {MAILBOX.name: MAILBOX},
        now=lambda: datetime.now(UTC),
        jitter=lambda: 0.5,
        limits=RetryLimits(),
    )
    await deliver(MAILBOX.name, tools)
    await channel.close()


def bare(port: int, count: int) -> Pace:
    """Send as many letters through aiosmtplib alone, over one connection."""
    letters = [_letter(number) for number in range(count)]

    async def send() -> None:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for letter in letters:
                await client.send_message(letter)

    began, spent = time.monotonic(), time.process_time()
    asyncio.run(send())
    return Pace(letters=count, wall=time.monotonic() - began, cpu=time.process_time() - spent)


def _server(port: int) -> MailServer:
    return MailServer(host="127.0.0.1", port=port, tls="none")


def _letter(number: int) -> Any:
    message: Delivery = sample(NOTICE, key=f"bare-{number}")
    return compose(message, sender=SENDER, recipient=MAILBOX.address)


def throughput(count: int) -> dict[str, Any]:
    """Measure both ways in turn."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))  # no terminal is measured
    with mail_server() as port:
        through_the_outbox(port, 20)
        rounds = [(through_the_outbox(port, count), bare(port, count)) for _ in range(ROUNDS)]
    ours = min((each for each, _ in rounds), key=lambda pace: pace.cpu)
    alone = min((each for _, each in rounds), key=lambda pace: pace.cpu)
    return {
        "letters": count,
        "alerts_per_s": round(max(each.letters / each.wall for each, _ in rounds), 1),
        "cpu_ms_per_alert": round(1_000 * ours.cpu / ours.letters, 2),
        "bare_cpu_ms_per_letter": round(1_000 * alone.cpu / alone.letters, 2),
        "cpu_to_bare": round(ours.cpu / alone.cpu, 2),
    }


# --- how soon ---------------------------------------------------------------------------------------------


def latency(*, per_minute: float, seconds: float, channels: int) -> dict[str, Any]:
    """Let articles appear, and return how long each message took from the poll that saw its entry."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        growing = stack.enter_context(Growing(rate=per_minute / 60, seconds=seconds, topics=channels))
        receivers = stack.enter_context(Receivers(0))
        receivers.slack.heal()
        config = _configure(folder, growing, receivers, channels)
        running = stack.enter_context(daemon(config))
        running.wait_for("feed polled", FEEDS)  # one after another, as new feeds are: so they will stay apart
        time.sleep(EVERY)
        growing.begin()
        deadline = time.monotonic() + seconds + PATIENCE
        while len(receivers.slack.messages) < growing.articles and time.monotonic() < deadline:
            time.sleep(0.5)
        return _figures(growing, receivers)


def _figures(growing: Growing, receivers: Receivers) -> dict[str, Any]:
    shift = time.monotonic() - datetime.now(UTC).timestamp()
    took, waited = [], []
    for call in receivers.slack.calls:
        found = GUID.search(str(call.arguments.get("text")))
        if call.method == "chat.postMessage" and found:
            number, arrived = int(found[1]), call.at.timestamp() + shift
            took.append(arrived - growing.served[number])
            assert growing.began is not None
            waited.append(arrived - growing.began - number / growing.rate)
    return {
        "articles": growing.articles,
        "messages": len(took),
        "p50_s": _quantile(took, 0.5),
        "p95_s": _quantile(took, 0.95),
        "longest_s": _quantile(took, 1.0),
        "with_polling_p95_s": _quantile(waited, 0.95),
    }


def _quantile(values: Sequence[float], share: float) -> float:
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 2) if ranked else float("inf")


def _configure(folder: Path, growing: Growing, receivers: Receivers, channels: int) -> Path:
    """The default settings, but for what lets the service see servers on this machine and poll often."""
    tables = {
        "service": {"state_dir": str(folder / "state"), "log_format": "json"},
        "web": {"listen": "127.0.0.1:0"},
        "net": {"allow_addresses": ["127.0.0.0/8"], "user_agent": "newsroom-monitor/benchmark"},
        "poll": {"shortest": f"{EVERY}s"},
        "slack": {"base_url": receivers.slack.base_url, "token": receivers.slack.token},
    }
    feeds = [
        {"url": url, "outlet": f"Outlet {number}", "every": f"{EVERY}s"}
        for number, url in enumerate(growing.urls)
    ]
    topics = folder / "topics"
    topics.mkdir()
    listed = [
        {"id": f"topic-{number}", "title": f"Topic {number}", "match": topic_word(number)}
        for number in range(channels)
    ]
    (topics / "all.yaml").write_text(yaml.safe_dump({"topics": listed}), "utf-8")
    config = write_folder(folder / "config", tables=tables, feeds=feeds, topics=topics)
    people = {
        "destinations": {f"desk-{number}": {"slack": f"C0DESK{number}"} for number in range(channels)},
        "routes": [
            {"topics": [f"topic-{number}"], "destinations": [f"desk-{number}"]} for number in range(channels)
        ],
    }
    (config / "people.yaml").write_text(yaml.safe_dump(people), "utf-8")
    receivers.open_channels(f"C0DESK{number}" for number in range(channels))
    return config


def main() -> None:
    """Measure, and print what it came to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=500, help="alerts through the outbox")
    parser.add_argument("--per-minute", type=float, default=100.0, help="articles that appear")
    parser.add_argument("--seconds", type=float, default=90.0, help="for how long they appear; 0: not at all")
    parser.add_argument("--channels", type=int, default=5, help="Slack channels to tell them in, 1 to 10")
    asked = parser.parse_args()
    found = throughput(asked.letters)
    if asked.seconds:
        found |= latency(per_minute=asked.per_minute, seconds=asked.seconds, channels=asked.channels)
    print("\n".join(f"{name:>24}  {value}" for name, value in found.items()) + "\n")
    print(json.dumps({"benchmark": "delivery", "channels": asked.channels, **found}))


if __name__ == "__main__":
    main()
