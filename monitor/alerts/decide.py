"""Whether an article is worth telling, and as what; never to whom or how."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from monitor.model import (
    AlertDraft,
    AlertKind,
    Article,
    Change,
    Disagreement,
    FigureRole,
    Match,
    Placement,
    Reach,
    Role,
)

TOLD_CHANGES: Mapping[Change, AlertKind] = {  # a rewrite or an edit alone is stored and not told
    Change.REMOVED: AlertKind.REMOVED,
    Change.RETURNED: AlertKind.RETURNED,
    Change.CORRECTION: AlertKind.CORRECTION,
    Change.FIGURE: AlertKind.FIGURE,
    Change.HEADLINE: AlertKind.HEADLINE,
}
STORY_CAUSE = "story"  # one new-story alert per topic and story: the cause is the story itself
SPIKE = 5  # outlets that report a story within the hour, each for itself: few stories of a beat get so far
NOWHERE = Reach()
ALL_FIGURES: Mapping[str, Collection[FigureRole]] = {}  # no topic chooses
_UNKNOWN_LANGUAGES = ("", "und")


def decide(
    *,
    article: Article,
    matches: Sequence[Match],
    placement: Placement,
    told: frozenset[str],
    live: frozenset[str],
    quiet: bool,
    reach: Reach = NOWHERE,
    country: str = "",
    disagreements: Sequence[Disagreement] = (),
    wanted_figures: Mapping[str, Collection[FigureRole]] = ALL_FIGURES,
) -> tuple[AlertDraft, ...]:
    """Return the alerts that *article* raises, the highest score first.

    A story is told once per topic; after that each report of it is, unless it is a copy: a wire
    text on a second site is nothing new. A copy does tell a story that was not told yet (its
    original was part of a quiet backlog, or was cut short and matched nothing), because the
    alternative is that nobody hears of it; the message marks it as a copy.

    What a report brings beside itself is an alert of its own, so that it can be routed and silenced by
    itself: the first language or country, figures that differ, many outlets within the hour.

    *told* and *live* hold topic ids: told of this story already, and raising alerts at all. A
    *quiet* article belongs to the backlog of a feed seen for the first time: stored, not told. *reach* is
    the story's without this article; *wanted_figures* holds, for topics that choose, the roles they want.
    """
    if quiet:
        return ()
    further = tuple(_further(article, reach, country))
    drafts = [
        AlertDraft(topic=match.topic, kind=kind, cause=cause, score=match.score)
        for match in matches
        if match.topic in live
        for kind, cause in _news(
            match.topic,
            placement.role,
            told,
            (*further, *_figures(disagreements, wanted_figures.get(match.topic))),
        )
    ]
    return tuple(sorted(drafts, key=lambda draft: (-draft.score, draft.topic)))


def _news(
    topic: str, role: Role, told: frozenset[str], further: Sequence[tuple[AlertKind, str]]
) -> Sequence[tuple[AlertKind, str]]:
    if topic not in told:
        return ((AlertKind.NEW_STORY, STORY_CAUSE),)
    return () if role is Role.COPY else further


def _figures(
    disagreements: Sequence[Disagreement], wanted: Collection[FigureRole] | None
) -> Iterator[tuple[AlertKind, str]]:
    for each in disagreements:
        if wanted is None or each.role in wanted:
            yield (AlertKind.FIGURES_DIFFER if each.differ else AlertKind.FIGURES_UPDATED), each.cause


def _further(article: Article, reach: Reach, country: str) -> Iterator[tuple[AlertKind, str]]:
    """Yield what a further report of a story tells, with the cause that tells it once."""
    yield AlertKind.NEW_REPORT, f"article:{article.id}"
    language = article.language
    if reach.languages and language not in _UNKNOWN_LANGUAGES and language not in reach.languages:
        yield AlertKind.NEW_LANGUAGE, f"language:{language}"
    if reach.countries and country and country not in reach.countries:
        yield AlertKind.NEW_COUNTRY, f"country:{country}"
    outlets = len(reach.lately | {article.outlet or article.source})
    if outlets >= SPIKE:
        yield AlertKind.SPIKE, f"spike:{_step(outlets)}"


def _step(outlets: int) -> int:
    """Return the last doubling that was passed: a story that goes on growing is told rarer and rarer."""
    step = SPIKE
    while step * 2 <= outlets:
        step *= 2
    return step


def decide_revision(
    *, article: int, number: int, changes: Sequence[Change], matches: Sequence[Match], live: frozenset[str]
) -> tuple[AlertDraft, ...]:
    """Return the alerts that a revision raises: one per topic, of the gravest kind, the highest score first.

    *matches* are those of the topics that were told of the article: what nobody heard of needs no correction.
    """
    kind = next((TOLD_CHANGES[each] for each in Change if each in changes and each in TOLD_CHANGES), None)
    if kind is None:
        return ()
    drafts = (
        AlertDraft(topic=match.topic, kind=kind, cause=f"revision:{article}.{number}", score=match.score)
        for match in matches
        if match.topic in live
    )
    return tuple(sorted(drafts, key=lambda draft: (-draft.score, draft.topic)))
