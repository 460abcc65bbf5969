"""What the reports of one story say in numbers, side by side: where they agree, differ, or come later.

It never says which is right, and it never averages. A copy repeats its original: it counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Figure, FigureRole, Hedge
from monitor.stories.figures.lexicon import lexicon
from monitor.text.words import normalise

LEEWAY = 0.1  # how far "about 40" reaches on either side
LATER = timedelta(hours=3)  # counts of one event that are nearer in time are told by the same facts
LEAST_NOTICED = 5  # smaller numbers stand in two roles by chance

# What only grows while an event goes on; the others fall as people leave or are found.
GROWING = frozenset(FigureRole) - {FigureRole.WAITING, FigureRole.MISSING}


class Standing(StrEnum):
    """How the claims for one role stand to each other, in the words that people read."""

    ONE_SOURCE = "one source"
    AGREE = "figures agree"
    DIFFER = "figures differ"
    UPDATE = "later update"
    OTHER_PERIOD = "another period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report with its figures; `copies` names the outlets that carry the same text."""

    article: int | None
    source: str
    language: str
    at: datetime | None
    figures: tuple[Figure, ...]
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One figure in one report."""

    report: Told
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All claims for one role, unit and period, the earliest first, and how they stand to each other."""

    role: FigureRole
    unit: str
    period: str | None
    claims: tuple[Claim, ...]
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """A number that stands in different roles: *arrived* in one report, *helped* in another."""

    value: int
    roles: tuple[tuple[str, tuple[FigureRole, ...]], ...]  # source and its roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The figures of a story: rows by role, and numbers whose roles do not meet."""

    rows: tuple[Row, ...]
    mixed: tuple[Mixed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Claims worth telling because they differ or have changed.

    `cause` stays the same for as long as the same numbers stand against each other, so that an alert
    about them is raised once.
    """

    role: FigureRole
    unit: str
    standing: Standing
    claims: tuple[Claim, ...]
    cause: str


def compare(reports: Iterable[Told]) -> Compared:
    """Lay the figures of a story's reports side by side."""
    told = sorted(reports, key=_order)
    grouped: dict[tuple[FigureRole, str, str | None], list[Claim]] = defaultdict(list)
    for report in told:
        for figure in _distinct(report.figures, report.language):
            period = canonical_period(figure.scope, report.language)
            grouped[figure.role, figure.unit, period].append(Claim(report=report, figure=figure))
    rows = [
        Row(role=role, unit=unit, period=period, claims=tuple(claims), standing=standing(claims))
        for (role, unit, period), claims in grouped.items()
    ]
    return Compared(rows=tuple(_in_order(rows)), mixed=tuple(_mixed(told)))


def differences(compared: Compared) -> tuple[Difference, ...]:
    """Return what differs or has changed, each with a cause that names its numbers."""
    return tuple(
        Difference(
            role=row.role,
            unit=row.unit,
            standing=row.standing,
            claims=row.claims,
            cause=_cause(row),
        )
        for row in compared.rows
        if row.standing in (Standing.DIFFER, Standing.UPDATE)
    )


def _cause(row: Row) -> str:
    numbers = sorted({(claim.figure.low, claim.figure.high) for claim in row.claims})
    written = ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in numbers)
    return f"figures:{row.role}:{row.unit}:{written}"


def canonical_period(scope: str | None, language: str) -> str | None:
    """Return a period's name that languages share ("this year" is *tahun ini*), else its own words."""
    words = lexicon(language)
    if scope is None or words is None:
        return scope
    plain = normalise(scope)
    return next((name for name, pattern in words.periods if pattern.search(plain)), plain)


# --- how claims stand to each other ---------------------------------------------------------------------


def standing(claims: Sequence[Claim]) -> Standing:
    """Return how the claims for one role stand to each other.

    Sources agree if one figure of each fits one of the other: a report may tell a whole and its parts.
    """
    sources = _by_source(claims)
    if len(sources) == 1:
        (only,) = sources.values()
        return _within(only)
    latest = {source: _latest(own) for source, own in sources.items()}
    names = list(latest)
    pairs = [
        (latest[one], latest[other])
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if not _fit(latest[one], latest[other])
    ]
    if not pairs:
        changed = any(_within(own) is Standing.UPDATE for own in sources.values())
        return Standing.UPDATE if changed else Standing.AGREE
    return Standing.UPDATE if all(_outgrown(one, other) for one, other in pairs) else Standing.DIFFER


def _by_source(claims: Sequence[Claim]) -> Mapping[str, list[Claim]]:
    sources: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        sources[claim.report.source].append(claim)
    return sources


def _within(claims: Sequence[Claim]) -> Standing:
    """An outlet that tells something else later than it did has changed its figure."""
    latest = _latest(claims)
    earlier = [claim for claim in claims if claim.report is not latest[0].report]
    return Standing.UPDATE if earlier and not _fit(earlier, latest) else Standing.ONE_SOURCE


def _latest(claims: Sequence[Claim]) -> list[Claim]:
    last = max(claims, key=lambda claim: _order(claim.report)).report
    return [claim for claim in claims if claim.report is last]


def _fit(one: Sequence[Claim], other: Sequence[Claim]) -> bool:
    return any(_overlap(a.figure, b.figure) for a in one for b in other)


def _overlap(one: Figure, other: Figure) -> bool:
    (low, high), (other_low, other_high) = _reach(one), _reach(other)
    return low <= other_high and other_low <= high


def _reach(figure: Figure) -> tuple[float, float]:
    """What a claim leaves open: "about 40" is 36 to 44, "at least 14" has no end."""
    match figure.hedge:
        case Hedge.AT_LEAST:
            return figure.low, float("inf")
        case Hedge.AT_MOST:
            return 0, figure.high
        case Hedge.ABOUT:
            return figure.low * (1 - LEEWAY), figure.high * (1 + LEEWAY)
        case None:
            return figure.low, figure.high


def _outgrown(one: Sequence[Claim], other: Sequence[Claim]) -> bool:
    """Whether the later of two sources tells more of what can only grow."""
    first, second = one[0].report.at, other[0].report.at
    if first is None or second is None or abs(second - first) < LATER:
        return False
    earlier, later = (one, other) if first < second else (other, one)
    grows = one[0].figure.role in GROWING
    return grows and max(c.figure.low for c in later) > max(c.figure.low for c in earlier)


# --- order and the rest -----------------------------------------------------------------------------------


def _order(report: Told) -> tuple[bool, datetime | None, int, str]:
    return report.at is None, report.at, report.article or 0, report.source


def _distinct(figures: Sequence[Figure], language: str) -> list[Figure]:
    """One of each that a report repeats, the first with a period or a source before one without."""
    kept: dict[object, Figure] = {}
    for figure in figures:
        key = (
            figure.role, figure.unit, figure.low, figure.high, figure.hedge,
            canonical_period(figure.scope, language),
        )  # fmt: skip
        if key not in kept or (figure.attribution and not kept[key].attribution):
            kept[key] = figure
    return list(kept.values())


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """By role; a period that stands beside another one for its role is marked as such."""
    order = list(FigureRole)
    unscoped = {(row.role, row.unit) for row in rows if row.period is None}
    marked = [
        Row(role=row.role, unit=row.unit, period=row.period, claims=row.claims, standing=_mark(row, unscoped))
        for row in rows
    ]
    return sorted(marked, key=lambda row: (order.index(row.role), row.unit, row.period or ""))


def _mark(row: Row, unscoped: set[tuple[FigureRole, str]]) -> Standing:
    beside = row.period is not None and (row.role, row.unit) in unscoped
    return Standing.OTHER_PERIOD if beside and row.standing is Standing.ONE_SOURCE else row.standing


def _mixed(reports: Sequence[Told]) -> list[Mixed]:
    seen: dict[int, dict[str, set[FigureRole]]] = defaultdict(lambda: defaultdict(set))
    for report in reports:
        for figure in report.figures:
            if figure.value is not None and figure.value >= LEAST_NOTICED:
                seen[figure.value][report.source].add(figure.role)
    return [
        Mixed(
            value=value,
            roles=tuple((source, tuple(sorted(roles))) for source, roles in sources.items()),
        )
        for value, sources in sorted(seen.items())
        if len(sources) > 1 and not set.intersection(*sources.values())
    ]
