"""One story as people and programs see it: how it grew, what ties its reports together, what it takes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from monitor.cli.output import line, when, words
from monitor.model import Role

LONGEST_BAR = 40  # characters of the day with the most reports
SHOWN_AT_MOST = 14  # days of growth; a story that runs for longer shows the last


def show_story(story: Mapping[str, Any], now: datetime) -> None:
    """Print a story with all its reports."""
    line(f"Story {story['id']}: {words(story['title'])}", style="bold")
    line(f"topics     {words(story['topics'])}")
    line(f"languages  {words(languages_of(story))}")
    if story["merged_into"] is not None:
        line(f"state      merged into story {story['merged_into']}")
        return
    line(f"state      {story['state']}, first report {words(story['first_report_at'])}")
    line(f"last       {words(story['last_report_at'])} ({when(story['last_report_at'], now)})")
    line(f"new fact   {_last_fact(story)}")
    line(f"reports    {counts_of(story)}")
    for place, (day, count) in enumerate(_last_days(growth(story))):
        line(f"{'growth' if place == 0 else '':10} {day}  {'▪' * min(count, LONGEST_BAR)} {count}")
    _show_relations(story)
    for report in story["reports"]:
        _show_report(report)


def _last_days(days: Mapping[date, int]) -> list[tuple[date, int]]:
    return sorted(days.items())[-SHOWN_AT_MOST:]


def _last_fact(story: Mapping[str, Any]) -> str:
    told = [report for report in story["reports"] if report["news"]]
    newest = max(told, key=_reported_at, default=None)
    if newest is None:
        return f"{words(story['last_fact_at'])}, in the first report" if story["last_fact_at"] else "-"
    return f"{words(_reported_at(newest))}, {words(newest['outlet'])}: {words(newest['news'])}"


def _show_relations(story: Mapping[str, Any]) -> None:
    earlier = story["follows"]
    if earlier is not None:
        quiet = words(earlier["last_report_at"])
        line(f"takes up   story {earlier['story']}: {words(earlier['title'])} (quiet since {quiet})")
        show_evidence(earlier["evidence"])
    for later in story["taken_up_by"]:
        line(f"taken up   by story {later}")
    for pair in story["suggestions"]:
        line(
            f"may be     story {pair['story']} as well, {pair['score']:.0%} likely: `monitor stories suggest`"
        )


def _show_report(report: Mapping[str, Any]) -> None:
    line("")
    line(f"article {report['article']}  {words(report['outlet'])} ({report['language']}): {_role_of(report)}")
    line(f"    {words(report['title'])}")
    line(f"    {words(report['url'])}")
    line(f"    seen {words(report['seen_at'])}; dated {words(report['published_at'])}")
    for credit in report["credits"]:
        line(f"    credits {words(credit['agency'])} ({credit['place']}): {words(credit['text'])}")
    if report["role"] != Role.COPY:
        show_evidence(report["evidence"], score=report["score"])
    if report["news"]:
        line(f"    {'new':9}       {words(report['news'])}")


def _role_of(report: Mapping[str, Any]) -> str:
    """What a report is, and why it does not count where it does not."""
    if report["role"] == Role.COPY:
        return f"copy of article {report['of']} ({report['kind']}, {report['containment']:.0%} the same)"
    if report["retells"] is not None:
        return f"{report['role']}, tells the same agency report as article {report['retells']}"
    return str(report["role"]) if report["confirms"] else f"{report['role']}, adds no independent voice"


def outlets_of(story: Mapping[str, Any]) -> int:
    """How many outlets report a story."""
    return len({(report["outlet"] or report["source"]).casefold() for report in story["reports"]})


def independent_of(story: Mapping[str, Any]) -> int:
    """How many independent reports a story has."""
    return sum(report["confirms"] for report in story["reports"])


def counts_of(story: Mapping[str, Any]) -> str:
    """How widely and how independently a story is reported."""
    outlets, independent = outlets_of(story), independent_of(story)
    return (
        f"{outlets} {'outlet' if outlets == 1 else 'outlets'}, "
        f"{independent} independent {'report' if independent == 1 else 'reports'}"
    )


def show_evidence(evidence: Iterable[Mapping[str, Any]], *, score: float | None = None) -> None:
    """Print why two reports tell one story, a kind on each line with its likeness."""
    items = list(evidence)
    if items and score is not None:
        line(f"    {'likely':9} {score:.2f}")
    for item in items:
        if item["kind"] == "person":
            line(f"    {'person':9}       decided it")
        else:
            line(f"    {item['kind']:9} {item['score']:.2f}  {words(item['shared'])}")


def languages_of(story: Mapping[str, Any]) -> list[str]:
    """The languages in which a story is told."""
    return sorted({report["language"] for report in story["reports"]})


def growth(story: Mapping[str, Any]) -> dict[date, int]:
    """How many reports that copy nothing came on each day, by the times that they claim."""
    own = (report for report in story["reports"] if report["role"] != Role.COPY)
    return dict(Counter(_reported_at(report).astimezone(UTC).date() for report in own))


def _reported_at(report: Mapping[str, Any]) -> datetime:
    moment: datetime = min(filter(None, (report["published_at"], report["seen_at"])))
    return moment


def as_record(story: Mapping[str, Any]) -> dict[str, Any]:
    """A story in the shape that programs rely on; one that was asked for by its id with its relations."""
    record = {
        "story": story["id"],
        "title": story["title"],
        "topics": story["topics"],
        "languages": languages_of(story),
        "state": story["state"],
        "first_report_at": story["first_report_at"],
        "last_report_at": story["last_report_at"],
        "last_fact_at": story["last_fact_at"],
        "outlets": outlets_of(story),
        "independent": independent_of(story),
        "reports": [
            {key: value for key, value in report.items() if key != "source"} for report in story["reports"]
        ],
    }
    if "follows" in story:
        days = sorted(growth(story).items())
        record["growth"] = [{"day": day.isoformat(), "reports": count} for day, count in days]
        record |= {key: story[key] for key in ("follows", "taken_up_by", "suggestions", "merged_into")}
    return record
