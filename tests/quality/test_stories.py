"""Floors of grouping on the newsroom world, which nothing was learned on, and the scores themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Role
from tests.newsroom.articles import load_articles
from tests.quality.grouped import Labelled, auc, bcubed, pairwise, read
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
