"""A trial says what a topic would have found, what it nearly found, and which of its words do no work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from monitor.model import Article, Concept, Topic, TopicStatus
from monitor.topics.trial import NEAREST, SAMPLES, Trial, Verdict

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FERRY = Concept(name="ferry", weight=3, aliases={"en": ("ferry",), "de": ("Fähre",)})
STORM = Concept(name="storm", weight=2, aliases={"en": ("storm",)})
IDLE = Concept(name="idle", weight=1, aliases={"en": ("zeppelin",)})
COMMON = Concept(name="common", weight=1, aliases={"en": ("harbour",)})
TOPIC = Topic(
    id="wrecks",
    title="Wrecks",
    match="@ferry",
    concepts=(FERRY, STORM, IDLE, COMMON),
    languages=("en", "de"),
    min_score=5,
    immediate_score=6,
    status=TopicStatus.DRAFT,
)
OTHER = Topic(id="weather", title="Weather", match="storm")


def article(number: int, text: str, title: str = "") -> Article:
    return Article(
        id=number, url=f"https://a.test/{number}", title=title, text=text, language="en",
        outlet="The A", source="a.test", seen_at=NOW,
    )  # fmt: skip


def tried(texts: Iterable[str], topic: Topic = TOPIC, days: int = 7) -> Verdict:
    articles = [article(number, text) for number, text in enumerate(texts, start=1)]
    trial = Trial(topic=topic, others=[TOPIC, OTHER])
    for each in articles:
        trial.look(each)
    for each in articles:
        if each.id in trial.best():
            trial.show(each)
    for each in articles:
        if each.id not in {glance.article for glance in trial.found}:
            trial.resemble(each)
    return trial.judge(timedelta(days=days))


WRECK = "The ferry sank in a storm off the harbour, and the coast guard searched for its captain."
NEAR = "The coast guard searched off the harbour for the captain of a yacht that sank."
QUIET = "The ferry left the harbour on time."
BANK = "The central bank near the harbour left its rate unchanged, as economists had expected."


def test_a_draft_is_tried_as_if_it_were_live() -> None:
    verdict = tried([WRECK, BANK])
    assert (verdict.articles, verdict.matches, verdict.immediate_a_week) == (2, 1, 1)
    assert [glance.article for glance in verdict.samples] == [1]
    assert verdict.overlap == {"weather": 1}


def test_copies_raise_no_alerts_of_their_own() -> None:
    verdict = tried([WRECK, WRECK, f"{WRECK} Two died."], days=14)
    assert (verdict.matches, verdict.a_week) == (3, 1)


def test_what_misses_points_is_told_apart_from_what_is_only_alike() -> None:
    verdict = tried([WRECK, QUIET, NEAR, BANK])
    assert [(glance.article, glance.score) for glance in verdict.under] == [(2, 4)]
    assert verdict.like[0].article == 3
    assert 4 not in [glance.article for glance in verdict.like]


def test_concepts_that_never_or_always_fire_are_named() -> None:
    verdict = tried([WRECK, QUIET, BANK])
    assert verdict.never == ("idle",)
    assert "common" in verdict.always
    assert verdict.concepts == {"ferry": 2, "storm": 1, "idle": 0, "common": 3}


def test_languages_without_words_are_named_for_each_concept() -> None:
    assert tried([]).without_aliases == {"storm": ("de",), "idle": ("de",), "common": ("de",)}


def test_samples_run_from_the_surest_to_the_least_sure() -> None:
    texts = [f"Report {n}: the ferry met a storm{' at the harbour' * (n % 2)}." for n in range(40)]
    samples = tried(texts).samples
    assert len(samples) == SAMPLES
    assert samples[0].score > samples[-1].score
    assert len({glance.article for glance in samples}) == SAMPLES


def test_lists_stay_short_however_many_there_are() -> None:
    assert len(tried([QUIET] * 40).under) == NEAREST


def test_an_empty_archive_says_nothing_of_concepts() -> None:
    verdict = tried([])
    assert (verdict.articles, verdict.never, verdict.always) == (0, (), ())
