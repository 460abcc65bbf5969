"""The real service's `/metrics`, as Prometheus reads it: valid, complete, true, and silent about names."""

from __future__ import annotations

import re
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from monitor.service.exposing import FRESH
from monitor.settings import load
from tests import postgres
from tests.newsroom.configuration import DESK_MAIL, NEWSDESK, TOPICS, write_folder
from tests.newsroom.desk import PublishedArticle
from tests.newsroom.world import World
from tests.service.daemon import PATIENCE, Daemon, daemon
from tests.web.test_metrics import PAGE, documented

pytestmark = pytest.mark.acceptance

QUICK = {
    "poll": {"every": "1s", "shortest": "1s", "longest": "1s", "tick": "200ms"},
    "slack": {"pace": "50ms"},
}
PLANTED_TOPIC = "zephyr-quarry"
PLANTED_TITLE = "The Kestrel Ledger"
PLANTED_WORD = "reached"  # in several reports of the world
PLANTED_QUERY = "key=hunter2"
PLANTED_HEADER = "a-header-that-is-secret"

Values = dict[tuple[str, ...], float]


class Watched:
    """A service that has told what there is to tell, and what its metrics said then."""

    def __init__(self, world: World, config: Path, service: Daemon) -> None:
        self.world, self.config, self.service = world, config, service
        self.settings = load(config, {})
        self.text = self._settled()
        self.families = list(text_string_to_metric_families(self.text))
        self.values: Values = _values(self.text)

    def scrape(self, **headers: str) -> str:
        return _get(self.service, **headers)

    def _settled(self) -> str:
        """Ask until everything is read and then sent, as a person would watch a dashboard."""
        published = len(published_in(self.world))
        self.until(lambda values: total(values, "monitor_articles_total") == published)
        time.sleep(FRESH.total_seconds())  # what was said of the queues may have been as old
        return self.until(lambda values: values["monitor_queue_items", "deliver"] == 0)

    def until(self, condition: Callable[[Values], bool]) -> str:
        """Ask until *condition* holds, and answer what was said then."""
        deadline = time.monotonic() + PATIENCE
        while not condition(_values(text := self.scrape())):
            assert time.monotonic() < deadline, text
            time.sleep(0.2)
        return text


def published_in(world: World) -> list[PublishedArticle]:
    """What the world's feeds show."""
    return [article for article in world.articles if not article.source.held]


def total(values: Values, name: str) -> float:
    """All series of a metric together."""
    return sum(value for key, value in values.items() if key[0] == name)


def _get(service: Daemon, **headers: str) -> str:
    address = service.wait_for("listening")["address"]
    request = urllib.request.Request(f"http://{address}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def _values(text: str) -> Values:
    """The value of every series by its name and the values of its labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("metrics")
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(postgres.fresh_database(server))
        world = stack.enter_context(World(mail_login=("monitor", "a-mail-password")))
        config = world.write_config(
            folder / "config", state_dir=folder / "state", database_url=url, topics=_topics(folder), **QUICK
        )
        _plant_in_feeds(config)
        _plant_in_people(config)
        service = stack.enter_context(daemon(config))
        yield Watched(world, config, service)


def _topics(folder: Path) -> Path:
    """The shipped topics, and one whose id, title and word nobody must hear of."""
    topics = shutil.copytree(TOPICS, folder / "topics")
    planted = {
        "id": PLANTED_TOPIC,
        "title": PLANTED_TITLE,
        "match": "@kestrel",
        "concepts": {"kestrel": {"weight": 3, "aliases": {"any": [PLANTED_WORD]}}},
    }
    (topics / f"{PLANTED_TOPIC}.yaml").write_text(yaml.safe_dump({"topics": [planted]}), "utf-8")
    return topics


def _plant_in_feeds(config: Path) -> None:
    file = config / "feeds.yaml"
    listed: list[dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))
    listed[0]["url"] += f"?{PLANTED_QUERY}"
    listed[1]["headers"] = {"X-Key": PLANTED_HEADER}
    file.write_text(yaml.safe_dump(listed), "utf-8")


def _plant_in_people(config: Path) -> None:
    file = config / "people.yaml"
    people: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    people["routes"].append({"topics": [PLANTED_TOPIC], "destinations": ["newsdesk"], "when": "immediate"})
    file.write_text(yaml.safe_dump(people), "utf-8")


# --- form ---------------------------------------------------------------------------------------------


def test_the_metrics_are_those_that_are_documented_with_their_kinds_and_labels(watched: Watched) -> None:
    exposed = {
        family.name + ("_total" if family.type == "counter" else ""): (
            family.type,
            frozenset(name for sample in family.samples for name in sample.labels) - {"le"},
        )
        for family in watched.families
    }
    assert exposed == documented()


def test_every_metric_has_a_help_text_and_at_least_one_series(watched: Watched) -> None:
    for family in watched.families:
        assert family.documentation.endswith("."), family.name
        assert family.samples, family.name
    types = re.findall(r"^# TYPE (\S+) ", watched.text, re.MULTILINE)
    assert len(types) == len(set(types)) == len(watched.families)


def test_histograms_add_up(watched: Watched) -> None:
    for stage in ("poll", "read", "deliver"):
        name = "monitor_stage_duration_seconds"
        counts = [
            sample.value
            for family in watched.families
            for sample in family.samples
            if sample.name == f"{name}_bucket" and sample.labels["stage"] == stage
        ]
        assert counts == sorted(counts)
        assert counts[-1] == watched.values[f"{name}_count", stage] > 0
        assert watched.values[f"{name}_sum", stage] > 0


# --- truth --------------------------------------------------------------------------------------------


def test_feeds_are_counted_and_the_dead_one_has_its_cause(watched: Watched) -> None:
    assert watched.values["monitor_feeds", "live"] == len(watched.world.feeds)
    assert watched.values["monitor_feeds_failing", "http 404"] == 1
    assert watched.values["monitor_feeds_failing", "dns"] == 0


def test_every_published_article_is_counted_once(watched: Watched) -> None:
    assert watched.values["monitor_entries_stored_total",] == len(published_in(watched.world))
    ends = watched.service.events("article read") + watched.service.events("article ends")
    assert total(watched.values, "monitor_articles_total") == len(ends)


def test_matches_are_counted_under_the_topics_numbers(watched: Watched) -> None:
    numbers = {key[1] for key in watched.values if key[0] == "monitor_matches_total"}
    assert numbers == {"t1", "t2", "t3", "t4"}
    assert watched.values["monitor_matches_total", "t4"] > 0, "zephyr-quarry is the last by name"
    matched = sum(event["topics"] for event in watched.service.events("article read"))
    assert total(watched.values, "monitor_matches_total") == matched


def test_deliveries_are_counted_under_the_destinations_numbers(watched: Watched) -> None:
    for number, sent in (("d1", watched.world.mail.messages), ("d2", watched.world.slack.messages)):
        assert watched.values["monitor_deliveries_total", number, "sent"] == len(sent)
        assert watched.values["monitor_deliveries_total", number, "dead"] == 0
    assert watched.values["monitor_oldest_undelivered_alert_age_seconds",] == 0


def test_the_service_is_seen_to_work(watched: Watched) -> None:
    now = time.time()
    assert now - PATIENCE < watched.values["monitor_last_turn_timestamp_seconds",] <= now
    assert watched.values["monitor_database_up",] == 1
    before = watched.values["monitor_polls_total", "unchanged"]
    watched.until(lambda values: values["monitor_polls_total", "unchanged"] > before)
    assert total(watched.values, "monitor_bugs_total") == 0


def test_reloads_are_counted_by_result(watched: Watched) -> None:
    watched.service.order(signal.SIGHUP)
    watched.until(lambda values: values["monitor_reloads_total", "reloaded"] == 1)
    file = watched.config / "feeds.yaml"
    good = file.read_text("utf-8")
    file.write_text(f"{good}\n- url: not a url\n", "utf-8")
    watched.service.order(signal.SIGHUP)
    watched.until(lambda values: values["monitor_reloads_total", "refused"] == 1)
    file.write_text(good, "utf-8")


# --- silence ------------------------------------------------------------------------------------------


def test_nothing_says_what_is_watched_who_hears_of_it_or_any_secret(watched: Watched) -> None:
    said = watched.text.casefold()
    settings = watched.settings
    planted = [PLANTED_TOPIC, PLANTED_TITLE, PLANTED_QUERY, PLANTED_HEADER]
    secrets = [watched.world.slack.token, watched.world.mail.password, "a-mail-password"]
    topics = [words for topic in settings.topics for words in (topic.id, topic.title)]
    people = [*settings.destinations, NEWSDESK, DESK_MAIL]
    places = [text for feed in watched.world.feeds for text in (feed.url, feed.name, feed.url.split("/")[2])]
    titles = [article.source.title for article in watched.world.articles]
    for words in (*planted, *secrets, *topics, *people, *places, *titles):
        assert words
        assert words.casefold() not in said, words


def test_nothing_holds_a_word_of_the_watch_list(watched: Watched) -> None:
    """Beside those that the documentation uses of messages: they are "dead" for everyone."""
    said, usual = (set(re.findall(r"\w+", text.casefold())) for text in (watched.text, PAGE))
    aliases = {
        alias.strip('="*').casefold()
        for topic in watched.settings.topics
        for concept in topic.concepts
        for spellings in (*concept.aliases.values(), (concept.name,))
        for alias in spellings
    }
    assert PLANTED_WORD in aliases
    assert PLANTED_WORD not in said
    assert said & aliases <= usual


# --- who may read -------------------------------------------------------------------------------------


def test_what_a_proxy_passes_on_is_refused(watched: Watched) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        watched.scrape(**{"X-Forwarded-For": "192.0.2.1"})
    assert refused.value.code == 403


def test_only_the_networks_of_the_settings_may_read(tmp_path: Path) -> None:
    tables = {
        "service": {"state_dir": str(tmp_path / "state")},
        "web": {"listen": "127.0.0.1:0", "metrics_allow": ["192.0.2.0/24"]},
    }
    config = write_folder(tmp_path / "config", tables=tables, feeds=[])
    (config / "people.yaml").unlink()
    with daemon(config) as service, pytest.raises(urllib.error.HTTPError) as refused:
        _get(service)
    assert refused.value.code == 403
    assert b"monitor_" not in refused.value.read()
