"""A small world with a topic that nobody may know of: its outlets, its readers, and the words to look for."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import yaml

from tests.newsroom.background import LoopThread
from tests.newsroom.configuration import write_folder
from tests.newsroom.slack import SlackStub
from tests.newsroom.smtp import MailServer
from tests.newsroom.web import NewsroomHttp, Page

CODE_NAME = "Willow"
TOPIC_WORDS = ("zephyrquarry", "kestrel ledger", "marmaladian", "oystercatcher", "grimshaw")
# its figure is no port of this machine, as four digits happen to be
STORY_WORDS = ("plangent", "sesquipedalian", "84711", "84,711", "vesper gazette", "burgundian-slug")
RECIPIENT, NEWSDESK, ARCHIVED = "C0RIGHTS", "C0NEWSDESK", "C0OLDDESK"
KEEPER, READER = "keeper@newsroom.test", "reader@newsroom.test"
USER_AGENT = "newsroom-monitor-test/1.0 (+https://newsroom.test/about)"

_TOPICS = """\
topics:
- id: zephyrquarry
  title: The Kestrel Ledger
  match: "@marmaladian AND Grimshaw"
  min_score: 3
  discreet: true
  code_name: Willow
  concepts:
    marmaladian: {weight: 4, aliases: {any: [oystercatcher]}}
- id: harbours
  title: Harbours
  match: "@harbour"
  concepts:
    harbour: {weight: 2, aliases: {any: [harbour]}}
"""
SECRET_TEXT = (
    "Ottoline Grimshaw was seen near the quay on Monday with an oystercatcher under her arm, and the "
    "sesquipedalian clerk who wrote it down counted 84711 steps from the gate to the water. He said later "
    "that he had been asked to count them, that nobody had told him why, and that he would do it again."
)
OPEN_TEXT = (
    "The harbour of Norrvik will be dredged from May, the port authority said on Tuesday. Three berths stay "
    "closed until the autumn, and the ferry to Estrava leaves from the old pier meanwhile. Fishermen were "
    "promised a lower fee for the year and want it in writing before the first barge arrives."
)
BOTH_TEXT = (
    "Passengers of the ferry to Estrava found the harbour gate locked on Wednesday and walked along the dike "
    "to the old pier, where two sailors sold tickets from a table. The next boat leaves at six.\n\n"
    "Nobody on the pier wanted to speak of anything else that day, least of all of the people who had left "
    "the town in the winter and of what had been said about them in the council.\n\n"
    "Ottoline Grimshaw, asked about her oystercatcher, laughed and went into the house."
)


@dataclass(slots=True)
class SecretWorld:
    """Servers that keep all that reaches them, and a configuration that lets the service watch them."""

    http: NewsroomHttp = field(init=False)
    slack: SlackStub = field(default_factory=SlackStub)
    mail: MailServer = field(default_factory=MailServer)
    pages: dict[str, Page] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    thread: LoopThread = field(default_factory=lambda: LoopThread("secret world"))

    def __post_init__(self) -> None:
        self.http = NewsroomHttp(lambda outlet, path: self.pages.get(outlet + path))

    def publish(self, outlet: str, slug: str, title: str, text: str) -> None:
        """Let an outlet's feed show one article."""
        now = datetime.now(UTC)
        link = f"{self.bases[outlet]}/{slug}"
        paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
        page = f"<html lang=en><title>{title}</title><article><h1>{title}</h1>{paragraphs}</article></html>"
        feed = (
            f"<rss version='2.0'><channel><title>{outlet}</title><item><title>{title}</title>"
            f"<link>{link}</link><guid>{slug}</guid></item></channel></rss>"
        )
        self.pages[f"{outlet}/{slug}"] = Page(body=page.encode(), content_type="text/html", changed_at=now)
        self.pages[f"{outlet}/feed"] = Page(
            body=feed.encode(), content_type="application/rss+xml", changed_at=now
        )

    def write_config(self, folder: Path, *, log_format: str) -> Path:
        """Write the configuration; nobody but the recipients may hear of the discreet topic."""
        topics = folder.parent / "topics"
        topics.mkdir(exist_ok=True)
        (topics / "one.yaml").write_text(_TOPICS, "utf-8")
        tables = {
            "service": {
                "state_dir": str(folder.parent / "state"),
                "log_format": log_format,
                "log_level": "debug",
                "workers": 1,
            },
            "net": {"allow_addresses": ["127.0.0.0/8"], "user_agent": USER_AGENT},
            "poll": {"every": "1s", "shortest": "1s", "longest": "1s", "tick": "200ms", "backlog": "1h"},
            "slack": {"base_url": self.slack.base_url, "token": self.slack.token, "pace": "10ms"},
            "email": {
                "host": self.mail.host,
                "port": self.mail.port,
                "tls": "none",
                "sender": "m@newsroom.test",
            },
            "web": {"listen": "127.0.0.1:0"},
        }
        feeds = [
            {"url": f"{base}/feed", "outlet": name, "tags": ["local"]} for name, base in self.bases.items()
        ]
        write_folder(folder, tables=tables, feeds=feeds, topics=topics)
        (folder / "people.yaml").write_text(yaml.safe_dump(self._people()), "utf-8")
        return folder

    def _people(self) -> dict[str, object]:
        hook = f"{self.slack.base_url}hook"  # the stub takes any JSON and keeps it
        return {
            "destinations": {
                "rights": {"slack": RECIPIENT},
                "keeper": {"email": KEEPER},
                "programs": {"webhook": hook},
                "old": {"slack": ARCHIVED, "fallback": "newsdesk"},
                "newsdesk": {"slack": NEWSDESK},
                "reader": {"email": READER},
            },
            "routes": [
                {"topics": ["zephyrquarry"], "destinations": ["rights", "keeper", "programs", "old"]},
                {"destinations": ["newsdesk", "reader"]},
            ],
            "operators": ["newsdesk", "reader"],
        }

    async def open(self) -> None:
        for outlet in ("Vesper Gazette", "Tern Post", "Quay Times"):
            port = await self.http.open(outlet, "127.0.0.1", 0)
            self.bases[outlet] = f"http://127.0.0.1:{port}"
        await self.slack.open()
        await self.mail.open()

    async def close(self) -> None:
        await self.http.close()
        await self.slack.close()
        await self.mail.close()


@contextmanager
def secret_world() -> Iterator[SecretWorld]:
    """A small world that lasts as long as the block."""
    world = SecretWorld()
    try:
        world.thread.run(world.open())
        yield world
    finally:
        world.thread.run(world.close())
        world.thread.stop()
