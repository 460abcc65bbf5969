"""Words are planted in a discreet topic and its news; then everything that comes out is searched for them."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.acceptance.process import monitor as in_a_process
from tests.acceptance.secrets import (
    BOTH_TEXT,
    CODE_NAME,
    KEEPER,
    NEWSDESK,
    OPEN_TEXT,
    READER,
    RECIPIENT,
    SECRET_TEXT,
    STORY_WORDS,
    TOPIC_WORDS,
    SecretWorld,
    secret_world,
)
from tests.cli.command import monitor
from tests.service.daemon import PATIENCE, Daemon, daemon

pytestmark = [pytest.mark.acceptance, pytest.mark.long]

LISTINGS = (
    ("alerts", "list"),
    ("alerts", "mutes"),
    ("stories", "list"),
    ("deliveries", "list"),
    ("topics", "list"),
    ("status",),
)


class Watched:
    """What a service said and sent while it watched a discreet topic, killed and started once."""

    def __init__(self, world: SecretWorld, folder: Path) -> None:
        self.world, self.config = world, folder / "config"
        world.publish("Vesper Gazette", "burgundian-slug", "Plangent news of Grimshaw", SECRET_TEXT)
        world.publish("Tern Post", "dredging", "Norrvik harbour to be dredged", OPEN_TEXT)
        world.publish("Quay Times", "later", "Council meets again in Pellworm", "Nothing was decided. " * 30)
        world.write_config(self.config, log_format="console")
        first = in_a_process("run", "--once", "--config", self.config, expect=None)
        self.console = first.stdout + first.stderr
        world.write_config(self.config, log_format="json")
        with daemon(self.config) as service:
            self._work(service)
            self.pages = self._pages(service)
            self._break_the_topic(service)
            self.broken_status = self._said("status")
            service.stop()
            self.log = service.log.read_text("utf-8")

    def _work(self, service: Daemon) -> None:
        """An article of both topics appears; then somebody mutes the discreet one by its code name."""
        self.world.publish("Quay Times", "ferry", "Ferry of Norrvik moves to the old pier", BOTH_TEXT)
        self._until(lambda: len(self._messages(RECIPIENT)) >= 2 and len(self.world.mail.to(KEEPER)) >= 2)
        self._until(lambda: len(self._messages(NEWSDESK)) >= 3 and len(self.world.mail.to(READER)) >= 3)
        monitor("alerts", "mute", "--topic", CODE_NAME, "-c", self.config)

    def _until(self, done: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE
        while not done():
            assert monotonic() < deadline, self.config.parent.joinpath("log.jsonl").read_text("utf-8")
            sleep(0.1)

    def _messages(self, channel: str) -> list[str]:
        return [str(one) for one in self.world.slack.messages if one.channel == channel]

    def _pages(self, service: Daemon) -> str:
        base = f"http://{service.events('listening')[0]['address']}"
        found = []
        for path in ("/healthz", "/readyz", "/metrics", "/zephyr", "/websub/x", "/metrics?topic=x"):
            try:
                with urllib.request.urlopen(base + path, timeout=10) as answer:
                    found.append(f"{answer.headers}{answer.read().decode()}")
            except urllib.error.HTTPError as error:
                found.append(f"{error.headers}{error.read().decode()}")
        return "\n".join(found)

    def _break_the_topic(self, service: Daemon) -> None:
        path = self.config / "topics" / "one.yaml"
        path.write_text(path.read_text("utf-8").replace("@marmaladian AND", "@marmaladan AND"), "utf-8")
        service.wait_for("topics broken")

    def _said(self, *words: str) -> str:
        plain = monitor(*words, "-c", self.config, expect=1 if words == ("status",) else 0)
        rows = monitor(*words, "--json", "-c", self.config, expect=plain.code)
        return plain.out + plain.err + rows.out + rows.err

    # --- everything that came out, by where it could be read ---

    def outputs(self) -> Iterator[tuple[str, str]]:
        """Yield what is to hold none of the planted words."""
        world = self.world
        yield (
            "slack and webhook",
            json.dumps([call.arguments for call in world.slack.calls], ensure_ascii=False),
        )
        yield "answers of slack", str([call.answer for call in world.slack.calls])
        for mail in world.mail.messages:
            yield "mail as it travels", mail.raw.decode()
            yield "mail as it is read", f"{mail.message.items()}{mail.part('plain')}{mail.part('html')}"
        yield "console log", self.console
        yield "json log", self.log
        yield "pages", self.pages
        yield "status of a broken edit", self.broken_status
        for words in LISTINGS:
            yield " ".join(words), self._said(*words)

    def requests(self) -> Iterator[tuple[str, str]]:
        """Yield what publishers saw; the paths are their own."""
        for hit in self.world.http.requests:
            yield hit.path, str(dict(hit.headers))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with secret_world() as world:
        yield Watched(world, tmp_path_factory.mktemp("discreet"))


def found_in(text: str, words: tuple[str, ...] = TOPIC_WORDS + STORY_WORDS) -> list[str]:
    return [word for word in words if re.search(re.escape(word), text, re.IGNORECASE)]


def test_the_words_stand_nowhere_that_anybody_but_the_operator_may_look(watched: Watched) -> None:
    outputs = list(watched.outputs())
    assert len(outputs) > 12
    for name, text in outputs:
        assert text.strip(), name
        assert not found_in(text), f"{name}: {found_in(text)}"


def test_publishers_are_told_nothing_but_which_page_is_wanted(watched: Watched) -> None:
    paths = {path for path, _ in watched.requests()}
    assert paths == {"/feed", "/burgundian-slug", "/dredging", "/later", "/ferry", "/robots.txt"}
    for path, headers in watched.requests():
        assert not found_in(path, TOPIC_WORDS), path
        assert not found_in(headers), headers
        assert "referer" not in headers.lower()
        assert CODE_NAME.lower() not in headers.lower()


def test_its_recipients_are_told_the_code_name_and_an_id(watched: Watched) -> None:
    told = [one for one in watched.world.slack.messages if one.channel == RECIPIENT]
    assert [one.text for one in told] == ["Willow: new story"] * 2
    assert all(re.search(r"alert \d+", str(one.blocks)) and one.thread_ts is None for one in told)
    letters = watched.world.mail.to(KEEPER)
    assert [letter.subject for letter in letters] == ["Willow: new story"] * 2
    (hook, _) = [call.arguments for call in watched.world.slack.calls if call.method == "hook"]
    assert [sorted(alert) for alert in hook["alerts"]] == [["alert", "discreet", "kind", "topics"]]


def test_nobody_else_is_told_even_that_there_is_such_a_topic(watched: Watched) -> None:
    """Not the fallback of a dead destination, not operators, not the open route that got the same article."""
    newsdesk = watched._messages(NEWSDESK)
    reader = [f"{mail.subject}{mail.part('plain')}" for mail in watched.world.mail.to(READER)]
    for told in (newsdesk, reader):
        assert any("Norrvik harbour to be dredged" in text for text in told)
        assert any("Ferry of Norrvik" in text for text in told)
        assert any("is_archived" in text for text in told), "operators hear that a message is dead"
        assert not [text for text in told if CODE_NAME in text]


def test_the_search_finds_the_words_where_they_are_meant_to_be(watched: Watched) -> None:
    """Without this the tests above could pass by looking at the wrong service."""
    revealed = monitor("alerts", "list", "--reveal", "-c", watched.config).out
    assert {"zephyrquarry", "plangent", "vesper gazette"} <= set(found_in(revealed))
    first = next(
        alert
        for alert in monitor("alerts", "list", "--json", "-c", watched.config).records
        if alert["topic"] == CODE_NAME
    )
    shown = monitor("alerts", "show", first["alert"], "-c", watched.config).out
    assert {"zephyrquarry", "marmaladian", "oystercatcher"} <= set(found_in(shown))


def test_the_exported_list_of_feeds_tells_no_topic(watched: Watched) -> None:
    """It names outlets, which are on the list for every topic."""
    exported = monitor("feeds", "export", "-c", watched.config).out
    assert "<opml" in exported
    assert not found_in(exported, TOPIC_WORDS)
    assert CODE_NAME not in exported
