"""The service as a process: it starts, keeps the time, hears signals, and stops with nothing lost."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.store import summary
from monitor.store.database import Database
from tests import postgres
from tests.acceptance.process import clean_environment, monitor
from tests.cli.command import monitor as ask
from tests.newsroom.configuration import NEWSDESK, write_folder
from tests.newsroom.world import World
from tests.service.daemon import PATIENCE, Daemon, daemon

pytestmark = [pytest.mark.acceptance, pytest.mark.long]
QUICK = {
    "poll": {"every": "1s", "shortest": "1s", "longest": "1s", "tick": "200ms"},
    "slack": {"pace": "50ms"},
    "service": {"log_level": "debug"},  # polls that found nothing are counted here
}
STOP_WITHIN = 10


class Newsroom:
    """A world and the service that watches it."""

    def __init__(self, world: World, config: Path, service: Daemon) -> None:
        self.world, self.config, self.service = world, config, service


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A service that has told the world's stories and goes on watching."""
    folder = tmp_path_factory.mktemp("service")
    with World(mail_login=("monitor", "a-mail-password")) as world:
        config = world.write_config(folder / "config", state_dir=folder / "state", **QUICK)
        with daemon(config, trace=True) as service:
            _wait_until_told(config)
            yield Newsroom(world, config, service)


def _status(config: Path) -> dict[str, Any]:
    """What stands in the database, without the seconds that a command takes to start."""
    database = Database(f"sqlite:///{config.parent / 'state' / 'monitor.db'}")
    try:
        return database.read_now(summary.status, now=datetime.now(UTC))
    finally:
        database.close()


def _problems(config: Path) -> set[str]:
    database = Database(f"sqlite:///{config.parent / 'state' / 'monitor.db'}")
    try:
        found = database.read_now(summary.problems, now=datetime.now(UTC))
        return {problem.kind for problem in found}
    finally:
        database.close()


def _wait_until_told(config: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        status = _status(config)
        queue = status["queue"]
        if status["alerts"] and not queue["articles"] and not queue["deliveries"]:
            return
        time.sleep(0.1)
    raise AssertionError(f"not told within {PATIENCE} s: {status}")


# --- a service that runs ------------------------------------------------------------------------------


def test_feeds_are_asked_again_by_the_clock(newsroom: Newsroom) -> None:
    deadline = time.monotonic() + PATIENCE
    while sum(event["feed"] == 1 for event in newsroom.service.events("feed polled")) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_it_answers_for_its_health(newsroom: Newsroom) -> None:
    address = newsroom.service.wait_for("listening")["address"]
    for page in ("healthz", "readyz"):
        with urllib.request.urlopen(f"http://{address}/{page}", timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"ok\n")


def test_a_second_instance_hears_who_is_there(newsroom: Newsroom) -> None:
    second = monitor("run", "--config", newsroom.config, expect=75)
    assert f"process {newsroom.service.process.pid} on {socket.gethostname()}" in second.stderr
    assert "Stop it first" in second.stderr
    import_module("monitor.cli.run")  # a loaded machine takes its time for that, and not for the lock
    began = time.monotonic()
    ask("run", "-c", newsroom.config, expect=75)
    assert time.monotonic() - began < PATIENCE / 2, "the lock was not waited for: it is held without end"


def test_commands_work_beside_it(newsroom: Newsroom) -> None:
    for noun in ("feeds", "stories", "alerts", "deliveries"):
        assert ask(noun, "list", "--json", "-c", newsroom.config).records, noun
    url = f"{newsroom.world.feeds[0].url}?by=command"
    ask("feeds", "add", url, "--config", newsroom.config)
    (added,) = [
        feed for feed in ask("feeds", "list", "--json", "-c", newsroom.config).records if feed["url"] == url
    ]
    deadline = time.monotonic() + PATIENCE
    while not any(event["feed"] == added["feed"] for event in newsroom.service.events("feed polled")):
        assert time.monotonic() < deadline, "the service takes up what a command adds"
        time.sleep(0.1)
    ask("feeds", "remove", url, "--config", newsroom.config)


def test_status_names_the_running_service(newsroom: Newsroom) -> None:
    (status,) = ask(
        "status", "--json", "-c", newsroom.config, expect=1
    ).records  # 1: one of its feeds is dead
    assert f"process {newsroom.service.process.pid} " in status["service"]


def test_each_log_line_is_an_object_and_none_holds_what_must_not_be_said(newsroom: Newsroom) -> None:
    events = newsroom.service.events()
    assert {"started", "feed polled", "article read", "delivery"} <= {event["event"] for event in events}
    assert not newsroom.service.events("bug")
    said = newsroom.service.log.read_text("utf-8").casefold()
    secrets = [newsroom.world.slack.token, newsroom.world.mail.password, NEWSDESK]
    titles = [article.source.title for article in newsroom.world.articles]
    topics = [line["title"] for line in ask("topics", "list", "--json", "-c", newsroom.config).records]
    matched = [
        quote
        for story in ask("stories", "list", "--json", "-c", newsroom.config).records
        for report in story["reports"]
        for quote in (report["title"], report["url"])
    ]
    for words in (*secrets, *titles, *topics, *matched, "chechen", "lgbt"):
        assert words.casefold() not in said, words


def test_an_article_is_followed_by_its_id_from_its_feed_to_every_message(newsroom: Newsroom) -> None:
    events = newsroom.service.events()
    told = [event for event in events if event["event"] == "delivery" and event["outcome"] == "done"]
    articles = {article for event in told for article in event["articles"]}
    read = {event["article"]: event for event in events if event["event"] == "article read"}
    polled = {event["feed"] for event in events if event["event"] == "feed polled"}
    assert articles
    assert articles <= read.keys()
    assert {read[article]["feed"] for article in articles} <= polled
    assert all(read[article]["alerts"] for article in articles)
    assert all(event["alerts"] for event in told)


def test_a_broken_reload_keeps_the_old_configuration_and_a_good_one_is_put_into_force(
    newsroom: Newsroom,
) -> None:
    file = newsroom.config / "feeds.yaml"
    good = file.read_text("utf-8")
    feed = newsroom.world.feeds[1].url + "?reloaded"
    try:
        file.write_text(f"{good}\n- url: not a url\n", "utf-8")
        newsroom.service.order(signal.SIGHUP)
        before = len(newsroom.service.events("reloaded"))
        refused = newsroom.service.wait_for("reload refused")
        assert (refused["faults"], refused["level"]) == (1, "error")
        assert "check-config" in refused["note"]
        asked = len(newsroom.service.events("feed polled"))
        newsroom.service.wait_for("feed polled", count=asked + len(newsroom.world.feeds))
        file.write_text(f"{good}\n- url: {feed}\n", "utf-8")
        newsroom.service.order(signal.SIGHUP)
        reloaded = newsroom.service.wait_for("reloaded", count=before + 1)
        assert reloaded["feeds"] == len(newsroom.world.feeds) + 1
        asked = len(newsroom.world.http.requests)
        deadline = time.monotonic() + PATIENCE
        while not any("?reloaded" in hit.path for hit in newsroom.world.http.requests[asked:]):
            assert time.monotonic() < deadline, "the new feed is asked"
            time.sleep(0.05)
    finally:
        file.write_text(good, "utf-8")


def test_a_broken_topic_keeps_running_as_it_was_while_edits_of_others_are_taken_up_by_themselves(
    newsroom: Newsroom,
) -> None:
    files = {
        name: newsroom.config / "topics" / f"{name}.yaml" for name in ("lgbt-flight", "government-response")
    }
    good = {name: file.read_text("utf-8") for name, file in files.items()}
    reloads = len(newsroom.service.events("reloaded"))
    try:
        files["lgbt-flight"].write_text(
            good["lgbt-flight"].replace("match: >-", "match: >-\n      asylum seeker\n      OR")
        )
        files["government-response"].write_text(good["government-response"].replace("title: ", "title: New "))
        broken = newsroom.service.wait_for("topics broken")
        assert (broken["kept"], broken["left_out"], broken["faults"]) == (1, 0, 1)
        assert "lint" in broken["note"]
        assert newsroom.service.wait_for("reloaded", count=reloads + 1)["topics"] == 3
        said = ask("status", "--json", "-c", newsroom.config, expect=1)
        problems = {problem["kind"]: problem for problem in said.records[0]["problems"]}
        assert "stays in force" in problems["topic broken"]["detail"]
        assert problems["topic file"]["subject"].startswith(str(files["lgbt-flight"]))
        assert "side by side" in problems["topic file"]["detail"]
        checked = ask("check-config", "-c", newsroom.config, expect=78)
        assert "asylum and seeker stand side by side" in checked.err
    finally:
        for name, file in files.items():
            file.write_text(good[name])
    deadline = time.monotonic() + PATIENCE
    while "topic broken" in _problems(newsroom.config):
        assert time.monotonic() < deadline, "the mended topic is taken up"
        time.sleep(0.1)


# --- stopping -----------------------------------------------------------------------------------------


def test_stopped_in_the_middle_it_ends_soon_and_loses_nothing(tmp_path: Path) -> None:
    with World() as world:
        config = world.write_config(tmp_path / "config", state_dir=tmp_path / "state", **QUICK)
        with daemon(config) as service:
            service.wait_for("article read", count=5)
            assert service.stop() < STOP_WITHIN
            assert service.events()[-1]["event"] == "stopped"
            assert not service.events("bug")
        with daemon(config) as service:
            _wait_until_told(config)
            service.stop()
        status = _status(config)
        published = [article for article in world.articles if not article.source.held]
        assert status["articles"] == {"done": len(published)}
        assert set(status["deliveries"]) == {"sent"}
        assert len(world.slack.roots(NEWSDESK)) == status["stories"]["open"]


def test_work_that_hangs_is_left_for_the_next_start(tmp_path: Path) -> None:
    with World() as world:
        config = world.write_config(
            tmp_path / "config", state_dir=tmp_path / "state", topics=None, service={"stop_within": "3s"}
        )
        world.http.delay(world.feeds[0].outlet, seconds=30)
        with daemon(config) as service:
            service.wait_for("feed polled")
            assert service.stop(signal.SIGINT) < STOP_WITHIN
        (unfinished,) = service.events("unfinished")
        assert unfinished["tasks"] >= 1


def test_stopped_while_it_delivers_it_tells_nothing_twice(tmp_path: Path) -> None:
    with World() as world:
        config = world.write_config(
            tmp_path / "config",
            state_dir=tmp_path / "state",
            alerts={"retry_first": "1s"},
            **QUICK | {"service": {"stop_within": "3s"}},
        )
        world.slack.slow_down(2, seconds=20, method="chat.postMessage")  # it landed; the answer is late
        with daemon(config) as service:
            deadline = time.monotonic() + PATIENCE
            while not any(call.method == "chat.postMessage" for call in world.slack.calls):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert service.stop() < STOP_WITHIN
        assert _status(config)["queue"]["deliveries"]
        world.slack.heal()
        with daemon(config) as service:
            _wait_until_told(config)
            service.stop()
        assert set(_status(config)["deliveries"]) == {"sent"}
        told = Counter(
            message.metadata["event_payload"]["key"] for message in world.slack.messages if message.metadata
        )
        assert max(told.values()) == 1


HANGING_NAMES = """
import socket, sys, time
ask = socket.getaddrinfo
def hang(host, *rest, **options):
    if host == "slow.test":
        time.sleep(60)
    return ask(host, *rest, **options)
socket.getaddrinfo = hang
from monitor.cli import main
main()
"""


def test_a_name_server_that_hangs_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    config = write_folder(
        tmp_path / "config",
        tables={"service": {"state_dir": str(tmp_path / "state"), "stop_within": "2s"}},
        feeds=[{"url": "http://slow.test/feed"}],
        topics=None,
    )
    (config / "people.yaml").unlink()
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", HANGING_NAMES, "run", "--config", str(config)],
            stderr=file,
            env=clean_environment(),
        )
    service = Daemon(process, log)
    try:
        service.wait_for("started")
        time.sleep(0.3)  # until the look-up hangs
        assert service.stop() < STOP_WITHIN
    finally:
        process.kill()
        process.wait()


# --- one run ------------------------------------------------------------------------------------------


def test_one_run_ends_with_1_while_something_needs_an_operator_and_else_with_0(tmp_path: Path) -> None:
    with World() as world:
        config = world.write_config(tmp_path / "config", state_dir=tmp_path / "state", topics=None, **QUICK)
        file = config / "feeds.yaml"
        listed = yaml.safe_load(file.read_text("utf-8"))
        dead = [feed.url for feed in world.feeds if not feed.alive]
        file.write_text(yaml.safe_dump([feed for feed in listed if feed["url"] in dead]), "utf-8")
        monitor("run", "--once", "--config", config, expect=1)
        file.write_text(yaml.safe_dump([feed for feed in listed if feed["outlet"] == "Northwire"]), "utf-8")
        monitor("run", "--once", "--config", config, expect=0)
        assert _status(config)["articles"].keys() == {"done"}


def test_a_port_in_use_is_told_before_any_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        config = write_folder(
            tmp_path / "config",
            tables={"service": {"state_dir": str(tmp_path / "state")}, "web": {"listen": listen}},
            feeds=[],
            topics=None,
        )
        (config / "people.yaml").unlink()
        refused = monitor("run", "--config", config, expect=78)
    assert f"web.listen: {listen}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_run_refuses_what_check_config_refuses(tmp_path: Path) -> None:
    config = write_folder(
        tmp_path / "config",
        tables={"service": {"state_dir": str(tmp_path / "state"), "wrokers": 2}, "poll": {"every": "soon"}},
        feeds=[{"url": "ftp://a.test/feed"}],
    )
    checked = monitor("check-config", "--config", config, expect=78)
    refused = monitor("run", "--config", config, expect=78)
    assert refused.stderr == checked.stderr
    for place in ("service.wrokers", "poll.every", "feeds.yaml"):
        assert place in refused.stderr
    assert not (tmp_path / "state").exists(), "nothing was begun"


def test_a_second_service_on_one_postgresql_database_is_refused(tmp_path: Path, postgres_server: str) -> None:
    with postgres.fresh_database(postgres_server) as url:
        config = write_folder(
            tmp_path / "config",
            tables={"service": {"state_dir": str(tmp_path / "state")}, "database": {"url": url}},
            feeds=[],
            topics=None,
        )
        (config / "people.yaml").unlink()
        first = Database(url)
        try:
            assert first.hold()
            refused = ask("run", "--once", "-c", config, expect=75)
        finally:
            first.close()
        assert "another monitor works on this database" in refused.err
        ask("run", "--once", "-c", config)


def test_a_state_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands here")
    config = write_folder(
        tmp_path / "config", tables={"service": {"state_dir": str(tmp_path / "state")}}, feeds=[], topics=None
    )
    (config / "people.yaml").unlink()
    refused = monitor("run", "--once", "--config", config, expect=78)
    assert str(tmp_path / "state") in refused.stderr
    assert "Traceback" not in refused.stderr
