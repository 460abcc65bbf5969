"""The faults that stop something, as one tree; the world's everyday faults are values in `monitor.model`.

MonitorError
├── OperatorFault            somebody who runs the service must act; the start stops (exit 78)
│   ├── SettingsFault        a configuration file: file, line, key, remedy; carries *every* fault found
│   ├── SchemaFault          the database is newer or older than this program
│   └── AlreadyRunning       another service holds the state directory (exit 75)
└── BadInput                 one thing from outside cannot be used; its neighbours go on
    ├── BadFeed              not a feed, or one that passes a limit
    │   └── ParserFailed     a parser's own bug met these bytes
    ├── BadPage              a page that passes a limit before extraction
    └── BadQuery             a topic's expression, with the place of the mistake
"""

from __future__ import annotations

from dataclasses import dataclass


class MonitorError(Exception):
    """The root of everything this program raises on purpose."""


class OperatorFault(MonitorError):
    """Somebody who runs the service must act before it can go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a configuration file, told so that it can be mended at once."""

    file: str
    line: int | None
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.problem}. {self.remedy}"


class SettingsFault(OperatorFault):
    """The configuration cannot be used; `faults` holds every reason, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class SchemaFault(OperatorFault):
    """The database's schema does not fit this program."""


class AlreadyRunning(OperatorFault):
    """Another service holds the state directory."""


class BadInput(MonitorError):
    """One thing from outside cannot be used; the text is safe to show and names no secret."""


class BadFeed(BadInput):
    """These bytes are no feed, or pass a limit."""


class ParserFailed(BadFeed):
    """A parser broke over these bytes: they may be a feed, and it is we who cannot read it."""


class BadPage(BadInput):
    """This page passes a limit and is not worth a worker."""


class BadQuery(BadInput):
    """A topic's expression cannot be read; `position` counts characters from 0."""

    def __init__(self, problem: str, *, position: int, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.position = position
        self.remedy = remedy
