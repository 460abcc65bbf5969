"""`monitor stories`: what happened and who reports it."""

from __future__ import annotations

import re

from tests.cli.command import monitor
from tests.cli.conftest import Desk

KEYS = {"story", "title", "topics", "languages", "state", "reports"}
REPORT_KEYS = {"article", "url", "outlet", "language", "role", "of", "seen_at"}
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


def test_show_gives_programs_the_same_shape_as_list(desk: Desk) -> None:
    (story,) = monitor("stories", "show", 1, "--json", "-c", desk.config).records
    assert story in monitor("stories", "list", "--json", "-c", desk.config).records


def test_an_unknown_story_is_named(desk: Desk) -> None:
    said = monitor("stories", "show", 99, "-c", desk.config, expect=1)
    assert "there is no story 99" in said.err
    assert "monitor stories list" in said.err
    assert said.out == ""
