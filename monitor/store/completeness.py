"""How much of the list is heard: the line that `status` and every digest carry."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import Completeness, FeedStatus, SilenceKind
from monitor.store.tables import feeds, silences

LATE = timedelta(minutes=15)  # a poll that is this long overdue was missed, not queued


def completeness(connection: sa.Connection, *, now: datetime) -> Completeness:
    """Count the feeds on the list; those that polling keeps up with were read when they last fell due."""
    live = feeds.c.status == FeedStatus.LIVE
    on_time = sa.and_(
        live,
        feeds.c.failures == 0,
        feeds.c.last_success_at.is_not(None),
        feeds.c.next_poll_at > now - LATE,
    )
    quiet = (
        sa.select(sa.func.count())
        .select_from(silences.join(feeds, feeds.c.id == silences.c.feed_id))
        .where(live, silences.c.kind == SilenceKind.QUIET, silences.c.ended_at.is_(None))
    )
    return Completeness(
        polled=_count(connection, on_time),
        failing=_count(connection, live, feeds.c.failures > 0),
        quiet=connection.scalar(quiet) or 0,
        gone=_count(connection, feeds.c.status == FeedStatus.GONE),
        total=_count(connection, feeds.c.status != FeedStatus.REMOVED),
    )


def _count(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).where(*where)) or 0
