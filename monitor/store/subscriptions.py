"""Subscriptions in the database: which feeds' hubs are asked to tell us, and how far that has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.feeds import websub
from monitor.feeds.websub import Subscription, SubscriptionState
from monitor.model import FeedStatus
from monitor.store.statements import chunks, insert_once
from monitor.store.tables import feeds, subscriptions

OF_FEEDS = sa.select(subscriptions).where(subscriptions.c.feed_id.in_(sa.bindparam("ids", expanding=True)))


def want(
    connection: sa.Connection, feed: int, *, hub: str, topic: str, token: str, secret: str, now: datetime
) -> None:
    """Note that a feed names a hub; one that names another than before is subscribed anew."""
    known = _where(connection, subscriptions.c.feed_id == feed)
    if known is not None and (known.hub, known.topic) == (hub, topic):
        return
    values = {
        "hub": hub,
        "topic": topic,
        "token": token,
        "secret": secret,
        "state": SubscriptionState.WANTED,
        "due_at": now,
        "lease_until": None,
        "failures": 0,
        "last_error": None,
    }
    if known is None:
        connection.execute(insert_once(connection, subscriptions).values(feed_id=feed, **values))
    else:
        _set(connection, feed, **values)


def live(connection: sa.Connection, feed_ids: Sequence[int], *, now: datetime) -> frozenset[int]:
    """Those of the feeds whose hub is bound to tell us of changes."""
    rows = (row for some in chunks(feed_ids) for row in connection.execute(OF_FEEDS, {"ids": some}))
    return frozenset(row.feed_id for row in rows if _subscription(row).is_live(now))


def due(connection: sa.Connection, *, now: datetime, limit: int) -> list[Subscription]:
    """Subscriptions of live feeds to be asked for or renewed, those that wait longest first."""
    rows = connection.execute(
        sa.select(subscriptions)
        .join(feeds, feeds.c.id == subscriptions.c.feed_id)
        .where(subscriptions.c.due_at <= now, feeds.c.status == FeedStatus.LIVE)
        .order_by(subscriptions.c.due_at)
        .limit(limit)
    )
    return [_subscription(row) for row in rows]


def get(connection: sa.Connection, feed: int) -> Subscription | None:
    """A feed's subscription."""
    return _where(connection, subscriptions.c.feed_id == feed)


def by_token(connection: sa.Connection, token: str) -> Subscription | None:
    """The subscription behind a callback's URL."""
    return _where(connection, subscriptions.c.token == token)


def asked(connection: sa.Connection, feed: int, *, now: datetime) -> None:
    """The hub took the request: it verifies by itself, or we ask again."""
    found = get(connection, feed)
    if found is None or (found.state is SubscriptionState.ACTIVE and found.due_at > now):
        return  # it verified before it answered
    state = SubscriptionState.ACTIVE if found.is_live(now) else SubscriptionState.ASKED
    _set(connection, feed, state=state, due_at=now + websub.ANSWER_WITHIN)


def not_taken(connection: sa.Connection, feed: int, *, reason: str, now: datetime) -> None:
    """The hub did not take the request; polling goes on, and it is asked again later."""
    found = get(connection, feed)
    if found is not None:
        failures = found.failures + 1
        due = websub.retry_at(now, failures)
        _set(connection, feed, failures=failures, last_error=reason, due_at=due)


def verified(connection: sa.Connection, feed: int, *, lease: timedelta, now: datetime) -> None:
    """The hub verified: it is bound for *lease*, and asked again before that ends."""
    _set(
        connection,
        feed,
        state=SubscriptionState.ACTIVE,
        lease_until=now + lease,
        due_at=websub.renew_at(now, lease),
        failures=0,
        last_error=None,
    )


def denied(connection: sa.Connection, feed: int, *, now: datetime) -> None:
    """The hub refuses this feed: polling goes on."""
    _set(
        connection,
        feed,
        state=SubscriptionState.DENIED,
        lease_until=None,
        due_at=now + websub.DENIED_FOR,
        last_error="denied by the hub",
    )


def _set(connection: sa.Connection, feed: int, **values: Any) -> None:
    connection.execute(sa.update(subscriptions).where(subscriptions.c.feed_id == feed).values(values))


def _where(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Subscription | None:
    row = connection.execute(sa.select(subscriptions).where(condition)).first()
    return None if row is None else _subscription(row)


def _subscription(row: sa.Row[Any]) -> Subscription:
    return Subscription(
        feed=row.feed_id,
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        state=SubscriptionState(row.state),
        due_at=row.due_at,
        lease_until=row.lease_until,
        failures=row.failures,
    )
