"""Watching: what changes about a source is told to operators once, and its end once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.alerts.operator_wording import operator_wording
from monitor.model import (
    AlertKind,
    Cause,
    FeedSource,
    FetchFailed,
    FetchResult,
    NotModified,
    OperatorNotice,
    Refused,
    TryLater,
)
from monitor.stages.watch import Lookout, watch
from monitor.store import completeness, silences
from monitor.store.feeds import get
from monitor.store.tables import alerts, deliveries, feeds
from monitor.store.tables import silences as silence_rows
from tests.stages.bench import WIRE, Bench, entry
from tests.stages.office import Office

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://a.test/feed"
SAY = operator_wording()
DOWN = FetchFailed(cause=Cause.HTTP, status=500)


class Guard:
    """A bench whose operators sit at the desk."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.office = bench, Office(bench)
        self.operators: tuple[str, ...] = ("desk",)
        self.parts = 0

    async def watch(self) -> None:
        lookout = Lookout(
            db=self.bench.db, operators=lambda: self.operators, now=lambda: self.bench.now, alert_after=3
        )
        await watch(lookout)

    async def polls(self, *answers: FetchResult, feed: int = 1) -> None:
        """Poll a feed, an hour apart; each time is watched."""
        for answer in answers:
            known = self.bench.db.read_now(get, feed)
            assert known is not None
            self.bench.answers[known.url] = answer
            await self.bench.poll(feed)
            await self.watch()
            self.bench.now += HOUR

    async def succeeds(self, feed: int = 1) -> None:
        await self.polls(NotModified(url=URL), feed=feed)

    async def heard(self) -> list[OperatorNotice]:
        """Send what is due, and answer what the desk was told by it."""
        before = len(self.office.sent)
        await self.office.deliver()
        return [notice for _, delivery in self.office.sent[before:] for notice in delivery.operator_notices]

    async def kinds(self) -> list[str]:
        return [notice.kind.value for notice in await self.heard()]


@pytest.fixture
def guard(bench: Bench) -> Guard:
    bench.list_feeds(FeedSource(url=URL, name="Kavkaz News"))
    return Guard(bench)


async def test_a_source_that_fails_is_told_once_and_once_when_it_is_back(guard: Guard) -> None:
    await guard.polls(DOWN, DOWN)
    assert await guard.heard() == []
    await guard.polls(DOWN)
    (told,) = await guard.heard()
    assert (told.kind, told.subject) == (AlertKind.SOURCE_SILENT, "Kavkaz News")
    assert "http 500, 3 polls in a row" in SAY.detail(told)
    await guard.polls(DOWN, DOWN)
    assert await guard.heard() == []
    await guard.succeeds()
    (back,) = await guard.heard()
    assert (back.kind, back.subject) == (AlertKind.SOURCE_BACK, "Kavkaz News")
    await guard.succeeds()
    assert await guard.heard() == []
    assert guard.bench.column(alerts, "story_id") == [None, None]


async def test_a_source_that_fails_anew_is_told_anew(guard: Guard) -> None:
    await guard.polls(DOWN, DOWN, DOWN)
    await guard.succeeds()
    await guard.polls(DOWN, DOWN, DOWN)
    assert await guard.kinds() == ["source_silent", "source_back", "source_silent"]


async def test_the_end_goes_under_the_beginning(guard: Guard) -> None:
    await guard.polls(DOWN, DOWN, DOWN)
    await guard.heard()
    await guard.succeeds()
    await guard.heard()
    first, second = (delivery for _, delivery in guard.office.sent)
    assert (first.root_ref, second.root_ref) == (None, f"ref-{first.id}")


async def test_the_end_waits_for_the_beginning(guard: Guard) -> None:
    guard.office.answers = [TryLater(reason="timeout")]
    await guard.polls(DOWN, DOWN, DOWN)
    await guard.heard()
    await guard.succeeds()
    guard.bench.now -= HOUR  # before the first message is tried again
    guard.bench.execute("UPDATE deliveries SET next_attempt_at = '2027-01-01' WHERE id = 1")
    assert await guard.heard() == []
    guard.bench.execute("UPDATE deliveries SET next_attempt_at = '2026-01-01' WHERE id = 1")
    assert await guard.kinds() == ["source_silent", "source_back"]


async def test_an_end_whose_beginning_never_arrived_stands_for_itself(guard: Guard) -> None:
    guard.office.answers = [Refused(reason="channel_not_found")]
    await guard.polls(DOWN, DOWN, DOWN)
    await guard.heard()
    await guard.succeeds()
    assert await guard.kinds() == ["source_back"]
    assert guard.office.sent[-1][1].root_ref is None


async def test_a_source_that_is_gone_is_told_once(guard: Guard) -> None:
    await guard.polls(FetchFailed(cause=Cause.HTTP, status=410))
    await guard.watch()
    assert await guard.kinds() == ["source_gone"]


async def test_what_grows_worse_is_told_in_its_thread(guard: Guard) -> None:
    await guard.polls(DOWN, DOWN, DOWN)
    await guard.heard()
    await guard.polls(FetchFailed(cause=Cause.HTTP, status=410))
    assert await guard.kinds() == ["source_gone"]
    assert guard.office.sent[-1][1].root_ref == "ref-1"


async def test_a_source_that_was_taken_off_the_list_is_not_awaited(guard: Guard) -> None:
    await guard.polls(DOWN, DOWN, DOWN)
    guard.bench.list_feeds(FeedSource(url="https://b.test/feed"))
    await guard.watch()
    assert guard.bench.rows(silence_rows) == []


async def test_sources_that_fall_silent_together_share_a_message(guard: Guard) -> None:
    guard.bench.list_feeds(*(FeedSource(url=f"https://{n}.test/feed", name=f"Outlet {n}") for n in range(4)))
    guard.bench.execute("UPDATE feeds SET failures = 3, cause = 'dns' WHERE status = 'live'")
    await guard.watch()
    assert {notice.subject for notice in await guard.heard()} == {f"Outlet {n}" for n in range(4)}
    assert len(guard.office.sent) == 1
    assert set(guard.office.states()) == {"sent"}
    guard.bench.execute("UPDATE feeds SET failures = 0, cause = NULL, last_success_at = '2026-11-21'")
    await guard.watch()
    assert await guard.kinds() == ["source_back"] * 4
    assert guard.office.sent[-1][1].root_ref == "ref-1"
    assert len(guard.office.sent) == 2


async def test_after_five_messages_in_an_hour_the_rest_is_gathered_to_the_next_quarter(guard: Guard) -> None:
    sources = [FeedSource(url=f"https://{n}.test/feed", name=f"Outlet {n}") for n in range(9)]
    guard.bench.list_feeds(*sources)
    ids = [row["id"] for row in guard.bench.rows(feeds) if row["status"] == "live"]
    for feed in ids:
        guard.bench.execute(f"UPDATE feeds SET failures = 3, cause = 'dns' WHERE id = {feed}")
        guard.bench.now += timedelta(seconds=30)
        await guard.watch()
    assert len(await guard.heard()) == 5
    guard.bench.now += timedelta(minutes=15)
    assert [notice.subject for notice in await guard.heard()] == [f"Outlet {n}" for n in range(5, 9)]
    assert len(guard.office.sent) == 6


async def test_without_operators_nothing_is_sent_and_the_first_ones_hear_what_lasts(guard: Guard) -> None:
    guard.operators = ()
    await guard.polls(DOWN, DOWN, DOWN)
    assert guard.bench.rows(alerts) == []
    assert guard.bench.db.read_now(silences.get, 1) is not None
    guard.operators = ("mail",)
    await guard.watch()
    assert [row["destination"] for row in guard.bench.rows(deliveries)] == ["mail"]


async def test_what_nobody_heard_of_ends_without_a_word(guard: Guard) -> None:
    guard.operators = ()
    await guard.polls(DOWN, DOWN, DOWN)
    await guard.succeeds()
    guard.operators = ("desk",)
    await guard.watch()
    assert await guard.heard() == []


async def test_every_operator_is_told(guard: Guard) -> None:
    guard.operators = ("desk", "mail")
    await guard.polls(DOWN, DOWN, DOWN)
    assert guard.office.due() == ["desk", "mail"]


# --- quiet sources ----------------------------------------------------------------------------------------


async def publish_hourly(guard: Guard, *, until: timedelta, days: int = 35) -> None:
    """Let the feed show weeks of hourly entries that ended *until* before now; polled now."""
    moments = [guard.bench.now - until - HOUR * n for n in range(24 * days)]
    entries = [entry(f"{n}", published_at=moment) for n, moment in enumerate(moments)]
    guard.bench.publish(URL, *entries)
    await guard.bench.poll()
    await guard.watch()


async def test_a_source_that_stops_is_told_as_quiet_and_back_with_its_next_entry(guard: Guard) -> None:
    await publish_hourly(guard, until=HOUR / 2)
    assert await guard.heard() == []
    last = guard.bench.now - HOUR / 2
    for _ in range(30):
        guard.bench.now += HOUR
        await guard.succeeds()
    (told,) = await guard.heard()
    assert (told.kind, told.since) == (AlertKind.SOURCE_SILENT, last)
    assert "rhythm" in SAY.detail(told)
    assert guard.bench.db.read_now(completeness.completeness, now=guard.bench.now).quiet == 1
    guard.bench.publish(URL, entry("new", published_at=guard.bench.now))
    await guard.bench.poll()
    await guard.watch()
    assert await guard.kinds() == ["source_back"]
    assert guard.bench.db.read_now(completeness.completeness, now=guard.bench.now).quiet == 0


async def test_a_new_source_that_stopped_long_ago_is_told_at_first_sight(guard: Guard) -> None:
    await publish_hourly(guard, until=2 * DAY)
    assert await guard.kinds() == ["source_silent"]


async def test_even_a_weekly_source_is_told_after_some_months(guard: Guard) -> None:
    weeks = [entry(f"{n}", published_at=guard.bench.now - DAY - 7 * DAY * n) for n in range(8)]
    guard.bench.publish(URL, *weeks)
    await guard.bench.poll()
    for days in (30, 50):
        await guard.watch()
        assert await guard.heard() == []
        guard.bench.now += days * DAY
        await guard.succeeds()
    assert await guard.kinds() == ["source_silent"]


async def test_new_entries_with_old_dates_are_a_sign_of_life(guard: Guard) -> None:
    await publish_hourly(guard, until=HOUR)
    guard.bench.now += 2 * DAY
    guard.bench.publish(URL, entry("new", published_at=guard.bench.now - 300 * DAY))
    await guard.bench.poll()
    await guard.watch()
    assert await guard.heard() == []


async def test_a_service_that_slept_for_days_calls_nobody_quiet_before_it_has_looked(guard: Guard) -> None:
    await publish_hourly(guard, until=HOUR)
    guard.bench.now += 5 * DAY
    await guard.watch()
    assert await guard.heard() == []


async def test_looking_again_costs_nothing_before_it_is_due(guard: Guard) -> None:
    await publish_hourly(guard, until=HOUR)
    judge_at = guard.bench.column(feeds, "judge_at")[0]
    assert judge_at > guard.bench.now + HOUR
    due = guard.bench.db.read_now(silences.worth_a_look, now=guard.bench.now, alert_after=3)
    assert due == []


# --- messages that did not arrive -------------------------------------------------------------------------


async def news(guard: Guard) -> None:
    await guard.bench.tell("wire", WIRE)


async def test_a_dead_delivery_is_told_to_another_destination_once(guard: Guard) -> None:
    await news(guard)
    guard.office.answers = [Refused(reason="mailbox unavailable")]
    await guard.office.deliver("mail")
    await guard.watch()
    await guard.watch()
    (told,) = await guard.heard()
    assert told.kind is AlertKind.DELIVERY_DEAD
    assert "mailbox unavailable" in SAY.detail(told)
    assert "monitor deliveries retry" in SAY.remedy(told)


@pytest.mark.parametrize("sent", [True, False])
async def test_a_destination_is_never_told_of_its_own_dead_messages(guard: Guard, sent: bool) -> None:
    await news(guard)
    guard.office.answers = [Refused(reason="channel_not_found")]
    await guard.office.deliver("desk")
    guard.operators = ("desk", "mail") if sent else ("desk",)
    await guard.watch()
    told: list[dict[str, Any]] = [row for row in guard.bench.rows(deliveries) if row["story_id"] is None]
    assert [row["destination"] for row in told] == (["mail"] if sent else [])


async def test_a_dead_message_to_operators_is_no_news_to_operators(guard: Guard) -> None:
    guard.office.answers = [Refused(reason="channel_not_found")]
    await guard.polls(DOWN, DOWN, DOWN)
    await guard.heard()
    guard.operators = ("desk", "mail")
    await guard.watch()
    assert guard.bench.column(alerts, "kind") == ["source_silent"]
