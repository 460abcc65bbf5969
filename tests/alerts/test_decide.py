"""What is worth telling."""

from __future__ import annotations

import pytest

from monitor.alerts.decide import decide, decide_revision
from monitor.model import AlertDraft, AlertKind, Change, Copy, CopyKind, Match, Placement, Role
from tests.alerts.samples import article

FLIGHT = Match(topic="flight", score=12.0, evidence=())
LAW = Match(topic="law", score=15.0, evidence=())
COPY = Placement(
    story=5, role=Role.COPY, copy=Copy(of=7, kind=CopyKind.VERBATIM, containment=1.0, jaccard=1.0)
)
REPORT = Placement(story=5, role=Role.REPORT)
LIVE = frozenset({"flight", "law"})


def alerts(
    *matches: Match,
    placement: Placement = REPORT,
    told: frozenset[str] = frozenset(),
    live: frozenset[str] = LIVE,
    quiet: bool = False,
) -> tuple[AlertDraft, ...]:
    return decide(article=article(), matches=matches, placement=placement, told=told, live=live, quiet=quiet)


def test_a_story_is_told_once_for_each_topic_the_strongest_first() -> None:
    assert alerts(FLIGHT, LAW, placement=Placement(story=None, role=Role.REPORT)) == (
        AlertDraft(topic="law", kind=AlertKind.NEW_STORY, cause="story", score=15.0),
        AlertDraft(topic="flight", kind=AlertKind.NEW_STORY, cause="story", score=12.0),
    )


def test_a_further_report_of_a_story_that_was_told_is_a_new_report() -> None:
    assert alerts(FLIGHT, told=frozenset({"flight"})) == (
        AlertDraft(topic="flight", kind=AlertKind.NEW_REPORT, cause="article:101", score=12.0),
    )


def test_a_report_that_brings_the_story_a_new_topic_tells_it_there() -> None:
    kinds = {draft.topic: draft.kind for draft in alerts(FLIGHT, LAW, told=frozenset({"flight"}))}
    assert kinds == {"flight": AlertKind.NEW_REPORT, "law": AlertKind.NEW_STORY}


def test_a_copy_of_a_story_that_was_told_is_not_told() -> None:
    assert alerts(FLIGHT, LAW, placement=COPY, told=LIVE) == ()


def test_a_copy_tells_a_story_that_nobody_was_told_of() -> None:
    (draft,) = alerts(FLIGHT, placement=COPY)
    assert draft.kind is AlertKind.NEW_STORY


def test_an_original_that_others_copied_is_a_report_like_any_other() -> None:
    (draft,) = alerts(FLIGHT, placement=Placement(story=5, role=Role.ORIGINAL), told=LIVE)
    assert draft.kind is AlertKind.NEW_REPORT


@pytest.mark.parametrize("live", [frozenset(), frozenset({"law"})])
def test_a_topic_that_is_not_live_raises_nothing(live: frozenset[str]) -> None:
    assert alerts(FLIGHT, live=live) == ()


def test_the_backlog_of_a_new_feed_is_quiet() -> None:
    assert alerts(FLIGHT, LAW, quiet=True) == ()


def test_an_article_on_no_topic_raises_nothing() -> None:
    assert alerts() == ()


# --- revisions ----------------------------------------------------------------------------------------


def revised(*changes: Change, live: frozenset[str] = LIVE) -> tuple[AlertDraft, ...]:
    return decide_revision(article=101, number=3, changes=changes, matches=(FLIGHT, LAW), live=live)


def test_a_revision_is_told_once_for_each_topic_as_the_gravest_of_its_kinds() -> None:
    assert revised(Change.HEADLINE, Change.REWRITE, Change.CORRECTION) == (
        AlertDraft(topic="law", kind=AlertKind.CORRECTION, cause="revision:101.3", score=15.0),
        AlertDraft(topic="flight", kind=AlertKind.CORRECTION, cause="revision:101.3", score=12.0),
    )


@pytest.mark.parametrize("change", [Change.REMOVED, Change.CORRECTION, Change.FIGURE, Change.HEADLINE])
def test_what_is_told_keeps_its_name(change: Change) -> None:
    assert {draft.kind.value for draft in revised(change, Change.EDIT)} == {change.value}


def test_a_rewrite_or_an_edit_alone_is_not_told() -> None:
    assert revised(Change.REWRITE) == revised(Change.EDIT) == ()


def test_a_revision_of_a_topic_that_is_not_live_is_not_told() -> None:
    assert [draft.topic for draft in revised(Change.HEADLINE, live=frozenset({"law"}))] == ["law"]
