"""One poll: what it stores, what it leaves as it was, and when the feed falls due again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from monitor.feeds.parse import parse_feed
from monitor.model import (
    Cause,
    Feed,
    FeedSource,
    FeedStatus,
    Fetched,
    FetchFailed,
    FetchResult,
    NotModified,
    ParsedFeed,
    Unusable,
    Validators,
    WorkerLost,
)
from monitor.stages.poll import poll
from monitor.store import feeds, subscriptions, work
from monitor.store.tables import articles, polls, sightings
from tests.feeds.corpus import DATA
from tests.stages.bench import WEATHER, Bench, entry

A, B = "https://a.test/feed", "https://b.test/feed"


@pytest.fixture
def bench(bench: Bench) -> Bench:
    bench.list_feeds(FeedSource(url=A, outlet="The A"), FeedSource(url=B, outlet="The B"))
    return bench


def due(bench: Bench) -> list[int]:
    """Feeds that would be claimed now."""
    claimed = bench.db.write_now(
        work.claim_due,
        now=bench.now,
        polls_due=bench.now,
        poll_lease=timedelta(minutes=1),
        read_lease=timedelta(minutes=1),
        polls=10,
        reads=0,
    )
    return [feed for feed, _ in claimed.feeds]


async def test_validators_commit_with_the_entries(bench: Bench) -> None:
    bench.publish(A, entry("one"), entry("two"), etag='"v1"')
    feed = await bench.poll()
    assert feed.etag == '"v1"'
    assert bench.column(articles, "url") == ["https://a.test/one", "https://a.test/two"]
    await bench.poll()
    assert bench.asked[-1] == (A, Validators(etag='"v1"'))


async def test_a_poll_that_cannot_store_its_entries_leaves_the_validators_as_they_were(bench: Bench) -> None:
    bench.publish(A, entry("one"), entry("two"), etag='"v1"')
    bench.execute("ALTER TABLE polls RENAME TO away")  # the last thing that the transaction writes to
    with pytest.raises(sa.exc.SQLAlchemyError):
        await poll(1, bench.polling)
    bench.execute("ALTER TABLE away RENAME TO polls")
    feed = bench.db.read_now(feeds.get, 1)
    assert feed is not None
    assert feed.etag is None
    assert bench.rows(articles) == []


@pytest.mark.parametrize(
    ("parsed", "cause"),
    [
        (Unusable(reason="no feed"), Cause.NOT_A_FEED),
        (WorkerLost(reason="took over 10 s"), Cause.PARSER),
    ],
)
async def test_a_body_that_cannot_be_parsed_leaves_the_validators_as_they_were(
    bench: Bench, parsed: Unusable | WorkerLost, cause: Cause
) -> None:
    bench.publish(A, entry("one"), etag='"v1"')
    before = await bench.poll()
    body = bench.publish(A, entry("one"), entry("two"), etag='"v2"')
    whole, bench.parsed[body] = bench.parsed[body], parsed
    broken = await bench.poll()
    assert (broken.etag, broken.body_hash) == (before.etag, before.body_hash)
    assert (broken.cause, broken.last_error, broken.failures) == (cause, parsed.reason, 1)
    bench.parsed[body] = whole
    mended = await bench.poll()
    assert (mended.etag, mended.cause, mended.failures) == ('"v2"', None, 0)
    assert len(bench.rows(articles)) == 2


async def test_a_body_that_has_not_changed_is_not_parsed_again(bench: Bench) -> None:
    bench.publish(A, entry("one"))
    await bench.poll()
    await bench.poll()
    assert bench.parses == 1
    assert len(bench.rows(articles)) == 1


async def test_a_304_counts_as_a_success(bench: Bench) -> None:
    bench.publish(A, entry("one"), etag='"v1"')
    await bench.poll()
    bench.answers[A] = NotModified(url=A)
    bench.now += timedelta(hours=1)
    feed = await bench.poll()
    assert (feed.etag, feed.last_success_at, feed.failures) == ('"v1"', bench.now, 0)


async def test_a_poll_that_finds_nothing_is_said_to_who_debugs_only(bench: Bench) -> None:
    bench.publish(A, entry("one"))
    with capture_logs() as log:
        await bench.poll()
        await bench.poll()
    said = [(line["log_level"], line["outcome"]) for line in log if line["event"] == "feed polled"]
    assert said == [("info", "read"), ("debug", "unchanged")]


async def test_the_backlog_of_a_new_feed_is_stored_and_not_told(bench: Bench) -> None:
    old, fresh = bench.now - timedelta(hours=49), bench.now - timedelta(hours=47)
    bench.publish(A, entry("old", published_at=old), entry("new", published_at=fresh), entry("undated"))
    await bench.poll()
    assert {row["url"][-3:]: row["quiet"] for row in bench.rows(articles)} == {
        "old": True,
        "new": False,
        "ted": False,
    }


async def test_an_old_entry_of_a_known_feed_is_told(bench: Bench) -> None:
    bench.publish(A, entry("one"))
    await bench.poll()
    bench.publish(A, entry("one"), entry("late", published_at=bench.now - timedelta(days=30)))
    await bench.poll()
    assert bench.column(articles, "quiet") == [False, False]


async def test_the_same_article_in_two_feeds_is_one_article_with_two_sightings(bench: Bench) -> None:
    bench.publish(A, entry("a-key", url="https://a.test/story?utm_source=a"))
    bench.publish(B, entry("b-key", url="https://a.test/story"))
    await bench.poll(1)
    await bench.poll(2)
    assert len(bench.rows(articles)) == 1
    assert [(row["feed_id"], row["entry_key"]) for row in bench.rows(sightings)] == [
        (1, "a-key"),
        (2, "b-key"),
    ]
    assert [row["new_entries"] for row in bench.rows(polls)] == [1, 0]


async def test_an_entry_whose_url_changed_is_not_new_while_its_key_is_the_same(bench: Bench) -> None:
    bench.publish(A, entry("one", url="http://a.test/one"))
    await bench.poll()
    bench.publish(A, entry("one", url="https://www.a.test/moved/one.html"))
    await bench.poll()
    assert bench.column(articles, "url") == ["http://a.test/one"]


async def test_entries_without_a_page_are_known_by_their_key(bench: Bench) -> None:
    bench.publish(A, entry("one", url=None), entry("two", url=None))
    await bench.poll()
    bench.publish(A, entry("one", url=None), entry("two", url=None), entry("three", url=None))
    await bench.poll()
    assert bench.column(articles, "guid") == ["one", "two", "three"]
    assert bench.column(articles, "source") == ["a.test"] * 3


async def test_a_failed_fetch_backs_off_and_says_why(bench: Bench) -> None:
    bench.answers[A] = FetchFailed(cause=Cause.HTTP, status=500)
    first = await bench.poll()
    second = await bench.poll()
    assert (second.cause, second.failures) == ("http 500", 2)
    assert second.next_poll_at - bench.now > first.next_poll_at - bench.now > first.interval
    assert bench.column(polls, "outcome") == ["http 500", "http 500"]


@pytest.mark.parametrize(("status", "rests"), [(429, True), (503, True), (500, False)])
async def test_a_host_that_asks_for_rest_gets_it_for_all_of_its_feeds(
    bench: Bench, status: int, rests: bool
) -> None:
    sibling = "https://a.test/other-feed"
    bench.list_feeds(FeedSource(url=A), FeedSource(url=B), FeedSource(url=sibling))
    asked = timedelta(hours=2)
    bench.answers[A] = FetchFailed(cause=Cause.HTTP, status=status, retry_after=asked)
    await bench.poll()
    assert due(bench) == ([2] if rests else [2, 3])
    bench.now += asked + timedelta(minutes=1)
    assert 3 in due(bench)


async def test_where_settings_say_so_a_pause_is_the_feeds_own(bench: Bench) -> None:
    bench.list_feeds(FeedSource(url=A), FeedSource(url=B), FeedSource(url="https://a.test/other-feed"))
    asked = timedelta(hours=2)
    bench.answers[A] = FetchFailed(cause=Cause.HTTP, status=429, retry_after=asked)
    await poll(1, replace(bench.polling, retry_after_scope="feed"))
    assert due(bench) == [2, 3]
    bench.now += 1.2 * asked
    assert 1 in due(bench)


@pytest.mark.parametrize("can_be_told", [True, False])
async def test_a_hub_slows_the_polls_of_its_feed_only_while_it_can_reach_us(
    bench: Bench, can_be_told: bool
) -> None:
    bench.publish(A, entry("one"))
    secret = {"token": "t", "secret": "s", "now": bench.now}
    bench.db.write_now(subscriptions.want, 1, hub="https://hub.test/", topic=A, **secret)
    bench.db.write_now(subscriptions.verified, 1, lease=timedelta(days=9), now=bench.now)
    polling = replace(bench.polling, new_secret=(lambda: "s") if can_be_told else None)
    await poll(1, polling)
    feed = bench.db.read_now(feeds.get, 1)
    assert feed is not None
    assert (feed.interval == polling.limits.longest) == can_be_told


async def test_nothing_is_fetched_of_a_feed_but_itself_and_its_pages(bench: Bench) -> None:
    body = (DATA / "rss20.xml").read_bytes()
    assert b"<enclosure" in body
    assert b"<media:content" in body
    parsed = parse_feed(body, url=A, now=bench.now)
    bench.answers[A] = Fetched(url=A, status=200, body=body)
    bench.parsed[body] = parsed
    await bench.poll()
    for entry_read in parsed.entries:
        if entry_read.url:
            bench.page(entry_read.url, WEATHER)
    await bench.read_all()
    pages = {entry_read.url for entry_read in parsed.entries if entry_read.url}
    assert {url for url, _ in bench.asked} <= {A} | pages
    assert len(bench.asked) > 1


async def test_no_host_rests_for_longer_than_the_limit(bench: Bench) -> None:
    bench.answers[A] = FetchFailed(cause=Cause.HTTP, status=429, retry_after=timedelta(days=300))
    await bench.poll()
    bench.now += timedelta(hours=27)  # the limit is a day, and its jitter a tenth of that
    assert 1 in due(bench)


async def test_a_feed_that_is_gone_is_polled_no_more(bench: Bench) -> None:
    bench.answers[A] = FetchFailed(cause=Cause.HTTP, status=410)
    feed = await bench.poll()
    assert feed.status is FeedStatus.GONE
    bench.now += timedelta(days=30)
    assert due(bench) == [2]


async def test_a_feed_without_a_name_takes_its_own_title_and_language(bench: Bench) -> None:
    bench.publish(A, entry("one"))
    feed = await bench.poll()
    assert (feed.name, feed.language) == ("A feed", "en")


async def test_a_feed_that_was_deleted_meanwhile_is_no_fault(bench: Bench) -> None:
    await poll(99, bench.polling)
    assert bench.asked == []


class Meddler(Bench):
    """While the feed is being fetched, somebody changes its row."""

    meddle = ""

    async def get_feed(self, feed: Feed) -> FetchResult:
        self.execute(self.meddle)
        return await super().get_feed(feed)


def meddler(bench: Bench, statement: str) -> Meddler:
    other = Meddler(bench.db, bench.now)
    other.meddle = statement
    other.publish(A, entry("one"))
    return other


async def test_a_feed_that_is_removed_while_it_is_fetched_stays_removed(bench: Bench) -> None:
    feed: Feed = await meddler(bench, "UPDATE feeds SET status = 'removed'").poll()
    assert feed.status is FeedStatus.REMOVED


async def test_what_a_reload_wrote_while_the_feed_was_fetched_stands(bench: Bench) -> None:
    feed: Feed = await meddler(bench, "UPDATE feeds SET name = 'Their words'").poll()
    assert feed.name == "Their words"


async def test_a_feed_that_is_deleted_while_it_is_fetched_leaves_nothing(bench: Bench) -> None:
    await poll(1, meddler(bench, "DELETE FROM feeds").polling)
    assert bench.rows(articles) == []


async def test_a_long_feed_is_stored_whole(bench: Bench) -> None:
    body = b"many"
    many = tuple(entry(f"n{number}") for number in range(1200))  # more than one look-up holds
    bench.answers[A] = Fetched(url=A, status=200, body=body)
    bench.parsed[body] = ParsedFeed(format="atom10", title="", home=None, language="", ttl=None, entries=many)
    await bench.poll()
    bench.answers[A] = Fetched(url=A, status=200, body=b"more")
    bench.parsed[b"more"] = ParsedFeed(
        format="atom10", title="", home=None, language="", ttl=None, entries=(*many, entry("new"))
    )
    feed = await bench.poll()
    assert feed.entries == 1201
    assert bench.column(polls, "new_entries") == [1200, 1]
