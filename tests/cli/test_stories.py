"""`monitor stories`: what happened and who reports it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import LinkEvidence
from monitor.store import regrouping
from monitor.stories.grouping import Suggestion
from tests.cli.command import monitor
from tests.cli.conftest import Desk
from tests.quality.grouped import read_pairs

KEYS = {"story", "title", "topics", "languages", "state", "reports"}
REPORT_KEYS = {"article", "url", "outlet", "language", "role", "of", "seen_at"}
RELATIONS = ("growth", "follows", "taken_up_by", "suggestions", "merged_into")
TITLE = "31 men evacuated from Estrava land in Norrvik"


def test_list_gives_programs_stories_with_their_reports(desk: Desk) -> None:
    stories = {
        story["title"]: story for story in monitor("stories", "list", "--json", "-c", desk.config).records
    }
    assert len(stories) == 2
    story = stories[TITLE]
    assert story.keys() >= KEYS
    assert (story["topics"], story["languages"], story["state"]) == (["refuge"], ["en"], "open")
    assert all(report.keys() >= REPORT_KEYS for report in story["reports"])
    assert [(report["article"], report["role"], report["of"]) for report in story["reports"]] == [
        (1, "original", None),
        (2, "report", None),
        (3, "copy", 1),
    ]
    assert (story["outlets"], story["independent"]) == (3, 2)
    assert [report["confirms"] for report in story["reports"]] == [True, True, False]


def test_list_gives_people_one_line_for_each_story(desk: Desk) -> None:
    said = monitor("stories", "list", "-c", desk.config).out
    (row,) = [row for row in said.splitlines() if TITLE in row]
    assert re.search(r" 2 +1 +3 +2 +en +open +\d+ (s|min) ago", row), "two reports and a copy, two of 3 count"


def test_list_gives_no_more_than_asked_for(desk: Desk) -> None:
    assert len(monitor("stories", "list", "--json", "--limit", 1, "-c", desk.config).records) == 1


def test_show_tells_each_reports_role_and_the_evidence(desk: Desk) -> None:
    said = monitor("stories", "show", 1, "-c", desk.config).out
    assert said.startswith(f"Story 1: {TITLE}\n")
    assert "article 1  Outlet wire (en): original" in said
    assert "copy of article 1 (verbatim, 100% the same)" in said
    assert "reports    3 outlets, 2 independent reports\n" in said
    assert "https://b.test/report" in said
    assert "Estrava" in said.partition("article 2")[2], "why the second report belongs to it"
    assert "[red]men[/red]" in said
    assert ":boom:" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_show_gives_programs_the_shape_of_list_and_the_storys_relations(desk: Desk) -> None:
    (story,) = monitor("stories", "show", 1, "--json", "-c", desk.config).records
    relations = {key: story.pop(key) for key in RELATIONS}
    assert story in monitor("stories", "list", "--json", "-c", desk.config).records
    (day,) = relations.pop("growth")
    assert day["reports"] == 2
    assert relations == {"follows": None, "taken_up_by": [], "suggestions": [], "merged_into": None}


def test_show_tells_how_a_story_grew_and_what_was_new(desk: Desk) -> None:
    said = monitor("stories", "show", 1, "-c", desk.config).out
    assert re.search(r"^reports    3 outlets, 2 independent reports$", said, re.MULTILINE)
    assert re.search(r"^growth     \d{4}-\d\d-\d\d  ▪▪ 2$", said, re.MULTILINE)
    assert re.search(r"^new fact   \d{4}-\d\d-\d\d .*, in the first report$", said, re.MULTILINE)
    assert re.search(r"^    names     \d\.\d\d  .*Norrvik", said, re.MULTILINE)


# --- what a person decides ----------------------------------------------------------------------------


def test_a_merge_says_what_it_did_and_shows_in_both_stories(desk: Desk) -> None:
    said = monitor("stories", "merge", 1, 2, "-c", desk.config).out
    assert said == "story 2 is story 1 now: article 4; 2 labelled pairs kept\n"
    assert "merged into story 1" in monitor("stories", "show", 2, "-c", desk.config).out
    assert "person          decided it" in monitor("stories", "show", 1, "-c", desk.config).out


def test_split_and_move_answer_programs_with_the_story_and_the_articles(desk: Desk) -> None:
    (done,) = monitor("stories", "split", 1, 2, "--json", "-c", desk.config).records
    assert done == {"story": 3, "moved": [2], "labels": 1}
    (done,) = monitor("stories", "move", 2, 2, "--json", "-c", desk.config).records
    assert done == {"story": 2, "moved": [2], "labels": 1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("merge", 1, 9), "there is no story 9: `monitor stories list` names them"),
        (("split", 1, 4), "article 4 is no report of story 1: `monitor stories show 1`"),
        (("move", 4, 2), "both are story 2: name two stories"),
        (("suggest", "--reject", 1, 9), "there is no story 9"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_remedy(
    desk: Desk, words: tuple[str | int, ...], said: str
) -> None:
    refused = monitor("stories", *words, "-c", desk.config, expect=1)
    assert said in refused.err
    assert refused.out == ""


def suggest(desk: Desk) -> None:
    evidence = (LinkEvidence(kind="names", score=0.6, shared=("Норвик / Norrvik",)),)
    database = desk.database()
    found = [Suggestion(story=2, score=0.41, evidence=evidence)]
    database.write_now(regrouping.suggest, 1, found, now=datetime.now(UTC))
    database.close()


def test_suggest_shows_two_stories_side_by_side_and_what_to_type(desk: Desk) -> None:
    assert monitor("stories", "suggest", "-c", desk.config).out == "No two stories look like one.\n"
    suggest(desk)
    said = monitor("stories", "suggest", "-c", desk.config).out
    assert said.startswith("41% likely one story\n")
    for part in (TITLE, "Violinist is refused", "Норвик / Norrvik", "monitor stories merge 1 2"):
        assert part in said
    (record,) = monitor("stories", "suggest", "--json", "-c", desk.config).records
    assert (record["story"], record["other"], record["score"]) == (1, 2, 0.41)
    assert "may be     story 2" in monitor("stories", "show", 1, "-c", desk.config).out


def test_a_rejected_suggestion_is_shown_no_more(desk: Desk) -> None:
    suggest(desk)
    said = monitor("stories", "suggest", "--reject", 1, 2, "-c", desk.config).out
    assert said == "stories 1 and 2 stay two; 2 labelled pairs kept\n"
    suggest(desk)
    assert monitor("stories", "suggest", "--json", "-c", desk.config).records == []


def test_labels_are_what_the_evaluation_reads(desk: Desk, tmp_path: Path) -> None:
    monitor("stories", "split", 1, 2, "-c", desk.config)
    monitor("stories", "merge", 1, 2, "-c", desk.config)
    shown = monitor("stories", "labels", "-c", desk.config).out
    assert re.search(r"^1 +2 +two stories +split .*" + TITLE, shown, re.MULTILINE)
    said = monitor("stories", "labels", "--json", "-c", desk.config)
    assert {(row["article_a"], row["article_b"], row["same"]) for row in said.records} == {
        (1, 2, False),
        (1, 4, True),
    }
    path = tmp_path / "labels.jsonl"
    path.write_text(said.out, encoding="utf-8")
    assert [pair.same for pair in read_pairs(path)] == [row["same"] for row in said.records]


def test_an_unknown_story_is_named(desk: Desk) -> None:
    said = monitor("stories", "show", 99, "-c", desk.config, expect=1)
    assert "there is no story 99" in said.err
    assert "monitor stories list" in said.err
    assert said.out == ""
