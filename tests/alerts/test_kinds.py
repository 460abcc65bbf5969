"""What a further report brings beside itself, each an alert of its own: reach, figures, speed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.decide import SPIKE, decide
from monitor.alerts.route import Audience, route
from monitor.model import (
    AlertKind,
    Copy,
    CopyKind,
    Disagreement,
    FigureRole,
    Match,
    Placement,
    Reach,
    Role,
    Route,
    Silenced,
)
from tests.alerts.samples import NOW, article

FLIGHT = Match(topic="flight", score=12.0, evidence=())
REPORT = Placement(story=5, role=Role.REPORT)
COPY = Placement(
    story=5, role=Role.COPY, copy=Copy(of=7, kind=CopyKind.VERBATIM, containment=1.0, jaccard=1.0)
)
HELPED = Disagreement(cause="figures:helped:31,35", role=FigureRole.HELPED, differ=True, claims=())
KILLED = Disagreement(cause="figures:killed:2", role=FigureRole.KILLED, differ=False, claims=())


def kinds(*, told: bool = True, placement: Placement = REPORT, **values: Any) -> dict[AlertKind, str]:
    """What a report of a story raises, with the cause that tells it once."""
    by = values.pop("by", {})
    drafts = decide(
        article=article(**by),
        matches=(FLIGHT,),
        placement=placement,
        told=frozenset({"flight"}) if told else frozenset(),
        live=frozenset({"flight"}),
        quiet=False,
        **values,
    )
    return {draft.kind: draft.cause for draft in drafts}


# --- language and country -----------------------------------------------------------------------------


def test_the_first_report_in_a_language_is_told_under_that_language() -> None:
    reach = Reach(languages=frozenset({"ru", "de"}))
    assert kinds(reach=reach)[AlertKind.NEW_LANGUAGE] == "language:en"
    assert AlertKind.NEW_LANGUAGE not in kinds(reach=Reach(languages=frozenset({"ru", "en"})))


@pytest.mark.parametrize("language", ["", "und"])
def test_a_language_that_nobody_knows_is_not_new(language: str) -> None:
    found = kinds(reach=Reach(languages=frozenset({"ru"})), by={"language": language})
    assert AlertKind.NEW_LANGUAGE not in found


def test_the_first_report_from_a_country_is_told_under_that_country() -> None:
    reach = Reach(countries=frozenset({"RU"}))
    assert kinds(reach=reach, country="CA")[AlertKind.NEW_COUNTRY] == "country:CA"
    assert AlertKind.NEW_COUNTRY not in kinds(reach=reach, country="RU")
    assert AlertKind.NEW_COUNTRY not in kinds(reach=reach, country="")


def test_where_nothing_is_known_of_the_others_nothing_is_new() -> None:
    """A story whose reports tell no language or country would be new in every one."""
    assert kinds(reach=Reach(), country="CA").keys() == {AlertKind.NEW_REPORT}


# --- speed ----------------------------------------------------------------------------------------------


@given(st.integers(0, 60))
def test_a_spike_is_told_at_each_doubling_once(others: int) -> None:
    reach = Reach(lately=frozenset(f"Outlet {number}" for number in range(others)))
    cause = kinds(reach=reach).get(AlertKind.SPIKE)
    outlets = others + 1
    steps = [SPIKE * 2**power for power in range(5) if SPIKE * 2**power <= outlets]
    assert cause == (f"spike:{steps[-1]}" if steps else None)


def test_an_outlet_that_reports_again_makes_no_spike() -> None:
    lately = frozenset({"Maple Wire", *(f"Outlet {number}" for number in range(SPIKE - 2))})
    assert AlertKind.SPIKE not in kinds(reach=Reach(lately=lately))


# --- figures --------------------------------------------------------------------------------------------


def test_figures_that_differ_and_those_told_anew_are_two_kinds() -> None:
    found = kinds(disagreements=(HELPED, KILLED))
    assert found[AlertKind.FIGURES_DIFFER] == HELPED.cause
    assert found[AlertKind.FIGURES_UPDATED] == KILLED.cause


def test_a_topic_that_chooses_its_figures_hears_of_no_others() -> None:
    found = kinds(disagreements=(HELPED, KILLED), wanted_figures={"flight": [FigureRole.KILLED]})
    assert AlertKind.FIGURES_DIFFER not in found
    assert AlertKind.FIGURES_UPDATED in found


# --- of all of them -------------------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "reach": Reach(
        languages=frozenset({"ru"}),
        countries=frozenset({"RU"}),
        lately=frozenset(f"Outlet {number}" for number in range(9)),
    ),
    "country": "CA",
    "disagreements": (HELPED, KILLED),
}


def test_a_copy_brings_none_of_it_and_a_new_story_only_itself() -> None:
    assert kinds(placement=COPY, **EVERYTHING) == {}
    assert kinds(told=False, **EVERYTHING) == {AlertKind.NEW_STORY: "story"}


def test_each_kind_can_be_routed_and_silenced_by_itself() -> None:
    drafts = decide(
        article=article(),
        matches=(FLIGHT,),
        placement=REPORT,
        told=frozenset({"flight"}),
        live=frozenset({"flight"}),
        quiet=False,
        **EVERYTHING,
    )
    assert len({draft.kind for draft in drafts}) == 6
    for index, draft in enumerate(drafts):
        only = Audience(routes=(Route(destinations=("desk",), kinds=(draft.kind,)),))
        assert [each.alert for each in route(drafts, only, now=NOW)] == [index]
        but = Audience(routes=(Route(destinations=("desk",)),), silenced=(Silenced(kinds=(draft.kind,)),))
        assert {each.alert for each in route(drafts, but, now=NOW)} == set(range(6)) - {index}
