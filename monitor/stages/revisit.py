"""Revisit: the page of an article that we hold is looked at again; what became of it is stored and told.

gather (page, extraction, comparison) → decide (what the look came to) → settle (the revision with the old
text, the article as it reads now, alerts with their deliveries: one transaction). A page that cannot be had
changes nothing but the moment of the next look. Topics that an article belongs to only now hear of it as of
one that was read just now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

import structlog

from monitor.alerts.decide import decide_revision
from monitor.articles import robots as asked
from monitor.articles.extract import read_page
from monitor.articles.looks import After, Look, Sight, after_look
from monitor.articles.revision import CutOff, Same, Stranger, compare
from monitor.articles.robots import Closed, Later, Unknown
from monitor.model import (
    Article,
    Change,
    Extracted,
    Fetched,
    FetchFailed,
    FetchResult,
    Match,
    NotAnArticle,
    NotModified,
    Revision,
    Unusable,
    Validators,
    Version,
    WorkerLost,
)
from monitor.stages import pacing
from monitor.stages.judging import Judged, Watch, judge
from monitor.stages.pages import fetch_page
from monitor.stages.placing import place_and_tell
from monitor.stages.pool import Run
from monitor.stages.robots import Robots
from monitor.stages.telling import News, tell
from monitor.store import alerts, figures, looks, revisions, stories
from monitor.store.database import Connection, Database
from monitor.store.looks import ToLook
from monitor.stories.figures.claims import claims
from monitor.stories.figures.extract import figures_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisiting:
    """What looking again needs of the world."""

    db: Database
    get: Callable[[str, Validators], Awaitable[FetchResult]]
    run: Run
    watch: Callable[[], Watch]
    now: Callable[[], datetime]
    timeout: timedelta
    window: timedelta
    robots: Robots | None = None  # with it, robots.txt is respected
    count: Callable[[Look, Sequence[Change]], None] = lambda look, kinds: None  # hears of each look


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of a page, with its text and validators where it showed any."""

    sight: Sight
    extracted: Extracted | None = None
    validators: Validators | None = None


async def revisit(article_id: int, tools: Revisiting) -> None:
    """Look at one article again."""
    work = await tools.db.read(looks.to_look, article_id)
    if work is None:
        return
    seen = await _gather(work, tools)
    if isinstance(seen, Later):
        await tools.db.write(looks.wait, article_id, until=seen.at)
        return
    now = tools.now()
    watch = tools.watch()
    after = after_look(seen.sight, work.held, schedule=watch.look_again, now=now)
    verdict = held_against(Verdict(work=work, seen=seen, after=after), watch)
    kinds = await tools.db.write(settle, verdict, watch, now=now, window=tools.window)
    if kinds is None:
        return
    tools.count(after.look, kinds)
    log.info(
        "article looked at again",
        article=article_id,
        host=work.article.source,
        look=after.look,
        kinds=", ".join(kinds) or None,
        reason=reason_of(seen.sight) or None,
        next=after.next_at,
    )


# --- gather -----------------------------------------------------------------------------------------


async def _gather(work: ToLook, tools: Revisiting) -> Seen | Later:
    """Fetch the page if it changed, extract it, and hold it against what we have."""

    async def get(url: str) -> FetchResult:
        return await tools.get(url, work.validators)

    visit = await fetch_page(work.article.url, work.article.id, get=get, robots=tools.robots)
    answer = visit.answer
    match answer:
        case Later():
            return answer
        case Fetched():
            return await _read(work, answer, tools)
        case NotModified() | FetchFailed() | Closed() | Unknown():
            return Seen(sight=answer)
        case _:
            assert_never(answer)


async def _read(work: ToLook, page: Fetched, tools: Revisiting) -> Seen:
    extracted = await tools.run(
        read_page,
        page.body,
        timeout=tools.timeout,
        now=tools.now(),
        url=page.url,
        content_type=page.content_type,
        charset=page.charset,
        feed_language=work.feed_language,
    )
    assert isinstance(extracted, Extracted | NotAnArticle | WorkerLost | Unusable)
    if not isinstance(extracted, Extracted):
        return Seen(sight=extracted)
    knowing = partial(claims, language=extracted.language)
    old = Version(title=work.article.title, text=work.article.text)
    new = Version(title=extracted.title, text=extracted.text)
    sight = (
        Same() if old == new else await tools.run(compare, old, new, timeout=tools.timeout, claims=knowing)
    )
    assert isinstance(sight, Revision | Same | CutOff | Stranger | WorkerLost | Unusable)
    return Seen(sight=sight, extracted=extracted, validators=page.validators)


# --- decide -----------------------------------------------------------------------------------------


TRUSTED = frozenset({Look.UNCHANGED, Look.REVISED, Look.RETURNED, Look.FIRST_PAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A look with what it came to; `judged` is the article as it reads now, where that was asked."""

    work: ToLook
    seen: Seen
    after: After
    judged: Judged | None = None

    @property
    def article(self) -> Article:
        """The article as it reads now; what the page leaves out stays as it was."""
        before, extracted = self.work.article, self.seen.extracted
        if extracted is None:
            return before
        known = extracted.language if extracted.language not in ("", "und") else before.language
        return replace(
            before,
            title=extracted.title or before.title,
            text=extracted.text,
            language=known,
            section=extracted.section or before.section,
            image=extracted.image or before.image,
            origins={**before.origins, **extracted.origins},
        )

    @property
    def kinds(self) -> tuple[Change, ...]:
        """What changed: nothing, in most looks."""
        if self.after.look is Look.REMOVED:
            return (Change.REMOVED,)
        revision = self.revision
        kinds = () if revision is None else revision.kinds
        return (Change.RETURNED, *kinds) if self.after.look is Look.RETURNED else kinds

    @property
    def revision(self) -> Revision | None:
        """The difference to what we held, if the look came to one."""
        sight = self.seen.sight
        is_told = self.after.look in (Look.REVISED, Look.RETURNED)
        return sight if isinstance(sight, Revision) and is_told else None

    @property
    def renews(self) -> bool:
        """Whether the page's text takes the place of what we held."""
        is_first = self.after.look is Look.FIRST_PAGE
        return self.seen.extracted is not None and (is_first or self.revision is not None)

    @property
    def has_page(self) -> bool:
        """Whether what we hold after this look is the page's own text."""
        return self.work.held.has_page or self.after.look in (Look.FIRST_PAGE, Look.UNCHANGED)

    @property
    def validators(self) -> Validators:
        """What to ask with the next time: the validators of what we hold, never those of a cut page."""
        fresh = self.seen.validators if self.after.look in TRUSTED else None
        return self.work.validators if fresh is None else fresh


def held_against(verdict: Verdict, watch: Watch) -> Verdict:
    """Hold an article that changed against the topics again: some are new, others say why it is told."""
    if not (verdict.kinds or verdict.renews):
        return verdict
    return replace(verdict, judged=judge(verdict.article, watch))


def reason_of(sight: Sight) -> str:
    """Return why a look gave nothing, as people see it; nothing where it did."""
    match sight:
        case FetchFailed():
            return sight.label
        case NotAnArticle(reason=reason) | WorkerLost(reason=reason) | Unusable(reason=reason):
            return reason
        case Closed():
            return asked.CLOSED
        case Unknown():
            return asked.UNKNOWN
        case _:
            return ""


# --- settle -----------------------------------------------------------------------------------------


def settle(
    connection: Connection, verdict: Verdict, watch: Watch, *, now: datetime, window: timedelta
) -> tuple[Change, ...] | None:
    """Commit a look with the revision it found and answer the kinds of change.

    All of it or nothing: a revision without its alert would never be told. None when another has looked
    meanwhile.
    """
    work, seen, look = verdict.work, verdict.seen, verdict.after.look
    is_ours = looks.settle(
        connection,
        work,
        verdict.after,
        reason=reason_of(seen.sight),
        has_page=verdict.has_page,
        validators=verdict.validators,
        now=now,
    )
    if not is_ours:
        return None
    if look is Look.FIRST_PAGE:
        revisions.correct(connection, verdict.article, number=work.number)
    elif verdict.kinds:
        _tell(connection, verdict, watch, now=now)
        revisions.add(connection, work.article, verdict.article, verdict.kinds, number=work.number, now=now)
    if verdict.renews:
        _renew(connection, verdict, watch, now=now, window=window)
    return verdict.kinds


def _renew(
    connection: Connection, verdict: Verdict, watch: Watch, *, now: datetime, window: timedelta
) -> None:
    """Let the article read as its page does now, and tell the topics that it belongs to only by that."""
    judged, extracted = verdict.judged, verdict.seen.extracted
    assert judged is not None
    assert extracted is not None
    revisions.renew(connection, judged.article, extracted)
    if judged.matches or stories.story_of(connection, judged.article.id) is not None:
        figures.save(connection, judged.article.id, judged.figures or figures_of(judged.article))
    if judged.matches:
        place_and_tell(connection, judged, watch, quiet=verdict.work.quiet, now=now, window=window)


def _tell(connection: Connection, verdict: Verdict, watch: Watch, *, now: datetime) -> None:
    """Tell those who were told of the article what became of it; a headline that it had before is no news.

    Outlets try headlines on their readers and go back and forth between them.
    """
    article, changes = verdict.article, set(verdict.kinds)
    if article.title in revisions.titles(connection, article.id):
        changes.discard(Change.HEADLINE)
    story = stories.story_of(connection, article.id)
    told = alerts.told_of(connection, article.id)
    if story is None or not told:
        return
    judged = verdict.judged
    found = {match.topic: match for match in judged.matches} if judged is not None else {}
    matches = [  # who heard at once hears so of what was wrong, though it may say less of the topic by now
        replace(found[topic], score=max(score, found[topic].score))
        if topic in found
        else Match(topic=topic, score=score, evidence=())
        for topic, score in told.items()
    ]
    drafts = decide_revision(
        article=article.id,
        number=verdict.work.number + 1,
        changes=tuple(changes),
        matches=matches,
        live=watch.live,
    )
    news = News(article=article, matches=matches, story=story, revision=verdict.revision)
    later = pacing.waiting(connection, drafts, watch.topics, watch.surge, story=story, now=now)
    tell(connection, drafts, news, watch.audience, now=now, gathered=later)
