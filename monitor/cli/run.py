"""`monitor run`: the service itself."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from monitor import logs
from monitor.cli.context import ConfigOption, config_folder
from monitor.service import look_ups_hang
from monitor.service import run as run_service
from monitor.settings import usable


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
    settings = usable(folder)
    logs.configure(form=settings.service.log_format, level=settings.service.log_level)
    code = run_service(settings, folder, once=once)
    if look_ups_hang():  # everything is written and closed; only the interpreter would wait for them
        sys.stderr.flush()
        os._exit(code)
    raise typer.Exit(code)
