"""`monitor feeds`: the list, and what the service sees at one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.feeds.opml import read_opml
from tests.cli.command import monitor
from tests.cli.conftest import Desk
from tests.newsroom.desk import PublishedArticle
from tests.newsroom.world import World, WorldFeed

KEYS = {
    "feed", "url", "status", "cause", "failures", "entries", "last_success_at", "next_poll_at", "interval",
}  # fmt: skip
URL = "https://new.test/feed"
OPML = """<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Europe"><outline type="rss" text="One" xmlUrl="https://one.test/feed"/></outline>
<outline type="rss" text="Two" xmlUrl="https://two.test/feed"/>
<outline type="rss" text="Bad" xmlUrl="javascript:alert(1)"/></body></opml>"""


def listed(desk: Desk) -> dict[str, dict[str, object]]:
    return {str(feed["url"]): feed for feed in monitor("feeds", "list", "--json", "-c", desk.config).records}


# --- list ---------------------------------------------------------------------------------------------


def test_list_gives_programs_one_object_for_each_feed(desk: Desk) -> None:
    feeds = listed(desk)
    assert all(feed.keys() >= KEYS for feed in feeds.values())
    wire, dead = feeds["https://a.test/feed-wire"], feeds["https://dead.test/feed"]
    assert (wire["status"], wire["cause"], wire["entries"], wire["failures"]) == ("live", None, 1, 0)
    assert str(wire["last_success_at"]).endswith("+00:00")
    assert isinstance(wire["interval"], float)
    assert (dead["status"], dead["cause"], dead["failures"]) == ("live", "http 404", 1)
    assert dead["last_success_at"] is None


def test_list_gives_people_a_table_that_hostile_names_cannot_break(desk: Desk) -> None:
    said = monitor("feeds", "list", "-c", desk.config).out
    assert "https://dead.test/feed" in said, "a URL is not folded"
    assert "http 404, 1x" in said
    assert "[red]men[/red]" in said
    assert ":boom:" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_an_empty_list_says_so(fresh: Desk) -> None:
    fresh.write("feeds.yaml", "[]")
    monitor("db", "upgrade", "-c", fresh.config)
    assert monitor("feeds", "list", "-c", fresh.config).out == "Feeds: none\n"
    assert monitor("feeds", "list", "--json", "-c", fresh.config).out == ""


# --- add, remove --------------------------------------------------------------------------------------


def test_a_feed_is_added_with_what_is_said_of_it_and_removed_again(desk: Desk) -> None:
    words = ("--name", "New", "--outlet", "The New", "--language", "en", "--tag", "wire", "--tag", "eu")
    said = monitor("feeds", "add", "HTTPS://New.test/feed", *words, "-c", desk.config)
    feed = listed(desk)[URL]
    assert said.out == f"feed {feed['feed']} added\n"
    assert (feed["name"], feed["outlet"], feed["language"]) == ("New", "The New", "en")
    assert (feed["tags"], feed["origin"], feed["status"]) == (["wire", "eu"], "command", "live")
    monitor("feeds", "remove", "HTTPS://New.test/feed", "-c", desk.config)
    assert URL not in listed(desk)


def test_a_feed_that_is_listed_is_not_added_twice(desk: Desk) -> None:
    monitor("feeds", "add", URL, "-c", desk.config)
    said = monitor("feeds", "add", URL, "-c", desk.config, expect=1)
    assert "on the list already" in said.err


def test_a_removed_feed_may_be_added_again(desk: Desk) -> None:
    for command in ("add", "remove", "add"):
        monitor("feeds", command, URL, "-c", desk.config)
    assert listed(desk)[URL]["status"] == "live"


@pytest.mark.parametrize(
    "url",
    ["ftp://a.test/feed", "javascript:alert(1)", "https://user:password@a.test/feed", "a.test/feed", ""],
)
def test_what_is_no_address_of_a_feed_is_refused_and_not_repeated(url: str, desk: Desk) -> None:
    before = listed(desk)
    said = monitor("feeds", "add", url, "-c", desk.config, expect=1)
    assert "not an http(s) URL" in said.err
    assert "password" not in said.err
    assert listed(desk) == before


@pytest.mark.parametrize("url", ["feed://new.test/feed", "feed:http://new.test/feed"])
def test_a_url_as_browsers_hand_it_to_feed_readers_is_added(url: str, desk: Desk) -> None:
    monitor("feeds", "add", url, "-c", desk.config)
    assert "http://new.test/feed" in listed(desk)


def test_a_configured_feed_is_taken_out_of_its_file_not_by_command(desk: Desk) -> None:
    said = monitor("feeds", "remove", "https://a.test/feed-wire", "-c", desk.config, expect=1)
    assert "feeds.yaml" in said.err
    said = monitor("feeds", "remove", "https://nowhere.test/feed", "-c", desk.config, expect=1)
    assert "no such feed" in said.err


def test_adding_on_a_fresh_machine_makes_the_database(fresh: Desk) -> None:
    monitor("feeds", "add", URL, "-c", fresh.config)
    assert listed(fresh).keys() == {URL}


# --- import, export -----------------------------------------------------------------------------------


def test_an_opml_file_is_imported_once(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "list.opml"
    file.write_text(OPML, "utf-8")
    said = monitor("feeds", "import", file, "-c", desk.config)
    assert said.out.startswith(
        "2 feeds added, 0 were on the list, 1 left out; the first polls are spread over 15 min"
    )
    feeds = listed(desk)
    assert (feeds["https://one.test/feed"]["tags"], feeds["https://two.test/feed"]["name"]) == (
        ["Europe"],
        "Two",
    )
    again = monitor("feeds", "import", file, "-c", desk.config)
    assert again.out.startswith("0 feeds added, 2 were on the list")


def test_a_long_list_is_imported_whole(desk: Desk, tmp_path: Path) -> None:
    outlines = "".join(
        f'<outline type="rss" xmlUrl="https://n{number}.test/feed"/>' for number in range(1001)
    )
    file = tmp_path / "list.opml"
    file.write_text(f"<opml><body>{outlines}</body></opml>", "utf-8")
    before = len(listed(desk))
    said = monitor("feeds", "import", file, "-c", desk.config)
    assert said.out.startswith("1001 feeds added")
    feeds = listed(desk)
    assert len(feeds) == before + 1001
    first, last = (str(feeds[f"https://n{number}.test/feed"]["next_poll_at"]) for number in (0, 1000))
    assert last > first, "no herd sets out together"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no list", "list.opml"), (b"<opml/>", "there is no feed in it"), (None, "No such file")],
)
def test_a_list_that_cannot_be_read_is_named(
    content: bytes | None, words: str, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "list.opml"
    if content is not None:
        file.write_bytes(content)
    said = monitor("feeds", "import", file, "-c", desk.config, expect=1)
    assert words in said.err


def test_the_list_is_exported_as_opml_that_can_be_imported(desk: Desk) -> None:
    exported = monitor("feeds", "export", "-c", desk.config).out
    assert {source.url for source in read_opml(exported.encode()).feeds} == listed(desk).keys()


def test_an_export_says_what_it_cannot_carry(fresh: Desk) -> None:
    fresh.write("feeds.yaml", "- url: https://a.test/feed\n  cookies: {seen: yes-please}\n")
    monitor("db", "upgrade", "-c", fresh.config)
    said = monitor("feeds", "export", "-c", fresh.config)
    assert "in no OPML: 1 need feeds.yaml" in " ".join(said.err.split())
    assert "yes-please" not in said.err + said.out


# --- check --------------------------------------------------------------------------------------------


@pytest.fixture
def open_desk(fresh: Desk) -> Desk:
    """A configuration that may fetch from this machine."""
    fresh.configure(net={"allow_addresses": ["127.0.0.0/8"]})
    return fresh


def articles_of(world: World, feed: WorldFeed) -> list[PublishedArticle]:
    """What a feed shows."""
    return [a for a in world.articles if a.source.outlet == feed.outlet and not a.source.held]


def test_check_shows_programs_what_the_service_sees(open_desk: Desk, world: World) -> None:
    feed = world.feeds[0]
    (seen,) = monitor("feeds", "check", feed.url, "--json", "-c", open_desk.config).records
    assert (seen["url"], seen["final_url"], seen["status"], seen["format"]) == (
        feed.url,
        feed.url,
        200,
        "atom10",
    )
    assert seen["redirects"] == seen["repairs"] == []
    published = articles_of(world, feed)
    assert len(seen["entries"]) == len(published)
    assert seen["entries"][0].keys() == {"key", "title", "url", "published", "published_claim", "full_text"}
    assert not open_desk.state.exists(), "looking needs no database"


def test_check_shows_people_the_entries_of_a_feed(open_desk: Desk, world: World) -> None:
    feed = next(feed for feed in world.feeds if feed.language == "ru")
    said = monitor("feeds", "check", feed.url, "-c", open_desk.config).out
    assert "windows-1251" in said or "rss20" in said
    assert articles_of(world, feed)[0].source.title in said


def test_check_says_why_there_is_no_feed(open_desk: Desk, world: World) -> None:
    dead = next(feed for feed in world.feeds if not feed.alive)
    (seen,) = monitor("feeds", "check", dead.url, "--json", "-c", open_desk.config, expect=1).records
    assert seen["cause"] == "http 404"
    said = monitor("feeds", "check", dead.url, "-c", open_desk.config, expect=1)
    assert "http 404" in said.out


def test_check_refuses_an_address_of_the_inner_network(fresh: Desk, world: World) -> None:
    said = monitor("feeds", "check", world.feeds[0].url, "-c", fresh.config, expect=1)
    assert "blocked address" in said.out


def test_check_of_a_page_looks_for_its_feeds(open_desk: Desk, world: World) -> None:
    article = articles_of(world, world.feeds[0])[0]
    (seen,) = monitor("feeds", "check", article.feed_url, "--json", "-c", open_desk.config, expect=1).records
    assert seen["status"] == 200
    assert isinstance(seen["feeds"], list)
    assert seen["cause"]
