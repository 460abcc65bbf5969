"""A discreet topic's code name: there, neutral, and nobody else's."""

from __future__ import annotations

import pytest

from monitor.settings import check, load
from tests.settings.conftest import Write

TOPIC = """\
- id: exile-route
  title: People who flee Estrava
  match: "@exile AND (border NEAR/9 ferry)"
  discreet: true
  {code}
  concepts:
    exile:
      aliases: {{en: [asylum, "safe house"], de: ["*flüchtling"], ru: [убежище], zh: [难民]}}
"""


def faults(write: Write, *topics: str) -> list[tuple[str, int | None, str]]:
    found = check(write(topics="topics:\n" + "".join(topics)), {})
    return [(fault.key, fault.line, fault.problem) for fault in found]


def with_code(name: str) -> str:
    return TOPIC.format(code=f"code_name: {name}")


@pytest.mark.parametrize("name", ["Willow", "Blue Heron", "Ива", "柳", "N-7"])
def test_a_neutral_name_is_taken(write: Write, name: str) -> None:
    assert faults(write, with_code(name)) == []


@pytest.mark.parametrize("missing", ["owner: me", 'code_name: "  "'])
def test_a_discreet_topic_without_one_is_refused_at_its_place(write: Write, missing: str) -> None:
    ((key, _, problem),) = faults(write, TOPIC.format(code=missing))
    assert (key, problem) == ("topics[0].code_name", "missing: the topic is discreet")


@pytest.mark.parametrize(
    "name",
    [
        "Exile",  # of its id
        "Estrava desk",  # of its title
        "Asylum",  # an alias
        "Asylums",  # another form of one
        "Fluchtlinge",  # without its dots
        "Ferry",  # of its expression
        "Safehouse",  # written as one word
        "The Exiles",
        "Убежища",
        "难民营",
    ],
)
def test_a_name_that_says_what_it_is_about_is_refused(write: Write, name: str) -> None:
    assert faults(write, with_code(name)) == [
        ("topics[0].code_name", 6, "says what the topic is about"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        "- {id: other, title: Other, match: lion, discreet: true, code_name: willow}\n",
        "- {id: other, title: Other, match: lion, code_name: Willow}\n",
        "- {id: willow, title: Other, match: lion}\n",
        "- {id: other, title: Willow, match: lion}\n",
    ],
)
def test_a_name_is_nobody_elses_whoever_stands_first(write: Write, other: str) -> None:
    problem = "another topic has this name"
    assert [found[2] for found in faults(write, other, with_code("Willow"))] == [problem]
    assert [found[2] for found in faults(write, with_code("Willow"), other)] == [problem]


def test_two_open_topics_may_share_a_code_name(write: Write) -> None:
    topics = [f"- {{id: {name}, title: {name}, match: lion, code_name: Willow}}\n" for name in ("a", "b")]
    assert faults(write, *topics) == []


def test_a_file_that_is_named_after_what_it_hides_is_warned_of(write: Write) -> None:
    folder = write(topics="topics:\n" + with_code("Willow"))
    assert not any("file's name" in warning.problem for warning in load(folder, {}).warnings)
    (only,) = (folder / "topics").glob("*.yaml")
    only.rename(only.with_name("exiles.yaml"))
    (warning,) = (each for each in load(folder, {}).warnings if "file's name" in each.problem)
    assert "rename" in warning.remedy
