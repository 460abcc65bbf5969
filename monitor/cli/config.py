"""`monitor check-config` and `monitor init`: a configuration before it is used."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import ConfigOption, JsonOption, config_folder
from monitor.cli.output import err, json_line, line, show_faults
from monitor.errors import OperatorFault, SettingsFault
from monitor.settings import init as write_starter
from monitor.settings import load, starter

EX_CONFIG = 78  # sysexits.h


def check_config(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Check every file of a configuration: exit code 0, or 78 with each fault's place and remedy."""
    folder = config_folder(config)
    try:
        settings = load(folder)
    except SettingsFault as found:
        if as_json:
            for fault in found.faults:
                json_line({"severity": "error", **asdict(fault)})
        else:
            show_faults(found.faults)
        raise typer.Exit(EX_CONFIG) from None
    for warning in settings.warnings:
        if as_json:
            json_line({"severity": "warning", **asdict(warning)})
        else:
            err.print(f"warning: {warning}", markup=False)
    if not as_json:
        line(
            f"{folder}: good. {len(settings.feeds)} feeds, {len(settings.topics)} topics, "
            f"{len(settings.destinations)} destinations, {len(settings.routes)} routes"
        )


def init(directory: Annotated[Path, typer.Argument(help="The folder to write to.")]) -> None:
    """Write a commented starter configuration; an existing file is never overwritten."""
    try:
        written = write_starter(directory)
    except OSError as problem:
        raise OperatorFault(f"{directory} cannot be written to ({problem.strerror})") from None
    for path in starter(directory):
        line(f"wrote {path}" if path in written else f"kept  {path}, which was there")
    line(f"Next: read {directory / 'monitor.toml'}, then `monitor check-config --config {directory}`")
