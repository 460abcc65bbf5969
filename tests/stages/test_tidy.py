"""Closing what is over, and cutting the log of polls."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from monitor.model import FeedSource
from monitor.stages.tidy import POLL_LOG, tidy
from monitor.store.feeds import PRUNE_CHUNK
from monitor.store.tables import polls, stories
from tests.stages.bench import OTHER, WINDOW, WIRE, Bench

MINUTE = timedelta(minutes=1)


async def test_a_story_without_news_for_a_window_is_closed_and_others_are_not(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    bench.now += WINDOW
    await bench.tell("other", OTHER)
    await tidy(bench.db, now=bench.now + MINUTE, window=WINDOW)
    assert bench.column(stories, "state") == ["closed", "open"]


async def test_old_polls_are_dropped_however_many_they_are(bench: Bench) -> None:
    bench.list_feeds(FeedSource(url="https://a.test/feed"))
    old, young = bench.now - POLL_LOG - MINUTE, bench.now - POLL_LOG + MINUTE
    rows = [
        {"feed_id": 1, "at": at, "outcome": "ok", "new_entries": 0}
        for at in [old] * (PRUNE_CHUNK + 1) + [young]
    ]
    bench.db.write_now(lambda connection: connection.execute(sa.insert(polls), rows))
    await tidy(bench.db, now=bench.now, window=WINDOW)
    assert bench.column(polls, "at") == [young]
