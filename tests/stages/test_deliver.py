"""Delivering: in order, under a lease, and what becomes of each attempt."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import Channel, Delivery, Destination, Refused, Route, SendResult, TryLater
from monitor.stages.deliver import LEASE, code_of
from monitor.store import outbox, work
from monitor.store.receipts import Receipts
from monitor.store.tables import threads
from tests.stages.bench import OTHER, REPORT, WIRE, Bench
from tests.stages.office import MAIL, Office


@pytest.fixture
async def office(bench: Bench) -> Office:
    """Two stories to tell, at two destinations."""
    await bench.tell("wire", WIRE)
    await bench.tell("other", OTHER)
    return Office(bench)


async def test_everything_that_is_due_leaves_in_order(office: Office) -> None:
    assert office.due() == ["desk", "mail"]
    await office.deliver()
    assert [(address, delivery.id) for address, delivery in office.sent] == [("C0DESK", 1), ("C0DESK", 3)]
    assert [(row["state"], row["provider_ref"], row["sent_at"]) for row in office.rows()] == [
        ("sent", "ref-1", office.bench.now),
        ("sent", "ref-3", office.bench.now),
    ]
    assert office.states("mail") == ["pending", "pending"], "another destination's work is its own"
    assert office.due() == ["mail"]


async def test_the_first_message_of_a_story_is_its_root_and_later_reports_go_under_it(office: Office) -> None:
    await office.deliver()
    await office.bench.tell("report", REPORT, title="Ferry from Estrava brings 31 men", host="b.test")
    await office.bench.tell("report-2", REPORT.replace("soup", "tea and bread"), host="c.test")
    await office.deliver()
    assert [delivery.root_ref for _, delivery in office.sent][:3] == [None, None, "ref-1"]
    assert {row["story_id"]: row["root_ref"] for row in office.bench.rows(threads)} == {
        1: "ref-1",
        2: "ref-3",
    }


async def test_it_stops_after_a_passing_fault_and_goes_on_when_asked_again(office: Office) -> None:
    office.answers = [TryLater(reason="ratelimited", after=timedelta(minutes=10))]
    await office.deliver()
    first, second = office.rows()
    assert (first["state"], first["last_error"]) == ("pending", "ratelimited")
    assert first["next_attempt_at"] == office.bench.now + timedelta(minutes=10)
    assert (second["state"], second["attempts"]) == ("pending", 0)
    await office.deliver()
    assert office.states() == ["pending", "sent"]
    office.bench.now += timedelta(minutes=10)
    await office.deliver()
    assert office.states() == ["sent", "sent"]
    assert [delivery.attempts for _, delivery in office.sent] == [1, 1, 2]
    assert office.sent[0][1].key == office.sent[2][1].key, "the key by which an earlier attempt is found"


async def test_what_is_refused_is_dead_at_once_and_says_why(office: Office) -> None:
    office.answers = [Refused(reason="channel_not_found")]
    await office.deliver()
    first = office.rows()[0]
    assert (first["state"], first["last_error"]) == ("dead", "channel_not_found")


async def test_a_destination_that_is_not_configured_any_more_is_refused(office: Office) -> None:
    office.destinations = {"mail": MAIL}
    await office.deliver()
    assert office.rows()[0]["last_error"] == "people.yaml no longer names this destination"
    assert office.sent == []


async def test_a_channel_without_settings_is_refused(office: Office) -> None:
    del office.channels[Channel.EMAIL]
    await office.deliver("mail")
    assert office.rows("mail")[0]["last_error"] == "no email settings: see monitor.toml"


async def test_a_reload_moves_what_still_waits_to_the_new_address(office: Office) -> None:
    office.destinations = {"desk": Destination(name="desk", channel=Channel.SLACK, address="C0NEW")}
    await office.deliver()
    assert {address for address, _ in office.sent} == {"C0NEW"}


async def test_new_routes_hold_for_the_next_article(office: Office) -> None:
    office.bench.routes = (Route(destinations=("night-desk",)),)
    await office.bench.tell("third", "The asylum office of Varde opened a second hall for families in June.")
    assert office.rows("night-desk")[0]["state"] == "pending"
    assert len(office.rows("desk")) == 2


async def test_a_message_that_was_being_sent_at_a_crash_is_tried_again_after_its_lease(
    office: Office,
) -> None:
    class PowerCut(BaseException):
        pass

    async def cut(delivery: Delivery, destination: Destination) -> SendResult:
        raise PowerCut

    office.channels[Channel.SLACK] = cut
    with pytest.raises(PowerCut):
        await office.deliver()
    office.channels[Channel.SLACK] = office.send
    await office.deliver()
    assert office.states() == ["sending", "sent"], "its neighbour does not wait for it"
    office.bench.now += LEASE
    await office.deliver()
    assert office.states() == ["sent", "sent"]
    assert office.sent[-1][1].attempts == 2


async def test_what_was_taken_right_before_a_kill_is_settled_at_the_next_start_and_not_sent_again(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    office.receipts = Receipts(tmp_path / "receipts")
    with monkeypatch.context() as death:
        death.setattr(outbox, "settle", killed)
        with pytest.raises(Killed):
            await office.deliver("mail")
    assert office.states("mail") == ["sending", "pending"]
    office.receipts = Receipts(tmp_path / "receipts")
    office.receipts.keep_only(office.bench.db.read_now(outbox.tried))
    office.bench.db.write_now(work.release_all, now=office.bench.now)
    await office.deliver("mail")
    assert [delivery.id for _, delivery in office.sent] == [2, 4]
    assert [(row["state"], row["provider_ref"]) for row in office.rows("mail")] == [
        ("sent", "ref-2"),
        ("sent", "ref-4"),
    ]
    assert Receipts(tmp_path / "receipts").of(office.sent[0][1].key) is None, "nothing is left of it"


async def test_a_message_whose_outcome_could_not_be_stored_is_not_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("database or disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(outbox, "settle", full)
        with pytest.raises(OSError, match="full"):
            await office.deliver("mail")
    office.bench.now += LEASE
    await office.deliver("mail")
    assert [delivery.id for _, delivery in office.sent] == [2, 4]
    assert office.states("mail") == ["sent", "sent"]


async def test_a_receipt_of_another_database_or_of_a_refusal_is_none(office: Office) -> None:
    office.receipts.note("delivery-2-1", "ref of another life")
    office.receipts.keep_only(office.bench.db.read_now(outbox.tried))
    office.answers = [TryLater(reason="452 full"), Refused(reason="550 no")]
    await office.deliver("mail")
    office.bench.now += timedelta(hours=1)
    await office.deliver("mail")
    assert office.states("mail") == ["dead", "pending"]
    assert office.receipts.of("delivery-2-1") is None


async def test_a_start_lets_go_of_leases_at_once(office: Office) -> None:
    office.bench.execute("UPDATE deliveries SET state = 'sending', lease_until = '2027-01-01', attempts = 1")
    assert office.due() == []
    office.bench.db.write_now(work.release_all, now=office.bench.now)
    assert office.due() == ["desk", "mail"]


async def test_two_hands_at_one_destination_send_nothing_twice(office: Office) -> None:
    await asyncio.gather(office.deliver(), office.deliver())
    assert sorted(delivery.id for _, delivery in office.sent) == [1, 3]


async def test_after_a_day_of_trying_a_person_decides(office: Office) -> None:
    office.answers = [TryLater(reason="timeout")]
    await office.deliver()
    office.bench.now += timedelta(hours=24)
    office.answers = [TryLater(reason="timeout")]
    await office.deliver()
    assert (office.rows()[0]["state"], office.rows()[0]["attempts"]) == ("dead", 2)


@pytest.mark.parametrize(
    ("reason", "logged"),
    [
        ("550 5.7.1 content refused: 35 people fled Chechnya", "550 5.7.1"),
        ("452 too many letters about Chechnya", "452"),
        ("http 503", "http 503"),
        ("channel_not_found", "channel_not_found"),
        ("timeout", "timeout"),
        ("Chechnya is not allowed here", "see `monitor deliveries list`"),
        ("chechnya is not allowed here", "see `monitor deliveries list`"),
        ("", "see `monitor deliveries list`"),
    ],
)
def test_the_log_holds_the_code_of_an_answer_and_none_of_its_words(reason: str, logged: str) -> None:
    assert code_of(reason) == logged
