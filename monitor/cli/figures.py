"""`monitor figures`: what files, or the reports of a story, claim in numbers, side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.articles.extract import read_file
from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of
from monitor.cli.output import complain, json_line, line, table, words
from monitor.errors import BadInput
from monitor.model import Extracted, Figure
from monitor.store import figures as stored
from monitor.stories.figures.compare import Compared, Mixed, Row, Told, compare
from monitor.stories.figures.extract import figures as read_figures
from monitor.stories.figures.extract import titled
from monitor.text.claims import spoken

COLUMNS = ("role", "figure", "source", "time", "who says so", "standing")


def figures(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…|STORY", help="Text or HTML files, taken as reports of one story; or a story's id."
        ),
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is claimed in numbers, and where it differs. About one figure in ten is misread."""
    if len(files) == 1 and files[0].isdecimal() and not Path(files[0]).exists():
        _story(int(files[0]), config, as_json=as_json)
        return
    told, failed = [], False
    for path in files:
        try:
            told.append(_read(Path(path)))
        except (OSError, BadInput) as problem:
            failed = True
            reason = problem.strerror if isinstance(problem, OSError) else str(problem)
            complain(f"{path}: {reason}")
    if as_json:
        for report in told:
            json_line(as_record(report))
    elif told:
        show(compare(told))
    raise typer.Exit(1 if failed else 0)


def _story(story: int, config: Path | None, *, as_json: bool) -> None:
    with reading(settings_of(config)) as database:
        told = database.read_now(stored.of_story, story)
    if not told:
        complain(f"there is no story {story}: `monitor stories list` names them")
        raise typer.Exit(1)
    compared = compare(told)
    if as_json:
        json_line(story_record(story, compared))
    else:
        show(compared)


def story_record(story: int, compared: Compared) -> dict[str, object]:
    """A story's figures side by side in the shape that programs rely on."""
    return {
        "story": story,
        "rows": [
            {
                "role": row.role,
                "unit": row.unit,
                "period": row.period,
                "standing": row.standing,
                "claims": [
                    {
                        "article": claim.report.article,
                        "source": claim.report.source,
                        "language": claim.report.language,
                        "time": claim.report.at,
                        "copies": list(claim.report.copies),
                        **figure_record(claim.figure),
                    }
                    for claim in row.claims
                ],
            }
            for row in compared.rows
        ],
        "mixed": [
            {"value": mixed.value, "roles": {source: list(roles) for source, roles in mixed.roles}}
            for mixed in compared.mixed
        ],
    }


def _read(path: Path) -> Told:
    found = read_file(path.name, path.read_bytes(), now=datetime.now(UTC))
    if not isinstance(found, Extracted):
        return Told(article=None, source=str(path), language="und", at=None, figures=())
    read = read_figures(titled(found.title, found.text), found.language)
    return Told(article=None, source=str(path), language=found.language, at=found.published_at, figures=read)


def as_record(report: Told) -> dict[str, object]:
    """A file's figures in the shape that programs rely on."""
    return {
        "file": report.source,
        "language": report.language,
        "figures": [figure_record(figure) for figure in report.figures],
    }


def figure_record(figure: Figure) -> dict[str, object]:
    """One figure in the shape that programs rely on."""
    return {
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "role": figure.role,
        "unit": figure.unit,
        "hedge": figure.hedge,
        "scope": figure.scope,
        "attribution": figure.attribution,
        "quote": figure.quote,
        "start": figure.start,
        "end": figure.end,
    }


def show(compared: Compared) -> None:
    """Print the table of roles, and what is to be noticed beside it."""
    table("Figures", COLUMNS, [cells for row in compared.rows for cells in _cells(row)])
    for mixed in compared.mixed:
        line(f"note: {_noticed(mixed)}")


def _cells(row: Row) -> list[tuple[object, ...]]:
    return [
        (
            row.role if place == 0 else "",
            spoken(claim.figure),
            _source(claim.report),
            claim.report.at,
            claim.figure.attribution,
            row.standing if place == 0 else "",
        )
        for place, claim in enumerate(row.claims)
    ]


def _source(report: Told) -> str:
    copies = len(report.copies)
    return f"{report.source} (and {copies} {'copies' if copies > 1 else 'copy'})" if copies else report.source


def _noticed(mixed: Mixed) -> str:
    places = [f"as {' and '.join(roles)} in {words(source)}" for source, roles in mixed.roles]
    return f"{mixed.value:,} appears {', '.join(places)}"
