"""A feed that ends its parser again and again costs three workers, and then one a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.feeds.quarantine import AGAIN_AFTER, TRIES, is_quarantined
from monitor.model import Cause, FeedSource, FetchFailed, Losses, WorkerLost
from monitor.stages.poll import Polling, poll
from monitor.store import feeds, summary
from monitor.store.tables import articles
from tests.stages.bench import Bench, entry

A = "https://a.test/feed"
LOST = WorkerLost(reason="took over 10 s")


class Ward(Bench):
    """A bench that keeps what the polls hand over."""

    kept: list[tuple[int, bytes, Mapping[str, object]]]
    disk_full = False

    async def keep(self, feed: int, body: bytes, note: Mapping[str, object]) -> None:
        if self.disk_full:
            raise OSError(28, "No space left on device")
        self.kept.append((feed, body, note))

    @property
    def polling(self) -> Polling:
        return replace(super().polling, keep=self.keep)


@pytest.fixture
def ward(bench: Bench) -> Ward:
    ward = Ward(bench.db, bench.now)
    ward.kept = []
    ward.list_feeds(FeedSource(url=A))
    return ward


def poison(ward: Ward, name: str = "one") -> bytes:
    """Let the feed show a body that ends its parser."""
    body = ward.publish(A, entry(name))
    ward.parsed[body] = LOST
    return body


async def lose(ward: Ward, times: int = TRIES) -> None:
    for _ in range(times):
        await poll(1, ward.polling)


async def test_the_third_loss_keeps_the_body_and_tells_the_operator(ward: Ward) -> None:
    body = poison(ward)
    await lose(ward, TRIES - 1)
    assert ward.kept == []
    feed = await ward.poll()
    assert is_quarantined(feed.losses)
    assert (feed.cause, feed.failures, feed.last_error) == ("parser failed", TRIES, "took over 10 s")
    ((kept_feed, kept, note),) = ward.kept
    assert (kept_feed, kept, note["cause"], note["times"]) == (1, body, "took over 10 s", TRIES)
    (problem,) = ward.db.read_now(summary.problems, now=ward.now, alert_after=9)
    assert (problem.kind, problem.detail) == ("feed quarantined", f"took over 10 s, {TRIES} in a row")
    assert "quarantine/feed-1.body" in problem.remedy


async def test_the_same_bytes_cost_no_further_worker_for_a_day(ward: Ward) -> None:
    poison(ward)
    await lose(ward)
    assert ward.parses == TRIES
    for _ in range(3):
        ward.now += timedelta(hours=1)
        feed = await ward.poll()
        assert feed.next_poll_at > ward.now
    assert (ward.parses, feed.losses.count, feed.cause) == (TRIES, TRIES, "parser failed")
    ward.now += AGAIN_AFTER
    feed = await ward.poll()
    assert (ward.parses, feed.losses.count) == (TRIES + 1, TRIES + 1)


async def test_a_changed_body_is_parsed_at_once_and_a_good_one_ends_the_quarantine(ward: Ward) -> None:
    poison(ward)
    await lose(ward)
    ward.publish(A, entry("two"))
    feed = await ward.poll()
    assert (feed.losses, feed.cause, feed.failures) == (Losses(), None, 0)
    assert ward.column(articles, "title") == ["Title two"]
    assert ward.db.read_now(summary.problems, now=ward.now, alert_after=9) == []


async def test_another_bad_body_stays_in_quarantine_and_is_kept_instead(ward: Ward) -> None:
    poison(ward)
    await lose(ward)
    other = poison(ward, "two")
    feed = await ward.poll()
    assert feed.losses.count == TRIES + 1
    assert [body for _, body, _ in ward.kept][-1] == other


async def test_a_broken_connection_in_between_neither_counts_nor_forgives(ward: Ward) -> None:
    poison(ward)
    await lose(ward, 2)
    ward.answers[A] = FetchFailed(cause=Cause.TIMEOUT)
    assert (await ward.poll()).losses.count == 2
    poison(ward)
    assert is_quarantined((await ward.poll()).losses)


async def test_a_full_disk_costs_the_evidence_and_not_the_poll(ward: Ward) -> None:
    ward.disk_full = True
    poison(ward)
    await lose(ward)
    feed = ward.db.read_now(feeds.get, 1)
    assert feed is not None
    assert is_quarantined(feed.losses)
