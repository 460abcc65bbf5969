"""`monitor run`: the service itself."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from monitor import logs
from monitor.cli.context import ConfigOption, config_folder
from monitor.errors import Fault, SettingsFault
from monitor.service import look_ups_hang
from monitor.service import run as run_service
from monitor.settings import usable

_OF_TOPICS = re.compile(r"\.topics\[")  # a key of people.yaml that names a topic


def _for_a_log(fault: Fault, folder: Path) -> Fault:
    """A fault as a journal may keep it: of topics their place alone, the rest is in their words."""
    if not (Path(fault.file).is_relative_to(folder / "topics") or _OF_TOPICS.search(fault.key)):
        return fault
    return replace(
        fault, key="topics", problem="cannot be used", remedy="`monitor check-config` says what is wrong."
    )


def run(
    config: ConfigOption = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll what is due, read and deliver until nothing is due, and end.")
    ] = False,
) -> None:
    """Run the service until it is stopped.

    With --once the exit code is 1 if anything needs an operator; `monitor status` says what.
    """
    folder = config_folder(config)
    try:
        settings = usable(folder)
        logs.configure(form=settings.service.log_format, level=settings.service.log_level)
        code = run_service(settings, folder, once=once)
    except SettingsFault as found:
        if sys.stderr.isatty():
            raise
        raise SettingsFault(tuple(_for_a_log(fault, folder) for fault in found.faults)) from None
    if look_ups_hang():  # everything is written and closed; only the interpreter would wait for them
        sys.stderr.flush()
        os._exit(code)
    raise typer.Exit(code)
