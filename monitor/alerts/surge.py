"""Whether a topic floods: it matches far more than its own history explains; its words never enter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LEAST_HISTORY = timedelta(days=2)  # a new topic has no usual rate, and its first day is a backlog
ENOUGH_LESS = 2  # times under the limit before a surge is over, or a rate at the limit would flap


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeLimits:
    """When a topic floods: so many times its usual rate (0: never), and so many articles an hour at least."""

    factor: float = 10.0
    least: int = 20


USUAL_LIMITS = SurgeLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a topic matches, in articles an hour: in the last one, and over its history before."""

    recent: float
    usual: float
    history: timedelta


def floods(rate: Rate, limits: SurgeLimits, *, already: bool) -> bool:
    """Whether a topic with this rate tells in digests only; *already*: it does so now."""
    if not limits.factor or rate.history < LEAST_HISTORY:
        return False
    limit = max(limits.least, limits.factor * rate.usual)
    return rate.recent >= (limit / ENOUGH_LESS if already else limit)
