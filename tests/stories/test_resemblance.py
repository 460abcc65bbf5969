"""The same-language join measures what it says and ships weights that make sense."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.features import Features, features
from monitor.stories.resemblance import MEASURES, Join, ceiling, centre, cosine, learned, measures
from tests.stories.written import OTHERS, SECOND_REPORT, WRECK

vectors = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.1, 30), max_size=8)


@given(one=vectors, other=vectors)
def test_the_cosine_is_symmetric_and_between_0_and_1(one: dict[str, float], other: dict[str, float]) -> None:
    assert cosine(one, other) == pytest.approx(cosine(other, one))
    assert 0 <= cosine(one, other) <= 1 + 1e-9


@given(one=vectors.filter(bool))
def test_a_vector_is_wholly_like_itself(one: dict[str, float]) -> None:
    assert cosine(one, one) == pytest.approx(1)


def test_a_long_report_does_not_outweigh_a_short_one_in_the_centre() -> None:
    middle = centre([{"a": 100.0}, {"b": 1.0}])
    assert middle["a"] == middle["b"]


def test_a_report_measures_1_against_itself_and_less_against_others() -> None:
    one = features(WRECK["en"].title, WRECK["en"].text, "en")
    other = features(SECOND_REPORT.title, SECOND_REPORT.text, "en")
    itself, near = (dict(zip(MEASURES, measures(one, [story]), strict=True)) for story in (one, other))
    assert all(itself[name] == pytest.approx(1) for name in MEASURES if name != "log_reports")
    assert all(near[name] < 1 for name in MEASURES if name != "both_numbered")


def test_the_shipped_join_tells_the_second_report_from_other_news() -> None:
    story = [features(WRECK["en"].title, WRECK["en"].text, "en")]
    second = features(SECOND_REPORT.title, SECOND_REPORT.text, "en")
    other = next(features(o.title, o.text, "en") for o in OTHERS if o.language == "en")
    assert learned().texts.probability(measures(second, story)) > 0.9
    assert learned().texts.probability(measures(other, story)) < 0.1


def test_every_likeness_speaks_for_joining_and_length_and_other_numbers_against_it() -> None:
    for join in (learned().texts, learned().briefs):
        weights = dict(zip(MEASURES, join.weights, strict=True))
        assert weights.pop("log_reports") < 0
        assert weights.pop("both_numbered") < 0
        assert all(weight > 0 for weight in weights.values())


def test_other_numbers_keep_two_headlines_apart_that_one_without_any_would_join() -> None:
    earlier = headline("Navy captures 23 pirates in Gulf of Aden")
    with_other = headline("Navy captures 26 pirates in Gulf of Aden")
    without = headline("Navy captures pirates in Gulf of Aden")
    briefs = learned().briefs
    same, other, none = (
        briefs.probability(measures(each, [earlier])) for each in (earlier, with_other, without)
    )
    assert other < none < same


def test_no_log_odds_exceed_their_ceiling_whatever_is_numbered() -> None:
    seen = [headline("Navy captures 23 pirates in Gulf of Aden"), headline("Pirates held off Aden")]
    for title in ("Navy captures 26 pirates", "Pirates held off Aden", "Waitrose burns in Wellington"):
        for join in (learned().texts, learned().briefs):
            probability = join.probability(measures(headline(title), seen))
            assert math.log(probability / (1 - probability)) <= ceiling(headline(title), seen, join) + 1e-9


def headline(title: str) -> Features:
    return features(title, "", "en")


def test_a_join_is_a_logistic_function() -> None:
    join = Join(weights=(2.0,), constant=-1.0)
    assert join.probability([0.5]) == 0.5
    assert join.probability([1.0]) == pytest.approx(1 / (1 + math.exp(-1)))
