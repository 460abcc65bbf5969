"""A copy is found, named with its true shares, and never mistaken for a second source."""

from __future__ import annotations

import random
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import CopyKind
from monitor.stories.duplicates import (
    MAX_WORDS,
    MIN_SHARED_SAMPLE,
    SAMPLE_AT_LEAST,
    STOCK,
    WORDS_PER_SHINGLE,
    Shingles,
    candidate_probability,
    judge,
    shingle,
)
from tests.stories.written import CHINESE, LIBRARY, OTHERS, SECOND_REPORT, WRECK

SYLLABLES = ("mar", "tol", "ven", "sup", "gri", "lan", "be", "do", "fu", "ki")
VOCABULARY = ["".join(syllables) for syllables in product(SYLLABLES, SYLLABLES, SYLLABLES[:6])]


def prose(seed: int, length: int) -> str:
    """Words without meaning, twelve to a sentence: two seeds share no run of four words."""
    draw = random.Random(seed)
    drawn = [draw.choice(VOCABULARY) for _ in range(length)]
    lines = [" ".join(drawn[start : start + 12]) for start in range(0, length, 12)]
    return ". ".join(lines) + "."


def read(text: str, language: str = "en") -> Shingles:
    return shingle(text, language)


ORIGINAL = prose(1, 300)


def judged(later: str, *earlier: str) -> tuple[int, CopyKind] | None:
    copy = judge(read(later), [(number, read(text)) for number, text in enumerate(earlier, 1)])
    return None if copy is None else (copy.of, copy.kind)


def reworded(text: str, share: float) -> str:
    draw = random.Random(5)
    return " ".join(draw.choice(VOCABULARY) if draw.random() < share else word for word in text.split())


def shuffled(text: str) -> str:
    sentences = text.split(". ")
    random.Random(3).shuffle(sentences)
    return ". ".join(sentences)


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        (ORIGINAL, CopyKind.VERBATIM),
        (ORIGINAL.upper(), CopyKind.VERBATIM),
        ("NORTHWIRE. " + ORIGINAL, CopyKind.VERBATIM),
        (" ".join(ORIGINAL.split()[:120]), CopyKind.EXCERPT),
        (" ".join(ORIGINAL.split()[:120]) + " Read the full story on our site.", CopyKind.EXCERPT),
        (reworded(ORIGINAL, 0.05), CopyKind.EDITED),
        (reworded(ORIGINAL, 0.15), CopyKind.EDITED),
        (shuffled(ORIGINAL), CopyKind.EDITED),
        (ORIGINAL + " " + prose(2, 90), CopyKind.EDITED),
        (prose(3, 300) + " " + ORIGINAL + " " + prose(4, 300), CopyKind.ROUNDUP),
        (prose(3, 900) + " " + ORIGINAL + " " + prose(4, 900), CopyKind.ROUNDUP),
    ],
    ids=[
        "as it was",
        "in capitals",
        "with a credit",
        "truncated",
        "truncated with a link",
        "one word in twenty changed",
        "one word in seven changed",
        "sentences in another order",
        "paragraphs added",
        "embedded",
        "embedded in a long roundup",
    ],
)
def test_what_newsrooms_do_to_wire_copy_is_recognised(later: str, kind: CopyKind) -> None:
    assert judged(later, prose(9, 300), ORIGINAL) == (2, kind)


def test_reports_of_one_event_in_their_own_words_are_no_copies() -> None:
    assert judged(SECOND_REPORT.text, WRECK["en"].text, *(other.text for other in OTHERS)) is None


def test_a_report_that_quotes_a_paragraph_is_no_copy() -> None:
    quoted = " ".join(ORIGINAL.split()[:45])
    assert judged(prose(7, 200) + " " + quoted + " " + prose(8, 200), ORIGINAL) is None


def test_the_full_article_is_no_copy_of_its_teaser() -> None:
    teaser = " ".join(ORIGINAL.split()[:40])
    assert judged(ORIGINAL, teaser) is None
    assert judged(teaser, ORIGINAL) == (1, CopyKind.EXCERPT)
    assert judged(" ".join(ORIGINAL.split()[:20]), ORIGINAL) == (1, CopyKind.EXCERPT)


def test_of_equal_originals_the_one_first_seen_wins_in_any_order() -> None:
    candidates = [(number, read(ORIGINAL)) for number in (9, 4, 7)]
    for seed in range(4):
        found = judge(read(ORIGINAL), random.Random(seed).sample(candidates, 3))
        assert found is not None
        assert found.of == 4


def test_the_original_that_explains_more_wins_over_one_seen_earlier() -> None:
    part = " ".join(ORIGINAL.split()[:150])
    assert judged(ORIGINAL + " " + prose(2, 20), part, ORIGINAL) == (2, CopyKind.EDITED)


def test_a_headline_is_a_copy_of_the_same_headline_only() -> None:
    assert judged("Minister resigns over ferry disaster", "Minister Resigns Over Ferry Disaster!") == (
        1,
        CopyKind.VERBATIM,
    )
    assert judged("Minister resigns over ferry disaster", "Minister resigns over ferry") is None
    assert judged("Minister resigns over ferry", "Minister resigns over ferry disaster") is None


def test_short_items_must_share_nearly_everything() -> None:
    item = "Police have closed the old harbour road after a landslide buried two empty houses on Friday"
    other = item.replace("two empty houses on Friday", "a bus stop and a kiosk")
    assert judged(item + " morning", item) == (1, CopyKind.EDITED)
    assert judged(other, item) is None


def test_an_empty_text_is_a_copy_of_nothing() -> None:
    assert judged("", "") is None
    assert judged("", ORIGINAL) is None
    assert judged(ORIGINAL, "") is None
    assert read("").sample == ()
    assert read("").shared_needed == 0


@pytest.mark.parametrize("own", [40, 120, 400])
@pytest.mark.parametrize("words", [20, 50, 80])
def test_what_a_site_prints_under_every_text_makes_no_copies_from_the_first_pair_on(
    own: int, words: int
) -> None:
    footer, note = prose(20, words), prose(23, 25)
    assert judged(f"{prose(21, own)} {footer}", f"{prose(22, own + 30)} {footer}") is None
    if own > 40:
        assert judged(f"{note} {prose(21, own)} {footer}", f"{note} {prose(22, own)} {footer}") is None


def test_a_copy_under_the_same_footer_is_a_copy_all_the_same() -> None:
    footer = prose(20, 80)
    assert judged(f"{ORIGINAL} {footer}", f"{ORIGINAL} {footer}") == (1, CopyKind.VERBATIM)
    assert judged(f"{reworded(ORIGINAL, 0.1)} {footer}", f"{ORIGINAL} {footer}") == (1, CopyKind.EDITED)
    assert judged(f"{prose(2, 30)} {ORIGINAL}", ORIGINAL) == (1, CopyKind.EDITED), "a new lead"


@pytest.mark.parametrize("words", [80, 120, 160, 200, 300])
@pytest.mark.parametrize("share", [0.05, 0.1])
def test_a_reworded_copy_of_any_length_is_no_furniture(words: int, share: float) -> None:
    for seed in range(10):
        text = prose(60 + seed, words)
        assert judged(reworded(text, share), text) is not None


def test_what_stands_in_very_many_families_makes_no_copies_wherever_it_stands() -> None:
    common = prose(20, 150)
    later, earlier = (f"{prose(seed, 60)} {common} {prose(seed + 9, 60)}" for seed in (21, 22))
    assert judge(read(later), [(1, read(earlier))]) is not None
    assert judge(read(later), [(1, read(earlier))], furniture=read(common).all) is None
    assert judge(read(later), [(1, read(later))], furniture=read(common).all) is not None


def test_a_headline_of_stock_words_is_a_copy_of_nothing() -> None:
    assert judged("Breaking news", "Breaking news") is None
    assert judged("速報", "速報") is None


def test_scripts_without_spaces_are_compared_by_signs() -> None:
    copy = CHINESE.text.replace("周三", "星期三") + "本报综合报道"
    found = judge(shingle(copy, "zh"), [(1, shingle(LIBRARY.text, "zh")), (2, shingle(CHINESE.text, "zh"))])
    assert found is not None
    assert found.of == 2
    assert judge(shingle(LIBRARY.text, "zh"), [(1, shingle(CHINESE.text, "zh"))]) is None
    assert shingle(CHINESE.text, "und") == shingle(CHINESE.text, "zh")


def test_a_text_of_any_length_costs_a_bounded_number_of_shingles() -> None:
    assert len(read(" ".join(str(number) for number in range(3 * MAX_WORDS))).all) <= MAX_WORDS


# --- laws -------------------------------------------------------------------------------------------------

texts = st.lists(st.sampled_from(VOCABULARY[:40]), max_size=80).map(" ".join)


@given(later=texts, earlier=st.lists(texts, max_size=4))
def test_a_reported_share_is_always_the_true_one(later: str, earlier: list[str]) -> None:
    own = read(later)
    copy = judge(own, [(number, read(text)) for number, text in enumerate(earlier)])
    if copy is None:
        return
    theirs = read(earlier[copy.of])
    shared = own.all & theirs.all
    assert copy.jaccard == len(shared) / len(own.all | theirs.all)
    assert copy.containment == len(shared) / min(len(own.all), len(theirs.all))


@given(text=st.text(max_size=300))
def test_the_sample_of_a_text_is_a_sorted_part_of_its_shingles_and_always_the_same(text: str) -> None:
    one, again = shingle(text, "en"), shingle(text, "en")
    assert one == again
    assert set(one.sample) <= one.all
    assert list(one.sample) == sorted(one.sample)
    assert len(one.sample) >= min(SAMPLE_AT_LEAST, len(one.all))
    assert all(-(2**63) <= value < 2**63 for value in one.sample)


@given(text=texts.filter(lambda text: len(text.split()) >= STOCK))
def test_a_text_is_a_verbatim_copy_of_itself(text: str) -> None:
    copy = judge(read(text), [(1, read(text))])
    assert copy is not None
    assert (copy.kind, copy.containment, copy.jaccard) == (CopyKind.VERBATIM, 1.0, 1.0)


# --- the guarantee that is printed ------------------------------------------------------------------------


@pytest.mark.parametrize(("shared", "promised"), [(100, 0.987), (200, 0.9999)])
def test_articles_that_share_enough_become_candidates_with_the_printed_probability(
    shared: int, promised: float
) -> None:
    assert candidate_probability(shared) > promised
    assert candidate_probability(shared) < 1.0


def test_the_readme_prints_the_guarantee_that_the_sampling_keeps() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (printed,) = re.findall(
        r"share (\d+) distinct sequences of (\w+) words are compared exactly\s+with a probability of "
        r"([\d.]+) %, with (\d+) of over ([\d.]+) %",
        readme,
    )
    shared, words, exact, more, over = printed
    assert words == {4: "four"}[WORDS_PER_SHINGLE]
    assert round(100 * candidate_probability(int(shared)), 1) == float(exact)
    assert 100 * candidate_probability(int(more)) > float(over)


def test_a_single_shared_shingle_never_makes_candidates() -> None:
    assert candidate_probability(0) == candidate_probability(1) == 0.0


def test_the_sampling_keeps_the_promise_on_texts() -> None:
    """200 pairs of long texts that share 103 words in a row, hence 100 shingles: 98.8 % ± 1.6."""
    pairs = 200
    found = 0
    for seed in range(pairs):
        common = prose(10_000 + seed, 103)
        one = read(prose(20_000 + seed, 800) + " " + common)
        other = read(prose(30_000 + seed, 800) + " " + common)
        found += len(set(one.sample) & set(other.sample)) >= MIN_SHARED_SAMPLE
    assert found / pairs >= 0.97
