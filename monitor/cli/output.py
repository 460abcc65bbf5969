"""How commands speak: a table for people, one JSON object per line for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from monitor.alerts.clean import visible
from monitor.errors import Fault

PIPED_WIDTH = 200  # columns for `monitor … | less -S`; rich would take 80 and fold every URL
NARROW = 20  # characters; a column whose values are no longer (a time, an id, a state) is not folded
RECENT = timedelta(days=2)  # how far back "3 h ago" says more than a date


def _width() -> int | None:
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH


out = Console(highlight=False, emoji=False, width=_width())
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def json_line(record: Mapping[str, Any]) -> None:
    """Print one object on one line."""
    typer.echo(json.dumps(record, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def line(text: str, *, style: str | None = None) -> None:
    """Print one line as it is; the terminal folds it, so that a URL can be copied whole."""
    out.print(text, style=style, markup=False, soft_wrap=True)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows for people; an empty table says so."""
    cells = [[words(value) for value in row] for row in rows]
    if not cells:
        line(f"{title}: none")
        return
    drawn = Table(header_style="bold", box=None, pad_edge=False)
    for column, values in zip(columns, zip(*cells, strict=True), strict=True):
        narrow = max(map(len, values)) <= NARROW
        drawn.add_column(escape(column), overflow="fold", no_wrap=narrow)
    for row in cells:
        drawn.add_row(*map(escape, row))
    out.print(drawn)


def words(value: object) -> str:
    """A value as people read it, on one line; nothing in it can turn or colour a terminal."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, timedelta):
        return _span(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(words(item) for item in value)
    return visible(str(value))


def when(moment: datetime | None, now: datetime) -> str:
    """A moment as it is said in a table: `4 min ago`, `in 2.0 h`, or its date."""
    if moment is None:
        return "-"
    away = moment - now
    if abs(away) > RECENT:
        return moment.astimezone(UTC).strftime("%Y-%m-%d")
    return f"in {_span(away)}" if away > timedelta() else f"{_span(-away)} ago"


def _span(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    if seconds < 90:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def complain(problem: str) -> None:
    """Say on standard error what is wrong and what to do."""
    err.print(f"[bold red]monitor:[/] {escape(visible(problem))}")


def show_faults(faults: Sequence[Fault]) -> None:
    """List every fault of a configuration with its place and its remedy."""
    for fault in faults:
        place, key, problem, remedy = (
            escape(visible(text))
            for text in (
                fault.file if fault.line is None else f"{fault.file}:{fault.line}",
                fault.key,
                fault.problem,
                fault.remedy,
            )
        )
        err.print(f"[bold]{place}[/]: [red]{key}[/]: {problem}")
        err.print(f"    {remedy}")
    complain(
        f"{len(faults)} fault{'s' if len(faults) != 1 else ''} in the configuration; nothing was started"
    )


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal while something long goes on; what it yields takes how much of how much is done."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as drawn:
        task = drawn.add_task(what, total=None)
        yield lambda done, of: drawn.update(task, completed=done, total=of)
