"""Readers answer messages of the running service: by a button in Slack, and by a link."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from monitor.alerts.errands import Links
from monitor.model import Errand, ErrandKind, Mute, Route
from monitor.store import link_key, mutes
from monitor.store.database import Database
from tests.acceptance.process import running
from tests.channels.slack_stub import CHANNEL, SlackStub
from tests.channels.slack_stub import TOKEN as BOT_TOKEN
from tests.channels.socket_stub import APP_TOKEN, SocketStub
from tests.stages.bench import WIRE, Bench

pytestmark = pytest.mark.acceptance
PATIENCE = 60  # seconds; a loaded machine starts in ten

TOML = """
[service]
state_dir = "{state}"
[net]
allow_addresses = ["127.0.0.0/8"]
[slack]
base_url = "{slack}"
token = "{bot}"
app_token = "{app}"
pace = "0s"
[web]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
"""
PEOPLE = "destinations:\n  desk: {slack: C0DESK, language: id}\nroutes:\n  - destinations: [desk]\n"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def until(done: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not done():
            await asyncio.sleep(0.1)


@pytest.fixture
def state(_migrated_file: Path, tmp_path: Path) -> Path:
    """A state directory whose database has the schema."""
    folder = tmp_path / "state"
    folder.mkdir()
    shutil.copyfile(_migrated_file, folder / "monitor.db")
    return folder


async def test_a_button_and_a_link_do_what_they_say(tmp_path: Path, state: Path) -> None:
    slack, line = SlackStub(), SocketStub()
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", line.open)
    app.router.add_get("/link", line.link)
    app.router.add_route("*", "/api/{method}", slack.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        line.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        port = free_port()
        config = _configured(tmp_path, line.url, port)
        database = await _told(state)
        try:
            with running("run", "--config", config):
                await _talk(slack, line, database, state, port)
        finally:
            database.close()
    finally:
        await runner.cleanup()


def _configured(tmp_path: Path, slack: str, port: int) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    text = TOML.format(state=tmp_path / "state", slack=slack, bot=BOT_TOKEN, app=APP_TOKEN, port=port)
    (config / "monitor.toml").write_text(text, "utf-8")
    (config / "people.yaml").write_text(PEOPLE, "utf-8")
    return config


async def _told(state: Path) -> Database:
    """A database in which a story waits to be told at the desk."""
    database = Database(f"sqlite:///{state / 'monitor.db'}")
    bench = Bench(database, datetime.now(UTC))
    bench.routes = (Route(destinations=("desk",)),)
    await bench.tell("wire", WIRE, title="A ferry from Estrava")
    return database


async def _talk(slack: SlackStub, line: SocketStub, database: Database, state: Path, port: int) -> None:
    await until(lambda: slack.posted)
    root = slack.posted[0]
    (buttons,) = [block for block in root["blocks"] if block["type"] == "actions"]
    assert [each["text"]["text"] for each in buttons["elements"]] == [
        "Senyapkan 24 jam",
        "Ikuti",
        "Tidak relevan",
    ]
    async with asyncio.timeout(PATIENCE):
        await line.connected.wait()
    press = {"block_id": buttons["block_id"], **buttons["elements"][0]}
    container = {"message_ts": root["ts"], "channel_id": CHANNEL}
    await line.press("e1", type="block_actions", actions=[press], container=container)
    async with asyncio.timeout(PATIENCE):
        assert await line.acknowledged.get() == "e1"
    assert [mute.story for mute in _mutes(database)] == [1], "stored before it was acknowledged"
    await until(lambda: "Disenyapkan sampai" in str(slack.posted[0]["blocks"]))

    links = Links(f"http://127.0.0.1:{port}", link_key.link_key(state))
    url = links.url(Errand(kind=ErrandKind.UNMUTE, destination="desk", story=1), since=datetime.now(UTC))
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as page:
            assert "Kabari desk lagi tentang berita 1?" in await page.text()
        assert len(_mutes(database)) == 1, "following a link does nothing"
        async with session.post(url) as page:
            assert page.status == 200
    assert _mutes(database) == []
    await until(lambda: "Disenyapkan sampai" not in str(slack.posted[0]["blocks"]))
    assert slack.methods().count("chat.postMessage") == 1


def _mutes(database: Database) -> list[Mute]:
    return database.read_now(mutes.listing, now=datetime.now(UTC))
