"""The configured list of feeds becomes the stored one, and a feed that has moved stays the same feed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.model import FeedSource
from monitor.store import feeds
from monitor.store.database import Database
from monitor.store.tables import feeds as feed_table

OLD, NEW, OTHER = (f"https://{name}.test/feed" for name in ("old", "new", "other"))


def put(database: Database, now: datetime, *urls: str) -> None:
    sources = [FeedSource(url=url) for url in urls]
    database.write_now(feeds.sync, sources, first_polls=[now] * len(urls), interval=timedelta(minutes=15))


def polled(database: Database) -> dict[int, tuple[str, str]]:
    """What is polled: where, and under which line of the list."""
    return {feed.id: (feed.url, feed.listed_url) for feed in database.read_now(feeds.listing)}


@pytest.fixture
def moved(database: Database, now: datetime) -> Database:
    """A list of one feed, whose publisher has moved it for good."""
    put(database, now, OLD)
    database.write_now(lambda c: c.execute(sa.update(feed_table).values(url=NEW)))
    return database


def test_a_feed_that_moved_is_the_same_feed_when_its_line_is_brought_up_to_date(
    moved: Database, now: datetime
) -> None:
    put(moved, now, NEW)
    assert polled(moved) == {1: (NEW, NEW)}


def test_a_feed_that_moved_keeps_its_line_where_both_addresses_are_listed(
    moved: Database, now: datetime
) -> None:
    put(moved, now, OLD, NEW)
    assert polled(moved) == {1: (NEW, OLD)}


def test_a_list_that_lost_the_moved_feed_for_a_while_finds_it_again(moved: Database, now: datetime) -> None:
    put(moved, now, OTHER)
    assert polled(moved) == {2: (OTHER, OTHER)}
    put(moved, now, OTHER, NEW)
    assert polled(moved) == {1: (NEW, NEW), 2: (OTHER, OTHER)}
