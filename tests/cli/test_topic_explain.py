"""`monitor topics explain`: a topic held against a file, a page or an article of the archive."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from tests.cli.command import monitor
from tests.cli.conftest import Desk
from tests.newsroom.world import World
from tests.stages.bench import WEATHER, WIRE


def test_an_article_of_the_archive_is_explained_as_the_service_saw_it(desk: Desk) -> None:
    (told,) = monitor("topics", "explain", "refuge", 1, "--json", "-c", desk.config).records
    assert (told["topic"], told["matched"], told["source"], told["status"]) == (
        "refuge",
        True,
        "a.test",
        "live",
    )
    assert told["match"]["asks"] == "@refuge"
    assert "evacuated" in told["match"]["words"]
    assert told["because"][0].startswith("@refuge: “")
    (other,) = monitor("topics", "explain", "harm", 1, "--json", "-c", desk.config).records
    assert (other["matched"], other["match"]["holds"]) == (False, False)
    assert other["because"] == ["@harm: none of its 2 spellings stands in the article"]


def test_people_read_a_tree_and_what_is_missing(fresh: Desk, tmp_path: Path) -> None:
    match = "'@refuge AND (title:@harm OR NOT ferry)'"
    fresh.write("topics/more.yaml", f"topics:\n- {{id: both, title: Both, match: {match}, status: draft}}\n")
    file = tmp_path / "[red]story.txt"
    file.write_text(f"A ferry lands\n\nThe ferry came. {WIRE}\n", "utf-8")
    said = monitor("topics", "explain", "both", file, "-c", fresh.config).out
    assert "both does not match: A ferry lands" in said
    assert "it is draft, so nobody is told" in said
    assert "missing: @harm: none of its 2 spellings stands in the article" in said
    for row in ("no  AND", "yes @refuge  “evacuated”", "no  title:@harm", "no  NOT ferry  “ferry” ×3"):
        assert row in said, row
    assert "score 3, needed 0: refuge 3" in said


def test_a_page_is_fetched_and_its_source_counts(world: World, fresh: Desk) -> None:
    fresh.configure(net={"allow_addresses": ["127.0.0.0/8"]})
    url = next(article.url for article in world.articles if not article.source.held)
    host = urlsplit(url).hostname
    fresh.write(
        "topics/more.yaml", f"topics:\n- {{id: here, title: Here, match: 'zebra OR source:{host}'}}\n"
    )
    (told,) = monitor("topics", "explain", "here", url, "--json", "-c", fresh.config).records
    assert told["matched"], told


def test_what_cannot_be_had_is_told_without_a_trace(desk: Desk, tmp_path: Path) -> None:
    rain = tmp_path / "rain.txt"
    rain.write_text(WEATHER, "utf-8")
    for topic, source, said in (
        ("refug", rain, "there is no topic refug. Did you mean refuge?"),
        ("refuge", tmp_path / "missing.txt", "No such file"),
        ("refuge", 4711, "there is no article 4711"),
    ):
        assert said in monitor("topics", "explain", topic, source, "-c", desk.config, expect=1).err
