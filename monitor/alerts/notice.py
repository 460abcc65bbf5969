"""The snapshot that commits with an alert: everything a message will tell, however much later it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.alerts.clean import clip, visible
from monitor.alerts.quotes import quotes
from monitor.model import (
    AlertKind,
    Article,
    Disagreement,
    EarlierStory,
    Edit,
    Evidence,
    FigureClaim,
    LinkEvidence,
    Match,
    Notice,
    ReportLine,
    Revision,
    Role,
)

TITLE_LIMIT = 300  # characters; the longest real headline of 291 feeds had 214
OUTLET_LIMIT = 80
MAX_MATCHED = 12  # words shown; who needs more looks at the article
MATCHED_LIMIT = 60
MAX_EDITS = 4  # sentences of a revision that are shown; `monitor articles show` has all of them
EDIT_LIMIT = 400  # characters; a sentence of a report seldom has more
SHARED_LIMIT = 100  # characters of a name in both spellings
CONCEPTS = "concepts"  # the kind of link whose words are a topic's own
MAX_CLAIMS = 8  # figures side by side
MAX_REPORTS = 40  # a snapshot stays a few kilobytes however large the story; messages show fewer

_UNKNOWN_LANGUAGES = ("", "und")


def build_notice(
    *,
    alert: int,
    kind: AlertKind,
    story: int,
    article: Article,
    matches: Sequence[Match],
    titles: Mapping[str, str],
    reports: Sequence[ReportLine],
    revision: Revision | None = None,
    country: str = "",
    disagreement: Disagreement | None = None,
    likeness: float = 0.0,
    links: Sequence[LinkEvidence] = (),
    follows: EarlierStory | None = None,
) -> Notice:
    """Return what an alert about *article* tells.

    *matches* are the ones to be told, so a destination that gets only one of an article's topics
    is given only that one; *titles* maps topic ids to what people call them. *reports* are all of
    the story's, this one included; the counts are over all of them, the list keeps the first and
    the newest. A *revision* is told by what changed, in the place of quotes; a *disagreement* by its claims.
    *links* are why the article is in its story, *follows* is the one that the story takes up.
    """
    edits = () if revision is None else _edits(revision)
    ranked = sorted(matches, key=lambda match: (-match.score, match.topic))
    evidence = [each for match in ranked for each in match.evidence]
    made = Notice(
        alert=alert,
        kind=kind,
        story=story,
        topics=_distinct(titles.get(match.topic, match.topic) for match in ranked),
        headline=_title(article.title) or article.source,
        url=article.url,
        outlet=_outlet(article.outlet, article.url),
        language=article.language,
        seen_at=article.seen_at,
        published_at=article.published_at,
        score=ranked[0].score if ranked else 0.0,
        quotes=() if edits else quotes(article, evidence),
        matched=matched_words(evidence),
        reports=(),
        outlets=0,
        independent=0,
        languages=(),
        edits=edits,
        likeness=likeness,
        country=country,
        disagreement=() if disagreement is None else _claims(disagreement),
        links=_links(links, evidence),
        follows=None if follows is None else _earlier(follows, evidence),
    )
    return with_reports(made, reports)


def with_reports(notice: Notice, reports: Sequence[ReportLine]) -> Notice:
    """Return *notice* as its story stands with all of its *reports*."""
    listed = sorted(reports, key=lambda report: report.seen_at)
    return replace(
        notice,
        reports=tuple(_line(report) for report in _kept(listed)),
        outlets=len(_outlets(listed)),
        independent=sum(report.confirms for report in listed if report.role is not Role.COPY),
        languages=_distinct(each.language for each in listed if each.language not in _UNKNOWN_LANGUAGES),
    )


def build_discreet(
    *, alert: int, kind: AlertKind, story: int, code_name: str, score: float, now: datetime
) -> Notice:
    """Return what an alert of a discreet topic tells: its code name and the alert's id, and nothing else.

    Nothing else is stored either, so that no channel, whatever it shows, can show it. Whether a story is
    new is told, not what came later: "figures differ" and "first report in Farsi" say too much.
    """
    return Notice(
        alert=alert,
        kind=kind if kind is AlertKind.NEW_STORY else AlertKind.NEW_REPORT,
        story=story,
        topics=(code_name,),
        headline="",
        url="",
        outlet="",
        language="",
        seen_at=now,
        published_at=None,
        score=score,
        quotes=(),
        matched=(),
        reports=(),
        outlets=0,
        independent=0,
        languages=(),
        discreet=True,
    )


def _earlier(follows: EarlierStory, evidence: Sequence[Evidence]) -> EarlierStory:
    return replace(follows, title=_title(follows.title) or "—", evidence=_links(follows.evidence, evidence))


def _links(links: Sequence[LinkEvidence], evidence: Sequence[Evidence]) -> tuple[LinkEvidence, ...]:
    """Return what ties reports together, without concepts of topics that this alert is not about.

    Their readers may be others: the name of a concept would say what a discreet topic watches for.
    """
    own = {each.concept for each in evidence}
    shown = (
        replace(
            link,
            shared=tuple(
                clip(visible(text), SHARED_LIMIT)
                for text in link.shared
                if link.kind != CONCEPTS or text in own
            ),
        )
        for link in links
    )
    return tuple(link for link in shown if link.shared or link.kind != CONCEPTS)


def _claims(disagreement: Disagreement) -> tuple[FigureClaim, ...]:
    return tuple(
        replace(
            claim,
            outlet=clip(visible(claim.outlet), OUTLET_LIMIT),
            quote=clip(visible(claim.quote), EDIT_LIMIT),
        )
        for claim in disagreement.claims[:MAX_CLAIMS]
    )


def _edits(revision: Revision) -> tuple[Edit, ...]:
    """Return what a message shows of a revision: first what made it grave, then the rest in its order."""
    passages = dict.fromkeys([*revision.telling, *(each for each in revision.passages if not each.is_kept)])
    edits = (
        Edit(
            before=clip(visible(each.before), EDIT_LIMIT),
            after=clip(visible(each.after), EDIT_LIMIT),
        )
        for each in passages
    )
    return tuple(edits)[:MAX_EDITS]


def matched_words(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return the distinct matched words as written, in the order in which they are read."""
    ordered = sorted(evidence, key=lambda each: (each.start, each.end))
    return _distinct(clip(visible(each.text), MATCHED_LIMIT) for each in ordered)[:MAX_MATCHED]


def _title(title: str) -> str:
    return clip(visible(title), TITLE_LIMIT)


def _outlet(outlet: str, url: str) -> str:
    """Return the outlet's name, or the host for a feed that was given none."""
    return clip(visible(outlet), OUTLET_LIMIT) or (urlsplit(url).hostname or "").removeprefix("www.")


def _outlets(reports: Iterable[ReportLine]) -> frozenset[str]:
    return frozenset(_outlet(report.outlet, report.url).casefold() for report in reports)


def _kept(reports: Sequence[ReportLine]) -> Sequence[ReportLine]:
    if len(reports) <= MAX_REPORTS:
        return reports
    return [reports[0], *reports[-(MAX_REPORTS - 1) :]]


def _line(report: ReportLine) -> ReportLine:
    return replace(report, title=_title(report.title), outlet=_outlet(report.outlet, report.url))


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Return *words* without empty ones and repetitions in other letters, in their order."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.casefold(), word)
    return tuple(word for word in first.values() if word)
