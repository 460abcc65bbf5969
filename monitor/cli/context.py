"""What commands share: which configuration, which database, and the options that name them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from monitor.alerts.clean import visible
from monitor.cli.output import err
from monitor.errors import OperatorFault, SchemaFault
from monitor.settings import Settings, usable
from monitor.store import schema
from monitor.store.database import Database
from monitor.store.lock import holder

DEFAULTS = (Path("config"), Path("/etc/monitor"))

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="The configuration folder. Default: $MONITOR_CONFIG, ./config, /etc/monitor."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
LimitOption = Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many, the newest first.")]


def config_folder(given: Path | None) -> Path:
    """The folder that was asked for, or the first default that exists.

    Raises: OperatorFault when there is none.
    """
    if given is not None:
        return given
    if named := os.environ.get("MONITOR_CONFIG"):
        return Path(named)
    for folder in DEFAULTS:
        if (folder / "monitor.toml").exists():
            return folder
    raise OperatorFault("no configuration found. Name one with --config, or make one: `monitor init DIR`")


def settings_of(given: Path | None) -> Settings:
    """The configuration, whole and checked; topics that cannot be used are complained of and left out."""
    settings = usable(config_folder(given))
    for fault in settings.topic_faults:  # by its place alone: the rest is in the words of the watch list
        place = fault.file if fault.line is None else f"{fault.file}:{fault.line}"
        err.print(f"warning: {visible(place)}: not usable; `monitor topics lint` says why", markup=False)
    return settings


@contextmanager
def reading(settings: Settings) -> Iterator[Database]:
    """The database for a command that only looks; it may run beside the service.

    Raises: SchemaFault when there is nothing to look at yet.
    """
    database = Database(settings.database.url)
    try:
        if not database.exists():
            raise SchemaFault("there is no database yet. Start the service once: `monitor run`")
        database.read_now(schema.check)
        yield database
    finally:
        database.close()


@contextmanager
def writing(settings: Settings) -> Iterator[Database]:
    """The database for a command that changes something, made if it is missing."""
    database = Database(settings.database.url)
    try:
        database.require_writable()
        if holder(settings.service.state_dir) is None:
            database.write_now(schema.upgrade)
        else:
            database.read_now(schema.check)
        yield database
    finally:
        database.close()
