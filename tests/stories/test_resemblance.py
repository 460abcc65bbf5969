"""The same-language join measures what it says and ships weights that make sense."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.features import features
from monitor.stories.resemblance import MEASURES, Join, centre, cosine, learned, measures
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
    assert all(near[name] < 1 for name in MEASURES)


def test_the_shipped_join_tells_the_second_report_from_other_news() -> None:
    story = [features(WRECK["en"].title, WRECK["en"].text, "en")]
    second = features(SECOND_REPORT.title, SECOND_REPORT.text, "en")
    other = next(features(o.title, o.text, "en") for o in OTHERS if o.language == "en")
    assert learned().texts.probability(measures(second, story)) > 0.9
    assert learned().texts.probability(measures(other, story)) < 0.1


def test_every_likeness_speaks_for_joining_and_length_against_it() -> None:
    weights = dict(zip(MEASURES, learned().texts.weights, strict=True))
    assert weights.pop("log_reports") < 0
    assert all(weight > 0 for weight in weights.values())


def test_a_join_is_a_logistic_function() -> None:
    join = Join(weights=(2.0,), constant=-1.0)
    assert join.probability([0.5]) == 0.5
    assert join.probability([1.0]) == pytest.approx(1 / (1 + math.exp(-1)))
