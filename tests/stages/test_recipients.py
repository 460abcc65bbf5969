"""One destination of several addresses: a letter for each, and what is refused to one is no other's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor.channels.email import EmailChannel
from monitor.channels.smtp import MailServer
from monitor.model import Channel, Destination, Route
from monitor.store import deliveries as handling
from monitor.store import summary
from tests.channels.smtp_stub import MailStub, mail_server
from tests.stages.bench import OTHER, WIRE, Bench
from tests.stages.office import Office

ADDRESSES = ("anna@desk.test", "ben@desk.test", "cleo@desk.test")
NAMES = tuple(f"team/{address}" for address in ADDRESSES)


@pytest.fixture
async def server() -> AsyncIterator[MailStub]:
    async with mail_server() as running:
        yield running


@pytest.fixture
async def office(bench: Bench, server: MailStub) -> AsyncIterator[Office]:
    """A team of three, two stories to tell, and a real mail server."""
    bench.routes = (Route(destinations=NAMES),)
    office = Office(bench)
    office.destinations = {
        name: Destination(name=name, channel=Channel.EMAIL, address=address)
        for name, address in zip(NAMES, ADDRESSES, strict=True)
    }
    reached = MailServer(host="127.0.0.1", port=server.port, tls="none")
    channel = EmailChannel(reached, sender="monitor@desk.test", timeout=timedelta(seconds=3))
    office.channels = {Channel.EMAIL: channel.send}
    await bench.tell("wire", WIRE)
    yield office
    await channel.close()


async def deliver(office: Office) -> None:
    for name in office.due():
        await office.deliver(name)


def got(server: MailStub) -> list[str]:
    return [address for _, recipients in server.envelopes for address in recipients]


async def test_one_of_three_is_refused_and_the_others_get_it_once(office: Office, server: MailStub) -> None:
    server.refused["ben@desk.test"] = "550 5.1.1 no such user"
    await deliver(office)
    assert sorted(got(server)) == ["anna@desk.test", "cleo@desk.test"]
    assert [office.states(name) for name in NAMES] == [["sent"], ["dead"], ["sent"]]
    assert office.rows(NAMES[1])[0]["last_error"] == "550 5.1.1 no such user"
    (problem,) = (
        each
        for each in office.bench.db.read_now(summary.problems, now=office.bench.now)
        if each.kind == "delivery dead"
    )
    assert "ben@desk.test" in problem.subject
    assert "550 5.1.1" in problem.detail


async def test_a_retry_goes_to_the_refused_one_alone(office: Office, server: MailStub) -> None:
    server.refused["ben@desk.test"] = "550 5.1.1 no such user"
    await deliver(office)
    server.refused.clear()
    dead = office.rows(NAMES[1])[0]["id"]
    assert office.bench.db.write_now(handling.retry, dead, now=office.bench.now)
    await deliver(office)
    assert sorted(got(server)) == sorted(ADDRESSES)
    assert [office.states(name) for name in NAMES] == [["sent"]] * 3


async def test_one_who_is_put_off_delays_nobody_and_gets_the_same_letter_later(
    office: Office, server: MailStub
) -> None:
    server.refused["ben@desk.test"] = "451 4.7.1 greylisted"
    await deliver(office)
    await office.bench.tell("other", OTHER)
    await deliver(office)
    assert got(server).count("anna@desk.test") == 2
    assert office.states(NAMES[1]) == ["pending", "pending"]
    server.refused.clear()
    office.bench.now += timedelta(minutes=2)
    await deliver(office)
    assert got(server).count("ben@desk.test") == 2
    ids = [letter["Message-ID"] for letter in server.letters]
    assert len(set(ids)) == len(ids) == 6


async def test_nobody_sees_who_else_is_told(office: Office, server: MailStub) -> None:
    await deliver(office)
    for (_, (own,)), raw in zip(server.envelopes, server.raw, strict=True):
        assert [address for address in ADDRESSES if address.encode() in raw] == [own]
