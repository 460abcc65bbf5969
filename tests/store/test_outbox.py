"""Deliveries: leased, in order, carried together, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.alerts.retry import Again, Dead, Done
from monitor.alerts.slots import Slot
from monitor.model import AlertKind, Delivery, DeliveryDraft, Errand, ErrandKind, Frequency, Notice
from monitor.store import deliveries as handling
from monitor.store import digests, errands, mutes, outbox
from monitor.store.database import Database
from monitor.store.tables import alerts, articles, deliveries, feeds, stories
from tests.alerts.spoken import email_message, slack_message

LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
def outlet(database: Database, now: datetime) -> Outbox:
    return Outbox(database, now)


class Outbox:
    """An outbox with stories to tell, at a moment that the test moves."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.db, self.now = database, now
        database.write_now(self._world)

    def _world(self, connection: sa.Connection) -> None:
        connection.execute(
            sa.insert(feeds).values(
                url="https://a.test/feed",
                listed_url="https://a.test/feed",
                host="a.test",
                tags=[],
                origin="config",
                status="live",
                interval_s=900,
                next_poll_at=self.now,
            )
        )
        for story in (1, 2):
            connection.execute(
                sa.insert(stories).values(
                    title="A story", state="open", first_report_at=self.now, last_report_at=self.now
                )
            )
            connection.execute(
                sa.insert(articles).values(
                    url_key=str(story),
                    url="https://a.test/1",
                    guid="g",
                    title="A title",
                    outlet="A",
                    source="a.test",
                    authors=[],
                    tags=[],
                    seen_at=self.now,
                    state="done",
                    next_try_at=self.now,
                )
            )

    def tell(
        self,
        cause: str,
        *destinations: str,
        story: int = 1,
        frequency: Frequency = Frequency.IMMEDIATE,
        due_at: datetime | None = None,
        topics: int = 1,
    ) -> None:
        """Store alerts about one article, one per topic, the later ones carried by the first."""

        def write(connection: sa.Connection) -> None:
            notices: dict[int, Notice] = {}
            drafts: list[DeliveryDraft] = []
            for topic in range(topics):
                alert = connection.scalar(
                    sa.insert(alerts)
                    .values(
                        topic=f"topic-{topic}",
                        story_id=story,
                        kind="new_report",
                        cause=cause,
                        article_id=story,
                        score=1.0,
                        created_at=self.now,
                    )
                    .returning(alerts.c.id)
                )
                assert alert is not None
                notices[topic] = self._notice(alert, story, f"{cause} {topic}")
            for destination in destinations:
                carrier = len(drafts)
                drafts += [
                    DeliveryDraft(
                        alert=topic,
                        destination=destination,
                        frequency=frequency,
                        due_at=due_at or self.now,
                        carried_by=None if topic == 0 else carrier,
                    )
                    for topic in range(topics)
                ]
            outbox.insert(connection, drafts, notices, story=story, now=self.now)

        self.db.write_now(write)

    def _notice(self, alert: int, story: int, headline: str) -> Notice:
        return Notice(
            alert=alert,
            kind=AlertKind.NEW_REPORT,
            story=story,
            topics=("Topic",),
            headline=headline,
            url="https://a.test/1",
            outlet="A",
            language="en",
            seen_at=self.now,
            published_at=None,
            score=1.0,
            quotes=(),
            matched=(),
            reports=(),
            outlets=1,
            independent=1,
            languages=("en",),
        )

    def lease(self, destination: str = "desk") -> Delivery | None:
        return self.db.write_now(outbox.lease_next, destination, now=self.now, lease=LEASE)

    def settle(self, delivery: Delivery | None, settled: Done | Again | Dead) -> None:
        assert delivery is not None
        self.db.write_now(outbox.settle, delivery, settled, now=self.now)

    def states(self) -> list[str]:
        return list(
            self.db.read_now(
                lambda c: c.scalars(sa.select(deliveries.c.state).order_by(deliveries.c.id)).all()
            )
        )


def test_a_leased_delivery_is_not_given_out_twice(outlet: Outbox) -> None:
    outlet.tell("a", "desk")
    assert outlet.lease() is not None
    assert outlet.lease() is None


def test_a_lease_that_ran_out_is_given_out_again_and_counted(outlet: Outbox) -> None:
    outlet.tell("a", "desk")
    first = outlet.lease()
    outlet.now += LEASE + SECOND
    second = outlet.lease()
    assert first is not None
    assert second is not None
    assert (first.attempts, second.attempts) == (1, 2)
    assert second.key == first.key
    assert second.first_attempt_at == first.first_attempt_at


def test_a_storys_root_goes_before_its_thread_even_when_it_has_to_wait(outlet: Outbox) -> None:
    outlet.tell("a", "desk")
    outlet.tell("b", "desk")
    outlet.tell("c", "desk", story=2)
    outlet.settle(outlet.lease(), Again(at=outlet.now + LEASE, reason="busy"))
    other = outlet.lease()
    assert other is not None
    assert other.notices[0].headline == "c 0", "another story does not wait"
    outlet.settle(other, Done(ref="2.0"))
    assert outlet.lease() is None, "the reply waits for its root"
    outlet.now += LEASE
    root = outlet.lease()
    assert root is not None
    assert root.notices[0].headline == "a 0"
    outlet.settle(root, Done(ref="1.0"))
    reply = outlet.lease()
    assert reply is not None
    assert (reply.notices[0].headline, reply.root_ref) == ("b 0", "1.0")


def test_after_a_dead_root_the_next_report_becomes_the_root(outlet: Outbox) -> None:
    outlet.tell("a", "desk")
    outlet.tell("b", "desk")
    outlet.settle(outlet.lease(), Dead(reason="too long"))
    following = outlet.lease()
    assert following is not None
    assert following.root_ref is None


def test_one_destinations_trouble_leaves_the_others_on_time(outlet: Outbox) -> None:
    outlet.tell("a", "desk", "mail")
    outlet.settle(outlet.lease("desk"), Again(at=outlet.now + LEASE, reason="busy"))
    due = outlet.db.read_now(outbox.due_destinations, now=outlet.now)
    assert due == ["mail"]


def test_two_topics_of_one_article_are_one_message_with_one_fate(outlet: Outbox) -> None:
    outlet.tell("a", "desk", topics=2)
    delivery = outlet.lease()
    assert delivery is not None
    assert [notice.headline for notice in delivery.notices] == ["a 0", "a 1"]
    outlet.settle(delivery, Done(ref="1.0"))
    assert outlet.states() == ["sent", "sent"]
    assert outlet.lease() is None


def test_a_digest_gathers_what_is_due_at_its_hour_and_is_no_storys_root(outlet: Outbox) -> None:
    hour = outlet.now + timedelta(minutes=30)
    outlet.tell("a", "desk", frequency=Frequency.HOURLY, due_at=hour)
    outlet.tell("b", "desk", frequency=Frequency.HOURLY, due_at=hour, story=2, topics=2)
    assert outlet.lease() is None, "not before its hour"
    outlet.now = hour
    digest = outlet.lease()
    assert digest is not None
    assert [notice.headline for notice in digest.notices] == ["a 0", "b 0", "b 1"]
    outlet.settle(digest, Done(ref="d.0"))
    outlet.tell("c", "desk")
    following = outlet.lease()
    assert following is not None
    assert following.root_ref is None


def test_what_comes_after_a_digest_was_begun_goes_into_the_next(outlet: Outbox) -> None:
    hour = outlet.now + timedelta(minutes=30)
    outlet.tell("a", "desk", frequency=Frequency.HOURLY, due_at=hour)
    outlet.now = hour
    begun = outlet.lease()
    outlet.tell("b", "desk", frequency=Frequency.HOURLY, due_at=hour)
    outlet.settle(begun, Done(ref="d.0"))
    following = outlet.lease()
    assert following is not None
    assert [notice.headline for notice in following.notices] == ["b 0"]


def test_a_dead_delivery_can_be_given_another_life_with_what_it_carries(outlet: Outbox) -> None:
    outlet.tell("a", "desk", topics=2)
    outlet.settle(outlet.lease(), Dead(reason="channel_not_found"))
    assert outlet.states() == ["dead", "dead"]
    outlet.now += timedelta(days=3)
    assert outlet.db.write_now(handling.retry, 2, now=outlet.now), "the carried one's id will do"
    again = outlet.lease()
    assert again is not None
    assert again.attempts == 2, "an earlier attempt may have landed, so it stays counted"
    assert again.first_attempt_at == outlet.now, "patience begins anew"
    assert again.created_at < outlet.now


def test_what_is_not_dead_cannot_be_revived(outlet: Outbox) -> None:
    outlet.tell("a", "desk")
    assert not outlet.db.write_now(handling.retry, 1, now=outlet.now)
    assert not outlet.db.write_now(handling.retry, 99, now=outlet.now)
    outlet.settle(outlet.lease(), Done(ref="1.0"))
    assert not outlet.db.write_now(handling.retry, 1, now=outlet.now)


def test_an_alert_that_was_told_before_takes_its_delivery_with_it(outlet: Outbox) -> None:
    drafts = (
        DeliveryDraft(alert=0, destination="desk", frequency=Frequency.IMMEDIATE, due_at=outlet.now),
        DeliveryDraft(
            alert=1, destination="desk", frequency=Frequency.IMMEDIATE, due_at=outlet.now, carried_by=0
        ),
    )
    outlet.tell("a", "mail", topics=2)
    notices = {1: outlet._notice(2, 1, "the second")}
    outlet.db.write_now(outbox.insert, drafts, notices, story=1, now=outlet.now)
    delivery = outlet.lease()
    assert delivery is not None
    assert [notice.headline for notice in delivery.notices] == ["the second"]


def test_what_is_dead_goes_to_the_fallback_with_what_it_carries_but_nothing_discreet(outlet: Outbox) -> None:
    outlet.tell("a", "desk", topics=2)
    delivery = outlet.lease()
    assert delivery is not None
    outlet.db.write_now(outbox.settle, delivery, Dead(reason="gone"), now=outlet.now, fallback="night")
    instead = outlet.lease("night")
    assert instead is not None
    assert [notice.headline for notice in instead.notices] == ["a 0", "a 1"]
    outlet.settle(instead, Done(ref="1.0"))
    hide = sa.text("UPDATE deliveries SET payload = '{\"discreet\": true}' WHERE destination = 'desk'")
    outlet.db.write_now(lambda connection: connection.execute(hide))
    outlet.db.write_now(outbox.settle, delivery, Dead(reason="gone"), now=outlet.now, fallback="third")
    assert outlet.lease("third") is None


def test_a_delivery_that_is_dead_or_waits_can_be_dropped_and_no_other(outlet: Outbox) -> None:
    outlet.tell("a", "desk", topics=2)
    assert not outlet.db.write_now(handling.drop, 2), "it goes with its carrier"
    outlet.settle(outlet.lease(), Done(ref="1.0"))
    assert not outlet.db.write_now(handling.drop, 1)
    outlet.tell("b", "desk", topics=2)
    assert outlet.db.write_now(handling.drop, 3)
    assert outlet.states() == ["sent", "sent"]


def test_a_digest_is_begun_once_and_sent_even_when_it_is_empty(outlet: Outbox) -> None:
    slot = Slot(destination="desk", frequency=Frequency.DAILY, due_at=outlet.now + timedelta(hours=1))
    for _ in range(2):
        outlet.db.write_now(digests.keep, [slot], now=outlet.now)
    assert outlet.states() == ["pending"]
    outlet.now = slot.due_at
    digest = outlet.lease()
    assert digest is not None
    assert (digest.notices, digest.operator_notices) == ((), ())
    assert digest.completeness is not None
    assert "nothing new" in slack_message(digest).text
    assert "nothing new" in email_message(digest).text


def test_an_empty_digest_that_nobody_wants_any_more_is_dropped(outlet: Outbox) -> None:
    slot = Slot(destination="desk", frequency=Frequency.DAILY, due_at=outlet.now + timedelta(hours=1))
    outlet.db.write_now(digests.keep, [slot], now=outlet.now)
    outlet.db.write_now(digests.keep, [], now=outlet.now)
    assert outlet.states() == []


def test_who_unsubscribed_gets_no_digest_until_that_is_taken_back(outlet: Outbox) -> None:
    errand = Errand(kind=ErrandKind.UNSUBSCRIBE, destination="desk")
    slots = [
        Slot(destination=name, frequency=Frequency.DAILY, due_at=outlet.now + timedelta(hours=1))
        for name in ("desk", "mail")
    ]
    outlet.db.write_now(digests.keep, slots, now=outlet.now)
    for _ in range(2):
        assert outlet.db.write_now(errands.perform, errand, now=outlet.now)
    outlet.db.write_now(digests.keep, slots, now=outlet.now)
    assert outlet.db.read_now(_destinations) == ["mail"], "what was begun and is empty is dropped"
    (mute,) = outlet.db.read_now(mutes.listing, now=outlet.now)
    assert (mute.destination, mute.digests, mute.topic, mute.story) == ("desk", True, None, None)
    assert outlet.db.write_now(mutes.remove, mute.id)
    later = [replace(slot, due_at=slot.due_at + timedelta(days=1)) for slot in slots]
    outlet.db.write_now(digests.keep, later, now=outlet.now)
    assert "desk" in outlet.db.read_now(_destinations)


def _destinations(connection: sa.Connection) -> list[str]:
    return list(connection.scalars(sa.select(deliveries.c.destination).order_by(deliveries.c.destination)))
