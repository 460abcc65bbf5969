"""The whole job against the small world, seen from outside: what was read, matched, grouped and told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.process import monitor, records
from tests.newsroom.configuration import DESK_MAIL, NEWSDESK
from tests.newsroom.world import World

pytestmark = [pytest.mark.acceptance, pytest.mark.long]
QUICK_POLL = {"every": "1s", "shortest": "1s", "longest": "1s"}  # so that a second run asks again
QUICK_SLACK = {"pace": "50ms"}


class Newsroom:
    """A world that the service has watched once."""

    def __init__(self, world: World, config: Path) -> None:
        self.world, self.config = world, config
        self.first = monitor("run", "--once", "--config", config, expect=None)
        self.stories = records("stories", "list", "--config", config)
        self.deliveries = records("deliveries", "list", "--config", config, "--limit", "10000")
        self.alerts = records("alerts", "list", "--config", config, "--limit", "10000")

    def slugs(self, story: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """A story's reports by the slug of the article."""
        by_url = {article.feed_url: article.slug for article in self.world.articles}
        return {by_url[report["url"]]: report for report in story["reports"]}

    def truth(self, slug: str) -> Any:
        return self.world.article(slug).source.truth


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("newsroom")
    with World() as world:
        config = world.write_config(folder / "config", state_dir=folder / "state", slack=QUICK_SLACK)
        yield Newsroom(world, config)


def test_the_dead_feed_is_named_to_the_operator_and_stops_no_other(newsroom: Newsroom) -> None:
    assert newsroom.first.returncode == 1, newsroom.first.stderr
    (status,) = records("status", "--config", newsroom.config, expect=1)
    assert [problem["kind"] for problem in status["problems"]] == ["feed failing"]
    assert "http 404" in status["problems"][0]["detail"]
    feeds = records("feeds", "list", "--config", newsroom.config)
    dead = [feed for feed in newsroom.world.feeds if not feed.alive]
    assert {feed["url"] for feed in feeds if feed["cause"]} == {feed.url for feed in dead}
    assert all(feed["entries"] > 0 for feed in feeds if not feed["cause"])


def test_every_published_article_is_read_whole(newsroom: Newsroom) -> None:
    (status,) = records("status", "--config", newsroom.config, expect=1)
    published = [article for article in newsroom.world.articles if not article.source.held]
    assert status["articles"] == {"done": len(published)}
    assert set(status["outcomes"]) <= {"page", "feed"}


def _the_story(newsroom: Newsroom, name: str) -> dict[str, Any]:
    holding = [
        story
        for story in newsroom.stories
        if any(newsroom.truth(slug).story == name for slug in newsroom.slugs(story))
    ]
    assert len(holding) == 1, [story["title"] for story in holding]
    return holding[0]


def test_one_story_holds_its_reports_in_every_language_and_nothing_else(newsroom: Newsroom) -> None:
    story = _the_story(newsroom, "chechnya-canada")
    slugs = newsroom.slugs(story)
    expected = {
        article.slug
        for article in newsroom.world.articles
        if article.source.truth.story == "chechnya-canada" and not article.source.held
    }
    assert set(slugs) == expected
    assert {"id", "en", "ru", "de", "es", "ar"} <= set(story["languages"])


def test_copies_are_marked_as_copies_of_the_report_that_they_copy(newsroom: Newsroom) -> None:
    story = _the_story(newsroom, "chechnya-canada")
    slugs = newsroom.slugs(story)
    families: dict[int, set[str]] = {}
    for slug, report in slugs.items():
        family = report["of"] if report["role"] == "copy" else report["article"]
        families.setdefault(family, set()).add(slug)
    copied = {family for family in map(frozenset, families.values()) if len(family) > 1}
    expected = {
        frozenset(slug for slug in slugs if slug == original or newsroom.truth(slug).of == original)
        for original in {newsroom.truth(slug).of for slug in slugs} - {None}
    }
    assert copied == expected
    assert sum(report["role"] == "original" for report in slugs.values()) == len(expected)


def test_articles_that_belong_to_no_topic_are_in_no_story(newsroom: Newsroom) -> None:
    told = {slug for story in newsroom.stories for slug in newsroom.slugs(story)}
    unrelated = {article.slug for article in newsroom.world.articles if not article.source.truth.topics}
    assert not told & unrelated


def test_each_destination_got_one_root_message_per_story(newsroom: Newsroom) -> None:
    roots = newsroom.world.slack.roots(NEWSDESK)
    assert len(roots) == len(newsroom.stories)
    letters = [message for message in newsroom.world.mail.messages if DESK_MAIL in message.recipients]
    first_letters = [letter for letter in letters if not letter.message["In-Reply-To"]]
    assert len(first_letters) == len(newsroom.stories)


def test_every_alert_was_delivered_to_every_destination(newsroom: Newsroom) -> None:
    assert newsroom.alerts
    assert {delivery["state"] for delivery in newsroom.deliveries} == {"sent"}
    told = {(delivery["alert"], delivery["destination"]) for delivery in newsroom.deliveries}
    assert told == {
        (alert["alert"], destination)
        for alert in newsroom.alerts
        for destination in ("newsdesk", "desk-mail")
    }


def test_messages_carry_the_ids_of_their_alerts(newsroom: Newsroom) -> None:
    footers = [
        footer
        for message in newsroom.world.slack.messages
        for footer in re.findall(r"alerts? ([\d, ]+) · story", str(message.blocks))
    ]
    named = [int(alert) for footer in footers for alert in footer.split(",")]
    assert sorted(named) == sorted(alert["alert"] for alert in newsroom.alerts)


def test_unchanged_feeds_add_nothing_and_later_reports_join_their_storys_thread(tmp_path: Path) -> None:
    with World() as world:
        config = world.write_config(
            tmp_path / "config",
            state_dir=tmp_path / "state",
            poll=QUICK_POLL,
            slack=QUICK_SLACK,
        )
        monitor("run", "--once", "--config", config, expect=None)
        _adds_nothing(world, config)
        _grows_in_its_thread(world, config)


def _adds_nothing(world: World, config: Path) -> None:
    before = records("status", "--config", config, expect=None)[0]
    messages = len(world.slack.messages), len(world.mail.messages)
    requests = len(world.http.requests)
    monitor("run", "--once", "--config", config, expect=None)
    after = records("status", "--config", config, expect=None)[0]
    assert len(world.http.requests) > requests, "the feeds were asked again"
    for key in ("articles", "stories", "alerts", "matches", "deliveries"):
        assert before[key] == after[key], key
    assert (len(world.slack.messages), len(world.mail.messages)) == messages


def _grows_in_its_thread(world: World, config: Path) -> None:
    roots = len(world.slack.roots(NEWSDESK))
    told = len(world.slack.messages)
    held = [article for article in world.articles if article.source.held]
    world.publish(*(article.slug for article in held))
    monitor("run", "--once", "--config", config, expect=None)
    assert len(world.slack.roots(NEWSDESK)) == roots, "no second root"
    new_reports = [
        article for article in held if article.source.truth.role == "report" and article.source.truth.topics
    ]
    assert len(world.slack.messages) - told == len(new_reports)
