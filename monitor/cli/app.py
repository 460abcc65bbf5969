"""The command `monitor`: its doors, opened one at a time, and how a fault of the operator's is told."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from monitor.cli.output import complain, show_faults
from monitor.errors import AlreadyRunning, OperatorFault, SettingsFault

EX_TEMPFAIL = 75  # sysexits.h: try again later
EX_CONFIG = 78  # sysexits.h: something was found in an unconfigured or misconfigured state

# What a person types → the file behind it, with its function where it is one command. A command imports its
# own file only: all of them together take three seconds, most of which `status` has no use for.
DOORS = {
    "run": "run:run",
    "check-config": "config:check_config",
    "init": "config:init",
    "status": "status:status",
    "feeds": "feeds",
    "topics": "topics",
    "stories": "stories",
    "articles": "articles",
    "figures": "figures:figures",
    "alerts": "alerts",
    "deliveries": "deliveries",
    "extract": "extract:extract",
    "db": "database",
}


def build(word: str | None = None) -> typer.Typer:
    """Return the command with the door that *word* names, or with all of them when it names none."""
    app = typer.Typer(
        name="monitor",
        help="Watches news feeds for a newsroom: one story told once, in every language.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_monitor)
    for name in [word] if word in DOORS else DOORS:
        file, _, function = DOORS[name].partition(":")
        module = import_module(f"monitor.cli.{file}")
        if function:
            app.command(name)(getattr(module, function))
        else:
            app.add_typer(module.app, name=name)
    return app


def _monitor() -> None:
    """Watches news feeds for a newsroom: one story told once, in every language."""


def main() -> None:
    """Run the command; faults of the operator's end it with words and a code, bugs with a traceback."""
    try:
        build(next(iter(sys.argv[1:]), None))()
    except SettingsFault as fault:
        show_faults(fault.faults)
        sys.exit(EX_CONFIG)
    except AlreadyRunning as fault:
        complain(str(fault))
        sys.exit(EX_TEMPFAIL)
    except OperatorFault as fault:
        complain(str(fault))
        sys.exit(EX_CONFIG)
    except BrokenPipeError:  # `monitor … | head` is no fault
        sys.stderr.close()
