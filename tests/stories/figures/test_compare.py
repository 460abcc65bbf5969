"""Figures side by side: what agrees, differs, comes later, belongs to another period; copies count once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import FigureRole
from monitor.stories.figures.compare import Compared, Standing, Told, compare, differences
from monitor.stories.figures.extract import figures

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def told(source: str, text: str, *, hours: float | None = 0, language: str = "en") -> Told:
    at = None if hours is None else NOON + timedelta(hours=hours)
    return Told(article=None, source=source, language=language, at=at, figures=figures(text, language))


def standings(compared: Compared) -> dict[FigureRole, Standing]:
    return {row.role: row.standing for row in compared.rows}


def test_different_numbers_for_one_role_differ() -> None:
    found = compare([told("A", "They helped 35 people."), told("B", "They helped 31 people.")])
    assert standings(found) == {FigureRole.HELPED: Standing.DIFFER}
    assert [claim.figure.value for claim in found.rows[0].claims] == [35, 31], "never averaged"


def test_hedges_leave_room() -> None:
    found = compare([told("A", "About 40 people are waiting."), told("B", "42 people are waiting.")])
    assert standings(found) == {FigureRole.WAITING: Standing.AGREE}
    found = compare([told("A", "At least 14 people died."), told("B", "17 people died.")])
    assert standings(found) == {FigureRole.KILLED: Standing.AGREE}
    found = compare([told("A", "Dozens were arrested."), told("B", "35 people were arrested.")])
    assert standings(found) == {FigureRole.ARRESTED: Standing.AGREE}


def test_a_later_higher_count_of_what_grows_is_an_update() -> None:
    early, late = told("A", "12 people died."), told("B", "The death toll rose to 19.", hours=9)
    assert standings(compare([late, early])) == {FigureRole.KILLED: Standing.UPDATE}
    fewer = told("B", "Nine people died.", hours=9)
    assert standings(compare([early, fewer])) == {FigureRole.KILLED: Standing.DIFFER}
    soon = told("B", "19 people died.", hours=1)
    assert standings(compare([early, soon])) == {FigureRole.KILLED: Standing.DIFFER}


def test_an_outlets_own_later_word_replaces_its_earlier_one() -> None:
    reports = [told("A", "12 people are missing."), told("A", "Seven people are missing.", hours=2)]
    assert standings(compare(reports)) == {FigureRole.MISSING: Standing.UPDATE}
    (difference,) = differences(compare(reports))
    assert difference.cause == "figures:missing:people:7,12"


def test_another_period_is_not_held_against_one_event() -> None:
    found = compare(
        [told("A", "They helped 140 people this year."), told("B", "They helped 35 people on Friday.")]
    )
    assert {row.period: row.standing for row in found.rows} == {
        None: Standing.ONE_SOURCE,
        "this year": Standing.OTHER_PERIOD,
    }
    assert differences(found) == ()


def test_one_period_in_two_languages_is_one() -> None:
    found = compare(
        [
            told("A", "They helped 140 people this year."),
            told("B", "Mereka membantu 120 orang pada tahun ini.", language="id"),
        ]
    )
    assert [(row.period, row.standing) for row in found.rows] == [("this year", Standing.DIFFER)]


def test_a_report_that_tells_the_whole_and_a_part_agrees_with_one_that_tells_the_whole() -> None:
    found = compare(
        [
            told("A", "Rescuers saved 19 people, including four children."),
            told("B", "19 people were rescued."),
        ]
    )
    assert standings(found) == {FigureRole.HELPED: Standing.AGREE}


def test_a_number_with_two_roles_is_noticed() -> None:
    found = compare([told("A", "31 people have arrived."), told("B", "They helped 31 people.")])
    (mixed,) = found.mixed
    assert mixed.value == 31
    assert dict(mixed.roles) == {"A": (FigureRole.ARRIVED,), "B": (FigureRole.HELPED,)}
    same = compare(
        [told("A", "31 people have arrived."), told("B", "They helped 31 people. 31 people arrived.")]
    )
    assert same.mixed == ()


def test_the_order_of_reading_changes_nothing() -> None:
    reports = [
        told("A", "They helped 35 people, and 31 have arrived."),
        told("B", "They helped 31 people; 22 of them have arrived.", hours=4),
        told("C", "About 40 people are waiting.", hours=None),
    ]
    assert compare(reports) == compare(reports[::-1])


def test_a_cause_stays_while_the_numbers_stay() -> None:
    one, other = told("A", "They helped 35 people."), told("B", "They helped 31 people.")
    again = told("C", "They have helped 31 people.", hours=1)
    (before,), (after,) = differences(compare([one, other])), differences(compare([one, other, again]))
    assert before.cause == after.cause == "figures:helped:people:31,35"
