"""`monitor stories`: what happened, who reports it, and why we think that it is one story."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from monitor.cli.context import ConfigOption, JsonOption, LimitOption, reading, settings_of
from monitor.cli.output import complain, json_line, line, table, when, words
from monitor.cli.redaction import RevealOption, redaction
from monitor.model import Role
from monitor.store import stories

app = typer.Typer(help="Stories and their reports.", no_args_is_help=True)


@app.command("list")
def list_stories(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
    reveal: RevealOption = False,
) -> None:
    """List stories, the latest first."""
    settings = settings_of(config)
    with reading(settings) as database:
        hidden = redaction(settings, database, reveal=reveal)
        found = [hidden.story(story) for story in database.read_now(stories.listing, limit=limit)]
    if as_json:
        for story in found:
            json_line(as_record(story))
        return
    now = datetime.now(UTC)
    table(
        "Stories",
        [
            "story",
            "title",
            "reports",
            "copies",
            "outlets",
            "independent",
            "languages",
            "state",
            "last report",
        ],
        [
            (
                story["id"],
                story["title"],
                sum(report["role"] != Role.COPY for report in story["reports"]),
                sum(report["role"] == Role.COPY for report in story["reports"]),
                outlets_of(story),
                independent_of(story),
                languages_of(story),
                story["state"],
                when(story["last_report_at"], now),
            )
            for story in found
        ],
    )


@app.command("show")
def show(
    story: Annotated[int, typer.Argument(help="The story's id.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one story: every report, its role, and the evidence that ties it to the others."""
    with reading(settings_of(config)) as database:
        found = database.read_now(stories.listing, limit=1, story=story)
    if not found:
        complain(f"there is no story {story}: `monitor stories list` names them")
        raise typer.Exit(1)
    if as_json:
        json_line(as_record(found[0]))
        return
    _show(found[0])


def _show(story: dict[str, Any]) -> None:
    line(f"Story {story['id']}: {words(story['title'])}", style="bold")
    line(f"topics     {words(story['topics'])}")
    line(f"languages  {words(languages_of(story))}")
    line(f"reports    {counts_of(story)}")
    line(f"state      {story['state']}, first report {words(story['first_report_at'])}")
    for report in story["reports"]:
        _show_report(report)


def _show_report(report: dict[str, Any]) -> None:
    line("")
    line(f"article {report['article']}  {words(report['outlet'])} ({report['language']}): {_role_of(report)}")
    line(f"    {words(report['title'])}")
    line(f"    {words(report['url'])}")
    line(f"    seen {words(report['seen_at'])}; dated {words(report['published_at'])}")
    for credit in report["credits"]:
        line(f"    credits {words(credit['agency'])} ({credit['place']}): {words(credit['text'])}")
    for item in report["evidence"] if report["role"] != Role.COPY else ():
        line(f"    {item['kind']:9} {item['score']:.2f}  {words(item['shared'])}")


def _role_of(report: dict[str, Any]) -> str:
    """What a report is, and why it does not count where it does not."""
    if report["role"] == Role.COPY:
        return f"copy of article {report['of']} ({report['kind']}, {report['containment']:.0%} the same)"
    if report["retells"] is not None:
        return f"{report['role']}, tells the same agency report as article {report['retells']}"
    return str(report["role"]) if report["confirms"] else f"{report['role']}, adds no independent voice"


def outlets_of(story: dict[str, Any]) -> int:
    """How many outlets report a story."""
    return len({(report["outlet"] or report["source"]).casefold() for report in story["reports"]})


def independent_of(story: dict[str, Any]) -> int:
    """How many independent reports a story has."""
    return sum(report["confirms"] for report in story["reports"])


def counts_of(story: dict[str, Any]) -> str:
    """How widely and how independently a story is reported."""
    outlets, independent = outlets_of(story), independent_of(story)
    return (
        f"{outlets} {'outlet' if outlets == 1 else 'outlets'}, "
        f"{independent} independent {'report' if independent == 1 else 'reports'}"
    )


def languages_of(story: dict[str, Any]) -> list[str]:
    """The languages in which a story is told."""
    return sorted({report["language"] for report in story["reports"]})


def as_record(story: dict[str, Any]) -> dict[str, Any]:
    """A story in the shape that programs rely on."""
    return {
        "story": story["id"],
        "title": story["title"],
        "topics": story["topics"],
        "languages": languages_of(story),
        "state": story["state"],
        "first_report_at": story["first_report_at"],
        "last_report_at": story["last_report_at"],
        "outlets": outlets_of(story),
        "independent": independent_of(story),
        "reports": [
            {key: value for key, value in report.items() if key != "source"} for report in story["reports"]
        ],
    }
