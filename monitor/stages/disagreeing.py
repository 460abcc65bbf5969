"""Which figures of a story an article brings into disagreement, as alerts tell them."""

from __future__ import annotations

from hashlib import sha256

from monitor.model import Disagreement, FigureClaim
from monitor.store import figures
from monitor.store.database import Connection
from monitor.stories.figures.compare import Claim, Difference, Standing, compare, differences

CAUSE_LIMIT = 120  # characters; the column takes 128, and a story may hold any number of numbers


def disagreements(connection: Connection, story: int, article: int) -> tuple[Disagreement, ...]:
    """Return the differences that *article* takes part in; what others disagree on was told with them."""
    found = differences(compare(figures.of_story(connection, story)))
    return tuple(
        Disagreement(
            cause=_short(each.cause),
            role=each.role,
            differ=each.standing is Standing.DIFFER,
            claims=tuple(_as_told(claim, each) for claim in each.claims),
        )
        for each in found
        if any(claim.report.article == article for claim in each.claims)
    )


def _short(cause: str) -> str:
    return cause if len(cause) <= CAUSE_LIMIT else f"figures:{sha256(cause.encode()).hexdigest()}"


def _as_told(claim: Claim, difference: Difference) -> FigureClaim:
    return FigureClaim(
        outlet=claim.report.source,
        language=claim.report.language,
        role=difference.role,
        unit=difference.unit,
        low=claim.figure.low,
        high=claim.figure.high,
        hedge=claim.figure.hedge,
        quote=claim.figure.quote,
        at=claim.report.at,
    )
