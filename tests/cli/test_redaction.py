"""Listings of discreet topics: a code name and an id, until somebody asks for one thing or for all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from monitor.model import LinkEvidence
from monitor.store import regrouping
from monitor.store.tables import deliveries
from monitor.stories.grouping import Suggestion
from tests.cli.command import monitor
from tests.cli.conftest import PEOPLE, TOPICS, Desk

TITLE = "31 men evacuated from Estrava land in Norrvik"
SECRET = ("refuge", "People who flee", "Estrava", "a.test", "Outlet wire")
LISTINGS = (
    ("alerts", "list"),
    ("stories", "list"),
    ("stories", "suggest"),
    ("topics", "list"),
    ("alerts", "mutes"),
)


@pytest.fixture
def hidden(desk: Desk) -> Path:
    """The filled desk, whose topic became discreet since."""
    refuge, harm = TOPICS["topics"]
    discreet = {**refuge, "discreet": True, "code_name": "Willow"}
    desk.write("topics/desk.yaml", yaml.safe_dump({"topics": [discreet, harm]}))
    desk.write(
        "people.yaml",
        yaml.safe_dump({**PEOPLE, "routes": [{"topics": ["refuge"], "destinations": ["desk", "mail"]}]}),
    )
    monitor("alerts", "mute", "--topic", "Willow", "-c", desk.config)
    evidence = (LinkEvidence(kind="names", score=0.6, shared=("Estrava",)),)
    database = desk.database()
    found = [Suggestion(story=2, score=0.41, evidence=evidence)]
    database.write_now(regrouping.suggest, 1, found, now=datetime.now(UTC))
    database.close()
    return desk.config


@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["people", "programs"])
def test_a_listing_shows_a_code_name_and_reveals_on_request(
    hidden: Path, words: tuple[str, ...], form: tuple[str, ...]
) -> None:
    said = monitor(*words, *form, "-c", hidden)
    assert "Willow" in said.out
    assert not [word for word in SECRET if word in said.out + said.err]
    revealed = monitor(*words, *form, "--reveal", "-c", hidden).out
    assert any(word in revealed for word in SECRET)


def test_a_hidden_alert_leads_to_no_article_and_no_story(hidden: Path) -> None:
    first = monitor("alerts", "list", "--json", "-c", hidden).records[0]
    assert (first["alert"], first["topic"], first["kind"]) == (3, "Willow", "new_story")
    assert {first[key] for key in ("story", "article", "title", "outlet", "url", "score")} == {None}


def test_a_hidden_story_shows_no_report(hidden: Path) -> None:
    first = monitor("stories", "list", "--json", "-c", hidden).records[0]
    assert (first["title"], first["topics"], first["reports"], first["languages"]) == (
        "Willow",
        ["Willow"],
        [],
        [],
    )


def test_a_story_of_an_open_topic_does_not_name_the_hidden_one(desk: Desk, hidden: Path) -> None:
    database = desk.database()
    database.write_now(
        lambda connection: connection.exec_driver_sql("INSERT INTO story_topics VALUES (1, 'harm')")
    )
    database.close()
    stories = {each["story"]: each for each in monitor("stories", "list", "--json", "-c", hidden).records}
    assert (stories[1]["title"], stories[1]["topics"]) == (TITLE, ["harm"])
    assert stories[2]["topics"] == ["Willow"]


def test_one_alert_is_shown_whole_to_whoever_asks_for_it(hidden: Path) -> None:
    said = monitor("alerts", "show", 1, "-c", hidden).out
    for word in ("refuge", TITLE, "https://a.test/wire", "evacuated", "desk: sent", "mail: dead"):
        assert word in said
    (alert,) = monitor("alerts", "show", 1, "--json", "-c", hidden).records
    assert (alert["topic"], alert["story"], alert["article"]) == ("refuge", 1, 1)
    assert {each["destination"] for each in alert["deliveries"]} == {"desk", "mail"}
    assert alert["evidence"][0]["concept"] == "refuge"


def test_an_alert_that_is_not_there_is_named(desk: Desk) -> None:
    assert "there is no alert 99" in monitor("alerts", "show", 99, "-c", desk.config, expect=1).err


def test_a_topic_that_is_not_on_the_list_any_more_may_have_been_discreet(desk: Desk) -> None:
    desk.write("topics/desk.yaml", yaml.safe_dump({"topics": TOPICS["topics"][1:]}))
    said = monitor("alerts", "list", "-c", desk.config)
    assert "a former topic" in said.out
    assert not [word for word in SECRET if word in said.out]


def test_a_delivery_of_a_discreet_topic_leads_to_no_story(desk: Desk, hidden: Path) -> None:
    database = desk.database()

    def make_discreet(connection: object) -> None:
        rows = connection.execute(deliveries.select()).all()  # type: ignore[attr-defined]
        for row in rows:
            changed = deliveries.update().where(deliveries.c.id == row.id)
            connection.execute(changed.values(payload={**row.payload, "discreet": True}))  # type: ignore[attr-defined]

    database.write_now(make_discreet)
    database.close()
    listed = monitor("deliveries", "list", "--json", "-c", hidden).records
    assert {each["story"] for each in listed} == {None}


def test_a_broken_edit_is_told_by_its_place_alone_while_a_topic_is_discreet(desk: Desk, hidden: Path) -> None:
    path = desk.config / "topics" / "desk.yaml"
    path.write_text(path.read_text("utf-8").replace("@refuge", "@refugee"), "utf-8")
    said = monitor("status", "-c", hidden, expect=1)
    assert "topic file" in said.out
    assert "monitor topics lint" in said.out
    assert not [word for word in SECRET if word in said.out + said.err]
    assert "refugee" in monitor("topics", "lint", "-c", hidden, expect=1).out


def test_a_broken_edit_among_open_topics_is_told_whole(desk: Desk) -> None:
    path = desk.config / "topics" / "desk.yaml"
    path.write_text(path.read_text("utf-8").replace("@refuge", "@refugee"), "utf-8")
    assert "its edit cannot be used" in monitor("status", "-c", desk.config, expect=1).out, "never in force"


def test_a_start_that_fails_names_no_topic_to_the_journal(desk: Desk, hidden: Path) -> None:
    desk.write(
        "people.yaml", yaml.safe_dump({**PEOPLE, "routes": [{"topics": ["refug"], "destinations": ["desk"]}]})
    )
    path = desk.config / "topics" / "desk.yaml"
    said = monitor("run", "--once", "-c", hidden, expect=78)
    assert "people.yaml" in said.err
    assert "monitor check-config" in said.err
    path.write_text(path.read_text("utf-8").replace("@refuge", "@refugee"), "utf-8")
    broken = monitor("run", "--once", "-c", hidden, expect=78)
    assert "desk.yaml" in broken.err
    assert not [word for word in SECRET if word in said.err + broken.err]
    assert "refuge" in monitor("check-config", "-c", hidden, expect=78).err
