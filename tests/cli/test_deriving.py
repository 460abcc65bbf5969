"""`monitor topics derive`: a draft from files, pages and stories, and what it says when there is nothing."""

from __future__ import annotations

import yaml

from tests.cli.command import monitor
from tests.cli.conftest import Desk
from tests.newsroom.world import World
from tests.stories.written import FOLDER, WRECK


def test_a_draft_is_written_that_check_config_accepts(fresh: Desk) -> None:
    files = [FOLDER / f"wreck.{language}.txt" for language in ("en", "id")]
    said = monitor("topics", "derive", *files, "--name", "Ferries", "-c", fresh.config)
    fresh.write("topics/ferries.yaml", said.out)
    monitor("check-config", "-c", fresh.config)
    (listed,) = [
        t for t in monitor("topics", "list", "--json", "-c", fresh.config).records if t["topic"] == "ferries"
    ]
    assert listed["status"] == "draft"
    found = monitor("topics", "match", files[0], "--json", "-c", fresh.config).records[0]
    assert "ferries" in [each["topic"] for each in found["topics"]]


def test_a_story_of_the_archive_is_enough(desk: Desk) -> None:
    story = monitor("stories", "list", "--json", "-c", desk.config).records[-1]["story"]
    topic = yaml.safe_load(monitor("topics", "derive", story, "-c", desk.config).out)["topics"][0]
    assert topic["status"] == "draft"
    assert "norrvik" in " ".join(topic["concepts"])


def test_a_page_is_fetched_and_what_publishes_it_is_left_out(fresh: Desk, world: World) -> None:
    fresh.configure(net={"allow_addresses": ["127.0.0.0/8"]})
    article = next(article for article in world.articles if article.source.language == "id")
    said = monitor("topics", "derive", article.feed_url, "-c", fresh.config)
    topic = yaml.safe_load(said.out)["topics"][0]
    assert topic["title"] == article.source.title
    assert f"1. {article.feed_url} (id)" in said.out
    spelled = {a for c in topic["concepts"].values() for own in c["aliases"].values() for a in own}
    assert spelled
    assert article.outlet.name not in spelled
    fresh.write("topics/own.yaml", said.out)
    monitor("topics", "lint", "-c", fresh.config)
    refused = monitor("topics", "derive", f"{article.feed_url}/gone", "-c", fresh.config, expect=1)
    assert "http 404" in refused.err


def test_what_cannot_be_read_is_named(fresh: Desk) -> None:
    assert "nowhere.txt" in monitor("topics", "derive", "nowhere.txt", "-c", fresh.config, expect=1).err
    files = [FOLDER / f"wreck.{language}.txt" for language in WRECK]
    assert "one to 5" in monitor("topics", "derive", *files, "-c", fresh.config, expect=1).err
