"""Alerts without a story: in the same outbox, unique by themselves, and beside the news in every list."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.alerts.operators import of_silence
from monitor.alerts.retry import Again, Done
from monitor.feeds.silence import Verdict
from monitor.model import (
    Completeness,
    FeedSource,
    FeedStatus,
    Frequency,
    Silence,
    SilenceKind,
)
from monitor.store import alerts, feeds, operators, outbox, silences, summary
from monitor.store import deliveries as handling
from monitor.store.completeness import completeness
from monitor.store.database import Database
from monitor.store.tables import deliveries, threads
from monitor.store.tables import feeds as feed_table
from tests.store.test_outbox import Outbox

LEASE = timedelta(minutes=2)


class Desk:
    """Four feeds on the list, at a moment that the test moves."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.db, self.now = database, now
        sources = [FeedSource(url=f"https://{name}.test/feed", name=name.upper()) for name in "abcd"]
        database.write_now(feeds.sync, sources, first_polls=[now] * 4, interval=timedelta(minutes=15))
        self.set(next_poll_at=now + timedelta(minutes=10), last_success_at=now, first_success_at=now)

    def set(self, feed: int | None = None, **values: object) -> None:
        where = [feed_table.c.id == feed] if feed is not None else []
        self.db.write_now(lambda c: c.execute(sa.update(feed_table).where(*where).values(**values)))

    def silence(self, feed: int, kind: SilenceKind) -> Silence:
        silence = Silence(kind=kind, since=self.now - timedelta(days=1), detail="dns, 3 polls in a row")
        self.db.write_now(silences.settle, feed, Verdict(silence=silence), now=self.now)
        return silence

    def hear(self, feed: int) -> None:
        self.db.write_now(silences.settle, feed, Verdict(silence=None), now=self.now)

    def tell(self, *destinations: str) -> int:
        return self.db.write_now(operators.tell, destinations, now=self.now)

    def send(self, destination: str = "desk", ref: str = "ts-1") -> list[str]:
        """Send one message, and answer the subjects that it tells."""
        leased = self.db.write_now(outbox.lease_next, destination, now=self.now, lease=LEASE)
        assert leased is not None
        assert leased.notices == ()
        self.db.write_now(outbox.settle, leased, Done(ref=ref), now=self.now)
        return [notice.subject for notice in leased.operator_notices]


@pytest.fixture
def desk(database: Database, now: datetime) -> Desk:
    return Desk(database, now)


def test_the_same_cause_is_stored_once(desk: Desk) -> None:
    silence = Silence(kind=SilenceKind.FAILING, since=desk.now)
    draft = of_silence(1, "A", silence, after=None)
    first = desk.db.write_now(alerts.insert_for_operators, draft, now=desk.now)
    assert first is not None
    assert desk.db.write_now(alerts.insert_for_operators, draft, now=desk.now) is None
    other = of_silence(2, "B", silence, after=None)
    assert desk.db.write_now(alerts.insert_for_operators, other, now=desk.now) is not None


def test_lists_keep_their_shape_with_nothing_where_a_story_would_be(desk: Desk) -> None:
    desk.silence(1, SilenceKind.FAILING)
    assert desk.tell("desk") == 1
    (alert,) = desk.db.read_now(alerts.listing, limit=10)
    assert (alert["kind"], alert["topic"], alert["title"]) == ("source_silent", "", "A")
    assert (alert["story_id"], alert["article_id"], alert["url"]) == (None, None, None)
    (delivery,) = desk.db.read_now(handling.listing, limit=10)
    assert (delivery["alert_id"], delivery["story_id"], delivery["state"]) == (alert["id"], None, "pending")


def test_what_was_told_is_not_told_again(desk: Desk) -> None:
    desk.silence(1, SilenceKind.FAILING)
    assert [desk.tell("desk"), desk.tell("desk")] == [1, 0]
    desk.silence(1, SilenceKind.GONE)
    assert [desk.tell("desk"), desk.tell("desk")] == [1, 0]
    desk.hear(1)
    assert [desk.tell("desk"), desk.tell("desk")] == [1, 0]
    assert desk.db.read_now(silences.in_force) == {}


def test_an_end_that_was_not_told_yet_and_begins_again_goes_on(desk: Desk) -> None:
    desk.silence(1, SilenceKind.FAILING)
    desk.tell("desk")
    desk.hear(1)
    desk.silence(1, SilenceKind.FAILING)
    assert desk.tell("desk") == 0


def test_messages_to_operators_make_no_threads_of_stories_and_are_sent_once(desk: Desk) -> None:
    desk.silence(1, SilenceKind.FAILING)
    desk.silence(2, SilenceKind.QUIET)
    desk.tell("desk")
    assert desk.send() == ["A", "B"]
    assert desk.db.write_now(outbox.lease_next, "desk", now=desk.now, lease=LEASE) is None
    assert desk.db.read_now(lambda c: c.execute(sa.select(threads)).all()) == []
    states = desk.db.read_now(lambda c: c.scalars(sa.select(deliveries.c.state)).all())
    assert set(states) == {"sent"}


def test_ends_go_under_the_messages_that_told_the_beginnings(desk: Desk) -> None:
    desk.silence(1, SilenceKind.FAILING)
    desk.tell("desk")
    desk.send(ref="ts-1")
    desk.silence(2, SilenceKind.FAILING)
    desk.tell("desk")
    desk.send(ref="ts-2")
    desk.hear(1)
    desk.hear(2)
    desk.tell("desk", "mail")
    roots = []
    for destination in ("desk", "desk", "mail"):
        leased = desk.db.write_now(outbox.lease_next, destination, now=desk.now, lease=LEASE)
        assert leased is not None
        roots.append((leased.root_ref, len(leased.operator_notices)))
    assert roots == [("ts-1", 1), ("ts-2", 1), (None, 2)], "mail never heard of the beginnings"


def test_a_message_that_is_tried_again_is_the_same(desk: Desk) -> None:
    desk.silence(1, SilenceKind.FAILING)
    desk.tell("desk")
    first = desk.db.write_now(outbox.lease_next, "desk", now=desk.now, lease=LEASE)
    assert first is not None
    again = Again(at=desk.now, reason="busy")
    desk.db.write_now(outbox.settle, first, again, now=desk.now)
    second = desk.db.write_now(outbox.lease_next, "desk", now=desk.now, lease=LEASE)
    assert second is not None
    assert (second.key, second.operator_notices) == (first.key, first.operator_notices)


# --- completeness and problems ----------------------------------------------------------------------------


def test_completeness_counts_every_feed_on_the_list(desk: Desk) -> None:
    desk.set(2, failures=1, cause="dns")
    desk.set(3, status=FeedStatus.GONE)
    desk.silence(4, SilenceKind.QUIET)
    found = desk.db.read_now(completeness, now=desk.now)
    assert found == Completeness(polled=2, failing=1, quiet=1, gone=1, total=4)
    desk.set(1, status=FeedStatus.REMOVED)
    assert desk.db.read_now(completeness, now=desk.now).total == 3


def test_a_feed_whose_poll_was_missed_or_never_made_is_not_polled_on_time(desk: Desk) -> None:
    desk.set(1, next_poll_at=desk.now - timedelta(minutes=20))
    desk.set(2, last_success_at=None)
    assert desk.db.read_now(completeness, now=desk.now).polled == 2


def test_status_carries_completeness_and_names_quiet_and_failing_sources(desk: Desk) -> None:
    desk.silence(4, SilenceKind.QUIET)
    desk.set(2, failures=3, cause="tls")
    state = desk.db.read_now(summary.status, now=desk.now)
    assert state["completeness"] == {"polled": 3, "failing": 1, "quiet": 1, "gone": 0, "total": 4}
    found = {
        (problem.kind, problem.subject): problem.detail
        for problem in desk.db.read_now(summary.problems, now=desk.now, alert_after=3)
    }
    assert "tls, 3 in a row" in found["feed failing", "feed 2 B"]
    assert "nothing new since 2026-11-20 09:30 UTC" in found["feed quiet", "feed 4 D"]
    patient = desk.db.read_now(summary.problems, now=desk.now, alert_after=4)
    assert [problem.kind for problem in patient] == ["feed quiet"]


def test_a_digest_carries_the_completeness_of_its_first_attempt(database: Database, now: datetime) -> None:
    outlet = Outbox(database, now)
    outlet.tell("a", "desk", frequency=Frequency.HOURLY)
    first = outlet.lease()
    assert first is not None
    assert first.completeness == Completeness(polled=0, failing=0, quiet=0, gone=0, total=1)
    outlet.settle(first, Again(at=now, reason="busy"))
    database.write_now(lambda c: c.execute(sa.update(feed_table).values(failures=1)))
    second = outlet.lease()
    assert second is not None
    assert second.completeness == first.completeness
    outlet.settle(second, Done(ref="d.0"))
    outlet.tell("b", "desk", story=2)
    single = outlet.lease()
    assert single is not None
    assert single.completeness is None, "one story alone says nothing of the rest"
