"""Whether a newsroom's own templates work: each layout is filled with made-up news before it is in force."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from jinja2 import TemplateError, TemplateSyntaxError

from monitor.alerts.layouts import Layouts, Override
from monitor.alerts.mail import email_message
from monitor.alerts.notice import build_discreet
from monitor.alerts.wording import wording
from monitor.model import (
    AlertKind,
    Completeness,
    Delivery,
    Edit,
    FigureClaim,
    FigureRole,
    Frequency,
    NearLine,
    Notice,
    OperatorFacts,
    OperatorNotice,
    ReportLine,
    Role,
    SilenceKind,
)

NOW = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenTemplate:
    """What is wrong with a template, and where, as far as that can be told."""

    file: str
    line: int | None
    problem: str


def broken(overrides: Mapping[str, Override]) -> tuple[BrokenTemplate, ...]:
    """Return what is wrong with *overrides*, each fault once."""
    layouts = Layouts(overrides)
    return tuple(dict.fromkeys(_fault(error, overrides) for error in _errors(layouts, overrides)))


def _errors(layouts: Layouts, overrides: Mapping[str, Override]) -> Iterator[Exception]:
    for name in overrides:
        try:
            layouts.compile(name)
        except TemplateError as error:
            yield error
    for sample in _samples():
        try:
            email_message(sample, wording(), layouts)
        except Exception as error:  # noqa: BLE001  a template may break in any way; it is an operator's fault
            yield error


def _fault(error: Exception, overrides: Mapping[str, Override]) -> BrokenTemplate:
    """Return *error* with its place in a newsroom's own files.

    Shipped templates that call what one's own should define break in their own lines: a file is named then.
    """
    files = {each.file for each in overrides.values()}
    if isinstance(error, TemplateSyntaxError) and error.filename in files:
        return BrokenTemplate(
            file=str(error.filename), line=error.lineno, problem=f"not a template: {error.message}"
        )
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    problem = f"{type(error).__name__}: {error}"
    if not frames:
        named = [each.file for name, each in overrides.items() if name in str(error)]
        return BrokenTemplate(file=[*named, *sorted(files)][0], line=None, problem=problem)
    return BrokenTemplate(file=frames[-1].filename, line=frames[-1].lineno, problem=problem)


def _samples() -> Iterator[Delivery]:
    """Yield messages that reach every part of every layout."""
    story, changed, differing, discreet = _story(), _changed(), _differing(), _discreet()
    near = NearLine(
        headline="Two sailors ask for asylum",
        url="https://example.org/two",
        outlet="Pier News",
        language="en",
        missing=1.0,
        likeness=0.0,
    )
    heard = Completeness(polled=117, failing=3, quiet=2, gone=1, total=120)
    yield _delivery(story)
    yield from (_delivery(each, root_ref="<root@example.org>") for each in (changed, differing))
    yield _delivery(discreet)
    told = _delivery(story, changed, differing, discreet, frequency=Frequency.DAILY)
    yield replace(told, completeness=heard, near_misses=(near,))
    yield _delivery(frequency=Frequency.HOURLY)
    yield _delivery(operators=(_trouble(),))
    yield _delivery(operators=(_trouble(),) * 300)


def _delivery(
    *notices: Notice,
    frequency: Frequency = Frequency.IMMEDIATE,
    root_ref: str | None = None,
    operators: tuple[OperatorNotice, ...] = (),
) -> Delivery:
    return Delivery(
        id=1,
        key="delivery-1",
        destination="desk",
        attempts=1,
        created_at=NOW,
        first_attempt_at=NOW,
        notices=notices,
        frequency=frequency,
        root_ref=root_ref,
        operator_notices=operators,
    )


def _story() -> Notice:
    reports = tuple(
        ReportLine(
            outlet=f"Outlet {place}",
            language="ar" if role is Role.REPORT else "en",
            title="A ferry brings 31 people to safety",
            url=f"https://example.org/{place}",
            role=role,
            seen_at=NOW,
            confirms=role is not Role.COPY,
        )
        for place, role in enumerate([*Role] * 5)
    )
    return Notice(
        alert=1,
        kind=AlertKind.NEW_STORY,
        story=1,
        topics=("Flight",),
        headline=reports[0].title,
        url=reports[0].url,
        outlet=reports[0].outlet,
        language="en",
        seen_at=NOW,
        published_at=NOW,
        score=9.0,
        quotes=("A ferry from the east brought 31 people to safety.",),
        matched=("ferry", "safety"),
        reports=reports,
        outlets=len(reports),
        independent=2,
        languages=("en", "ar"),
    )


def _changed() -> Notice:
    edits = (Edit(before="It said 30.", after="It said 31."), Edit(before="", after="It was corrected."))
    return replace(_story(), alert=2, kind=AlertKind.CORRECTION, quotes=(), edits=edits)


def _differing() -> Notice:
    claim = FigureClaim(
        outlet="Outlet 1",
        language="en",
        role=FigureRole.HELPED,
        unit="people",
        low=31,
        high=31,
        hedge=None,
        quote="It brought 31 people.",
        at=NOW,
    )
    claims = (claim, replace(claim, low=40, high=50))
    return replace(_story(), alert=3, story=2, kind=AlertKind.FIGURES_DIFFER, disagreement=claims)


def _discreet() -> Notice:
    return build_discreet(alert=4, kind=AlertKind.NEW_STORY, story=3, code_name="Willow", score=9.0, now=NOW)


def _trouble() -> OperatorNotice:
    facts = OperatorFacts(silence=SilenceKind.FAILING, reason="http 500")
    return OperatorNotice(alert=5, kind=AlertKind.SOURCE_SILENT, subject="Pier News", since=NOW, facts=facts)
