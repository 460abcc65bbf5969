"""SIGKILL at random moments of delivering: nothing lost, nothing told twice in Slack, hardly a mail.

Every alert goes to Slack and by mail. Kills fall at random moments of the way, each to the millisecond, and
Slack loses one answer in fifty beside. A mail repeats where the process dies between the letter's last byte
and its reading of the server's answer, which SMTP has no way to find out (RFC 1047); it then bears the same
Message-ID.

python -m tests.acceptance.delivering [--alerts 2000] [--kills 10] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.model import DeliveryState, Frequency, Notice
from monitor.store import schema, summary
from monitor.store.database import Database
from monitor.store.statements import dump
from monitor.store.tables import alerts, deliveries, stories
from tests.acceptance.process import clean_environment, command, monitor
from tests.alerts.samples import NOTICE
from tests.newsroom.background import LoopThread
from tests.newsroom.configuration import DESK_MAIL, NEWSDESK, write_folder
from tests.newsroom.slack import SlackStub
from tests.newsroom.slack_workspace import SlackChannel
from tests.newsroom.smtp import MailServer

LOST_ANSWERS = 0.02  # of Slack
# Seconds at most from the message that was waited for to the kill: time for many messages, so that it falls
# at any moment of one's way, not just after its arrival.
JITTER = 1.0
PATIENCE = 120  # seconds without a message
DESTINATIONS = ("newsdesk", "desk-mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What came of a run; all of it in messages."""

    alerts: int
    kills: int
    seconds: float
    lost: int
    slack_repeated: int
    mail_repeated: int
    ids_changed: int  # of mails that were repeated, those whose Message-ID was another one


class Receivers:
    """A Slack and a mail server that outlive the service."""

    def __init__(self, seed: int) -> None:
        self.slack, self.mail = SlackStub(), MailServer()
        self._thread = LoopThread("receivers")
        self.slack.lose_at_random(LOST_ANSWERS, seed=seed)

    def __enter__(self) -> Receivers:
        self._thread.run(self.slack.open())
        self._thread.run(self.mail.open())
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.run(self.slack.close())
        self._thread.run(self.mail.close())
        self._thread.stop()

    def open_channels(self, ids: Iterable[str]) -> None:
        """Let the workspace have these channels, too."""
        more = tuple(SlackChannel(id=each, name=each.lower()) for each in ids)
        self.slack.workspace.channels += more

    @property
    def arrived(self) -> int:
        return len(self.slack.workspace.messages) + len(self.mail.messages)

    def write_config(self, folder: Path) -> Path:
        tables = {
            "service": {"state_dir": str(folder / "state"), "workers": 1},
            "poll": {"tick": "100ms"},
            "slack": {"base_url": self.slack.base_url, "token": self.slack.token, "pace": "0s"},
            "email": {
                "host": self.mail.host,
                "port": self.mail.port,
                "tls": "none",
                "sender": "m@newsroom.test",
            },
            "alerts": {"retry_first": "100ms", "retry_longest": "1s"},
        }
        return write_folder(folder / "config", tables=tables, feeds=[])


def fill(url: str, count: int) -> None:
    """Put *count* stories into the outbox, each to be told to both destinations at once."""
    now = datetime.now(UTC)
    database = Database(url)
    database.write_now(schema.upgrade)

    def put(connection: sa.Connection) -> None:
        numbers = range(1, count + 1)
        connection.execute(
            sa.insert(stories),
            [
                {
                    "id": n,
                    "title": f"Story {n}",
                    "state": "open",
                    "first_report_at": now,
                    "last_report_at": now,
                }
                for n in numbers
            ],
        )
        connection.execute(sa.insert(alerts), [_alert(n, now) for n in numbers])
        connection.execute(
            sa.insert(deliveries), [_delivery(n, name, now) for n in numbers for name in DESTINATIONS]
        )

    database.write_now(put)
    database.close()


def _story(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Story {number}",
        "state": "open",
        "first_report_at": now,
        "last_report_at": now,
    }


def _alert(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "topic": "lgbt-flight",
        "story_id": number,
        "kind": NOTICE.kind,
        "cause": "story",
        "score": NOTICE.score,
        "created_at": now,
    }


def _delivery(number: int, destination: str, now: datetime) -> dict[str, Any]:
    notice = replace(NOTICE, alert=number, story=number, headline=f"Story {number}", reports=())
    return {
        "alert_id": number,
        "destination": destination,
        "story_id": number,
        "frequency": Frequency.IMMEDIATE,
        "state": DeliveryState.PENDING,
        "next_attempt_at": now,
        "payload": dump(Notice, notice),
        "created_at": now,
    }


def deliver_and_kill(folder: Path, *, count: int, kills: int, seed: int, jitter: float = JITTER) -> Count:
    """Let the service deliver *count* alerts, kill it *kills* times on the way, and count what arrived."""
    chance = random.Random(seed)
    marks = sorted(chance.sample(range(1, 2 * count), kills))
    began = time.monotonic()
    with Receivers(seed) as receivers:
        config = receivers.write_config(folder)
        (folder / "state").mkdir()
        url = f"sqlite:///{folder / 'state' / 'monitor.db'}"
        fill(url, count)
        for mark in marks:
            with _service(config) as process:
                _wait(receivers, mark)
                time.sleep(chance.uniform(0, jitter))
                process.kill()
                process.wait()
        receivers.slack.heal()
        _finish(config, url)
        return _counted(receivers, count=count, kills=kills, seconds=time.monotonic() - began)


@contextmanager
def _service(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The service, whose log nobody reads: a pipe would fill, and stop it."""
    process = subprocess.Popen(
        command("run", "--config", config), stderr=subprocess.DEVNULL, env=clean_environment()
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _finish(config: Path, url: str) -> None:
    """Let the service run without being killed until everything is sent."""
    database = Database(url)
    for _ in range(5):
        monitor("run", "--once", "--config", config, expect=None)
        if database.read_now(summary.status, now=datetime.now(UTC))["deliveries"].keys() == {"sent"}:
            break
        time.sleep(1)
    database.close()


def _wait(receivers: Receivers, mark: int) -> None:
    """Wait until *mark* messages have arrived."""
    seen, since = receivers.arrived, time.monotonic()
    while (arrived := receivers.arrived) < mark:
        if arrived > seen:
            seen, since = arrived, time.monotonic()
        assert time.monotonic() - since < PATIENCE, f"no message after {arrived} of {mark}"
        time.sleep(0.002)


def _counted(receivers: Receivers, *, count: int, kills: int, seconds: float) -> Count:
    keys = Counter(
        message.metadata["event_payload"]["key"]
        for message in receivers.slack.roots(NEWSDESK)
        if message.metadata
    )
    letters = receivers.mail.to(DESK_MAIL)
    ids = Counter(str(letter.message["Message-ID"]) for letter in letters)
    subjects = Counter(letter.subject for letter in letters)
    return Count(
        alerts=count,
        kills=kills,
        seconds=seconds,
        lost=(count - len(keys)) + (count - len(subjects)),
        slack_repeated=keys.total() - len(keys),
        mail_repeated=subjects.total() - len(subjects),
        ids_changed=len(ids) - len(subjects),
    )


def main() -> int:
    """Deliver and kill as asked, and say what came of it; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = deliver_and_kill(Path(folder), count=asked.alerts, kills=asked.kills, seed=asked.seed)
    kept = found.lost == found.slack_repeated == found.ids_changed == 0
    share = 1_000 * found.mail_repeated / found.alerts
    print(
        f"{found.alerts} alerts to Slack and by mail, {found.kills} kills, {found.seconds:.0f} s: "
        f"{found.lost} lost, {found.slack_repeated} repeated in Slack, {found.mail_repeated} by mail "
        f"({share:.1f} in 1,000; {found.ids_changed} of them under another Message-ID)"
    )
    print(json.dumps({**{name: getattr(found, name) for name in Count.__slots__}, "mail_per_1000": share}))
    return 0 if kept and share <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
