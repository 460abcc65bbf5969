"""Articles held against topics: scores, evidence, statuses, and texts made to hurt."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError

import pytest

from monitor.errors import BadQuery
from monitor.model import Concept, Document, Topic, TopicStatus
from monitor.topics.match import MAX_PLACES, compile_topics

GAY = Concept(name="gay", weight=3, aliases={"en": ("gay", "gay men")})
FLIGHT = Concept(name="flight", weight=2, aliases={"en": ("fled", "asylum"), "ru": ("убежище",)})
COLOUR = Concept(name="colour", weight=1, aliases={"any": ("Toronto",)})


def topic(match: str = "@gay AND @flight", **kwargs: object) -> Topic:
    given = {"id": "t", "title": "T", "concepts": (GAY, FLIGHT, COLOUR), **kwargs}
    return Topic(match=match, **given)  # type: ignore[arg-type]


def scores(watched: Topic, title: str, text: str, **kwargs: str) -> list[float]:
    return [
        found.score for found in compile_topics([watched]).match(Document(title=title, text=text, **kwargs))
    ]


def test_the_score_adds_the_weights_of_the_concepts_present() -> None:
    assert scores(topic(), "", "A gay man fled.") == [5]
    assert scores(topic(), "", "A gay man fled to Toronto. Gay! Toronto!") == [6]


def test_a_concept_in_the_title_weighs_more() -> None:
    assert scores(topic(), "Gay man", "He fled.") == [8]
    assert scores(topic(title_factor=3.0), "Gay man fled", "Home.") == [15]


def test_below_the_least_score_nothing_matches() -> None:
    assert scores(topic(min_score=6.0), "", "A gay man fled.") == []
    assert scores(topic(min_score=5.0), "", "A gay man fled.") == [5]


def test_a_concept_that_only_excludes_adds_nothing() -> None:
    watched = topic("@gay", exclude="@flight AND @colour")
    assert scores(watched, "", "A gay man fled.") == [3]
    assert scores(watched, "", "A gay man fled Toronto.") == []


@pytest.mark.parametrize(
    ("match", "source", "language", "matched"),
    [
        ("@gay AND source:example.org", "example.org", "en", True),
        ("@gay AND source:example.org", "news.example.org", "en", True),
        ("@gay AND source:example.org", "badexample.org", "en", False),
        ("@gay AND lang:pt", "", "pt-BR", True),
        ("@gay AND NOT lang:pt", "", "pt", False),
    ],
)
def test_facts_of_the_article_count_like_words(match: str, source: str, language: str, matched: bool) -> None:
    assert bool(scores(topic(match), "", "gay", source=source, language=language)) == matched


@pytest.mark.parametrize(
    ("match", "title", "text", "matched"),
    [
        ("title:@gay", "Gay", "x", True),
        ("title:@gay", "x", "gay", False),
        ("body:@gay", "Gay", "x", False),
        ("body:@gay", "", "gay", True),
        ("lead:@gay", "x", "gay", True),
        ("lead:@gay", "x", "word " * 200 + "gay", False),
        ("title:@gay NEAR/3 @flight", "Gay man", "has fled", True),
        ("ATLEAST/2 @gay", "", "gay men", False),  # one place, though two aliases stand there
        ("ATLEAST/2 @gay", "", "gay men, gay", True),
        ("@gay NEAR/2 @flight", "", "gay one two fled", True),
        ("@gay NEAR/2 @flight", "", "gay one two three fled", False),
        ("@flight ONEAR/2 @gay", "", "gay one fled", False),
        ("@gay NEAR/1 men", "", "gay men", True),  # one stands in the other
    ],
)
def test_places_count(match: str, title: str, text: str, matched: bool) -> None:
    assert bool(scores(topic(match), title, text)) == matched


def test_evidence_quotes_the_article_where_it_stands() -> None:
    document = Document(title="Gay\u00a0men", text="Two FLED.\nToronto’s.")
    (found,) = compile_topics([topic()]).match(document)
    assert [(item.concept, item.text, item.start, item.in_title) for item in found.evidence] == [
        ("gay", "Gay\u00a0men", 0, True),
        ("flight", "FLED", 12, False),
        ("colour", "Toronto", 18, False),
    ]


def test_words_of_the_query_itself_are_evidence_too() -> None:
    (found,) = compile_topics([topic("@gay AND zoo*")]).match(Document(title="", text="gay zoologist"))
    assert [(item.concept, item.text) for item in found.evidence] == [("gay", "gay"), ("zoo", "zoologist")]


def test_evidence_shows_first_where_the_rule_holds() -> None:
    text = "gay. " * 40 + "word " * 40 + "A gay man fled. " + "gay. " * 40
    (found,) = compile_topics([topic("@gay NEAR/5 @flight")]).match(Document(title="", text=text))
    shown = [item.start for item in found.evidence if item.concept == "gay"]
    assert len(shown) == MAX_PLACES
    assert text.index("gay man") in shown


def test_topics_come_the_best_first() -> None:
    matcher = compile_topics(
        [topic("@gay", id="b"), topic("@gay", id="a"), topic("@flight", id="z", title_factor=9.0)]
    )
    assert [found.topic for found in matcher.match(Document(title="Fled", text="gay"))] == ["z", "a", "b"]


def test_drafts_match_and_paused_topics_do_not() -> None:
    watched = [topic(id=status.value, status=status) for status in TopicStatus]
    found = compile_topics(watched).match(Document(title="", text="gay asylum"))
    assert sorted(match.topic for match in found) == ["draft", "live"]


def test_no_topics_and_no_text_match_nothing() -> None:
    assert compile_topics([]).match(Document(title="a", text="b")) == ()
    assert compile_topics([topic()]).match(Document(title="", text="")) == ()


def test_a_bad_topic_is_refused_when_it_is_compiled() -> None:
    with pytest.raises(BadQuery):
        compile_topics([topic("gay men")])


def test_a_matcher_is_frozen() -> None:
    matcher = compile_topics([topic()])
    with pytest.raises(FrozenInstanceError):
        matcher.rules = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    [
        "gay fled " * 60_000,
        "gay " * 100_000,
        "fled " * 50_000 + "gay " * 50_000,
        "a" * 500_000,
        "\u0301" * 300_000,
    ],
    ids=["pairs", "one word", "far apart", "no space", "marks"],
)
def test_a_hostile_text_costs_no_squares(text: str) -> None:
    watched = topic("(@gay NEAR/100 @flight) NEAR/100 (@gay NEAR/100 @colour OR @flight) OR ATLEAST/100 zoo")
    matcher = compile_topics([watched])

    def cost(part: str) -> float:
        started = time.process_time()
        matcher.match(Document(title="", text=part))
        return time.process_time() - started

    eighth = len(text) // 16
    middle = len(text) // 2
    # eight times the text: eight times the work when it is linear, 64 times when it is not
    assert cost(text) < 24 * max(cost(text[middle - eighth : middle + eighth]), 0.01)
