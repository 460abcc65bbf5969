"""What a word weighs in its language, by word lists alone."""

from __future__ import annotations

from monitor.text.rarity import MOST, stem, stem_rarity, word_rarity


def test_rare_words_weigh_more_than_common_ones_in_every_language() -> None:
    for language, common, rare in (("en", "the", "ferry"), ("ru", "и", "паром"), ("id", "yang", "kapal")):
        assert word_rarity(common, language) < word_rarity(rare, language) <= MOST


def test_a_language_without_a_word_list_weighs_by_length() -> None:
    assert word_rarity("na", "sw") == 0 < word_rarity("meli", "sw") < word_rarity("waokoaji", "sw") <= MOST


def test_the_forms_of_a_word_share_a_stem_and_its_weight() -> None:
    assert stem("ferries", "en") == stem("ferry", "en")
    assert stem_rarity(stem("ferries", "en"), "en") < word_rarity("ferries", "en")
    assert stem("waokoaji", "sw") == "waokoaji"
