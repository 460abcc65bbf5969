"""Several notices in one message."""

from __future__ import annotations

from dataclasses import replace

from monitor.alerts.digest import fold
from monitor.model import AlertKind
from tests.alerts.samples import ARABIC, INDONESIAN, NOTICE


def test_a_storys_notices_become_one_item_with_its_first_headline_and_its_newest_counts() -> None:
    later = replace(INDONESIAN, outlets=6, independent=4, topics=("Another topic",))
    (item,) = fold((NOTICE, later))
    assert item.alerts == (17, 23)
    assert item.notice.headline == NOTICE.headline
    assert (item.notice.outlets, item.notice.independent) == (6, 4)
    assert item.notice.topics == (*NOTICE.topics, "Another topic")
    assert item.notice.quotes == NOTICE.quotes


def test_two_topics_of_one_article_share_their_quotes() -> None:
    law = replace(NOTICE, alert=18, quotes=("A visa programme began in May, it said.",), matched=("visa",))
    (item,) = fold((NOTICE, law))
    assert item.notice.quotes == (*NOTICE.quotes, *law.quotes)
    assert item.notice.matched == (*NOTICE.matched, "visa")


def test_new_stories_come_first_then_the_highest_score() -> None:
    known = replace(ARABIC, story=6, score=99.0)
    low = replace(NOTICE, story=7, score=1.0)
    assert [item.notice.story for item in fold((known, low, NOTICE))] == [5, 7, 6]


def test_likeness_to_the_examples_ranks_stories_of_much_the_same_score() -> None:
    alike = replace(NOTICE, story=7, score=16.0, likeness=0.4)
    weighty = replace(NOTICE, story=8, score=40.0)
    assert [item.notice.story for item in fold((NOTICE, alike, weighty))] == [8, 7, 5]


def test_a_new_story_leads_even_if_a_report_stands_before_it() -> None:
    (item,) = fold((INDONESIAN, NOTICE))
    assert item.notice.kind is AlertKind.NEW_STORY


def test_nothing_folds_into_nothing() -> None:
    assert fold(()) == ()
