"""Copies, retold dispatches and voices that have spoken confirm nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import CopyKind, Credit, CreditPlace, Figure, FigureRole, Role
from monitor.stories.duplicates import shingle
from monitor.stories.sources import Dispatch, Sourced, confirming, retells_one_dispatch
from tests.stories.test_duplicates import prose


def credit(agency: str, place: CreditPlace = CreditPlace.DATELINE) -> Credit:
    return Credit(agency=agency, place=place, text=f"({agency})")


AP, AFP = credit("AP"), credit("AFP")


def figure(low: int, role: FigureRole = FigureRole.ARRIVED) -> Figure:
    return Figure(value=low, low=low, high=low, role=role, unit="people", quote=f"{low} came", start=0, end=1)


def report(source: int, outlet: str, *named: Credit, **values: Any) -> Sourced:
    return Sourced(**{"source": source, "outlet": outlet, "role": Role.REPORT, "credits": named, **values})


def copy(source: int, outlet: str, *named: Credit, kind: CopyKind = CopyKind.VERBATIM) -> Sourced:
    return report(source, outlet, *named, role=Role.COPY, kind=kind)


# --- what counts ------------------------------------------------------------------------------------------


def test_nine_outlets_may_hold_two_independent_reports() -> None:
    wire = [report(1, "A", AP, role=Role.ORIGINAL), *(copy(1, outlet) for outlet in "BCDE")]
    retold = [report(1, outlet, AP) for outlet in "FG"]
    roundup = [copy(1, "H", kind=CopyKind.ROUNDUP)]
    own = [report(2, "I")]
    assert sum(confirming([*wire, *retold, *roundup, *own])) == 2


@pytest.mark.parametrize("kind", CopyKind)
def test_no_kind_of_copy_confirms_anything(kind: CopyKind) -> None:
    assert confirming([report(1, "A"), copy(1, "B", kind=kind)]) == (True, False)
    assert confirming([copy(1, "B", kind=kind)]) == (False,), "its original stands in another story"


def test_an_outlet_counts_once_however_often_it_reports() -> None:
    assert confirming([report(1, "The Paper"), report(2, "THE PAPER")]) == (True, False)


def test_an_agency_counts_once_whoever_prints_it() -> None:
    assert confirming([report(1, "A", AP), report(2, "B", AP), report(3, "C", AFP)]) == (True, False, True)


def test_an_outlets_own_report_counts_beside_the_agency_report_that_it_printed() -> None:
    assert confirming([report(1, "A", AP), report(2, "A")]) == (True, True)


def test_an_outlet_that_only_used_an_agencys_material_speaks_for_itself() -> None:
    part = credit("AP", CreditPlace.PART)
    assert confirming([report(1, "A", AP), report(2, "B", part)]) == (True, True)
    assert confirming([report(1, "A", AP), report(1, "B", part)]) == (True, False), "unless it retells it"


def test_what_several_agencies_are_credited_for_adds_nothing_to_theirs() -> None:
    both = report(1, "A", AP, AFP)
    assert confirming([both, report(2, "B", AP), report(3, "C", AFP)]) == (False, True, True)
    assert confirming([both]) == (True,)


def test_an_original_whose_copies_credit_an_agency_is_the_agencys() -> None:
    named = [report(1, "A", role=Role.ORIGINAL), copy(1, "B", AP), report(2, "C", AP)]
    assert confirming(named) == (True, False, False)
    excerpt = [report(1, "A"), copy(1, "B", AP, kind=CopyKind.ROUNDUP), report(2, "C", AP)]
    assert confirming(excerpt) == (True, False, True), "a roundup credits what else it holds"


lines = st.builds(
    report,
    st.integers(1, 4),
    st.sampled_from("ABC"),
    st.sampled_from((AP, AFP, credit("AP", CreditPlace.PART))),
    role=st.sampled_from(Role),
)


@given(st.lists(lines, max_size=12))
def test_there_are_never_more_confirmations_than_sources_and_one_where_anything_is_reported(
    reports: list[Sourced],
) -> None:
    own = {line.source for line in reports if line.role is not Role.COPY}
    found = confirming(reports)
    assert bool(own) <= sum(found) <= len(own)
    assert not any(counts for counts, line in zip(found, reports, strict=True) if line.role is Role.COPY)


# --- what retells what ------------------------------------------------------------------------------------


def told(text: str, *figures: Figure, named: tuple[Credit, ...] = (AP,)) -> Dispatch:
    return Dispatch(credits=named, figures=figures, shingles=shingle(text, "en"))


def test_rewrites_of_one_dispatch_share_a_credit_and_its_figures() -> None:
    one, other = told(prose(1, 200), figure(31), figure(9)), told(prose(2, 200), figure(31))
    assert retells_one_dispatch(one, other)
    assert not retells_one_dispatch(one, told(prose(2, 200), figure(31), named=(AFP,)))
    assert not retells_one_dispatch(one, told(prose(2, 200), figure(31), named=()))
    assert not retells_one_dispatch(one, told(prose(2, 200), figure(30)))
    assert retells_one_dispatch(one, told(prose(2, 200), figure(31, FigureRole.HELPED))), "in other words"


def test_of_many_figures_one_that_agrees_is_not_enough() -> None:
    many = [figure(number) for number in (3, 5, 7, 11)]
    others = [figure(number) for number in (3, 50, 70, 110)]
    assert not retells_one_dispatch(told(prose(1, 90), *many), told(prose(2, 90), *others))


def test_rewrites_of_one_dispatch_may_share_words_instead() -> None:
    sentences = prose(3, 40)
    one, other = (told(f"{prose(seed, 150)} {sentences}") for seed in (1, 2))
    assert retells_one_dispatch(one, other)
    quote = prose(3, 14)
    one, other = (told(f"{prose(seed, 150)} {quote}") for seed in (1, 2))
    assert not retells_one_dispatch(one, other), "a quoted sentence"


def test_a_dispatch_whose_text_is_gone_is_known_by_its_figures() -> None:
    gone = Dispatch(credits=(AP,), figures=(figure(31),))
    assert retells_one_dispatch(told(prose(1, 90), figure(31)), gone)
    assert not retells_one_dispatch(told(prose(1, 90)), gone)
