"""`monitor topics test`: a topic held against the archive."""

from __future__ import annotations

from tests.cli.command import monitor
from tests.cli.conftest import Desk
from tests.stages.bench import OTHER


def test_a_topic_is_held_against_the_archive(desk: Desk) -> None:
    (found,) = monitor("topics", "test", "refuge", "--json", "-c", desk.config).records
    assert (found["topic"], found["articles"], found["matches"]) == ("refuge", 4, 4)
    assert {"evacuated", "asylum"} <= {word for sample in found["samples"] for word in sample["words"]}
    shown = monitor("topics", "test", "refuge", "--since", "2d", "-c", desk.config).out
    assert "4 of 4 articles match" in shown
    assert "“asylum”" in shown
    assert "\x1b[31m" not in shown


def test_the_seeds_of_a_topic_find_what_its_rule_misses(desk: Desk) -> None:
    (desk.config / "topics" / "seeds").mkdir()
    desk.write("topics/seeds/one.txt", OTHER)
    topic = 'topics:\n- {id: music, title: M, match: zeppelin, status: draft, seeds: [seeds/one.txt, "https://x.test/"]}\n'
    desk.write("topics/music.yaml", topic)
    said = monitor("topics", "test", "music", "--json", "-c", desk.config)
    assert (
        next(near["title"] for near in said.records[0]["like"]) == "Violinist is refused asylum in Pellworm"
    )
    assert "https://x.test/ is not in the archive" in " ".join(said.err.split())


def test_what_is_not_there_is_named(desk: Desk) -> None:
    assert "Did you mean refuge?" in monitor("topics", "test", "refug", "-c", desk.config, expect=1).err
    assert (
        "not a duration" in monitor("topics", "test", "harm", "--since", "x", "-c", desk.config, expect=1).err
    )
