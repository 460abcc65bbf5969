"""Why a topic matched, and why not."""

from __future__ import annotations

import pytest

from monitor.model import Concept, Document, Topic, TopicStatus
from monitor.topics.explain import Reason, explain
from monitor.topics.query import parse
from monitor.topics.tree import spelled

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
