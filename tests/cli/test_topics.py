"""`monitor topics`: what is watched for, and what it finds in a file."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import monitor
from tests.cli.conftest import Desk
from tests.stages.bench import WEATHER, WIRE

TITLE = "Thirty-one men land in Norrvik"


def test_list_names_the_topics(fresh: Desk) -> None:
    topics = monitor("topics", "list", "--json", "-c", fresh.config).records
    assert [(topic["topic"], topic["status"]) for topic in topics] == [("refuge", "live"), ("harm", "live")]
    said = monitor("topics", "list", "-c", fresh.config).out
    assert "People who flee" in said
    assert not fresh.state.exists(), "no database is needed"


def test_a_text_file_is_held_against_the_topics(fresh: Desk, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(f"{TITLE}\n\n{WIRE}\n", "utf-8")
    (found,) = monitor("topics", "match", file, "--json", "-c", fresh.config).records
    assert (found["file"], found["language"]) == (str(file), "en")
    (topic,) = found["topics"]
    assert (topic["topic"], topic["score"]) == ("refuge", 3.0)
    (evidence,) = topic["evidence"]
    assert evidence.keys() == {"concept", "text", "start", "end"}
    assert f"{TITLE}\n{WIRE}"[evidence["start"] : evidence["end"]] == evidence["text"] == "evacuated"


def test_an_html_file_is_read_like_a_page(fresh: Desk, tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{sentence}.</p>" for sentence in WIRE.split(". "))
    file = tmp_path / "story.html"
    file.write_text(
        f"<html lang=en><head><title>{TITLE}</title></head><body><nav><a href=/asylum>Torture</a></nav>"
        f"<article><h1>{TITLE}</h1>{paragraphs}</article></body></html>",
        "utf-8",
    )
    (found,) = monitor("topics", "match", file, "--json", "-c", fresh.config).records
    assert [topic["topic"] for topic in found["topics"]] == ["refuge"], "not what stands in the navigation"


def test_a_file_that_matches_nothing_is_told_too(fresh: Desk, tmp_path: Path) -> None:
    file = tmp_path / "rain.txt"
    file.write_text(WEATHER, "utf-8")
    (found,) = monitor("topics", "match", file, "--json", "-c", fresh.config).records
    assert found == {"file": str(file), "language": "en", "topics": []}
    assert "no topic" in monitor("topics", "match", file, "-c", fresh.config).out


def test_a_missing_file_does_not_stop_its_neighbours(fresh: Desk, tmp_path: Path) -> None:
    good, missing = tmp_path / "story.txt", tmp_path / "missing.txt"
    good.write_text(WIRE, "utf-8")
    said = monitor("topics", "match", missing, tmp_path, good, "--json", "-c", fresh.config, expect=1)
    assert [record["file"] for record in said.records] == [str(good)]
    assert f"{missing}: No such file" in said.err
    assert f"{tmp_path}: Is a directory" in said.err


def test_a_file_that_is_no_text_is_told(fresh: Desk, tmp_path: Path) -> None:
    file = tmp_path / "[red]story.txt"
    file.write_bytes(b"\x00\x01\x02" * 400)
    (found,) = monitor("topics", "match", file, "--json", "-c", fresh.config).records
    assert (found["language"], found["topics"]) == ("und", [])
    said = monitor("topics", "match", file, "-c", fresh.config).out
    assert "[red]story.txt" in said
    assert "not an article: not text" in said


def test_people_see_the_words_that_matched_and_where(fresh: Desk, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(WIRE, "utf-8")
    said = monitor("topics", "match", file, "-c", fresh.config).out
    assert "refuge  score 3" in said
    assert f"“evacuated” at {WIRE.index('evacuated')}" in said
