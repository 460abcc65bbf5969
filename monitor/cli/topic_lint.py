"""`monitor topics lint`: what is wrong with the topics' files, each thing with its line and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import ConfigOption, JsonOption, config_folder
from monitor.cli.output import complain, json_line, line, words
from monitor.errors import Fault, OperatorFault
from monitor.settings import Checked, check_topics


def lint(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Only what stands in these files; by default all of them.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look through topics and concepts: what could never work, and what looks like a slip.

    The exit code is 1 where there is an error. A running service keeps the last good version of a topic that
    has one, and takes up the others.
    """
    folder = config_folder(config) / "topics"
    if not folder.is_dir():
        raise OperatorFault(f"{folder}: there is no such directory")
    checked = check_topics(folder)
    errors, warnings = _within(checked.errors, files), _within(checked.warnings, files)
    for severity, found in (("error", errors), ("warning", warnings)):
        for fault in found:
            if as_json:
                json_line({"severity": severity, **asdict(fault)})
            else:
                _show(severity, fault)
    if not as_json:
        _sum_up(checked, errors, warnings)
    raise typer.Exit(1 if errors else 0)


def _within(faults: Iterable[Fault], files: list[Path] | None) -> list[Fault]:
    wanted = {path.resolve() for path in files or ()}
    return [fault for fault in faults if not files or Path(fault.file).resolve() in wanted]


def _show(severity: str, fault: Fault) -> None:
    place = fault.file if fault.line is None else f"{fault.file}:{fault.line}"
    line(f"{words(place)}: {severity}: {words(fault.key)}: {words(fault.problem)}")
    line(f"    {words(fault.remedy)}")


def _sum_up(checked: Checked, errors: list[Fault], warnings: list[Fault]) -> None:
    if errors:
        complain(f"{len(errors)} error{'s' if len(errors) != 1 else ''}, {len(warnings)} to look at")
    else:
        line(f"{len(checked.topics)} topics: good, {len(warnings)} to look at")
