"""Root messages that are kept up to date: on growth, on what stands under them, on what readers ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Errand, ErrandKind, Refused, TryLater
from monitor.store import errands, mutes, work
from monitor.store import threads as roots
from monitor.store.hosts import TWO_AT_ONCE
from monitor.store.tables import threads
from tests.stages.bench import REPORT, WIRE, Bench
from tests.stages.office import Office

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def office(bench: Bench) -> Office:
    """One story, told at both destinations."""
    await bench.tell("wire", WIRE)
    told = Office(bench)
    await told.deliver("desk")
    await told.deliver("mail")
    return told


def due(office: Office) -> list[str]:
    found = office.bench.db.write_now(
        work.claim_due,
        now=office.bench.now,
        polls_due=office.bench.now,
        poll_lease=MINUTE,
        read_lease=MINUTE,
        polls=0,
        reads=0,
        manners=TWO_AT_ONCE,
    )
    return list(found.destinations)


async def test_a_copy_tells_nobody_and_shows_in_the_root(office: Office) -> None:
    assert due(office) == []
    await office.bench.tell("copy", WIRE, host="b.test")
    assert due(office) == [], "reports come in swarms"
    office.bench.now += MINUTE
    assert due(office) == ["desk", "mail"]
    await office.deliver("desk")
    (update,) = office.updates
    assert (update.root_ref, update.story, update.attempts) == ("ref-1", 1, 1)
    assert update.notices[0].outlets == 2
    assert update.notices[0].independent == 1
    assert update.key == office.sent[0][1].key
    assert len(office.sent) == 2, "nobody is told"
    await office.deliver("mail")
    assert due(office) == [], "a mail cannot be changed, and is not asked to again"


async def test_what_stands_under_a_root_shows_in_it(office: Office) -> None:
    await office.bench.tell("report", REPORT, host="b.test")
    await office.deliver()
    office.bench.now += MINUTE
    await office.deliver()
    (update,) = office.updates
    assert len(update.notices) == 2
    assert {notice.outlets for notice in update.notices} == {2}


async def test_an_update_that_fails_comes_again_and_at_last_no_more(office: Office) -> None:
    await office.bench.tell("copy", WIRE, host="b.test")
    office.update_answers = [TryLater(reason="ratelimited")] * 20
    for _ in range(20):
        office.bench.now += timedelta(hours=1)
        await office.deliver()
    assert [update.attempts for update in office.updates] == [1, 2, 3, 4, 5, 6]
    assert office.bench.rows(threads)[0]["refresh_at"] is None


async def test_a_refused_update_waits_until_the_story_grows_again(office: Office) -> None:
    await office.bench.tell("copy", WIRE, host="b.test")
    office.update_answers = [Refused(reason="message_not_found")]
    for _ in range(3):
        office.bench.now += MINUTE
        await office.deliver()
    assert len(office.updates) == 1
    await office.bench.tell("copy-2", WIRE, host="c.test")
    office.bench.now += MINUTE
    await office.deliver()
    assert len(office.updates) == 2


async def test_an_update_that_died_halfway_comes_again_after_its_lease(office: Office) -> None:
    await office.bench.tell("copy", WIRE, host="b.test")
    office.bench.now += MINUTE
    lease = office.bench.db.write_now(roots.lease_next, "desk", now=office.bench.now, lease=MINUTE)
    assert lease is not None
    assert "desk" not in due(office)
    office.bench.now += MINUTE
    assert "desk" in due(office)


async def test_growth_while_an_update_is_under_way_is_told_by_another(office: Office) -> None:
    await office.bench.tell("copy", WIRE, host="b.test")
    office.bench.now += MINUTE
    first = office.bench.db.write_now(roots.lease_next, "desk", now=office.bench.now, lease=3 * MINUTE)
    assert first is not None
    await office.bench.tell("copy-2", WIRE, host="c.test")
    await office.deliver()
    office.bench.now += MINUTE
    await office.deliver()
    (second,) = office.updates
    assert (first.notices[0].outlets, second.notices[0].outlets) == (2, 3)


async def ask(office: Office, kind: ErrandKind) -> None:
    errand = Errand(kind=kind, destination="desk", story=1)
    assert office.bench.db.write_now(errands.perform, errand, now=office.bench.now)
    await office.deliver()


async def test_a_muted_story_is_silent_at_that_destination_only_and_its_root_says_so(office: Office) -> None:
    await ask(office, ErrandKind.MUTE)
    assert office.updates[0].muted_until == office.bench.now + timedelta(hours=24)
    await office.bench.tell("report", REPORT, host="b.test")
    assert (office.states("desk"), office.states("mail")) == (["sent"], ["sent", "pending"])
    await ask(office, ErrandKind.UNMUTE)
    assert office.updates[-1].muted_until is None
    assert office.bench.db.read_now(mutes.listing, now=office.bench.now) == []


async def test_a_followed_story_says_so_to_the_channel(office: Office) -> None:
    await ask(office, ErrandKind.MUTE)
    await ask(office, ErrandKind.FOLLOW)
    assert office.updates[-1].is_followed
    assert office.updates[-1].muted_until is None, "who follows wants to hear"
    await office.bench.tell("report", REPORT, host="b.test")
    await office.deliver()
    assert office.sent[-1][1].is_followed
    await ask(office, ErrandKind.UNFOLLOW)
    assert not office.updates[-1].is_followed


async def test_what_is_not_relevant_is_silent_for_long_and_kept_for_who_mends_rules(
    office: Office,
) -> None:
    for _ in range(2):  # a button may be pressed twice
        await ask(office, ErrandKind.IRRELEVANT)
    assert office.updates[-1].is_irrelevant
    (judged,) = office.bench.db.read_now(errands.judged, limit=9)
    assert (judged["story_id"], judged["destination"], judged["topics"]) == (1, "desk", ["refuge"])
    await office.bench.tell("report", REPORT, host="b.test")
    assert office.states("desk") == ["sent"]
    await ask(office, ErrandKind.FOLLOW)
    assert office.bench.db.read_now(errands.judged, limit=9) == []


async def test_of_a_story_that_was_forgotten_nothing_can_be_asked(office: Office) -> None:
    errand = Errand(kind=ErrandKind.MUTE, destination="desk", story=99)
    assert not office.bench.db.write_now(errands.perform, errand, now=office.bench.now)
