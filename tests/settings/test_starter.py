from __future__ import annotations

from pathlib import Path

from monitor.settings import check, init, load, starter

CONFIG = Path(__file__).parents[2] / "config"


def test_a_starter_configuration_loads_as_it_is(tmp_path: Path) -> None:
    written = init(tmp_path / "desk" / "config")

    assert check(tmp_path / "desk" / "config", {}) == ()
    assert {path.name for path in written} >= {"monitor.toml", "feeds.yaml", "people.yaml"}


def test_every_file_of_the_examples_is_in_it(tmp_path: Path) -> None:
    expected = {
        path.relative_to(CONFIG)
        for path in CONFIG.rglob("*")
        if path.suffix in (".toml", ".yaml", ".txt") and path.is_file()
    }

    assert {path.relative_to(tmp_path) for path in init(tmp_path)} == expected


def test_the_articles_that_its_topics_name_as_seeds_come_with_it(tmp_path: Path) -> None:
    init(tmp_path)
    for topic in load(tmp_path, {}).topics:
        assert topic.seeds
        assert len(topic.examples) == len(topic.seeds), topic.id


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    kept = tmp_path / "monitor.toml"
    kept.write_text("# mine")

    written = init(tmp_path)

    assert kept.read_text() == "# mine"
    assert set(starter(tmp_path)) - set(written) == {kept}
    assert init(tmp_path) == ()


def test_the_repositorys_own_configuration_is_ready_to_run() -> None:
    found = load(CONFIG, {})

    assert len(found.feeds) >= 60
    assert {feed.language for feed in found.feeds} == {
        "en",
        "id",
        "ru",
        "uk",
        "de",
        "fr",
        "es",
        "pt",
        "tr",
        "ar",
    }
    assert found.destinations == {}


def test_the_list_of_feeds_says_that_nobody_checked_it() -> None:
    head = (CONFIG / "feeds.yaml").read_text(encoding="utf-8")[:400]

    assert "NOT YET CHECKED AGAINST THE LIVE WEB" in head
