"""Copies in scripts that put no space between words are found by runs of signs, as surely as by words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.model import CopyKind
from monitor.stories.duplicates import MIN_SHARED_SAMPLE, judge, shingle


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A report of a ferry in one script, other news, a word of the report with another, and a footer."""

    language: str
    report: str
    other: str
    word: str
    instead: str
    footer: str


FILE = Path(__file__).parent / "unspaced.toml"
SCRIPTS = [
    Script(language=language, **texts)
    for language, texts in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
]
scripts = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.language)


def kind(later: str, *earlier: str, language: str) -> CopyKind | None:
    own = shingle(later, language)
    found = judge(own, [(number, shingle(text, language)) for number, text in enumerate(earlier, 1)])
    return None if found is None else found.kind


@scripts
def test_a_copy_is_known_whatever_was_done_to_it(script: Script) -> None:
    report, language = script.report, script.language
    edited = report.replace(script.word, script.instead)
    assert edited != report
    half = report[: len(report) // 2]
    assert kind(report, report, language=language) is CopyKind.VERBATIM
    assert kind(f"(AFP) {edited}", report, language=language) in (CopyKind.VERBATIM, CopyKind.EDITED)
    assert kind(half, report, language=language) is CopyKind.EXCERPT
    assert kind(f"{script.other}{report}{script.other}", report, language=language) in (
        CopyKind.ROUNDUP,
        CopyKind.EDITED,
    )


@scripts
def test_other_news_is_no_copy_even_under_the_same_footer(script: Script) -> None:
    report, other, footer = script.report, script.other, script.footer
    assert kind(other, report, language=script.language) is None
    assert kind(f"{other}{footer}", f"{report}{footer}", language=script.language) is None


@scripts
def test_an_edited_copy_becomes_a_candidate(script: Script) -> None:
    own = shingle(script.report, script.language)
    edited = shingle(script.report.replace(script.word, script.instead), script.language)
    assert len(set(own.sample) & set(edited.sample)) >= MIN_SHARED_SAMPLE
    other = shingle(script.other, script.language)
    assert len(set(own.sample) & set(other.sample)) < MIN_SHARED_SAMPLE


@scripts
def test_an_article_of_unknown_language_is_read_by_its_script(script: Script) -> None:
    assert (
        shingle(script.report, "") == shingle(script.report, "und") == shingle(script.report, script.language)
    )


@scripts
def test_a_headline_is_a_copy_of_the_same_headline_only(script: Script) -> None:
    headline = script.report[:26]
    assert kind(headline, headline, language=script.language) is CopyKind.VERBATIM
    assert kind(headline, script.other[:26], language=script.language) is None
