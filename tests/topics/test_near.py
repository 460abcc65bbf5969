"""What a topic just misses: by points, or by words while it is like its examples."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Concept, Document, NearMiss, Topic
from monitor.topics.match import compile_topics, matches
from monitor.topics.near import LIKE_ENOUGH, Profiles, likenesses, near_misses

WRECK = "The ferry sank in a storm off the harbour, and the coast guard searched for its captain."
NEAR = "The coast guard searched off the harbour for the captain of a yacht that sank in a storm."
BANK = "The central bank left its rate unchanged, as economists had expected after the spring."
FERRY = Concept(name="ferry", weight=3, aliases={"en": ("ferry",)})
STORM = Concept(name="storm", weight=2, aliases={"en": ("storm",)})
TOPIC = Topic(
    id="wrecks",
    title="Wrecks",
    match="@ferry",
    concepts=(FERRY, STORM),
    min_score=5,
    examples=(Document(title="", text=WRECK, language="en"),),
)


def near(text: str, *topics: Topic, language: str = "en") -> tuple[NearMiss, ...]:
    document = Document(title="", text=text, language=language)
    watched = topics or (TOPIC,)
    held = compile_topics(watched).held(document)
    return near_misses(held, likenesses(document, Profiles(watched)))


def test_a_match_is_no_near_miss() -> None:
    assert near(WRECK) == ()


def test_what_lacks_points_says_how_many() -> None:
    (missed,) = near("The ferry left on time.", replace(TOPIC, examples=()))
    assert missed == NearMiss(topic="wrecks", missing=2)


def test_what_is_like_the_examples_and_fulfils_no_expression_is_one() -> None:
    (missed,) = near(NEAR)
    assert (missed.topic, missed.missing) == ("wrecks", 0)
    assert missed.likeness >= LIKE_ENOUGH


def test_other_news_and_other_languages_are_none() -> None:
    assert near(BANK) == ()
    assert near(NEAR, language="de") == ()


def test_a_topic_without_examples_is_like_nothing() -> None:
    assert near(NEAR, replace(TOPIC, examples=())) == ()


def test_one_look_through_an_article_answers_both_questions() -> None:
    document = Document(title="", text=WRECK, language="en")
    matcher = compile_topics([TOPIC])
    assert matches(matcher.held(document), document) == matcher.match(document) != ()
