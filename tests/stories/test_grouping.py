"""Grouping tells one event once, in every language, and says why."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.model import Article, Copy, CopyKind, Placement, Role
from monitor.stories import grouping
from monitor.stories.crosslingual import KINDS_NEEDED, likeness
from monitor.stories.features import Features, features, from_json, to_json
from monitor.stories.grouping import (
    DEFAULT,
    MAX_SUGGESTED,
    Limits,
    StoryView,
    Suggestion,
    follows,
    reported_at,
    suggest,
    weigh,
)
from tests.quality import grouped
from tests.stories.written import FOLLOW_UP, MARKET, OTHERS, REGATTA, SECOND_REPORT, WRECK, Written

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
LANGUAGES = sorted(WRECK)


def read(report: Written, concepts: frozenset[str] = frozenset()) -> Features:
    return features(report.title, report.text, report.language, concepts)


def story(*reports: Written, number: int = 1, at: datetime = NOW) -> StoryView:
    return view(*(read(report) for report in reports), number=number, at=at)


def view(*reports: Features, number: int = 1, at: datetime = NOW) -> StoryView:
    return StoryView(id=number, reports=reports, first_report_at=at, last_report_at=at)


def place(
    report: Features,
    candidates: Sequence[StoryView],
    *,
    now: datetime = NOW,
    copy: tuple[Copy, int] | None = None,
    limits: Limits = DEFAULT,
) -> Placement:
    return grouping.place(weigh(report, candidates, limits=limits), at=now, copy=copy, limits=limits)


def suggested(
    report: Features, candidates: Sequence[StoryView], *, now: datetime = NOW, limits: Limits = DEFAULT
) -> tuple[Suggestion, ...]:
    bids = weigh(report, candidates, limits=limits)
    return suggest(bids, grouping.place(bids, at=now, limits=limits), at=now, limits=limits)


def shared(placement: Placement, kind: str) -> tuple[str, ...]:
    return next((item.shared for item in placement.evidence if item.kind == kind), ())


@pytest.mark.parametrize("first", LANGUAGES)
@pytest.mark.parametrize("second", LANGUAGES)
def test_one_event_is_one_story_in_any_two_languages(first: str, second: str) -> None:
    placed = place(read(WRECK[second]), [story(WRECK[first])])
    assert placed.story == 1
    assert placed.role is Role.REPORT
    assert placed.score > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_news_opens_stories_of_its_own(language: str) -> None:
    for other in OTHERS:
        placed = place(read(other), [story(WRECK[language])])
        assert placed == Placement(story=None, role=Role.REPORT), other.title


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "es"])
def test_the_same_names_in_another_event_do_not_make_one_story(language: str) -> None:
    assert place(read(REGATTA), [story(WRECK[language])]).story is None


def test_in_one_language_the_same_places_and_other_events_stay_apart() -> None:
    assert place(read(MARKET), [story(WRECK["en"], SECOND_REPORT)]).story is None


def test_a_strike_and_a_fire_in_one_town_are_two_stories_and_are_shown_to_a_person() -> None:
    fire = features(
        "Kandy elephants", "Two elephants ran into the crowd at a temple procession in Kandy. A monk calmed "
        "the tusker after a while, and thirteen visitors were treated for broken bones.", "en",
    )  # fmt: skip
    strike = features(
        "Kandy tea pickers", "Judges in Kandy ordered a tea estate to pay its pickers what the law says. "
        "Their lawyer had argued the case for more than two years before three courts.", "en",
    )  # fmt: skip
    placed = place(strike, [view(fire)])
    assert placed.story is None
    generous = Limits(join=0.01)
    assert place(strike, [view(fire)], limits=generous).story is None
    assert [each.story for each in suggested(strike, [view(fire)], limits=generous)] == [1]


def test_a_follow_up_a_day_later_joins_the_story() -> None:
    others = [story(other, number=number) for number, other in enumerate(OTHERS, 2)]
    placed = place(read(FOLLOW_UP), [story(WRECK["en"], WRECK["id"]), *others], now=NOW + timedelta(days=1))
    assert placed.story == 1


def test_a_link_across_languages_shows_names_in_both_spellings_and_numbers() -> None:
    placed = place(read(WRECK["ru"]), [story(WRECK["en"])])
    assert "Сентоса / Sentosa" in shared(placed, "names")
    assert {"187", "212", "150"} <= set(shared(placed, "numbers"))


def test_a_link_names_shared_places_in_english() -> None:
    placed = place(read(WRECK["de"]), [story(WRECK["id"])])
    assert "Makassar" in shared(placed, "places")


def test_a_link_within_a_language_shows_names_numbers_and_words() -> None:
    placed = place(read(SECOND_REPORT), [story(WRECK["en"])])
    assert "Sentosa" in shared(placed, "names")
    assert {"187", "212"} <= set(shared(placed, "numbers"))
    assert "captain" in shared(placed, "words")


def test_numbers_alone_do_not_link_two_languages() -> None:
    one = features("", "Heute wurden 4711 Kisten und 812 Fässer gezählt.", "de")
    other = features("", "На складе насчитали 4711 ящиков и 812 бочек.", "ru")
    found = likeness(one, other)
    assert found.kinds < KINDS_NEEDED
    assert place(other, [view(one)], limits=Limits(link=0.01)).story is None


def test_a_copy_goes_where_its_original_is_whatever_else_is_near() -> None:
    copy = Copy(of=17, kind=CopyKind.EDITED, containment=0.8, jaccard=0.7)
    placed = place(read(WRECK["en"]), [story(WRECK["en"])], copy=(copy, 9))
    assert (placed.story, placed.role, placed.copy) == (9, Role.COPY, copy)
    assert [item.kind for item in placed.evidence] == ["copy"]


def test_a_story_that_was_quiet_for_longer_than_the_window_is_taken_up_not_joined() -> None:
    quiet = story(WRECK["en"], at=NOW - DEFAULT.window - timedelta(seconds=1))
    report = read(FOLLOW_UP)
    assert place(report, [quiet]).story is None
    assert suggested(report, [quiet]) == ()
    taken_up = follows(weigh(report, [quiet]), at=NOW)
    assert taken_up is not None
    assert taken_up.story == 1
    assert "Sentosa" in next(item.shared for item in taken_up.evidence if item.kind == "names")


def test_a_live_story_or_another_event_is_not_taken_up() -> None:
    report = read(FOLLOW_UP)
    assert follows(weigh(report, [story(WRECK["en"], at=NOW - DEFAULT.window)]), at=NOW) is None
    long_ago = NOW - timedelta(days=60)
    assert follows(weigh(report, [story(MARKET, at=long_ago), story(OTHERS[0], at=long_ago)]), at=NOW) is None


def test_a_late_report_joins_the_story_that_went_on_without_it() -> None:
    placed = place(read(SECOND_REPORT), [story(WRECK["en"], at=NOW)], now=NOW - timedelta(days=2))
    assert placed.story == 1


def test_a_report_of_last_month_does_not_join_what_is_told_today() -> None:
    long_before = NOW - DEFAULT.window - timedelta(seconds=1)
    assert place(read(SECOND_REPORT), [story(WRECK["en"])], now=long_before).story is None
    assert follows(weigh(read(SECOND_REPORT), [story(WRECK["en"])]), at=long_before) is None


def test_an_article_is_laid_out_in_the_time_that_it_claims_but_not_after_it_was_seen() -> None:
    article = Article(
        id=1, url="https://a.test/1", title="t", text="t", language="en", outlet="A", source="a.test",
        authors=(), tags=(), published_at=None, seen_at=NOW,
    )  # fmt: skip
    day = timedelta(days=1)
    assert reported_at(article) == NOW
    assert reported_at(replace(article, published_at=NOW - 30 * day)) == NOW - 30 * day
    assert reported_at(replace(article, published_at=NOW + day)) == NOW


def test_only_stories_that_cannot_come_near_a_claim_are_left_out_unweighed() -> None:
    written = grouped.read(Path(grouped.__file__).parent / "data" / "stories" / "languages.jsonl")
    found = [features(each.title, each.text, each.language) for each in written]
    members = defaultdict(list)
    for number, (each, report) in enumerate(zip(written, found, strict=True)):
        members[each.story].append(report)
        members[f"mixed {number % 20}"].append(report)
    views = [view(*reports, number=number) for number, reports in enumerate(members.values())]
    left_out = 0
    for report in found[::5]:
        every = weigh(report, views, every=True)
        telling = [bid for bid in every if bid.strength >= 0 or bid.nearly]
        asked = weigh(report, views)
        assert [bid for bid in asked if bid.strength >= 0 or bid.nearly] == telling
        left_out += len(every) - len(asked)
    assert left_out > len(found)


def test_what_nearly_links_is_suggested() -> None:
    report, other = read(WRECK["ru"]), story(WRECK["es"])
    score = likeness(report, other.reports[0]).score
    limits = Limits(link=score + 0.01, suggest=score - 0.01)
    assert place(report, [other], limits=limits).story is None
    (suggestion,) = suggested(report, [other], limits=limits)
    assert suggestion.story == 1
    assert suggestion.evidence


def test_the_story_of_a_report_is_not_suggested_to_it_and_a_copy_suggests_nothing() -> None:
    report, other = read(SECOND_REPORT), story(WRECK["en"])
    assert suggested(report, [other]) == ()
    copy = Copy(of=1, kind=CopyKind.VERBATIM, containment=1.0, jaccard=1.0)
    twin = story(WRECK["en"], number=2)
    assert [each.story for each in suggested(report, [other, twin])] == [2]
    placed = place(report, [other], copy=(copy, 1))
    assert suggest(weigh(report, [other, twin]), placed, at=NOW) == ()


def test_no_more_stories_are_suggested_than_somebody_looks_at() -> None:
    twins = [story(WRECK["en"], number=number) for number in range(1, 9)]
    assert len(suggested(read(SECOND_REPORT), twins)) == MAX_SUGGESTED


def test_of_equal_claims_the_story_opened_first_wins_in_any_order_of_candidates() -> None:
    views = [story(WRECK["en"], number=number) for number in (3, 1, 2)]
    report = read(SECOND_REPORT)
    for seed in range(5):
        assert place(report, random.Random(seed).sample(views, 3)).story == 1


def test_where_a_storys_own_reports_disagree_another_language_must_be_sure() -> None:
    report = read(WRECK["es"])
    rice = features(
        "Cosecha de arroz", "La cosecha de arroz de este año fue buena en los valles altos.", "es"
    )
    mixed = view(read(WRECK["en"]), rice)
    assert place(report, [mixed]).story == 1
    strict = Limits(overrule=0.9999)
    assert place(report, [mixed], limits=strict).story is None
    assert [each.story for each in suggested(report, [mixed], limits=strict)] == [1]


def test_topic_concepts_that_differ_speak_against_a_link() -> None:
    wreck, other = frozenset({"ferry", "rescue", "casualties"}), frozenset({"ferry", "tourism", "sailing"})
    german, indonesian = WRECK["de"], WRECK["id"]
    alike = likeness(read(german, wreck), read(indonesian, wreck)).score
    unlike = likeness(read(german, other), read(indonesian, wreck)).score
    assert unlike < alike


def test_six_languages_and_other_news_arrive_as_one_stream_and_stay_apart() -> None:
    arriving = [*WRECK.values(), SECOND_REPORT, FOLLOW_UP, *OTHERS]
    for seed in range(3):
        order = random.Random(seed).sample(arriving, len(arriving))
        stories: list[StoryView] = []
        where: dict[str, int] = {}
        for report in order:
            number = place(read(report), stories).story
            if number is None:
                stories.append(story(report, number=len(stories)))
                number = len(stories) - 1
            else:
                stories[number] = view(*stories[number].reports, read(report), number=number)
            where[report.title] = number
        told = {where[report.title] for report in (*WRECK.values(), SECOND_REPORT, FOLLOW_UP)}
        assert len(told) == 1
        assert len({where[other.title] for other in OTHERS} | told) == len(OTHERS) + 1


def test_features_from_the_database_place_a_report_exactly_as_fresh_ones() -> None:
    fresh = [read(report) for report in WRECK.values()]
    stored = [from_json(json.loads(json.dumps(to_json(found)))) for found in fresh]
    for (one, other), (again, other_again) in zip(pairwise(fresh), pairwise(stored), strict=True):
        assert likeness(one, other) == likeness(again, other_again)
