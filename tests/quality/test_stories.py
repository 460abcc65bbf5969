"""Floors of grouping on the newsroom world, which nothing was learned on, and the scores themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from monitor.model import Role
from monitor.stories.crosslingual import likeness
from monitor.stories.features import Features
from tests.newsroom.articles import load_articles
from tests.quality.grouped import Labelled, across, auc, bcubed, headline, headlines, pairwise, read
from tests.quality.stream import featured, stream
from tests.stories.written import OTHERS, SECOND_REPORT, WRECK

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_newsroom_world_is_grouped_across_its_languages_and_its_copies_are_found() -> None:
    articles = sorted(load_articles().values(), key=lambda article: (-article.hours_ago, article.slug))
    rows = [
        Labelled(
            id=article.slug,
            story=article.truth.story or article.slug,
            title=article.title,
            text=article.text,
            language=article.language,
            time=(NOW - timedelta(hours=article.hours_ago)).isoformat(),
        )
        for article in articles
    ]
    placed = stream(rows, featured(rows))
    gold, found = [row.story for row in rows], [placement.story for placement in placed]
    assert bcubed(gold, found).precision >= 0.95
    assert bcubed(gold, found).recall >= 0.95
    assert pairwise(gold, found).precision >= 0.95
    assert pairwise(gold, found).recall >= 0.8
    copies = {a.slug for a, p in zip(articles, placed, strict=True) if p.role is Role.COPY}
    assert copies == {a.slug for a in articles if a.truth.role in ("verbatim", "edited")}


@pytest.fixture(scope="module")
def world() -> tuple[list[Labelled], list[Features]]:
    """Two events in each of 21 towns, in ten languages."""
    rows = read(Path(__file__).parent / "data" / "stories" / "languages.jsonl")
    return rows, featured(rows)


def test_forty_events_in_ten_languages_are_told_apart_from_others_in_the_same_towns(
    world: tuple[list[Labelled], list[Features]],
) -> None:
    rows, seen = world
    assert len({row.story for row in rows}) >= 40
    assert len({row.language for row in rows}) == 10
    placed = stream(rows, seen)
    gold, found = [row.story for row in rows], [placement.story for placement in placed]
    linked = across(gold, found, [row.language for row in rows])
    assert linked.precision >= 0.95
    assert linked.recall >= 0.8
    assert pairwise(gold, found).precision >= 0.95


def test_pairs_across_languages_are_told_apart_without_looking_at_the_stream(
    world: tuple[list[Labelled], list[Features]],
) -> None:
    scores: dict[bool, list[float]] = {True: [], False: []}
    for one, other in combinations(zip(*world, strict=True), 2):
        if one[0].language != other[0].language and near(one[0].story, other[0].story):
            scores[one[0].story == other[0].story].append(likeness(one[1], other[1]).score)
    assert auc(scores[True], scores[False]) >= 0.83


def near(story: str, other: str) -> bool:
    """Whether two events are one, or happened in one town."""
    return story.rpartition("-")[2] == other.rpartition("-")[2]


def test_links_across_languages_are_counted_without_pairs_of_one_language() -> None:
    gold, found = ["a", "a", "a", "b"], [1, 1, 2, 1]
    score = across(gold, found, ["en", "de", "en", "de"])
    assert (score.precision, score.recall) == (0.5, 0.5)


def test_a_headline_is_the_first_line_that_says_more_than_when_it_was_published() -> None:
    text = "Posted: Friday, November 11, 2011\n20:09 IST\nNavy foils attack in Gulf of Aden\nAn attack …"
    row = Labelled(id="1", story="s", title="", text=text, language="en")
    assert headline(row) == "Navy foils attack in Gulf of Aden"
    assert [(each.title, each.text) for each in headlines([row])] == [(headline(row), "")]
    assert headline(replace(row, title="Pirates held off Aden")) == "Pirates held off Aden"


def test_perfect_groups_score_1_and_one_group_for_all_loses_precision() -> None:
    gold = ["a", "a", "b", "b"]
    assert bcubed(gold, [1, 1, 2, 2]).f1 == pairwise(gold, [1, 1, 2, 2]).f1 == 1
    assert (bcubed(gold, [1, 1, 1, 1]).precision, bcubed(gold, [1, 1, 1, 1]).recall) == (0.5, 1)
    assert pairwise(gold, [1, 1, 1, 1]).precision == pytest.approx(2 / 6)
    assert (bcubed(gold, [1, 2, 3, 4]).precision, bcubed(gold, [1, 2, 3, 4]).recall) == (1, 0.5)
    assert pairwise(gold, [1, 2, 3, 4]).recall == 0


def test_the_area_counts_ties_half() -> None:
    assert auc([0.9, 0.8], [0.1, 0.2]) == 1
    assert auc([0.5], [0.5]) == 0.5
    assert auc([0.1], [0.9]) == 0


def test_a_stream_is_read_in_the_order_of_its_times(tmp_path: Path) -> None:
    lines = [{"id": i, "story": "s", "text": "t", "lang": "en", "time": f"2026-01-0{3 - i}"} for i in (1, 2)]
    path = tmp_path / "stream.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert [row.id for row in read(path)] == ["2", "1"]


def run(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.quality.stories", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def test_the_command_ends_with_its_figures_for_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    reports = [("wreck", report) for report in (*WRECK.values(), SECOND_REPORT)]
    reports += [(other.title, other) for other in OTHERS]
    lines = [
        {"id": str(n), "story": story, "title": report.title, "text": report.text, "lang": report.language}
        for n, (story, report) in enumerate(reports)
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    figures = run("--data", str(path))
    assert (figures["reports"], figures["stories"], figures["b3_f1"]) == (12, 6, 1.0)


def test_the_command_ends_with_its_area_for_pairs(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    english = WRECK["en"].text
    lines = [
        {"a": english, "b": other.text, "lang_a": "en", "lang_b": other.language, "same": same}
        for other, same in ((WRECK["ru"], True), (WRECK["ar"], True), (OTHERS[1], False), (OTHERS[2], False))
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert run("--pairs", str(path)) == {"pairs": 4, "auc": 1.0}
