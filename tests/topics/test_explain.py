"""Why a topic matched, and why not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from monitor.model import Concept, Document, Topic, TopicStatus
from monitor.topics.explain import Reason, explain, quoted
from monitor.topics.match import compile_topics
from monitor.topics.query import parse
from monitor.topics.tree import spelled, written
from tests.topics.test_brute_force import documents, expressions, topics

TOPIC = Topic(
    id="t",
    title="T",
    match="(@gay NEAR/3 (man OR woman)) AND NOT ATLEAST/2 bar* AND title:zoo",
    exclude="source:example.org",
    concepts=(Concept(name="gay", weight=2, aliases={"en": ("gay",)}),),
    min_score=2,
)


def flat(reason: Reason) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [
        (reason.asks, reason.holds, reason.words),
        *(line for part in reason.parts for line in flat(part)),
    ]


def test_each_leaf_is_true_or_false_with_its_words() -> None:
    told = explain(TOPIC, Document(title="A Zoo", text="One GAY young man. A barfly."))
    assert told.matched
    assert flat(told.match) == [
        ("AND", True, ()),
        ("NEAR/3", True, ("GAY young man",)),
        ("@gay", True, ("GAY",)),
        ("OR", True, ()),
        ("man", True, ("man",)),
        ("woman", False, ()),
        ("NOT", True, ()),
        ("ATLEAST/2", False, ()),
        ("bar*", True, ("barfly",)),
        ("title:", True, ()),
        ("zoo", True, ("Zoo",)),
    ]


def test_what_failed_is_told_as_clearly() -> None:
    told = explain(TOPIC, Document(title="", text="A zoo for gay bars.", source="www.example.org"))
    assert not told.matched
    lines = {asks: (holds, found) for asks, holds, found in flat(told.match)}
    assert lines["NEAR/3"] == (False, ())
    assert lines["zoo"] == (False, ())  # it stands in the text, but not in the title
    assert told.exclude is not None
    assert told.exclude.holds


def test_a_score_that_was_not_enough_shows_beside_the_one_needed() -> None:
    low = Topic(
        id="t", title="T", match="@gay", concepts=TOPIC.concepts, min_score=3, status=TopicStatus.PAUSED
    )
    told = explain(low, Document(title="", text="gay"))
    assert (told.matched, told.match.holds, told.score, told.min_score) == (False, True, 2, 3)


@pytest.mark.parametrize(
    "source",
    [
        "word",
        "word*",
        "*word*",
        "*word",
        '"a phrase"',
        "=Word",
        '="A Phrase"',
        "@concept",
        "source:a.org",
        "lang:en",
    ],
)
def test_a_leaf_is_spelled_as_an_editor_writes_it(source: str) -> None:
    assert spelled(parse(source)) == source


@pytest.mark.parametrize(
    ("match", "missing"),
    [
        ("zebra", ["zebra: it does not stand in the article"]),
        ("@gay AND @flight", ["@flight: none of its 2 spellings stands in the article"]),
        ("@gay NEAR/2 house", ["@gay NEAR/2 house: both stand there, 4 words apart at the nearest"]),
        ("house ONEAR/9 @gay", ["house ONEAR/9 @gay: both stand there, but never in this order"]),
        ("@gay NEAR/2 zebra", ["zebra: it does not stand in the article"]),
        ("title:@gay", ["@gay: it stands in the article, but not in the title"]),
        ("ATLEAST/3 @gay", ["ATLEAST/3 @gay: 2 of 3 places"]),
        ("ATLEAST/3 (@gay OR zebra)", ["ATLEAST/3 (@gay OR zebra): 2 of 3 places"]),
        ("@gay AND lang:de", ["lang:de: its language is en"]),
        ("@gay AND source:b.org", ["source:b.org: its source is a.org"]),
        ('@gay AND tag:"a b"', ['tag:"a b": its tags are sport']),
        ("@gay AND NOT house", ["NOT house refuses it: house: “house”"]),
        (
            "zebra AND lion OR @gay AND lion",
            ["lion: it does not stand in the article", "or any of 1 other ways"],
        ),
        ("zebra OR lion", ["zebra OR lion: none of 2 parts holds"]),
    ],
)
def test_what_is_missing_is_said_of_the_way_that_lacks_least(match: str, missing: list[str]) -> None:
    concepts = (*TOPIC.concepts, Concept(name="flight", weight=1, aliases={"en": ("fled", "refug*")}))
    paper = Document(
        title="A walk",
        text="Gay! One GAY man of the old house.",
        language="en",
        source="a.org",
        tags=("sport",),
    )
    told = explain(Topic(id="t", title="T", match=match, concepts=concepts), paper)
    assert not told.matched
    for line, expected in zip(told.because, missing, strict=True):
        assert line.startswith(expected)


def test_an_article_that_is_excluded_or_scores_too_low_is_told_that_alone() -> None:
    paper = Document(title="", text="A gay man in a zoo.")
    refused = explain(Topic(id="t", title="T", match="@gay", exclude="zoo", concepts=TOPIC.concepts), paper)
    assert refused.because == ("it is excluded: zoo: “zoo”",)
    low = explain(Topic(id="t", title="T", match="@gay", min_score=3, concepts=TOPIC.concepts), paper)
    assert low.because == ("its score is 2, and 3 is needed",)


def test_why_it_matched_is_told_with_the_words_each_once() -> None:
    paper = Document(title="Gay", text=f"A gay man{' word' * 60} fled. gay, gay.")
    told = explain(Topic(id="t", title="T", match="@gay NEAR/99 fled OR zoo", concepts=TOPIC.concepts), paper)
    assert told.matched
    assert told.because[0].startswith("@gay NEAR/99 fled: “Gay A gay man word")
    assert told.because[0].endswith("word fled”")
    assert len(told.because[0]) < 130
    assert [(each.concept, each.weight, each.factor) for each in told.points] == [("gay", 2, 2)]
    assert quoted(["gay", "Gay", "gay"]) == "“gay” ×2, “Gay”"


@settings(max_examples=100)
@given(expressions)
def test_an_expression_written_out_is_read_as_the_same(source: str) -> None:
    assert parse(written(parse(source))) == parse(source)


@settings(max_examples=40, deadline=None)
@given(topics(0), documents)
def test_every_verdict_is_explained(topic: Topic, document: Document) -> None:
    told = explain(topic, document)
    assert told.matched == any(found.topic == topic.id for found in compile_topics([topic]).match(document))
    assert told.because
    for part in flat(told.match):
        assert isinstance(part[1], bool)
