"""The snapshot that commits with an alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.alerts.notice import MAX_MATCHED, MAX_REPORTS, TITLE_LIMIT, build_notice
from monitor.model import AlertKind, Article, Match, Notice, ReportLine, Role
from tests.alerts.samples import NOW, REPORTS, article, evidence


def notice(
    made: Article | None = None, matches: Sequence[Match] = (), reports: Sequence[ReportLine] = REPORTS
) -> Notice:
    return build_notice(
        alert=17,
        kind=AlertKind.NEW_STORY,
        story=5,
        article=made or article(),
        matches=matches,
        titles={"flight": "Flight and asylum", "law": "What governments do"},
        reports=reports,
    )


def test_copies_count_as_outlets_and_never_as_confirmation() -> None:
    assert (notice().outlets, notice().independent) == (4, 3)


def test_one_outlet_counts_once_however_it_writes_its_name() -> None:
    again = replace(REPORTS[0], outlet="MAPLE WIRE", seen_at=NOW + timedelta(hours=1), confirms=False)
    twice = [*REPORTS, again]
    assert (notice(reports=twice).outlets, notice(reports=twice).independent) == (4, 3)


def test_a_report_of_its_own_outlet_that_adds_no_voice_confirms_nothing() -> None:
    retold = replace(REPORTS[2], confirms=False, retells="Maple Wire", agencies=("AP",))
    made = notice(reports=[*REPORTS[:2], retold, REPORTS[3]])
    assert (made.outlets, made.independent) == (4, 2)


def test_an_outlet_without_a_name_goes_by_its_host() -> None:
    (line,) = notice(reports=[replace(REPORTS[0], outlet="", url="https://www.example.org/1")]).reports
    assert line.outlet == "example.org"


def test_topics_are_named_as_people_name_them_the_strongest_first() -> None:
    made = notice(matches=(_match("flight", 3.0), _match("law", 8.0), _match("unnamed", 1.0)))
    assert made.topics == ("What governments do", "Flight and asylum", "unnamed")
    assert made.score == 8.0


def test_languages_are_told_once_each_in_the_order_they_came() -> None:
    unknown = replace(REPORTS[0], language="und", seen_at=NOW)
    assert notice(reports=[*REPORTS[::-1], unknown]).languages == ("en", "id", "ar")


def test_matched_words_are_given_once_as_written_in_reading_order() -> None:
    made = article(text="Asylum for gay men. More on ASYLUM and Grozny.")
    match = Match(topic="law", score=1.0, evidence=evidence(made, "Grozny", "ASYLUM", "gay", "Asylum"))
    assert notice(made, (match,)).matched == ("Asylum", "gay", "Grozny")


def test_matched_words_are_few_enough_to_read() -> None:
    words = [f"word{number:02}" for number in range(40)]
    made = article(text=" ".join(words))
    match = Match(topic="law", score=1.0, evidence=evidence(made, *words))
    assert notice(made, (match,)).matched == tuple(words[:MAX_MATCHED])


def test_a_large_story_keeps_its_first_and_its_newest_reports_and_counts_all() -> None:
    many = [replace(REPORTS[0], outlet=f"Outlet {n}", seen_at=NOW + timedelta(minutes=n)) for n in range(500)]
    made = notice(reports=many)
    assert len(made.reports) == MAX_REPORTS
    assert (made.reports[0].outlet, made.reports[-1].outlet) == ("Outlet 0", "Outlet 499")
    assert made.outlets == 500


def test_titles_are_shown_on_one_line_and_bounded() -> None:
    made = notice(article(title="A\r\nBcc: \u202e" + "x " * 900))
    assert made.headline.startswith("A Bcc: x x")
    assert len(made.headline) <= TITLE_LIMIT
    assert made.headline.endswith("…")


def test_an_article_without_a_title_goes_by_its_site() -> None:
    assert notice(article(title="")).headline == "maplewire.example"


def test_a_story_of_copies_alone_has_no_independent_report() -> None:
    assert notice(reports=[replace(REPORTS[0], role=Role.COPY)]).independent == 0


def _match(topic: str, score: float) -> Match:
    return Match(topic=topic, score=score, evidence=())
