"""What is due in all stages, claimed in one transaction, and what becomes of work that hit a bug."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import ArticleState, DeliveryState, Outcome
from monitor.store import articles as article_rows
from monitor.store import hosts, looks, outbox, threads
from monitor.store.hosts import TWO_AT_ONCE, Manners
from monitor.store.tables import articles, deliveries, feeds
from monitor.store.tables import looks as look_table

BUG = "a bug in this program: see the log"
AFTER_BUG = timedelta(minutes=5)  # the next try; a bug seldom mends itself sooner


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Claimed work: feeds with their hosts, articles to read and to look at again, destinations to serve."""

    feeds: tuple[tuple[int, str], ...]
    articles: tuple[int, ...]
    destinations: tuple[str, ...]
    looks: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.feeds or self.articles or self.destinations or self.looks)


def claim_due(
    connection: sa.Connection,
    *,
    now: datetime,
    polls_due: datetime,
    poll_lease: timedelta,
    read_lease: timedelta,
    polls: int,
    reads: int,
    again: int = 0,
    manners: Manners = TWO_AT_ONCE,
) -> Due:
    """Claim what is due, at most *polls* feeds, *reads* articles and *again* articles to look at again.

    What nobody can work on stays free.

    Feeds are claimed that fell due by *polls_due*, the rest that is due *now*.
    """
    return Due(
        feeds=tuple(
            hosts.claim_feeds(
                connection, now=now, due=polls_due, lease=poll_lease, limit=polls, manners=manners
            )
        ),
        articles=tuple(article_rows.claim_due(connection, now=now, lease=read_lease, limit=reads)),
        destinations=tuple(
            dict.fromkeys(
                [
                    *outbox.due_destinations(connection, now=now),
                    *threads.due_destinations(connection, now=now),
                ]
            )
        ),
        looks=tuple(looks.claim_due(connection, now=now, lease=read_lease, limit=again)),
    )


def _destinations(connection: sa.Connection, *, now: datetime) -> tuple[str, ...]:
    """Where a message is due, or a root that is to be brought up to date."""
    messages = outbox.due_destinations(connection, now=now)
    return tuple(dict.fromkeys([*messages, *threads.due_destinations(connection, now=now)]))


def held_back_until(
    connection: sa.Connection, *, now: datetime, polls_due: datetime, manners: Manners
) -> datetime | None:
    """When the first of those may go on that are due and wait for nothing but their host's pause."""
    moments = (
        hosts.held_back_until(connection, now=now, due=polls_due, manners=manners),
        article_rows.held_back_until(connection, now=now),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def release_all(connection: sa.Connection, *, now: datetime) -> None:
    """Let go of every claim and lease: right when a service starts, because it alone runs on this state."""
    for table in (feeds, articles, look_table):
        connection.execute(
            sa.update(table).where(table.c.claimed_until.is_not(None)).values(claimed_until=None)
        )
    hosts.reckon_all(connection)
    connection.execute(
        sa.update(deliveries).where(deliveries.c.state == DeliveryState.SENDING).values(lease_until=now)
    )


def after_bug(connection: sa.Connection, stage: str, key: int | str, *, now: datetime, most: int) -> None:
    """Put work that hit a bug aside for a while, an article for good after *most* times."""
    again = now + AFTER_BUG
    if stage == "poll":
        connection.execute(
            sa.update(feeds)
            .where(feeds.c.id == key)
            .values(
                claimed_until=None,
                next_poll_at=again,
                failures=feeds.c.failures + 1,
                cause="bug",
                last_error=BUG,
            )
        )
        hosts.reckon(connection, connection.scalars(sa.select(feeds.c.host).where(feeds.c.id == key)))
    elif stage == "read":
        article_rows.try_again(connection, int(key), at=again, reason=BUG)
        connection.execute(
            sa.update(articles)
            .where(articles.c.id == key, articles.c.attempts >= most)
            .values(state=ArticleState.FAILED, outcome=Outcome.QUARANTINED)
        )
    elif stage == "revisit":
        looks.after_bug(connection, int(key), again=again, most=most)
    else:
        connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.destination == key, deliveries.c.state == DeliveryState.SENDING)
            .values(state=DeliveryState.PENDING, next_attempt_at=again, lease_until=None, last_error=BUG)
        )
