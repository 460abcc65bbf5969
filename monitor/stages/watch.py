"""Watch: sources that fall silent, topics that flood, what operators are told, which digests are next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from monitor.alerts.route import Audience
from monitor.alerts.slots import slots
from monitor.alerts.surge import USUAL_LIMITS, SurgeLimits
from monitor.feeds.silence import judge
from monitor.model import Feed, FeedStatus
from monitor.store import digests, discretion, feeds, operators, outages, silences, surges
from monitor.store.database import Connection, Database
from monitor.store.statements import chunks

log = structlog.get_logger(__name__)

BITE = 50  # feeds judged in one transaction: a busy feed's weeks take some milliseconds to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookout:
    """What watching needs of the world; `operators` is asked each time: a reload may change them.

    Units: `alert_after` counts polls that failed in a row.
    """

    db: Database
    operators: Callable[[], Sequence[str]]
    now: Callable[[], datetime]
    alert_after: int
    surge: SurgeLimits = USUAL_LIMITS
    audience: Callable[[], Audience] = Audience


async def watch(tools: Lookout) -> None:
    """Look at every source whose state may have changed, then tell operators what is new, all at once."""
    now = tools.now()
    outage = await tools.db.write(outages.settle, now=now)
    due = await tools.db.read(
        silences.worth_a_look, now=now, alert_after=tools.alert_after, is_away=outage is not None
    )
    for some in chunks(due, BITE):
        await tools.db.write(_look, some, alert_after=tools.alert_after, now=now)
    await tools.db.write(surges.settle, tools.surge, now=now)
    audience = tools.audience()
    await tools.db.write(discretion.enforce, audience)
    told = await tools.db.write(_tell, tools.operators(), audience, now=now)
    await tools.db.write(digests.keep, slots(audience, now=now), now=now)
    if told:
        log.info("operators told", alerts=told)


def _look(connection: Connection, feed_ids: Sequence[int], *, alert_after: int, now: datetime) -> None:
    for feed_id in feed_ids:
        feed = feeds.get(connection, feed_id)
        if feed is None or feed.status is FeedStatus.REMOVED:
            continue
        verdict = judge(
            feed,
            silences.get(connection, feed_id),
            _moments(connection, feed),
            now=now,
            alert_after=alert_after,
        )
        silences.settle(connection, feed_id, verdict, now=now)


def _moments(connection: Connection, feed: Feed) -> list[datetime]:
    """A feed's signs of life, where they count: a feed that fails is judged by that alone."""
    if feed.status is not FeedStatus.LIVE or feed.failures or feed.first_success_at is None:
        return []
    return silences.moments(connection, feed, first=feed.first_success_at)


def _tell(connection: Connection, destinations: Sequence[str], audience: Audience, *, now: datetime) -> int:
    silences.forget_removed(connection)
    return operators.tell(connection, destinations, audience, now=now)
