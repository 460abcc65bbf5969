"""Push: hubs are asked to tell us of changes, and what they tell is stored like what a poll finds.

Polling goes on beside it, more slowly: a hub may die without a word (WebSub).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from monitor.feeds.parse import parse_feed
from monitor.feeds.schedule import PolledParsed, PollLimits, PollOutcome
from monitor.feeds.websub import Push, Subscription, request_form
from monitor.model import Feed, Fetched, FetchFailed, FetchResult, ParsedFeed
from monitor.stages.pool import Run
from monitor.store import entries, feeds, subscriptions
from monitor.store.database import Connection, Database
from monitor.text.urls import clean_link

log = structlog.get_logger(__name__)

AT_ONCE = 20  # requests of one round; the next one comes within a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushing:
    """What push needs of the world; `callback` makes the URL at which a hub reaches us."""

    db: Database
    post: Callable[[str, Mapping[str, str]], Awaitable[FetchResult]]
    run: Run
    callback: Callable[[str], str]
    now: Callable[[], datetime]
    max_entries: int
    timeout: timedelta
    remembered: timedelta = timedelta(days=365)  # how far back we know what was told


def note_hub(
    connection: Connection, feed: Feed, outcome: PollOutcome, new_secret: Callable[[], str], *, now: datetime
) -> None:
    """Note the hub that a feed names; the server's Link fields go before the feed's own words (WebSub 4)."""
    if not isinstance(outcome, PolledParsed):
        return
    hub = clean_link(outcome.fetched.hub or outcome.parsed.hub or "", outcome.fetched.url)
    topic = clean_link(outcome.fetched.topic or outcome.parsed.topic or "", outcome.fetched.url)
    if hub and topic:
        subscriptions.want(
            connection, feed.id, hub=hub, topic=topic, token=new_secret(), secret=new_secret(), now=now
        )


def live(connection: Connection, feed_ids: Sequence[int], *, now: datetime) -> frozenset[int]:
    """Those of the feeds whose hub is bound to tell us of changes."""
    return subscriptions.live(connection, feed_ids, now=now)


def limits(usual: PollLimits, *, is_live: bool) -> PollLimits:
    """The limits by which a feed is polled: while its hub is bound to tell us, as seldom as any feed."""
    return replace(usual, usual=usual.longest, shortest=usual.longest) if is_live else usual


async def subscribe(tools: Pushing) -> None:
    """Ask the hubs for what is due: new subscriptions, renewals, and those that did not answer."""
    for subscription in await tools.db.read(subscriptions.due, now=tools.now(), limit=AT_ONCE):
        form = request_form(subscription, callback=tools.callback(subscription.token))
        answer = await tools.post(subscription.hub, form)
        if isinstance(answer, Fetched):
            await tools.db.write(subscriptions.asked, subscription.feed, now=tools.now())
        else:
            reason = answer.label if isinstance(answer, FetchFailed) else "no answer"
            await tools.db.write(subscriptions.not_taken, subscription.feed, reason=reason, now=tools.now())
        log.info("hub asked", feed=subscription.feed, taken=isinstance(answer, Fetched))


async def receive(subscription: Subscription, push: Push, tools: Pushing) -> int:
    """Store what a hub sent, and answer how many articles are new; what is no feed is dropped and logged."""
    feed = await tools.db.read(feeds.get, subscription.feed)
    if feed is None:
        return 0
    parsed = await tools.run(
        parse_feed,
        push.body,
        timeout=tools.timeout,
        url=feed.url,
        content_type=push.content_type,
        charset=push.charset,
        now=tools.now(),
        max_entries=tools.max_entries,
    )
    if not isinstance(parsed, ParsedFeed):
        log.warning("hub sent no feed", feed=feed.id, reason=parsed.reason)
        return 0

    def settle(connection: Connection) -> int:
        now = tools.now()
        return entries.add_entries(
            connection, feed, parsed.entries, now=now, quiet_before=now - tools.remembered
        )

    new = await tools.db.write(settle)
    log.info("feed pushed", feed=feed.id, host=feed.host, new=new)
    return new
