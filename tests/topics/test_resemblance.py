"""Likeness to seeds ranks what is about the same before what is not, and learns what an archive repeats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.topics.resemblance import Frequencies, likeness, profile, vector

texts = st.text(st.sampled_from("ferry storm harbour капитан порт gemi 12 ،. \n"), max_size=200)
SEEDS = (
    "A ferry sank off the harbour in a storm. The coast guard searched for the captain through the night.",
    "Divers found the wreck of the ferry. Its captain had ignored the storm warning, the coast guard said.",
)
SAME = "Coast guard boats towed what the storm had left of the ferry into the harbour."
OTHER = "The central bank left its rate unchanged. Economists had expected a cut after the spring."


def seeds(frequencies: Frequencies | None = None) -> dict[str, float]:
    known = frequencies or Frequencies()
    return dict(profile([vector("", seed, "en", known) for seed in SEEDS]))


@given(one=texts, other=texts)
def test_likeness_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    first, second = vector("", one, "en"), vector("", other, "en")
    assert likeness(first, second) == pytest.approx(likeness(second, first))
    assert 0 <= likeness(first, second) <= 1


@given(text=texts)
def test_a_text_is_wholly_like_itself_or_says_nothing(text: str) -> None:
    found = vector("", text, "en")
    assert not found or likeness(found, profile([found])) == pytest.approx(1)


def test_what_is_about_the_same_comes_first() -> None:
    wanted = seeds()
    assert likeness(vector("", SAME, "en"), wanted) > 4 * likeness(vector("", OTHER, "en"), wanted)


def test_nothing_is_like_a_topic_without_seeds() -> None:
    assert likeness(vector("", SAME, "en"), profile([])) == 0


def test_what_every_article_of_the_archive_repeats_loses_its_weight() -> None:
    known = Frequencies()
    for number in range(2_000):
        known.learn(f"Coast guard bulletin {number}: all calm.", "en")
    assert known.rarity("guard", "en") < 1 < known.rarity("ferri", "en")
    assert vector("", SAME, "en", known)["guard"] < vector("", SAME, "en")["guard"]


def test_what_one_language_repeats_says_nothing_of_another() -> None:
    known = Frequencies()
    for _ in range(500):
        known.learn("the guard", "en")
    assert known.rarity("guard", "de") == Frequencies().rarity("guard", "de")
