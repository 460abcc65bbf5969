"""The texts: enough of them, in the languages asked for, labelled, and nobody else's words."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.newsroom.articles import ROLES, ArticleText, load_articles
from tests.newsroom.configuration import TOPIC_IDS
from tests.newsroom.outlets import OUTLETS

SEED = "chechnya-canada"
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
ARTICLES = load_articles()
OWN = [article for article in ARTICLES.values() if article.written_here]
SENTENCE = 8  # as many words in a row are somebody's sentence, not a coincidence


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    all_words = words(text)
    return {tuple(all_words[at : at + length]) for at in range(len(all_words) - length + 1)}


def in_story(story: str, *roles: str) -> list[ArticleText]:
    return [one for one in ARTICLES.values() if one.truth.story == story and one.truth.role in roles]


def test_at_least_forty_four_articles_are_written_for_this_world_in_six_languages() -> None:
    assert len(OWN) >= 44
    assert {one.language for one in OWN} == {"id", "en", "ru", "de", "es", "ar"}


@pytest.mark.parametrize("article", ARTICLES.values(), ids=list(ARTICLES))
def test_an_article_is_complete(article: ArticleText) -> None:
    assert 150 <= len(words(article.text)) <= 450
    assert article.title
    assert article.authors
    assert article.tags
    assert article.section
    assert 0 < article.hours_ago <= 40
    assert article.language == next(one.language for one in OUTLETS if one.id == article.outlet)


@pytest.mark.parametrize("article", ARTICLES.values(), ids=list(ARTICLES))
def test_the_truth_about_an_article_fits_together(article: ArticleText) -> None:
    truth = article.truth
    assert truth.role in ROLES
    assert set(truth.topics) <= set(TOPIC_IDS)
    assert (truth.of is not None) == (truth.role in ("verbatim", "edited"))
    assert (truth.role == "other") == (not truth.topics)
    if truth.of is not None:
        original = ARTICLES[truth.of]
        assert original.truth.story == truth.story
        assert original.truth.topics == truth.topics
        assert original.outlet != article.outlet
        assert original.hours_ago > article.hours_ago


def test_the_seed_story_has_independent_reports_in_six_languages() -> None:
    by_language = Counter(one.language for one in in_story(SEED, "report") if not one.held)
    assert by_language == {"en": 3, "id": 2, "ru": 1, "de": 1, "es": 1, "ar": 1}


@pytest.mark.parametrize("figure", ["35", "31", "22", "140", "33"])
def test_the_figures_of_the_seed_story_differ_between_reports(figure: str) -> None:
    saying = [one for one in in_story(SEED, "report") if figure in words(one.text + " " + one.title)]
    assert 0 < len(saying) < len(in_story(SEED, "report"))


def test_reports_are_independent_and_share_no_sentence() -> None:
    reports = [one for one in ARTICLES.values() if one.truth.role in ("report", "other")]
    for language in {one.language for one in reports}:
        texts = [runs(one.text, SENTENCE) for one in reports if one.language == language]
        seen: set[tuple[str, ...]] = set()
        for text in texts:
            assert not seen & text
            seen |= text


def test_one_wire_report_is_copied_word_for_word_on_three_sites_and_edited_on_a_fourth() -> None:
    wire = "charity-moves-lgbt-chechens-to-canada"
    copies = [one for one in in_story(SEED, "verbatim") if one.truth.of == wire]
    assert len({one.outlet for one in copies}) == 3
    assert {one.text for one in copies} == {ARTICLES[wire].text}
    (edited,) = in_story(SEED, "edited")
    kept = [part for part in edited.paragraphs if part in ARTICLES[wire].paragraphs]
    assert len(kept) == len(ARTICLES[wire].paragraphs) - 2  # the lead reworded, one paragraph dropped
    assert edited.paragraphs[0] not in ARTICLES[wire].paragraphs
    assert edited.paragraphs[-1] not in ARTICLES[wire].paragraphs


def test_follow_ups_come_a_day_later_in_three_languages() -> None:
    late = [one for one in in_story(SEED, "report") if one.held]
    first = min(one.hours_ago for one in in_story(SEED, "report") if not one.held)
    assert {one.language for one in late} == {"en", "de", "ru"}
    assert all(one.hours_ago <= first - 15 for one in late)


def test_two_other_stories_match_the_topics_with_two_reports_each() -> None:
    for story in ("kakuma-transfer", "strasbourg-hearing"):
        reports = in_story(story, "report")
        assert len({one.language for one in reports}) == 2


@pytest.mark.parametrize("name", ["Kadyrov", "Кадыров", "Kimahli Powell", "Freeland", "rainbow railroad"])
def test_the_names_of_the_story_also_stand_in_articles_off_topic(name: str) -> None:
    assert any(name in one.text for one in ARTICLES.values() if not one.truth.topics)


def test_most_of_the_news_is_about_something_else() -> None:
    off_topic = [one for one in ARTICLES.values() if not one.truth.topics]
    assert len(off_topic) >= 30
    assert min(Counter(one.language for one in off_topic).values()) >= 5


def test_paragraphs_end_like_sentences() -> None:
    for article in OWN:
        for first, second in pairwise([*article.paragraphs, ""]):
            assert first[-1] in '.!?”"»“', (article.slug, first[-30:], second[:20])


def test_no_eight_words_in_a_row_come_from_the_texts_we_were_given() -> None:
    given = SEEDS.glob("*.txt") if SEEDS.is_dir() else []
    theirs = set().union(*(runs(path.read_text("utf-8"), SENTENCE) for path in given))
    for article in OWN:
        assert not runs(article.text, SENTENCE) & theirs
