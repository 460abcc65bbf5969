"""Features are small, stateless and the same after storage; keys find a story again."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.features import Features, features, from_json, keys, read_back, to_json
from tests.stories.written import OTHERS, SECOND_REPORT, WRECK, Written

LANGUAGES = (
    "en",
    "id",
    "ru",
    "de",
    "es",
    "ar",
    "uk",
    "fr",
    "tr",
    "zh",
    "ja",
    "th",
    "sw",
    "und",
    "xx-nonsense",
)
MOST_BYTES = 12_000


def read(report: Written) -> Features:
    return features(report.title, report.text, report.language)


def test_the_rarest_words_weigh_most_and_stop_words_nothing() -> None:
    found = features("", "The ferry Bahari Sentosa sank and the crew of the Bahari Sentosa was saved.", "en")
    assert list(found.stems)[:2] == ["bahari", "sentosa"]
    assert not {"the", "and", "of"} & set(found.stems)


def test_names_are_single_words_as_written_and_places_have_ids_instead() -> None:
    found = read(WRECK["en"])
    assert {"sentosa", "bahari", "marselina", "lemba", "kupang"} <= set(found.names)
    assert "makassar" not in found.names
    assert "Z:Asia/Makassar" in found.places


def test_a_name_in_a_language_with_cases_is_one_name() -> None:
    found = features(
        "", "О Кесслер говорили. С адвокатом Вондой и судьёй Вонды спорили, писал Вонде суд.", "ru"
    )
    assert sum(name.startswith("вонд") for name in found.names) == 1


def test_a_headline_set_in_capitals_gives_no_names() -> None:
    assert not features("", "FERRY SINKS OFF THE COAST AND HUNDREDS ARE SAVED", "en").names


def test_without_a_title_the_first_sentence_stands_for_it() -> None:
    text = "A ferry sank off Flores. Many were saved."
    assert features("", text, "en").title == features("A ferry sank off Flores.", text, "en").title


def test_international_words_are_kept_without_names_and_places() -> None:
    found = features(
        "", "The helicopter crew from Toronto told Kimberley Hutchinson of the evacuation.", "en"
    )
    assert "helicopter" in found.terms
    assert "evacuation" in found.terms
    assert not {"toronto", "kimberley", "hutchinson"} & set(found.terms)


@pytest.mark.parametrize(
    "report", [*WRECK.values(), *OTHERS], ids=lambda report: f"{report.language}-{report.title[:12]}"
)
def test_storage_gives_back_the_same_features(report: Written) -> None:
    found = read(report)
    stored = json.dumps(to_json(found))
    assert from_json(json.loads(stored)) == found
    assert len(stored.encode()) < MOST_BYTES


def test_the_longest_and_strangest_texts_stay_small() -> None:
    long = " ".join(f"Nomen{number:x}ventional {number + 37} Wörter{number}" for number in range(20_000))
    found = features(long, long, "de", frozenset(f"concept{number}" for number in range(500)))
    assert len(json.dumps(to_json(found)).encode()) < MOST_BYTES
    assert len(keys(found)) <= 80


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=80), text=st.text(max_size=400), language=st.sampled_from(LANGUAGES))
def test_any_text_in_any_language_has_features_that_survive_storage(
    title: str, text: str, language: str
) -> None:
    found = features(title, text, language)
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
    assert read_back(json.dumps(to_json(found))) == found
    assert len(keys(found)) <= 80
    assert all(-(2**63) <= key < 2**63 for key in keys(found))


def test_features_and_keys_are_the_same_in_another_process_with_other_hash_seeds() -> None:
    code = (
        "from tests.stories.test_features import read, keys, to_json, WRECK;"
        "import json; both = [read(WRECK[language]) for language in ('en', 'ru')];"
        "print(json.dumps([[to_json(found), keys(found)] for found in both]))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("language", sorted(set(WRECK) - {"en"}))
def test_reports_of_one_event_share_keys_over_languages(language: str) -> None:
    shared = set(keys(read(WRECK["en"]))) & set(keys(read(WRECK[language])))
    assert len(shared) >= 4


def test_reports_of_one_event_share_more_keys_than_others_in_their_language() -> None:
    own = set(keys(read(WRECK["en"])))
    other = next(report for report in OTHERS if report.language == "en")
    assert len(own & set(keys(read(SECOND_REPORT)))) > 5 * max(1, len(own & set(keys(read(other)))))


def test_common_words_of_one_language_are_no_keys_of_another() -> None:
    assert not set(keys(features("", "Die Gift war hell und das Bad rot", "de"))) & set(
        keys(features("", "The gift was hell and the bad rot", "en"))
    )


def test_topic_concepts_find_reports_that_share_no_letter() -> None:
    concepts = frozenset({"ferry-safety"})
    chinese = features("", "渡轮在暴风雨中沉没", "zh", concepts)
    english = features("", "A ship went down in a storm", "en", concepts)
    assert set(keys(chinese)) & set(keys(english))
