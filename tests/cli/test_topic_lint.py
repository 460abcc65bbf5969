"""`monitor topics lint`: each kind of bad topic, with its file and line, as check-config tells it."""

from __future__ import annotations

from tests.cli.command import monitor
from tests.cli.conftest import Desk

BAD = """\
topics:
- id: barren
  title: Nothing to find
  match: "@empty"
  concepts:
    empty: {aliases: {en: []}}
- id: stranger
  title: A name that nobody gave
  match: "@refuge AND @harn"
- id: flood
  title: Everything
  match: zebra OR NOT lion
- id: drought
  title: Nothing
  match: zebra AND NOT zebra
- id: wild
  title: A wildcard
  match: zebra OR st*
- id: twice
  title: One
  match: zebra
- id: twice
  title: Another
  match: zebra
- id: letters
  title: The wrong alphabet
  match: "@place"
  concepts:
    place:
      aliases:
        ru:
        - Грозный
        - Grozny
"""
FOUND = {
    (6, "the concept has no words"),
    (9, "there is no concept @harn"),
    (12, "every article matches"),
    (15, "no article can ever match"),
    (18, "fewer than 3 letters"),
    (22, "two topics have this id"),
    (33, "Latin letters, ru in Cyrillic"),
}


def test_each_kind_of_bad_topic_is_found_at_its_line_by_lint_and_by_check_config(fresh: Desk) -> None:
    file = fresh.write("topics/bad.yaml", BAD)
    linted = monitor("topics", "lint", "--json", "-c", fresh.config, expect=1).records
    checked = monitor("check-config", "--json", "-c", fresh.config, expect=78).records
    for line, problem in FOUND:
        for found in (linted, checked):
            assert any(
                (each["file"], each["line"], each["severity"]) == (str(file), line, "error")
                and problem in each["problem"]
                and each["remedy"]
                for each in found
            ), (line, problem)


def test_people_read_place_problem_and_remedy(fresh: Desk) -> None:
    file = fresh.write("topics/bad.yaml", BAD)
    said = monitor("topics", "lint", file, "-c", fresh.config, expect=1)
    assert f"{file}:9: error: topics[1].match: there is no concept @harn, at character 13" in said.out
    assert "Did you mean @harm?" in said.out
    assert "8 errors" in said.err


def test_only_the_files_that_were_asked_for_are_told_of(fresh: Desk) -> None:
    fresh.write("topics/bad.yaml", BAD)
    good = fresh.config / "topics" / "desk.yaml"
    assert "good" in monitor("topics", "lint", good, "-c", fresh.config).out


def test_the_rest_of_the_configuration_need_not_be_in_order(fresh: Desk) -> None:
    fresh.write("feeds.yaml", "- url: nonsense\n")
    assert "2 topics: good, 0 to look at" in monitor("topics", "lint", "-c", fresh.config).out
