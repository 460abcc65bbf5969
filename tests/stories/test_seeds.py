"""The two articles that the service began with are one story, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.stories.crosslingual import likeness
from monitor.stories.features import features, keys
from monitor.stories.grouping import DEFAULT, StoryView, place, weigh
from tests.newsroom.articles import load_articles
from tests.stories.written import OTHERS, WRECK

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"  # not everyone has them; our own pair stands in
NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
FAR_BELOW = 0.1  # the nearest unrelated text must stay so far under the threshold


def pair() -> tuple[str, str]:
    given = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))] if SEEDS.is_dir() else []
    indonesian = [text for text in given if "Kanada" in text] or [WRECK["id"].text]
    english = [text for text in given if "Kanada" not in text] or [WRECK["en"].text]
    return indonesian[0], english[0]


def test_the_pair_is_found_and_linked_with_three_kinds_of_evidence() -> None:
    indonesian, english = pair()
    later, earlier = features("", indonesian, "id"), features("", english, "en")
    assert len(set(keys(later)) & set(keys(earlier))) >= 4
    story = StoryView(id=1, reports=(earlier,), first_report_at=NOW, last_report_at=NOW)
    placed = place(weigh(later, [story]), at=NOW)
    assert placed.story == 1
    assert placed.score > 0.8
    assert {"names", "numbers", "places"} <= {item.kind for item in placed.evidence}
    assert all(item.shared for item in placed.evidence)


def test_unrelated_articles_stay_clearly_below() -> None:
    unrelated = [features(other.title, other.text, other.language) for other in OTHERS]
    unrelated += [
        features(article.title, article.text, article.language)
        for article in load_articles().values()
        if article.truth.story is None and not any(tag in article.text for tag in ("Chech", "Чечн", "Powell"))
    ]
    assert len(unrelated) > 20
    for text, language in zip(pair(), ("id", "en"), strict=True):
        report = features("", text, language)
        near = [(likeness(report, other), other) for other in unrelated if other.language != language]
        linked = [found for found, _ in near if found.kinds >= 2 and found.score > DEFAULT.link - FAR_BELOW]
        assert not linked
