"""Whether an article is worth telling, and as what; never to whom or how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.model import AlertDraft, AlertKind, Article, Change, Match, Placement, Role

TOLD_CHANGES: Mapping[Change, AlertKind] = {  # a rewrite or an edit alone is stored and not told
    Change.REMOVED: AlertKind.REMOVED,
    Change.CORRECTION: AlertKind.CORRECTION,
    Change.FIGURE: AlertKind.FIGURE,
    Change.HEADLINE: AlertKind.HEADLINE,
}
STORY_CAUSE = "story"  # one new-story alert per topic and story: the cause is the story itself


def decide(
    *,
    article: Article,
    matches: Sequence[Match],
    placement: Placement,
    told: frozenset[str],
    live: frozenset[str],
    quiet: bool,
) -> tuple[AlertDraft, ...]:
    """Return the alerts that *article* raises, the highest score first.

    A story is told once per topic; after that each report of it is, unless it is a copy: a wire
    text on a second site is nothing new. A copy does tell a story that was not told yet (its
    original was part of a quiet backlog, or was cut short and matched nothing), because the
    alternative is that nobody hears of it; the message marks it as a copy.

    *told* and *live* hold topic ids: told of this story already, and raising alerts at all. A
    *quiet* article belongs to the backlog of a feed seen for the first time: stored, not told.
    """
    if quiet:
        return ()
    drafts = (_draft(article, match, placement.role, told) for match in matches if match.topic in live)
    wanted = (draft for draft in drafts if draft is not None)
    return tuple(sorted(wanted, key=lambda draft: (-draft.score, draft.topic)))


def _draft(article: Article, match: Match, role: Role, told: frozenset[str]) -> AlertDraft | None:
    if match.topic not in told:
        kind, cause = AlertKind.NEW_STORY, STORY_CAUSE
    elif role is not Role.COPY:
        kind, cause = AlertKind.NEW_REPORT, f"article:{article.id}"
    else:
        return None
    return AlertDraft(topic=match.topic, kind=kind, cause=cause, score=match.score)


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
