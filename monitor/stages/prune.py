"""Prune: forget what retention no longer keeps, bite by bite, so that no writer waits long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.model import Retention
from monitor.store import near, retention
from monitor.store.database import Database

KINDS = ("texts", "stories", "matches", "operator alerts", "sightings", "articles", "near misses")


async def prune(
    db: Database,
    keep: Retention,
    *,
    now: datetime,
    on_bite: Callable[[str, int], None] = lambda kind, rows: None,
) -> dict[str, int]:
    """Forget what is old enough and answer how many rows of each kind went; *on_bite* hears of each bite."""
    texts, records = retention.cutoffs(keep, now=now)
    steps = (  # a story goes before its articles, and an article only when no feed lists it any more
        ("texts", retention.prune_texts, texts),
        ("stories", retention.prune_stories, records),
        ("matches", retention.prune_matches, records),
        ("operator alerts", retention.prune_operator_alerts, records),
        ("sightings", retention.prune_sightings, records),
        ("articles", retention.prune_articles, records),
    )
    gone: dict[str, int] = {}
    for kind, bite, cut in steps:
        while rows := await db.write(bite, cut):
            gone[kind] = gone.get(kind, 0) + rows
            on_bite(kind, rows)
    if near_rows := await db.write(near.prune, before=texts.default):
        gone["near misses"] = near_rows
        on_bite("near misses", near_rows)
    return gone
