"""Grouping tells one event once, in every language, and says why."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.model import Copy, CopyKind, Placement, Role
from monitor.stories.crosslingual import KINDS_NEEDED, likeness
from monitor.stories.features import Features, features, from_json, to_json
from monitor.stories.grouping import DEFAULT, Limits, Relation, StoryView, place, suggest
from tests.stories.written import FOLLOW_UP, MARKET, OTHERS, REGATTA, SECOND_REPORT, WRECK, Written

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
LANGUAGES = sorted(WRECK)


def read(report: Written, concepts: frozenset[str] = frozenset()) -> Features:
    return features(report.title, report.text, report.language, concepts)


def story(*reports: Written, number: int = 1, at: datetime = NOW) -> StoryView:
    return StoryView(id=number, reports=tuple(read(report) for report in reports), last_report_at=at)


def shared(placement: Placement, kind: str) -> tuple[str, ...]:
    return next((item.shared for item in placement.evidence if item.kind == kind), ())


@pytest.mark.parametrize("first", LANGUAGES)
@pytest.mark.parametrize("second", LANGUAGES)
def test_one_event_is_one_story_in_any_two_languages(first: str, second: str) -> None:
    placed = place(read(WRECK[second]), [story(WRECK[first])], now=NOW)
    assert placed.story == 1
    assert placed.role is Role.REPORT
    assert placed.score > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_news_opens_stories_of_its_own(language: str) -> None:
    for other in OTHERS:
        placed = place(read(other), [story(WRECK[language])], now=NOW)
        assert placed == Placement(story=None, role=Role.REPORT), other.title


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "es"])
def test_the_same_names_in_another_event_do_not_make_one_story(language: str) -> None:
    assert place(read(REGATTA), [story(WRECK[language])], now=NOW).story is None


def test_in_one_language_the_same_places_and_other_events_stay_apart() -> None:
    assert place(read(MARKET), [story(WRECK["en"], SECOND_REPORT)], now=NOW).story is None


def test_a_follow_up_a_day_later_joins_the_story() -> None:
    others = [story(other, number=number) for number, other in enumerate(OTHERS, 2)]
    placed = place(read(FOLLOW_UP), [story(WRECK["en"], WRECK["id"]), *others], now=NOW + timedelta(days=1))
    assert placed.story == 1


def test_a_link_across_languages_shows_names_in_both_spellings_and_numbers() -> None:
    placed = place(read(WRECK["ru"]), [story(WRECK["en"])], now=NOW)
    assert "Сентоса / Sentosa" in shared(placed, "names")
    assert {"187", "212", "150"} <= set(shared(placed, "numbers"))


def test_a_link_names_shared_places_in_english() -> None:
    placed = place(read(WRECK["de"]), [story(WRECK["id"])], now=NOW)
    assert "Makassar" in shared(placed, "concepts")


def test_a_link_within_a_language_shows_names_numbers_and_words() -> None:
    placed = place(read(SECOND_REPORT), [story(WRECK["en"])], now=NOW)
    assert "Sentosa" in shared(placed, "names")
    assert {"187", "212"} <= set(shared(placed, "numbers"))
    assert "captain" in shared(placed, "words")


def test_numbers_alone_do_not_link_two_languages() -> None:
    one = features("", "Heute wurden 4711 Kisten und 812 Fässer gezählt.", "de")
    other = features("", "На складе насчитали 4711 ящиков и 812 бочек.", "ru")
    found = likeness(one, other)
    assert found.kinds < KINDS_NEEDED
    view = StoryView(id=1, reports=(one,), last_report_at=NOW)
    assert place(other, [view], now=NOW, limits=Limits(link=0.01)).story is None


def test_a_copy_goes_where_its_original_is_whatever_else_is_near() -> None:
    copy = Copy(of=17, kind=CopyKind.EDITED, containment=0.8, jaccard=0.7)
    placed = place(read(WRECK["en"]), [story(WRECK["en"])], copy=(copy, 9), now=NOW)
    assert (placed.story, placed.role, placed.copy) == (9, Role.COPY, copy)
    assert [item.kind for item in placed.evidence] == ["copy"]


def test_a_story_that_was_quiet_for_longer_than_the_window_is_suggested_not_joined() -> None:
    quiet = story(WRECK["en"], at=NOW - DEFAULT.window - timedelta(seconds=1))
    report = read(FOLLOW_UP)
    placed = place(report, [quiet], now=NOW)
    assert placed.story is None
    assert [(s.story, s.relation) for s in suggest(report, [quiet], placed, now=NOW)] == [
        (1, Relation.EARLIER)
    ]


def test_a_late_report_joins_the_story_that_went_on_without_it() -> None:
    placed = place(read(SECOND_REPORT), [story(WRECK["en"], at=NOW)], now=NOW - timedelta(days=2))
    assert placed.story == 1


def test_what_nearly_links_is_suggested() -> None:
    report, view = read(WRECK["ru"]), story(WRECK["es"])
    score = likeness(report, view.reports[0]).score
    limits = Limits(link=score + 0.01, suggest=score - 0.01)
    placed = place(report, [view], now=NOW, limits=limits)
    assert placed.story is None
    (suggestion,) = suggest(report, [view], placed, now=NOW, limits=limits)
    assert (suggestion.story, suggestion.relation) == (1, Relation.SAME)
    assert suggestion.evidence


def test_the_story_of_a_report_is_not_suggested_to_it_and_a_copy_suggests_nothing() -> None:
    report, view = read(SECOND_REPORT), story(WRECK["en"])
    assert suggest(report, [view], place(report, [view], now=NOW), now=NOW) == ()
    copy = Copy(of=1, kind=CopyKind.VERBATIM, containment=1.0, jaccard=1.0)
    twin = story(WRECK["en"], number=2)
    assert suggest(report, [view, twin], place(report, [view], copy=(copy, 1), now=NOW), now=NOW) == ()


def test_of_equal_claims_the_story_opened_first_wins_in_any_order_of_candidates() -> None:
    views = [story(WRECK["en"], number=number) for number in (3, 1, 2)]
    report = read(SECOND_REPORT)
    for seed in range(5):
        assert place(report, random.Random(seed).sample(views, 3), now=NOW).story == 1


def test_where_a_storys_own_reports_disagree_another_language_must_be_sure() -> None:
    report = read(WRECK["es"])
    rice = features(
        "Cosecha de arroz", "La cosecha de arroz de este año fue buena en los valles altos.", "es"
    )
    view = StoryView(id=1, reports=(read(WRECK["en"]), rice), last_report_at=NOW)
    assert place(report, [view], now=NOW).story == 1
    strict = Limits(overrule=0.9999)
    placed = place(report, [view], now=NOW, limits=strict)
    assert placed.story is None
    assert [s.story for s in suggest(report, [view], placed, now=NOW, limits=strict)] == [1]


def test_topic_concepts_that_differ_speak_against_a_link() -> None:
    wreck, other = frozenset({"ferry", "rescue", "casualties"}), frozenset({"ferry", "tourism", "sailing"})
    report, view = WRECK["de"], WRECK["id"]
    alike = likeness(read(report, wreck), read(view, wreck)).score
    unlike = likeness(read(report, other), read(view, wreck)).score
    assert unlike < alike


def test_six_languages_and_other_news_arrive_as_one_stream_and_stay_apart() -> None:
    arriving = [*WRECK.values(), SECOND_REPORT, FOLLOW_UP, *OTHERS]
    for seed in range(3):
        order = random.Random(seed).sample(arriving, len(arriving))
        stories: list[StoryView] = []
        where: dict[str, int] = {}
        for report in order:
            number = place(read(report), stories, now=NOW).story
            if number is None:
                stories.append(story(report, number=len(stories)))
                number = len(stories) - 1
            else:
                before = stories[number]
                stories[number] = StoryView(
                    id=number, reports=(*before.reports, read(report)), last_report_at=NOW
                )
            where[report.title] = number
        told = {where[report.title] for report in (*WRECK.values(), SECOND_REPORT, FOLLOW_UP)}
        assert len(told) == 1
        assert len({where[other.title] for other in OTHERS} | told) == len(OTHERS) + 1


def test_features_from_the_database_place_a_report_exactly_as_fresh_ones() -> None:
    fresh = [read(report) for report in WRECK.values()]
    stored = [from_json(json.loads(json.dumps(to_json(found)))) for found in fresh]
    for (one, other), (again, other_again) in zip(pairwise(fresh), pairwise(stored), strict=True):
        assert likeness(one, other) == likeness(again, other_again)
