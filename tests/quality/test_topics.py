"""Floors of the shipped rules on articles written before the rules were looked at."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from tests.quality.ranking import Filed, average_precision, average_precisions, vectors
from tests.quality.rules import Judged, found_topics, read_folder, tally
from tests.topics.test_shipped import LANGUAGES, matcher

BRIEFS = Path(__file__).parents[1] / "topics" / "unseen"
REPORTS = Path(__file__).parent / "data" / "topics"
FLOORS = {  # precision and recall over ten languages; what is held back was looked at last
    (BRIEFS, "chechnya-persecution", False): (0.97, 0.97),
    (BRIEFS, "lgbt-flight", False): (0.96, 0.93),
    (BRIEFS, "government-response", False): (0.97, 0.93),
    (BRIEFS, "chechnya-persecution", True): (0.97, 0.97),
    (BRIEFS, "lgbt-flight", True): (0.92, 0.92),
    (BRIEFS, "government-response", True): (0.84, 0.97),
    (REPORTS, "chechnya-persecution", False): (0.88, 0.97),
    (REPORTS, "lgbt-flight", False): (0.88, 0.97),
    (REPORTS, "government-response", False): (0.90, 0.97),
    (REPORTS, "chechnya-persecution", True): (0.97, 0.97),
    (REPORTS, "lgbt-flight", True): (0.86, 0.86),
    (REPORTS, "government-response", True): (0.88, 0.88),
}


@lru_cache(maxsize=2)
def articles(folder: Path) -> tuple[Judged, ...]:
    return tuple(read_folder(folder))


@lru_cache(maxsize=2)
def found(folder: Path) -> dict[str, frozenset[str]]:
    return found_topics(matcher(), articles(folder))


@pytest.mark.parametrize(("folder", "topic", "held"), FLOORS)
def test_the_rules_stay_above_their_floors_on_articles_that_did_not_shape_them(
    folder: Path, topic: str, held: bool
) -> None:
    counted = tally(topic, [article for article in articles(folder) if article.held == held], found(folder))
    precision, recall = FLOORS[folder, topic, held]
    assert counted.precision >= precision, counted.wrong
    assert counted.recall >= recall, len(counted.missed) if held else counted.missed


@pytest.mark.parametrize("folder", [BRIEFS, REPORTS])
def test_every_language_has_articles_of_every_topic_and_near_misses(folder: Path) -> None:
    for language in LANGUAGES:
        own = [article for article in articles(folder) if article.document.language == language]
        assert set().union(*(a.topics for a in own)) == {topic for _, topic, _ in FLOORS}
        assert sum(not article.topics for article in own) >= 4


def test_average_precision_counts_early_hits_for_more() -> None:
    assert average_precision([True, True, False]) == 1
    assert average_precision([False, True]) == 0.5
    assert average_precision([True, False, True]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([False]) == 0


def test_two_seeds_find_the_rest_of_their_topic() -> None:
    rows = [
        Filed(topic=topic, title="", text=f"{what} {where}.", language="en")
        for topic, what in (("wreck", "The ferry sank in a storm near"), ("bank", "The bank cut its rate in"))
        for where in ("Lisbon", "Oslo", "Perth", "Genoa")
    ]
    assert average_precisions(rows, vectors(rows, learned=False)) == {"bank": 1.0, "wreck": 1.0}
