"""Which story a report belongs to, why, and which stories a person should look at side by side.

One pass, no memory but the stories themselves: the same stream in the same order gives the same stories
after any restart. Stories are never merged here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Copy, LinkEvidence, Placement, Role
from monitor.stories.crosslingual import KINDS_NEEDED, explain, likeness, shared
from monitor.stories.features import Features
from monitor.stories.resemblance import Join, cosine, learned, measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When reports tell one story.

    `join` holds within a language, `link` across languages; what lies between `suggest` and `link` is left
    to a person. Where a story has reports in the report's language and they do not claim it, those in other
    languages must reach `overrule`.

    Units: all but `window` are probabilities.
    """

    window: timedelta = timedelta(days=7)
    join: float = 0.3  # B³ F1 .90 on held-out halves, flat from .25; higher trades recall for precision
    link: float = 0.45
    suggest: float = 0.35
    overrule: float = 0.8


DEFAULT = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story as grouping sees it: its reports in the order in which they came, copies left out."""

    id: int
    reports: tuple[Features, ...]
    last_report_at: datetime
    topics: tuple[str, ...] = ()


class Relation(StrEnum):
    """Why two stories are worth a look side by side."""

    SAME = "same"  # nearly enough to be one story
    EARLIER = "earlier"  # enough, but the story had been quiet for longer than the window


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A story that a person may want to join to the one in which a report was placed."""

    story: int
    relation: Relation
    score: float
    evidence: tuple[LinkEvidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bid:
    """How strongly a story claims a report.

    Units: `score` is a probability, `strength` its log-odds above the threshold of its kind, so that a
    claim within a language and one across languages can be compared.
    """

    story: StoryView
    score: float
    strength: float
    nearly: bool
    evidence: tuple[LinkEvidence, ...]


def place(
    report: Features,
    candidates: Sequence[StoryView],
    *,
    copy: tuple[Copy, int] | None = None,
    now: datetime,
    limits: Limits = DEFAULT,
    join: Join | None = None,
) -> Placement:
    """Return where *report* belongs: its original's story, the story that claims it most, or a new one.

    *copy* is the verdict of `duplicates.judge` and the story of the original. Equal claims go to the
    story that was opened first.
    """
    if copy is not None:
        verdict, story = copy
        return Placement(
            story=story,
            role=Role.COPY,
            copy=verdict,
            score=verdict.containment,
            evidence=(copy_evidence(verdict),),
        )
    live = [story for story in candidates if abs(now - story.last_report_at) <= limits.window]
    bids = [bid for bid in _bids(report, live, limits, join or learned()) if bid.strength >= 0]
    if not bids:
        return Placement(story=None, role=Role.REPORT)
    best = min(bids, key=lambda bid: (-bid.strength, bid.story.id))
    return Placement(
        story=best.story.id, role=Role.REPORT, score=round(best.score, 4), evidence=best.evidence
    )


def copy_evidence(copy: Copy) -> LinkEvidence:
    """Return the reason why a copy is in its original's story."""
    return LinkEvidence(kind="copy", score=round(copy.containment, 3), shared=(copy.kind.value,))


def suggest(
    report: Features,
    candidates: Sequence[StoryView],
    placement: Placement,
    *,
    now: datetime,
    limits: Limits = DEFAULT,
    join: Join | None = None,
) -> tuple[Suggestion, ...]:
    """Return the stories that are nearly the one of *placement*, and older ones that it may follow up.

    The strongest first. A copy suggests nothing: its original has done so.
    """
    if placement.copy is not None:
        return ()
    others = [story for story in candidates if story.id != placement.story]
    bids = [
        bid for bid in _bids(report, others, limits, join or learned()) if bid.strength >= 0 or bid.nearly
    ]
    return tuple(
        Suggestion(
            story=bid.story.id,
            relation=_relation(bid, now, limits),
            score=round(bid.score, 4),
            evidence=bid.evidence,
        )
        for bid in sorted(bids, key=lambda bid: (-bid.strength, bid.story.id))
    )


def _relation(bid: _Bid, now: datetime, limits: Limits) -> Relation:
    return Relation.EARLIER if abs(now - bid.story.last_report_at) > limits.window else Relation.SAME


# --- claims -----------------------------------------------------------------------------------------------


def _bids(report: Features, stories: Sequence[StoryView], limits: Limits, join: Join) -> list[_Bid]:
    return [_bid(report, story, limits, join) for story in stories if story.reports]


def _bid(report: Features, story: StoryView, limits: Limits, join: Join) -> _Bid:
    """The stronger of what the story's reports in this language claim and what the others claim."""
    own = [other for other in story.reports if other.language == report.language]
    foreign = [other for other in story.reports if other.language != report.language]
    within = _within(report, own, story, limits, join) if own else None
    if not foreign:
        assert within is not None
        return within
    across = _across(report, foreign, story, limits)
    if within is None:
        return across
    if within.strength < 0 <= across.strength and across.score < limits.overrule:
        return replace(across, strength=within.strength, nearly=True)
    return max(within, across, key=lambda bid: bid.strength)


def _within(report: Features, own: Sequence[Features], story: StoryView, limits: Limits, join: Join) -> _Bid:
    measured = measures(report, own)
    score = join.probability(measured)
    strength = _log_odds(score) - _log_odds(limits.join)
    evidence: tuple[LinkEvidence, ...] = ()
    if strength >= 0:
        nearest = max(own, key=lambda other: cosine(report.stems, other.stems))
        evidence = explain(report, nearest, shared(report, nearest))
    return _Bid(story=story, score=score, strength=strength, nearly=False, evidence=evidence)


def _across(report: Features, foreign: Sequence[Features], story: StoryView, limits: Limits) -> _Bid:
    compared = [(likeness(report, other), other) for other in foreign]
    found, nearest = max(compared, key=lambda pair: (pair[0].kinds >= KINDS_NEEDED, pair[0].score))
    strength = _log_odds(found.score) - _log_odds(limits.link)
    enough = found.kinds >= KINDS_NEEDED
    nearly = enough and found.score >= limits.suggest
    return _Bid(
        story=story,
        score=found.score,
        strength=strength if enough else min(strength, -1.0),
        nearly=nearly,
        evidence=explain(report, nearest, found.shared) if nearly else (),
    )


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(bounded / (1 - bounded))
