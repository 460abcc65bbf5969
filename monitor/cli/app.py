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
    "healthcheck": "healthcheck:healthcheck",
    "feeds": "feeds",
    "topics": "topics",
    "stories": "stories",
    "articles": "articles",
    "figures": "figures:figures",
    "alerts": "alerts",
    "deliveries": "deliveries",
    "destinations": "destinations",
    "extract": "extract:extract",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "db": "database",
}
HELP = "--help"
# What the help says of each, as the doors themselves do: it would open all of them only to list their names.
SAYS = {
    "run": "Run the service until it is stopped.",
    "check-config": "Check every file of a configuration: exit code 0, or 78 with each fault's place "
    "and remedy.",
    "init": "Write a commented starter configuration; an existing file is never overwritten.",
    "status": "Say on one screen whether the service does its job; exit code 1 if anything needs "
    "an operator.",
    "healthcheck": "Ask the service on web.listen whether it is alive; exit code 0 if it is, 1 if not.",
    "figures": "Show what is claimed in numbers, and where it differs. About one figure in ten is misread.",
    "extract": "Show what an article says: title, text, language, time, canonical URL, and where each "
    "came from.",
    "feeds": "Feeds: the sources that are polled.",
    "topics": "Topics: what is watched for.",
    "stories": "Stories and their reports.",
    "articles": "What an article says, and what it said before.",
    "alerts": "Alerts: what was worth telling.",
    "deliveries": "Deliveries: alerts on their way.",
    "destinations": "Destinations: who can be told, and whether messages arrive.",
    "backup": "Copy the database while the service runs, and verify the copy by opening it.",
    "restore": "Put a backup in the database's place, with the service stopped; what was there is kept.",
    "db": "The database.",
}


def build(word: str | None = None) -> typer.Typer:
    """Return the command with the door that *word* names, or with all of them when it names none.

    For the help alone they are listed and stay closed.
    """
    app = typer.Typer(
        name="monitor",
        help="Watches news feeds for a newsroom: one story told once, in every language.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_monitor)
    for name in [word] if word in DOORS else DOORS:
        if word == HELP and name in SAYS:
            app.command(name, help=SAYS[name])(_closed)
            continue
        file, _, function = DOORS[name].partition(":")
        module = import_module(f"monitor.cli.{file}")
        if function:
            app.command(name)(getattr(module, function))
        else:
            app.add_typer(module.app, name=name)
    return app


def _closed() -> None:
    """Stand in the list; the help ends before any command is called."""


def _monitor() -> None:
    """Watches news feeds for a newsroom: one story told once, in every language."""


def main() -> None:
    """Run the command; faults of the operator's end it with words and a code, bugs with a traceback."""
    try:
        build(next(iter(sys.argv[1:]), HELP))()
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
