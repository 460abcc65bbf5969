"""How many independent sources stand behind a story's reports: copies and retold dispatches confirm nothing.

A *voice* is whoever answers for what a report says: the agency it credits, else its outlet. A *source* is
a family of copies together with the families that retell its report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.model import CopyKind, Credit, CreditPlace, Figure, Role
from monitor.stories.duplicates import Shingles

RETOLD = 0.1  # of the shorter text: reports that share a statement's sentences share less (EMBEDDED_LEAST)
SAME_FIGURES = 0.5  # of those that the report with fewer of them tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What of a report tells whether another retells it."""

    credits: tuple[Credit, ...]
    figures: tuple[Figure, ...]
    shingles: Shingles | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """What of a report counts; `source` is the family that its own family retells, else its own."""

    source: int
    outlet: str
    role: Role
    kind: CopyKind | None = None
    credits: tuple[Credit, ...] = ()


def shared_agencies(one: Collection[Credit], other: Collection[Credit]) -> frozenset[str]:
    """Return the agencies that both reports credit."""
    return frozenset(credit.agency for credit in one) & frozenset(credit.agency for credit in other)


def retells_one_dispatch(one: Dispatch, other: Dispatch) -> bool:
    """Whether two reports, neither a copy of the other, retell one report of an agency.

    Both credit the agency, and they tell the same figures or share more than quoted sentences.
    """
    if not shared_agencies(one.credits, other.credits):
        return False
    return _same_figures(one.figures, other.figures) or _overlap(one.shingles, other.shingles) >= RETOLD


def _same_figures(one: Sequence[Figure], other: Sequence[Figure]) -> bool:
    """Whether the numbers agree; other words around them may give them another role."""
    own, theirs = ({(f.unit, f.low, f.high) for f in figures} for figures in (one, other))
    shared = len(own & theirs)
    return shared > 0 and shared >= SAME_FIGURES * min(len(own), len(theirs))


def _overlap(one: Shingles | None, other: Shingles | None) -> float:
    if one is None or other is None or not one.all or not other.all:
        return 0.0
    return len(one.all & other.all) / min(len(one.all), len(other.all))


def confirming(reports: Sequence[Sourced]) -> tuple[bool, ...]:
    """Return for each of a story's reports, in the order in which we saw them, whether it confirms something.

    The first report of each source does, unless its voice has spoken before: an outlet, or an agency,
    counts once however often it reports. What several agencies are credited for adds nothing to theirs.
    """
    heads: dict[int, int] = {}
    agencies: dict[int, set[str]] = defaultdict(set)
    for place, report in enumerate(reports):
        if report.role is not Role.COPY:
            heads.setdefault(report.source, place)
        if report.role is not Role.COPY or report.kind in (CopyKind.VERBATIM, CopyKind.EDITED):
            agencies[report.source].update(_answering(report.credits))
    voices = {
        place: agencies[source] or {reports[place].outlet.casefold()} for source, place in heads.items()
    }
    heard: set[str] = set()
    confirms = set()
    for place in sorted(voices, key=lambda place: (len(voices[place]), place)):
        if not heard & voices[place]:
            confirms.add(place)
        heard |= voices[place]
    return tuple(place in confirms for place in range(len(reports)))


def _answering(named: Collection[Credit]) -> set[str]:
    return {credit.agency for credit in named if credit.place is not CreditPlace.PART}
