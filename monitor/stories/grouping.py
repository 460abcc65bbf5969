"""Which story a report belongs to, why, and which stories a person should look at side by side.

One pass, no memory but the stories themselves: the same stream in the same order gives the same stories
after any restart. Stories are never merged here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Article, Copy, LinkEvidence, Placement, Role
from monitor.stories.crosslingual import KINDS_NEEDED, explain, likeness, may_reach, shared
from monitor.stories.features import Features
from monitor.stories.resemblance import Joins, alike, ceiling, learned, measures, shares_enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When reports tell one story.

    `join` holds within a language, `join_brief` where there is hardly more than a headline, `link` across
    languages; what lies `nearly` below one of the first two, or between `suggest` and `link`, is left to a
    person. Where a story has reports in the report's language and they do
    not claim it, those in other languages must reach `overrule`.

    Units: `nearly` is in log-odds, all others but `window` are probabilities.
    """

    window: timedelta = timedelta(days=7)
    join: float = 0.25  # B³ F1 .91 on topics nothing was learned on, flat from .22; at .3 .905, less recall
    join_brief: float = 0.2  # B³ F1 .77 on held-out halves; at .3 .75, with less recall
    sure: float = 0.8  # from it on, a short report need not share a given part
    nearly: float = 0.55  # .16 to .25; between .2 and .3 one report of three belonged
    link: float = 0.45
    suggest: float = 0.35
    overrule: float = 0.8


DEFAULT = Limits()
THIN = -0.01  # the strength of a claim by a place and a name: a person may look at it
ROUNDING = 1e-6  # log-odds by which a bound may be wrong: it adds up in another order
MAX_SUGGESTED = 3  # stories for one report; whoever is shown more looks at none


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story as grouping sees it: its reports in the order in which they came, copies left out.

    The two times are of its first and last report, as `reported_at` has them.
    """

    id: int
    reports: tuple[Features, ...]
    first_report_at: datetime
    last_report_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """How strongly a story claims a report.

    Units: `score` is a probability, `strength` its log-odds above the threshold of its kind, so that a
    claim within a language and one across languages can be compared; 0 and more is a claim.
    """

    story: StoryView
    score: float
    strength: float
    nearly: bool
    evidence: tuple[LinkEvidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A story that is nearly the one in which a report was placed, or that a new story takes up."""

    story: int
    score: float
    evidence: tuple[LinkEvidence, ...]


def reported_at(article: Article) -> datetime:
    """Return when an article was published, as far as it says so, and never later than we saw it.

    Stories are laid out in this time: what a new feed brings from last month belongs to last month.
    """
    claimed = article.published_at
    return article.seen_at if claimed is None else min(claimed, article.seen_at)


def away(story: StoryView, at: datetime) -> timedelta:
    """Return how far a moment is from the time in which a story was told; zero within it."""
    return max(story.first_report_at - at, at - story.last_report_at, timedelta())


def weigh(
    report: Features,
    candidates: Sequence[StoryView],
    *,
    limits: Limits = DEFAULT,
    joins: Joins | None = None,
    every: bool = False,
) -> tuple[Bid, ...]:
    """Return what each story bids for *report*, the strongest first; of equal ones the story opened first.

    Stories that cannot come near a claim, nearly all of them, are left out unless *every* bid is asked for.
    """
    weigher = _Weigher(report, limits, joins or learned(), every)
    bids = [bid for story in candidates if story.reports and (bid := weigher.bid(story)) is not None]
    return tuple(sorted(bids, key=lambda bid: (-bid.strength, bid.story.id)))


def place(
    bids: Sequence[Bid], *, at: datetime, copy: tuple[Copy, int] | None = None, limits: Limits = DEFAULT
) -> Placement:
    """Return where a report belongs: its original's story, the story that claims it most, or a new one.

    *copy* is the verdict of `duplicates.judge` and the story of the original.
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
    for bid in bids:
        if bid.strength >= 0 and away(bid.story, at) <= limits.window:
            return Placement(
                story=bid.story.id, role=Role.REPORT, score=round(bid.score, 4), evidence=bid.evidence
            )
    return Placement(story=None, role=Role.REPORT)


def copy_evidence(copy: Copy) -> LinkEvidence:
    """Return the reason why a copy is in its original's story."""
    return LinkEvidence(kind="copy", score=round(copy.containment, 3), shared=(copy.kind.value,))


def suggest(
    bids: Sequence[Bid], placement: Placement, *, at: datetime, limits: Limits = DEFAULT
) -> tuple[Suggestion, ...]:
    """Return the stories of the same days that are nearly the one of *placement*, the strongest first.

    A copy suggests nothing: its original has done so.
    """
    if placement.copy is not None:
        return ()
    near = [
        _suggestion(bid)
        for bid in bids
        if bid.story.id != placement.story
        and (bid.strength >= 0 or bid.nearly)
        and away(bid.story, at) <= limits.window
    ]
    return tuple(near[:MAX_SUGGESTED])


def follows(bids: Sequence[Bid], *, at: datetime, limits: Limits = DEFAULT) -> Suggestion | None:
    """Return the story that a new one takes up: it claims the first report, and had been quiet too long."""
    for bid in bids:
        if bid.strength >= 0 and at - bid.story.last_report_at > limits.window:
            return _suggestion(bid)
    return None


def _suggestion(bid: Bid) -> Suggestion:
    return Suggestion(story=bid.story.id, score=round(bid.score, 4), evidence=bid.evidence)


# --- claims -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weigher:
    """What a report is weighed by; unless `every` bid is asked for, what cannot come near a claim is None."""

    report: Features
    limits: Limits
    joins: Joins
    every: bool

    def bid(self, story: StoryView) -> Bid | None:
        """The stronger of what the story's reports in this language claim and what the others claim."""
        language = self.report.language
        own = [other for other in story.reports if other.language == language]
        foreign = [other for other in story.reports if other.language != language]
        across = self._across(foreign, story) if foreign else None
        claimed = across is not None and across.strength >= 0
        within = self._within(own, story, at_all=self.every or claimed) if own else None
        if within is None or across is None:
            return within or across
        if within.strength < 0 <= across.strength and across.score < self.limits.overrule:
            return replace(across, strength=within.strength, nearly=True)
        return max(within, across, key=lambda bid: bid.strength)

    def _within(self, own: Sequence[Features], story: StoryView, *, at_all: bool) -> Bid | None:
        report, limits = self.report, self.limits
        join, brief = self.joins.of(report, own)
        needed = _log_odds(limits.join_brief if brief else limits.join)
        if not at_all and ceiling(report, own, join) < needed - limits.nearly - ROUNDING:
            return None
        score = join.probability(measures(report, own))
        strength = _log_odds(score) - needed
        if strength >= 0 and not shares_enough(report, own, sure=score >= limits.sure):
            strength = THIN
        nearly = strength >= -limits.nearly
        evidence: tuple[LinkEvidence, ...] = ()
        if nearly:
            nearest = max(own, key=lambda other: alike(report, other, "stems"))
            evidence = explain(report, nearest, shared(report, nearest))
        return Bid(story=story, score=score, strength=strength, nearly=nearly, evidence=evidence)

    def _across(self, foreign: Sequence[Features], story: StoryView) -> Bid | None:
        report, limits = self.report, self.limits
        worth = [other for other in foreign if self.every or may_reach(report, other)]
        if not worth:
            return None
        compared = [(likeness(report, other), other) for other in worth]
        found, nearest = max(compared, key=lambda pair: (pair[0].kinds >= KINDS_NEEDED, pair[0].score))
        strength = _log_odds(found.score) - _log_odds(limits.link)
        enough = found.kinds >= KINDS_NEEDED
        nearly = enough and found.score >= limits.suggest
        return Bid(
            story=story,
            score=found.score,
            strength=strength if enough else min(strength, -1.0),
            nearly=nearly,
            evidence=explain(report, nearest, found.shared) if nearly else (),
        )


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(bounded / (1 - bounded))
