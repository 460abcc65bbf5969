"""A feed behind a password is read, and the password is found nowhere afterwards."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.acceptance.process import monitor
from tests.cli.command import monitor as ask
from tests.feeds.corpus import rss

pytestmark = pytest.mark.acceptance
LOGIN = "desk:hush-hush-7319"
CREDENTIAL = b64encode(LOGIN.encode()).decode()


class _Customers(BaseHTTPRequestHandler):
    """Gives its feed to who knows the password and sends everybody on from /moved to a stranger."""

    stranger = ""
    seen: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        self.seen.append((self.headers["Host"] + self.path, given))
        if self.path == "/moved":
            self._answer(301, b"", Location=f"{self.stranger}/feed")
        else:
            known = given == f"Basic {CREDENTIAL}" or self.headers["Host"] in self.stranger
            self._answer(200 if known else 401, rss("<title>News</title><guid>1</guid>"))

    def _answer(self, status: int, body: bytes, **fields: str) -> None:
        self.send_response(status)
        for name, value in (*fields.items(), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def customers() -> Iterator[tuple[type[_Customers], str]]:
    handler = type("Customers", (_Customers,), {"seen": []})
    servers = [ThreadingHTTPServer((address, 0), handler) for address in ("127.0.0.1", "127.0.0.2")]
    home, handler.stranger = (f"http://{s.server_address[0]}:{s.server_port}" for s in servers)
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield handler, home
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()


def _configured(folder: Path, base: str) -> Path:
    config = folder / "config"
    config.mkdir()
    (config / "monitor.toml").write_text('[net]\nallow_addresses = ["127.0.0.0/8"]\n', "utf-8")
    feeds = (f"- url: {base}/{path}\n  auth: {{basic_secret: wire}}\n" for path in ("feed", "moved"))
    (config / "feeds.yaml").write_text("".join(feeds), "utf-8")
    return config


def test_a_password_opens_its_feed_and_is_seen_by_nobody_else(
    customers: tuple[type[_Customers], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, base = customers
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "wire").write_text(LOGIN, "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "secrets"))
    config = _configured(tmp_path, base)
    said = monitor("run", "--once", "--config", config, expect=None)
    feeds = ask("feeds", "list", "--json", "--config", config).records
    assert [(feed["cause"], feed["entries"]) for feed in feeds] == [(None, 1), (None, 1)]
    assert {given for where, given in handler.seen if where.startswith("127.0.0.1")} == {
        f"Basic {CREDENTIAL}"
    }
    assert {given for where, given in handler.seen if where.startswith("127.0.0.2")} == {None}
    shown = [
        said.stdout + said.stderr,
        str(feeds),
        ask("feeds", "export", "--config", config).out,
        ask("feeds", "check", f"{base}/feed", "--config", config).out,
        ask("feeds", "check", f"{base}/feed", "--json", "--config", config).out,
    ]
    stored = [path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()]
    for secret in ("hush-hush", CREDENTIAL):
        assert not any(secret in text for text in shown)
        assert not any(secret.encode() in content for content in stored)
