"""Label values for metrics: of a bounded number, and numbers in the place of names that would tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from monitor.model import Cause

BUG = "bug"  # what a feed's row says of a poll that hit one of ours
OTHER = "other"  # whatever an older or newer program may have written
POLLED = ("read", "unchanged", "held")  # polls that failed at nothing
CAUSES = (*(cause.value for cause in Cause if cause is not Cause.HTTP), BUG)

_HTTP = re.compile(r"http ([1-9])\d\d")
_STATUSES = frozenset(f"http {status.value}" for status in HTTPStatus)
_KNOWN = frozenset((*POLLED, *CAUSES, Cause.HTTP.value, *_STATUSES))


def bounded(outcome: str) -> str:
    """Return a poll's outcome or a failure's cause as a label: a server may invent 900 statuses."""
    if outcome in _KNOWN:
        return outcome
    found = _HTTP.fullmatch(outcome)
    return f"http {found[1]}xx" if found else OTHER


class Numbers:
    """Neutral labels: a letter with a number, in the order of the names that are known at the start.

    A name keeps its number as long as the process lives and no number is given twice, so that a counter
    never goes on with what another name has counted.
    """

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._given: dict[str, str] = {}

    def know(self, names: Iterable[str]) -> None:
        """Give numbers to the names that have none."""
        for name in sorted(names):
            self.of(name)

    def of(self, name: str) -> str:
        """The label that stands for *name*."""
        return self._given.setdefault(name, f"{self._letter}{len(self._given) + 1}")

    def all(self) -> tuple[str, ...]:
        """Every label that was given."""
        return tuple(self._given.values())
