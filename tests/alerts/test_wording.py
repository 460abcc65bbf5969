"""How numbers, times, languages and roles are put into words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alerts.foreign import direction, marked
from monitor.alerts.wording import story_title, wording
from monitor.model import CopyKind, Role
from tests.alerts.samples import INDONESIAN, NOTICE, NOW, REPORTS

SAY = wording()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("id", "Indonesian"),
        ("pt-BR", "Portuguese"),
        ("AR", "Arabic"),
        ("und", "language unknown"),
        ("", "language unknown"),
        ("<b>", "language unknown"),
        ("qq", "language unknown"),
    ],
)
def test_a_language_goes_by_its_name(code: str, name: str) -> None:
    assert SAY.language_name(code) == name


@pytest.mark.parametrize(
    ("code", "way"),
    [("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("en", "ltr"), ("", "ltr"), ("qq", "ltr")],
)
def test_a_language_is_written_its_own_way(code: str, way: str) -> None:
    assert direction(code) == way


@pytest.mark.parametrize(
    ("outlets", "independent", "words"),
    [
        (1, 1, "1 outlet, 1 independent report"),
        (4, 2, "4 outlets, 2 independent reports"),
        (3, 0, "3 outlets, no independent report yet"),
    ],
)
def test_counts_tell_how_far_and_how_independently(outlets: int, independent: int, words: str) -> None:
    assert SAY.counts(replace(NOTICE, outlets=outlets, independent=independent)) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (CopyKind.VERBATIM, "copy, not confirmation"),
        (CopyKind.EDITED, "edited copy, not confirmation"),
        (CopyKind.EXCERPT, "excerpt, not confirmation"),
        (CopyKind.ROUNDUP, "roundup that contains it, not confirmation"),
        (None, "copy, not confirmation"),
    ],
)
def test_a_copy_says_of_which_kind_it_is(kind: CopyKind | None, words: str) -> None:
    line = replace(REPORTS[1], kind=kind)
    assert SAY.role(line) == words
    assert SAY.role(replace(line, agencies=("AP", "dpa"))) == f"{words}, credits AP, dpa"


def test_a_report_that_retells_a_dispatch_says_so() -> None:
    line = replace(REPORTS[2], agencies=("AP",), retells="Maple\nWire", confirms=False)
    assert SAY.role(replace(line, retells="")) == "same voice as before, not confirmation, credits AP"
    assert SAY.role(line) == "same agency report as Maple Wire, not confirmation, credits AP"
    assert SAY.role(replace(REPORTS[2], agencies=("AP",))) == "credits AP"


def test_a_time_names_its_zone() -> None:
    assert SAY.moment(NOW) == "12 Nov 2024, 03:14 UTC"


def test_what_we_saw_and_what_the_outlet_says_stand_side_by_side() -> None:
    assert SAY.seen(NOTICE) == "First seen 12 Nov 2024, 03:14 UTC · dated 12 Nov 2024, 02:40 UTC"
    assert SAY.seen(INDONESIAN) == "First seen 12 Nov 2024, 03:36 UTC · undated"


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.COPY, "copy, not confirmation"), (Role.ORIGINAL, "copied by others"), (Role.REPORT, "")],
)
def test_a_role_says_what_a_report_is_worth(role: Role, words: str) -> None:
    assert SAY.role(replace(REPORTS[0], role=role)) == words


@pytest.mark.parametrize(
    ("text", "matched", "hits"),
    [
        ("A gay man, GAY men", ("gay",), ["gay", "GAY"]),
        ("Gaya hidup", ("gay",), []),
        ("the Rainbow Railroad train", ("Rainbow", "Rainbow Railroad"), ["Rainbow Railroad"]),
        ("a (gay) man's", ("gay", "man"), ["gay", "man"]),
        ("من الشيشان إلى", ("الشيشان",), ["الشيشان"]),
        ("车臣同性恋者逃往", ("同性恋",), ["同性恋"]),
        ("C++ and a.b", ("C++", "a.b"), ["C++", "a.b"]),
        ("nothing", (), []),
    ],
)
def test_matched_words_are_marked_whole(text: str, matched: tuple[str, ...], hits: list[str]) -> None:
    runs = marked(text, matched)
    assert "".join(run for run, _ in runs) == text
    assert [run for run, hit in runs if hit] == hits


def test_a_storys_title_stays_when_another_report_is_told() -> None:
    assert story_title(INDONESIAN) == story_title(NOTICE) == REPORTS[0].title
    assert story_title(replace(NOTICE, reports=())) == NOTICE.headline
