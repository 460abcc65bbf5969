"""`monitor status`: is it working, what is late, what is broken, what to do."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import typer
from rich.markup import escape

from monitor.alerts.wording import completeness
from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of
from monitor.cli.output import json_line, out, words
from monitor.model import Completeness
from monitor.store import summary
from monitor.store.disk import shortage
from monitor.store.lock import holder
from monitor.store.summary import Problem


def status(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say on one screen whether the service does its job; exit code 1 if anything needs an operator."""
    settings = settings_of(config)
    now = datetime.now(UTC)
    with reading(settings) as database:
        state = database.read_now(summary.status, now=now)
        problems = database.read_now(summary.problems, now=now, alert_after=settings.poll.alert_after)
    problems += shortage(settings.service.state_dir, settings.service.min_free)
    service = holder(settings.service.state_dir)
    if as_json:
        json_line({"service": service, **state, "problems": [asdict(problem) for problem in problems]})
    else:
        _show(service, state, problems)
    raise typer.Exit(1 if problems else 0)


def _show(service: str | None, state: dict[str, Any], problems: list[Problem]) -> None:
    out.print(f"[bold]service[/]     {escape(service or 'not running')}")
    feeds, queue, stages = state["feeds"], state["queue"], state["stages"]
    causes = ", ".join(f"{count} × {cause}" for cause, count in sorted(feeds["causes"].items()))
    out.print(
        f"[bold]feeds[/]       {feeds['live']} live, {feeds['failing']} failing"
        f"{escape(f' ({causes})') if causes else ''}, {feeds['gone']} gone, {feeds['due']} due; "
        f"last poll {words(stages['last_poll_at'])}"
    )
    out.print(f"[bold]completeness[/]: {completeness(Completeness(**state['completeness']))}")
    out.print(
        f"[bold]articles[/]    {_counts(state['articles'])}; {queue['articles']} waiting; "
        f"last read {words(stages['last_read_at'])}"
    )
    out.print(
        f"[bold]revisions[/]   {state['revisions']}; {queue['looks']} articles due to be looked at again; "
        f"last look {words(stages['last_look_at'])}"
    )
    out.print(
        f"[bold]stories[/]     {_counts(state['stories'])}; "
        f"{state['matches']} matches, {state['alerts']} alerts"
    )
    out.print(
        f"[bold]deliveries[/]  {_counts(state['deliveries'])}; last sent {words(stages['last_sent_at'])}"
    )
    if not problems:
        out.print("[bold green]nothing needs you[/]")
    for problem in problems:
        out.print(
            f"[bold red]{problem.kind}[/]: {escape(words(problem.subject))}: {escape(words(problem.detail))}"
        )
        out.print(f"    {escape(problem.remedy)}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
