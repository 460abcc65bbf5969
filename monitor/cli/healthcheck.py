"""`monitor healthcheck`: ask the running service how it is, for supervisors that run a command."""

from __future__ import annotations

import http.client
from typing import Annotated

import typer

from monitor.cli.context import ConfigOption, settings_of
from monitor.cli.output import complain
from monitor.errors import OperatorFault

PATIENCE = 5.0  # seconds; the page answers at once or the loop hangs
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  listened on → where to knock


def healthcheck(
    config: ConfigOption = None,
    ready: Annotated[
        bool, typer.Option("--ready", help="Ask for readiness: database, schema and disk as well.")
    ] = False,
) -> None:
    """Ask the service on web.listen whether it is alive; exit code 0 if it is, 1 if not."""
    listen = settings_of(config).web.listen
    if not listen:
        raise OperatorFault("web.listen is empty, so there is nobody to ask. Set it, such as 127.0.0.1:8080")
    page = "/readyz" if ready else "/healthz"
    if problem := _problem(listen, page):
        complain(f"{page} on {listen}: {problem}")
        raise typer.Exit(1)


def _problem(listen: str, page: str) -> str | None:
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    connection = http.client.HTTPConnection(ANYWHERE.get(host, host), int(port), timeout=PATIENCE)
    try:
        connection.request("GET", page)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        return f"no answer ({type(fault).__name__})"
    finally:
        connection.close()
    return None if status == http.HTTPStatus.OK else f"answered {status}"
