"""Tidy: close what is over and drop what nobody will ask for, in small bites."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.store import feeds, mutes, robots, stories, surges
from monitor.store.database import Database

ROBOTS = timedelta(days=30)  # as long as a copy may stand in for a file out of reach (RFC 9309 2.3.1.4)
POLL_LOG = timedelta(days=28)  # the rhythm against which a quiet source is judged


async def tidy(db: Database, *, now: datetime, window: timedelta) -> None:
    """Close quiet stories, cut the log of polls and forget the robots.txt of sites that are read no more."""
    await db.write(stories.close_quiet, before=now - window)
    while await db.write(feeds.prune_polls, before=now - POLL_LOG):
        pass
    await db.write(surges.prune, now=now)
    await db.write(mutes.prune, now=now)
    await db.write(robots.prune, before=now - ROBOTS)
