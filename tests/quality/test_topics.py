"""Floors of the shipped rules on articles written before the rules were looked at."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from tests.quality.ranking import Filed, average_precision, average_precisions, vectors
from tests.quality.rules import Judged, found_topics, read_folder, shipped, tally

UNSEEN = Path(__file__).parents[1] / "topics" / "unseen"
FLOORS = {  # precision and recall over ten languages; what is held back was looked at last
    ("chechnya-persecution", False): (0.97, 0.97),
    ("lgbt-flight", False): (0.96, 0.93),
    ("government-response", False): (0.97, 0.93),
    ("chechnya-persecution", True): (0.97, 0.97),
    ("lgbt-flight", True): (0.92, 0.92),
    ("government-response", True): (0.84, 0.97),
}


@lru_cache(maxsize=1)
def articles() -> tuple[Judged, ...]:
    return tuple(read_folder(UNSEEN))


@lru_cache(maxsize=1)
def found() -> dict[str, frozenset[str]]:
    return found_topics(shipped(), articles())


@pytest.mark.parametrize(("topic", "held"), FLOORS)
def test_the_rules_stay_above_their_floors_on_articles_that_did_not_shape_them(
    topic: str, held: bool
) -> None:
    counted = tally(topic, [article for article in articles() if article.held == held], found())
    precision, recall = FLOORS[topic, held]
    assert counted.precision >= precision, counted.wrong
    assert counted.recall >= recall, len(counted.missed) if held else counted.missed


def test_every_language_has_articles_of_every_topic_and_near_misses() -> None:
    for language in {article.document.language for article in articles()}:
        own = [article for article in articles() if article.document.language == language]
        assert set().union(*(a.topics for a in own)) == {topic for topic, _ in FLOORS}
        assert sum(not article.topics for article in own) >= 5


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
