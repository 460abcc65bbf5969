"""The three topics that ship: what they find and leave alone in articles written for this test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median

import pytest
import yaml

from monitor.model import Document, Match, Topic
from monitor.settings.findings import Findings
from monitor.settings.topic_files import read_topics
from monitor.topics.lint import Severity, problems
from monitor.topics.match import Matcher, compile_topics
from monitor.topics.near import Profiles, likenesses

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"  # the two articles the service began with; not everyone has them
IDS = ("chechnya-persecution", "government-response", "lgbt-flight")
LANGUAGES = ("ar", "de", "en", "es", "fr", "id", "pt", "ru", "tr", "uk")
LEAST_OF_EACH = 15  # articles that belong to a topic, and that nearly do


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    id: str
    topics: frozenset[str]
    document: Document


@lru_cache(maxsize=1)
def shipped() -> tuple[Topic, ...]:
    findings = Findings()
    topics = read_topics(ROOT / "config" / "topics", findings)
    assert not findings.faults, findings.faults
    return topics.topics


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    return compile_topics(shipped())


@lru_cache(maxsize=1)
def samples() -> tuple[Sample, ...]:
    found = []
    for path in sorted((Path(__file__).parent / "data").glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            document = Document(title=entry["title"], text=entry["text"], language=path.stem)
            found.append(Sample(id=entry["id"], topics=frozenset(entry["topics"]), document=document))
    return tuple(found)


@lru_cache(maxsize=1)
def matched() -> dict[str, dict[str, Match]]:
    return {s.id: {match.topic: match for match in matcher().match(s.document)} for s in samples()}


def test_exactly_these_topics_ship_without_a_problem() -> None:
    assert tuple(sorted(topic.id for topic in shipped())) == IDS
    for topic in shipped():
        assert [problem for problem in problems(topic) if problem.severity is Severity.ERROR] == []
        assert tuple(sorted(topic.languages)) == LANGUAGES


def test_every_concept_has_words_in_every_language() -> None:
    for topic in shipped():
        for concept in topic.concepts:
            assert set(LANGUAGES) <= set(concept.aliases), (topic.id, concept.name)


@pytest.mark.parametrize("topic", IDS)
def test_there_are_enough_articles_on_either_side_of_the_border(topic: str) -> None:
    belong = [sample for sample in samples() if topic in sample.topics]
    nearly = [sample for sample in samples() if topic not in sample.topics]
    assert len(belong) >= LEAST_OF_EACH
    assert len(nearly) >= LEAST_OF_EACH
    assert {sample.document.language for sample in belong} == set(LANGUAGES)
    assert len({sample.id for sample in samples()}) == len(samples())


@pytest.mark.parametrize("topic", IDS)
def test_precision_and_recall_stay_above_their_floors(topic: str) -> None:
    wanted = {sample.id for sample in samples() if topic in sample.topics}
    found = {sample for sample, matches in matched().items() if topic in matches}
    precision = len(wanted & found) / max(1, len(found))
    recall = len(wanted & found) / len(wanted)
    print(f"\n{topic}: precision {precision:.3f}, recall {recall:.3f} of {len(wanted)}")
    assert precision >= 0.97, sorted(found - wanted)
    assert recall >= 0.97, sorted(wanted - found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_falls_behind(language: str) -> None:
    pairs = [
        (s.id, topic, topic in s.topics)
        for s in samples()
        if s.document.language == language
        for topic in IDS
    ]
    wrong = [(sample, topic) for sample, topic, belongs in pairs if (topic in matched()[sample]) != belongs]
    assert len(wrong) <= 1, wrong


def test_every_topic_has_examples_in_every_language_that_are_like_its_articles_and_not_like_others() -> None:
    known = Profiles(shipped())
    nearest = {topic: {True: [0.0], False: [0.0]} for topic in IDS}
    for path in sorted((Path(__file__).parents[1] / "quality" / "data" / "topics").glob("*.yaml")):
        assert set(known.of(path.stem)) == set(IDS)
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            document = Document(title=entry["title"], text=entry["text"], language=path.stem)
            for topic, near in likenesses(document, known).items():
                if topic in entry["topics"] or not entry["topics"]:
                    nearest[topic][topic in entry["topics"]].append(near)
    for likeness in nearest.values():
        assert median(likeness[True]) > 1.5 * median(likeness[False])


def test_a_match_tells_the_place_and_the_people_that_made_it() -> None:
    for sample in samples():
        for match in matched()[sample.id].values():
            concepts = {item.concept for item in match.evidence}
            assert concepts & {"lgbt", "helper", "same_sex"}, (sample.id, match.topic)


def test_both_seeds_belong_to_flight_and_persecution_with_evidence_in_their_own_words() -> None:
    texts = (
        [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))] if SEEDS.is_dir() else []
    )
    for text in texts:
        found = {match.topic: match for match in matcher().match(Document(title="", text=text))}
        assert {"lgbt-flight", "chechnya-persecution"} <= set(found)
        for match in found.values():
            assert {"chechnya", "lgbt"} <= {item.concept for item in match.evidence}
            assert all(text[item.start : item.end] == item.text for item in match.evidence)
