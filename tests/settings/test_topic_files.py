from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import TopicStatus
from monitor.settings import check, load
from monitor.settings.findings import Findings
from monitor.settings.topic_files import read_topics
from tests.settings.conftest import Write

SHARED = """\
concepts:
  chechnya:
    weight: 3
    aliases: {en: [Chechnya], ru: [Чечня]}
    note: the republic
  people:
    weight: 2
    aliases: {en: [lesbian, homosexual]}
  unused:
    aliases: {en: [unrelated]}
"""
TOPICS = """\
topics:
- id: persecution
  title: Persecution
  owner: world
  languages: [en, ru]
  match: "@chechnya NEAR/20 @violence"
  exclude: title:quiz
  min_score: 3
  title_factor: 1.5
  alert: {immediate_score: 9, dedupe: story, cooldown: 30m, figures: [killed, arrested]}
  keep: {texts: 30d, records: 180d}
  status: draft
  code_name: amber
  concepts:
    violence:
      weight: 1
      aliases:
        en: [torture, "detained", "=LGB", "*flucht", 'single', abduct*, "exact!"]
        ru: [пытка]
  use: {people: 0.5, chechnya: 4}
"""


def test_a_topic_keeps_everything_its_editor_wrote(write: Write) -> None:
    topic = load(write(topics=TOPICS, concepts=SHARED), {}).topics[0]

    assert (topic.id, topic.title, topic.owner, topic.code_name) == (
        "persecution",
        "Persecution",
        "world",
        "amber",
    )
    assert (topic.match, topic.exclude) == ("@chechnya NEAR/20 @violence", "title:quiz")
    assert (topic.cooldown, topic.figures) == (timedelta(minutes=30), ("killed", "arrested"))
    assert (topic.keep_texts, topic.keep_records) == (timedelta(days=30), timedelta(days=180))
    assert (topic.min_score, topic.title_factor, topic.immediate_score) == (3, 1.5, 9)
    assert (topic.languages, topic.status) == (("en", "ru"), TopicStatus.DRAFT)


def test_a_topic_borrows_the_shared_concepts_that_it_names_and_no_others(write: Write) -> None:
    topic = load(write(topics=TOPICS, concepts=SHARED), {}).topics[0]

    assert {concept.name: concept.weight for concept in topic.concepts} == {
        "violence": 1,
        "chechnya": 4,
        "people": 0.5,
    }
    assert topic.concepts[1].note == "the republic"


def test_a_topics_own_concept_hides_the_shared_one(write: Write) -> None:
    topics = (
        "topics:\n- {id: a, title: A, match: '@chechnya', concepts: {chechnya: {aliases: {en: [Grozny]}}}}\n"
    )
    topic = load(write(topics=topics, concepts=SHARED), {}).topics[0]

    assert [concept.aliases for concept in topic.concepts] == [{"en": ("Grozny",)}]


def test_double_quotes_mean_exactly_this_form_unless_the_alias_has_a_mark_of_its_own(write: Write) -> None:
    topic = load(write(topics=TOPICS, concepts=SHARED), {}).topics[0]

    assert topic.concepts[0].aliases["en"] == (
        "torture", '"detained"', "=LGB", "*flucht", "single", "abduct*", "exact!",
    )  # fmt: skip


def test_the_faults_of_lint_stand_at_the_line_they_speak_of(write: Write) -> None:
    topics = (
        "topics:\n- id: a\n  title: A\n  match: >-\n    one AND\n- id: b\n  title: B\n  match: '@nobody'\n"
    )

    faults = check(write(topics=topics), {})

    assert [(fault.key, fault.line) for fault in faults] == [("topics[0].match", 5), ("topics[1].match", 8)]


@pytest.mark.parametrize(
    ("match", "line"),
    [
        (">-\n    (one OR two)\n    AND three four\n", 6),
        ("|\n    one OR\n\n    two three\n", 7),
        ("one OR\n    two OR\n    (three\n", 6),
        ('"one OR\n    two three"\n', 5),
        ("'one two'\n", 4),
        (">-\n    one\n    AND\n", 6),
    ],
)
def test_a_mistake_stands_at_its_own_line_of_a_long_expression(write: Write, match: str, line: int) -> None:
    text = f"topics:\n- id: a\n  title: A\n  match: {match}  status: live\n"

    assert [fault.line for fault in check(write(topics=text), {})] == [line]


def test_a_bad_alias_stands_at_its_own_line(write: Write) -> None:
    text = "topics:\n- id: a\n  title: A\n  match: '@c'\n  concepts:\n    c:\n      aliases:\n        en:\n"
    faults = check(write(topics=text + "        - zebra\n        - z*\n"), {})

    assert [(fault.key, fault.line) for fault in faults] == [("topics[0].concepts.c.aliases.en[1]", 10)]


def test_a_fault_of_a_shared_concept_is_told_once_and_in_its_own_file(write: Write) -> None:
    topics = "topics:\n- {id: a, title: A, match: '@bad'}\n- {id: b, title: B, match: '@bad'}\n"
    concepts = "concepts:\n  bad:\n    aliases:\n      en: ['a*']\n"
    folder = write(topics=topics, concepts=concepts)

    faults = check(folder, {})

    assert [(fault.file, fault.line) for fault in faults] == [
        (str(folder / "topics/concepts/shared.yaml"), 4)
    ]


def test_the_examples_of_a_topic_are_read_and_missing_ones_are_named(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(
        "A ferry sank off the harbour in a storm on Tuesday, the coast guard said."
    )
    (tmp_path / "t.yaml").write_text(
        "topics:\n- id: wrecks\n  title: W\n  match: ferry\n"
        "  seeds: [one.txt, gone.txt, 'https://a.test/x']\n"
    )
    findings = Findings()
    (topic,) = read_topics(tmp_path, findings).topics
    assert [example.text[:12] for example in topic.examples] == ["A ferry sank"]
    assert [warning.problem for warning in findings.warnings] == ["no article can be read from gone.txt"]


def test_a_seed_may_say_its_language_in_its_name(tmp_path: Path) -> None:
    for name in ("one.pt.txt", "two.pt-BR.txt", "three.xx.txt"):
        (tmp_path / name).write_text("Barco\nO barco afundou ao largo.", encoding="utf-8")
    (tmp_path / "empty.pt.txt").write_text(" ")
    (tmp_path / "t.yaml").write_text(
        "topics:\n- id: wrecks\n  title: W\n  match: ferry\n"
        "  seeds: [one.pt.txt, two.pt-BR.txt, three.xx.txt, empty.pt.txt]\n"
    )
    findings = Findings()
    (topic,) = read_topics(tmp_path, findings).topics
    assert [example.language for example in topic.examples] == ["pt", "pt", "und"]
    assert [warning.problem for warning in findings.warnings] == ["no article can be read from empty.pt.txt"]
