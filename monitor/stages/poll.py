"""Poll: one feed is fetched, parsed and turned into new articles, and falls due again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import structlog

from monitor.feeds.identity import body_hash
from monitor.feeds.pace import RHYTHM
from monitor.feeds.parse import parse_feed
from monitor.feeds.quarantine import after_loss, is_held, is_quarantined
from monitor.feeds.schedule import (
    PolledHeld,
    PolledParsed,
    PolledUnchanged,
    PolledUnusable,
    PollLimits,
    PollOutcome,
    after_poll,
    follows_rhythm,
)
from monitor.model import (
    Cause,
    Feed,
    Fetched,
    FetchFailed,
    FetchResult,
    ParsedFeed,
    Unusable,
    WorkerLost,
)
from monitor.stages import push
from monitor.stages.pool import Run
from monitor.store import entries, feeds, hosts
from monitor.store.database import Connection, Database

log = structlog.get_logger(__name__)

RESTING = frozenset({429, 503})  # with Retry-After they speak for the host (RFC 6585 4, RFC 9110 15.6.4)
UNCHANGED = "unchanged"

Keep: TypeAlias = Callable[[int, bytes, Mapping[str, object]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """What polling needs of the world.

    Units: `jitter` draws from 0 to 1.
    """

    db: Database
    get: Callable[[Feed], Awaitable[FetchResult]]
    run: Run
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    limits: PollLimits
    backlog: timedelta
    max_entries: int
    timeout: timedelta
    new_secret: Callable[[], str] | None = None  # with it, hubs are subscribed to (WebSub)
    retry_after_scope: Literal["feed", "host"] = "host"
    remembered: timedelta = timedelta(days=365)  # how far back we know what was told
    keep: Keep | None = None  # with it, bodies that end their parser again and again are kept for people
    count: Callable[[str, int], None] = lambda outcome, new: None  # hears how each poll ended


async def poll(feed_id: int, tools: Polling) -> None:
    """Poll one feed."""
    feed = await tools.db.read_together(feeds.each, feed_id)
    if feed is None:
        return
    outcome = await _gather(feed, tools)
    await _keep(feed, outcome, tools)
    polled = _Polled(
        feed=feed.id, outcome=outcome, tools=tools, now=tools.now(), jitter=2 * tools.jitter() - 1
    )
    new = await tools.db.write_together(_settle, polled)
    label = _label(outcome)
    tools.count(label, new)
    # most polls find nothing, a million a day of a long list: those are counted, and said to who debugs
    say = log.debug if label == UNCHANGED else log.info
    say("feed polled", feed=feed.id, host=feed.host, outcome=label, new=new)


async def _gather(feed: Feed, tools: Polling) -> PollOutcome:
    """Fetch the feed, and parse it if it is not the body of last time."""
    answer = await tools.get(feed)
    if not isinstance(answer, Fetched):
        return answer
    digest = body_hash(answer.body)
    if digest == feed.body_hash:
        return PolledUnchanged(fetched=answer)
    if is_held(feed.losses, digest, tools.now()):
        return PolledHeld(fetched=answer)
    parsed = await tools.run(
        parse_feed,
        answer.body,
        timeout=tools.timeout,
        url=answer.url,
        content_type=answer.content_type,
        charset=answer.charset,
        now=tools.now(),
        max_entries=tools.max_entries,
    )
    if isinstance(parsed, WorkerLost | Unusable):
        cause = Cause.PARSER if isinstance(parsed, WorkerLost) else Cause.NOT_A_FEED
        return PolledUnusable(fetched=answer, cause=cause, detail=parsed.reason, body_hash=digest)
    assert isinstance(parsed, ParsedFeed)
    return PolledParsed(fetched=answer, parsed=parsed, body_hash=digest)


async def _keep(feed: Feed, outcome: PollOutcome, tools: Polling) -> None:
    """Keep the body of a quarantined feed; a disk that takes no file costs the evidence, not the poll."""
    if tools.keep is None or not isinstance(outcome, PolledUnusable) or outcome.cause is not Cause.PARSER:
        return
    losses = after_loss(feed.losses, outcome.body_hash, tools.now())
    if not is_quarantined(losses):
        return
    note = {
        "cause": outcome.detail,
        "at": losses.at,
        "times": losses.count,
        "sha256": outcome.body_hash,
        "content_type": outcome.fetched.content_type,
        "charset": outcome.fetched.charset,
    }
    try:
        await tools.keep(feed.id, outcome.fetched.body, note)
    except OSError as fault:
        log.warning("body not kept", feed=feed.id, fault=type(fault).__name__, errno=fault.errno)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Polled:
    """A poll that has come to its end, with everything that deciding on it takes."""

    feed: int
    outcome: PollOutcome
    tools: Polling
    now: datetime
    jitter: float

    @property
    def parsed(self) -> ParsedFeed | None:
        return self.outcome.parsed if isinstance(self.outcome, PolledParsed) else None


def _settle(connection: Connection, lot: Sequence[_Polled]) -> list[int]:
    """Commit the new articles together with the validators: a 304 can never hide what was not stored.

    Feeds are read anew: while we fetched them, a command or a reload may have changed or removed some.
    Answers how many articles are new, for each poll of the lot.
    """
    held = feeds.each(connection, [polled.feed for polled in lot])
    there = [(polled, feed) for polled, feed in zip(lot, held, strict=True) if feed is not None]
    there.sort(key=lambda one: one[0].feed)  # rows are locked in one order, whoever locks them
    new = {feed.id: _store(connection, polled, feed) for polled, feed in there}
    counted = [feed.id for polled, feed in there if follows_rhythm(feed, polled.outcome, polled.now)]
    paces = feeds.paces(connection, counted, since=min(polled.now for polled in lot) - RHYTHM)
    # a hub that was bound before WebSub was switched off reaches nobody
    pushed = [polled.feed for polled, _ in there if polled.tools.new_secret is not None]
    live = push.live(connection, pushed, now=max(polled.now for polled in lot))
    ends = [
        feeds.End(
            feed=feed,
            intent=after_poll(
                feed,
                polled.outcome,
                pace=paces.get(feed.id),
                now=polled.now,
                jitter=polled.jitter,
                limits=push.limits(polled.tools.limits, is_live=feed.id in live),
            ),
            parsed=polled.parsed,
            new=new[feed.id],
            at=polled.now,
        )
        for polled, feed in there
    ]
    feeds.settle(connection, ends)
    for polled, feed in there:
        _rest_host(connection, polled, feed)
    return [new.get(polled.feed, 0) for polled in lot]


def _store(connection: Connection, polled: _Polled, feed: Feed) -> int:
    """Store what is new in a feed, and the hub that it names; answers how many articles are new."""
    if polled.parsed is None:
        return 0
    tools, now = polled.tools, polled.now
    if tools.new_secret is not None:
        push.note_hub(connection, feed, polled.outcome, tools.new_secret, now=now)
    return entries.add_entries(
        connection,
        feed,
        polled.parsed.entries,
        now=now,
        quiet_before=_quiet_before(feed, tools, now),
    )


def _rest_host(connection: Connection, polled: _Polled, feed: Feed) -> None:
    """Leave a host alone for as long as it asks."""
    tools = polled.tools
    outcome = polled.outcome
    if tools.retry_after_scope == "host" and isinstance(outcome, FetchFailed) and asks_for_rest(outcome):
        asked = outcome.retry_after or timedelta()
        until = polled.now + min(asked, tools.limits.longest_retry_after)
        hosts.rest(connection, feed.host, until=until)


def asks_for_rest(answer: FetchResult) -> bool:
    """Say whether an answer asks for a pause that its whole host may mean."""
    return isinstance(answer, FetchFailed) and answer.status in RESTING and bool(answer.retry_after)


def _quiet_before(feed: Feed, tools: Polling, now: datetime) -> datetime:
    """What is older is stored, not told: at first contact the backlog, later what we may have forgotten."""
    return now - (tools.backlog if feed.first_success_at is None else tools.remembered)


def _label(outcome: PollOutcome) -> str:
    match outcome:
        case PolledParsed():
            return "read"
        case PolledUnusable(cause=cause):
            return cause.value
        case PolledHeld():
            return "held"
        case FetchFailed():
            return outcome.label
        case _:
            return UNCHANGED
