"""Floors of reading figures on our own labelled sentences; the held-back third was never tuned on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.quality.figures import OWN, held_back, judge, read

LANGUAGES = {"en", "id", "ru", "uk", "de", "fr", "es", "pt", "tr", "ar"}


def test_there_are_two_hundred_sentences_over_ten_languages_whose_places_are_right() -> None:
    rows = read(OWN, "all")
    assert len({row["text"] for row in rows}) == len(rows) >= 200
    counts = Counter(row["lang"] for row in rows)
    assert counts.keys() == LANGUAGES
    assert min(counts.values()) >= 20
    for row in rows:
        for label in row["figures"]:
            assert row["text"][label["start"] : label["end"]].strip() != ""


@pytest.mark.parametrize("part", ["held", "tuning"])
def test_figures_are_read_as_well_as_promised(part: str) -> None:
    judgement = judge(read(OWN, part))
    assert judgement.total.precision >= 0.90
    assert judgement.total.recall >= 0.80
    for name, score in judgement.details.items():
        assert score.recall >= 0.85, name


def test_about_a_third_is_held_back() -> None:
    rows = read(OWN, "all")
    assert 0.25 < sum(held_back(row["text"]) for row in rows) / len(rows) < 0.42


def test_the_command_counts_what_is_missing_and_what_is_too_much(tmp_path: Path) -> None:
    label = {"value": 31, "low": 31, "high": 31, "role": "arrived"}
    rows = [
        {"text": "31 men have arrived.", "lang": "en", "figures": [label]},
        {"text": "31 men have arrived.", "lang": "en", "figures": []},
        {"text": "Nobody came.", "lang": "en", "figures": [label]},
    ]
    data = tmp_path / "labelled.jsonl"
    data.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    judgement = judge(read(data, "all"))
    assert (judgement.total.right, judgement.total.extra, judgement.total.missing) == (1, 1, 1)
    said = subprocess.run(
        [sys.executable, "-m", "tests.quality.figures", "--data", str(data)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert json.loads(said.stdout.splitlines()[-1])["precision"] == 0.5
