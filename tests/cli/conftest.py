"""A newsroom's state for commands to look at: built once by the stages themselves, copied for each test."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from monitor.cli import output
from monitor.model import Cause, FeedSource, FetchFailed, Refused
from monitor.store import schema, tables
from monitor.store.database import Database
from tests.newsroom.world import World
from tests.stages.bench import HARM, OTHER, REFUGE, REPORT, WIRE, Bench
from tests.stages.office import Office


@pytest.fixture(autouse=True)
def _as_wide_as_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands print as into a pipe, whatever the width of whoever runs the tests."""
    monkeypatch.setattr(output.out, "_width", output.PIPED_WIDTH)


HOSTILE = "Evacuated [red]men[/red] \x1b[31m:boom: [/]\u202egnp.exe"  # markup, a colour, a turned direction
CONCEPTS = {
    "concepts": {
        "refuge": {"weight": 3, "aliases": {"any": ["asylum", "evacuated"]}},
        "harm": {"weight": 2, "aliases": {"any": ["torture", "detained"]}},
    }
}
TOPICS = {
    "topics": [
        {"id": "refuge", "title": "People who flee", "match": "@refuge", "status": "live"},
        {"id": "harm", "title": "People in danger", "match": "@harm", "status": "live"},
    ]
}
PEOPLE = {
    "destinations": {"desk": {"slack": "C0DESK"}, "mail": {"email": "desk@a.test"}},
    "routes": [{"destinations": ["desk", "mail"], "when": "immediate"}],
}


class Desk:
    """A configuration folder and the state that it names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config, self.state = folder, folder / "config", folder / "state"

    def configure(self, **more: dict[str, object]) -> None:
        """Write the configuration; each keyword is a table of monitor.toml."""
        (self.config / "topics" / "concepts").mkdir(parents=True, exist_ok=True)
        usual: dict[str, dict[str, object]] = {
            "service": {"state_dir": str(self.state)},
            "slack": {"token": "xoxb-a-secret"},
            "email": {"host": "mail.a.test", "sender": "monitor@a.test"},
        }
        lines = [
            f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
            for name, table in (usual | more).items()
        ]
        self.write("monitor.toml", "\n".join(lines))
        self.write("feeds.yaml", yaml.safe_dump([{"url": "https://a.test/feed-wire", "outlet": "The A"}]))
        self.write("topics/concepts/shared.yaml", yaml.safe_dump(CONCEPTS))
        self.write("topics/desk.yaml", yaml.safe_dump(TOPICS))
        self.write("people.yaml", yaml.safe_dump(PEOPLE))

    def write(self, name: str, text: str) -> Path:
        """Write one file of the configuration."""
        path = self.config / name
        path.write_text(text, "utf-8")
        return path

    def database(self) -> Database:
        """The database, to be closed by who asked for it."""
        return Database(f"sqlite:///{self.state / 'monitor.db'}")


async def _fill(bench: Bench) -> None:
    """Two stories, one with a report, a copy and a hostile title; a dead feed; a dead delivery."""
    hour = timedelta(hours=1)
    await bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    await bench.tell("report", REPORT, title="Ferry from Estrava brings 31 men to Norrvik", host="b.test")
    await bench.tell("copy", WIRE, title=HOSTILE, host="c.test", published_at=bench.now - hour)
    await bench.tell("other", OTHER, title="Violinist is refused asylum in Pellworm")
    known = [FeedSource(url=row["url"], outlet=row["outlet"]) for row in bench.rows(tables.feeds)]
    bench.list_feeds(*known, FeedSource(url="https://dead.test/feed", outlet=HOSTILE))
    bench.answers["https://dead.test/feed"] = FetchFailed(cause=Cause.HTTP, status=404)
    await bench.poll(bench.rows(tables.feeds)[-1]["id"])
    office = Office(bench)
    await office.deliver("desk")
    office.answers = [Refused(reason="mailbox [red]unavailable")]
    await office.deliver("mail")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state directory of a service that has worked."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.state.mkdir()
    database = desk.database()
    database.write_now(schema.upgrade)
    asyncio.run(_fill(Bench(database, datetime.now(UTC).replace(microsecond=0), REFUGE, HARM)))
    database.close()
    return desk.state


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Desk:
    """A service's state and configuration, the test's own."""
    own = Desk(tmp_path)
    own.configure()
    shutil.copytree(filled, own.state)
    return own


@pytest.fixture
def fresh(tmp_path: Path) -> Desk:
    """A configuration that no service has used."""
    own = Desk(tmp_path)
    own.configure()
    return own


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """Servers for the commands that fetch; nothing here changes them."""
    with World() as one:
        yield one
