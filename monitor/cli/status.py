"""`monitor status`: is it working, what is late, what is broken, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import typer
from rich.markup import escape

from monitor.alerts.wording import wording
from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of
from monitor.cli.output import json_line, out, words
from monitor.cli.redaction import redaction
from monitor.errors import Fault
from monitor.model import Completeness
from monitor.store import disk, summary
from monitor.store.lock import holder
from monitor.store.summary import Problem

STAYS = "what was last in force of it stays"
SHOWN = 5  # problems of a kind; --json has them all
_NUMBER = re.compile(r"\b\d+\b")  # the id in a remedy, by which alike ones differ


def status(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say on one screen whether the service does its job; exit code 1 if anything needs an operator."""
    settings = settings_of(config)
    now = datetime.now(UTC)
    with reading(settings) as database:
        state = database.read_now(summary.status, now=now)
        problems = database.read_now(summary.problems, now=now, alert_after=settings.poll.alert_after)
        used = database.read_now(disk.database_size)
        known = redaction(settings, database, reveal=False).topics
    is_open = settings.lost <= known.keys() and not any(topic.discreet for topic in known.values())
    problems += [_of_file(fault, is_open=is_open) for fault in settings.topic_faults]
    problems += disk.over_budget(used, settings.keep.size)
    problems += disk.shortage(settings.service.state_dir, settings.service.min_free)
    service = holder(settings.service.state_dir)
    problems += _stopped(service, state, now)
    if as_json:
        json_line({"service": service, **state, "problems": [asdict(problem) for problem in problems]})
    else:
        _show(service, state, problems)
    raise typer.Exit(1 if problems else 0)


def _of_file(fault: Fault, *, is_open: bool) -> Problem:
    """A topic that cannot be used: the service keeps the version that was last in force, if there is one.

    Keys and problems are in the words of the watch list: unless all of it is *open*, the place must do.
    """
    return Problem(
        kind="topic file",
        subject=fault.file if fault.line is None else f"{fault.file}:{fault.line}",
        detail=f"{fault.key}: {fault.problem}; {STAYS}" if is_open else f"its edit cannot be used; {STAYS}",
        remedy=fault.remedy if is_open else "`monitor topics lint` says what is wrong with it",
    )


def _stopped(service: str | None, state: dict[str, Any], now: datetime) -> Iterator[Problem]:
    """Yield the problem if feeds have been due for so long that nobody can be polling them."""
    due_since = state["queue"]["oldest_poll"]
    if due_since is None or now - due_since < summary.LATE:
        return
    if service is None:
        yield Problem(
            kind="not running",
            subject="the service",
            detail=f"feeds have been due since {words(due_since)}",
            remedy="start it: `systemctl start monitor`, or `monitor run`",
        )
    else:
        yield Problem(
            kind="polling late",
            subject="the service",
            detail=f"a feed has been due since {words(due_since)}",
            remedy="after a long stop this passes; otherwise the runbook says more under MonitorQueueLate",
        )


def _show(service: str | None, state: dict[str, Any], problems: list[Problem]) -> None:
    for label, text in _lines(service, state):
        out.print(f"[bold]{label:<13}[/]{escape(text)}")
    if not problems and state["stages"]["last_poll_at"] is None and service is None:
        out.print("[bold yellow]nothing was polled yet[/]")
        out.print("    start the service: `systemctl start monitor`, or `monitor run`")
    elif not problems:
        out.print("[bold green]nothing needs you[/]")
    for (kind, remedy), alike in _grouped(problems):
        for problem in alike[:SHOWN]:
            detail = f"{escape(words(problem.subject))}: {escape(words(problem.detail))}"
            out.print(f"[bold red]{kind}[/]: {detail}")
        if len(alike) > SHOWN:
            out.print(f"[bold red]{kind}[/]: and {len(alike) - SHOWN} more")
        out.print(f"    {escape(remedy)}")


def _lines(service: str | None, state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    feeds, queue, stages = state["feeds"], state["queue"], state["stages"]
    causes = ", ".join(f"{count} × {cause}" for cause, count in sorted(feeds["causes"].items()))
    failing = f"{feeds['failing']} failing{f' ({causes})' if causes else ''}"
    resting = f", {feeds['resting']} resting as their host asked" if feeds["resting"] else ""
    poll = f"{feeds['gone']} gone, {feeds['due']} due{resting}; last poll {words(stages['last_poll_at'])}"
    yield "service", service or "not running"
    yield "feeds", f"{feeds['live']} live, {failing}, {poll}"
    yield "completeness", wording().completeness(Completeness(**state["completeness"]))
    read, look = words(stages["last_read_at"]), words(stages["last_look_at"])
    yield "articles", f"{_counts(state['articles'])}; {queue['articles']} waiting; last read {read}"
    yield "revisions", f"{state['revisions']}; {queue['looks']} articles due for a look; last look {look}"
    yield "stories", f"{_counts(state['stories'])}; {state['matches']} matches, {state['alerts']} alerts"
    yield "deliveries", f"{_counts(state['deliveries'])}; last sent {words(stages['last_sent_at'])}"


def _grouped(problems: list[Problem]) -> list[tuple[tuple[str, str], list[Problem]]]:
    """What is mended in the same way stands together, so that one broken line out fills no ten screens."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        remedy = _NUMBER.sub("ID", problem.remedy)
        groups.setdefault((problem.kind, remedy), []).append(problem)
    return [
        ((kind, alike[0].remedy if len(alike) == 1 else remedy), alike)
        for (kind, remedy), alike in groups.items()
    ]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
