"""Mail over real SMTP."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import example, given, settings

from monitor.alerts.errands import Links
from monitor.channels import smtp
from monitor.channels.email import EmailChannel, message_id
from monitor.channels.smtp import MailServer, Tls
from monitor.model import (
    Channel,
    Delivery,
    Destination,
    Errand,
    ErrandKind,
    Frequency,
    Refused,
    SendResult,
    Sent,
    TryLater,
)
from tests.alerts.samples import ARABIC, INDONESIAN, NOTICE, NOW, delivery
from tests.alerts.spoken import compose, email_message
from tests.alerts.test_clean import HOSTILE
from tests.channels.smtp_stub import CERTIFICATE, PASSWORD, USER, MailStub, mail_server, speaking

SENDER = "Newsroom Monitor <alerts@monitor.example>"
MARTA = Destination(name="marta", channel=Channel.EMAIL, address="marta@desk.example")
ROOT_ID = "<delivery-9-1731381267@monitor.example>"


async def send(
    port: int,
    sample: Delivery,
    *,
    to: str = MARTA.address,
    tls: Tls = "none",
    username: str = "",
    password: str = "",
    patience: float = 3,
) -> SendResult:
    channel = mail_channel(port, tls=tls, username=username, password=password, patience=patience)
    try:
        return await channel.send(sample, replace(MARTA, address=to))
    finally:
        await channel.close()


def mail_channel(
    port: int, *, tls: Tls = "none", username: str = "", password: str = "", patience: float = 3
) -> EmailChannel:
    server = MailServer(host="127.0.0.1", port=port, tls=tls, username=username, password=password)
    return EmailChannel(server, sender=SENDER, timeout=timedelta(seconds=patience))


def letter(sample: Delivery) -> bytes:
    return compose(sample, sender=SENDER, recipient=MARTA.address).as_bytes(policy=policy.SMTP)


# --- the letter ---------------------------------------------------------------------------------------


async def test_a_letter_arrives_with_both_its_parts_and_its_headers() -> None:
    async with mail_server() as server:
        assert await send(server.port, delivery()) == Sent(ref=ROOT_ID)
    (mail,) = server.letters
    parts = email_message(delivery())
    assert server.envelopes == [("alerts@monitor.example", ("marta@desk.example",))]
    assert mail["From"] == SENDER
    assert mail["To"] == "marta@desk.example"
    assert mail["Subject"] == NOTICE.headline
    assert mail["Message-ID"] == ROOT_ID
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "Newsroom Monitor <alerts.monitor.example>"
    assert "In-Reply-To" not in mail
    assert _body(mail, "plain") == parts.text
    assert _body(mail, "html") == parts.html
    assert server.raw[0].isascii()
    assert max(map(len, server.raw[0].splitlines())) <= 998


def test_a_later_report_refers_to_the_storys_root() -> None:
    mail = message_from_bytes(
        letter(delivery(INDONESIAN, key="delivery-10-1", root_ref=ROOT_ID)), policy=policy.default
    )
    assert mail["In-Reply-To"] == ROOT_ID
    assert mail["References"] == ROOT_ID
    assert mail["Message-ID"] == "<delivery-10-1@monitor.example>"
    assert mail["Subject"] == f"Re: {NOTICE.headline}"


def test_every_attempt_is_the_same_letter() -> None:
    assert letter(delivery()) == letter(delivery(attempts=7))


def test_a_root_that_is_no_message_id_is_not_referred_to() -> None:
    assert b"References" not in letter(delivery(root_ref="<x@y>\r\nBcc: evil@example.org"))


@pytest.mark.parametrize("sample", [delivery(ARABIC), delivery(NOTICE, ARABIC, frequency=Frequency.DAILY)])
def test_a_letter_survives_its_transport_in_any_script(sample: Delivery) -> None:
    mail = message_from_bytes(letter(sample), policy=policy.default)
    assert _body(mail, "html") == email_message(sample).html


@settings(max_examples=150, deadline=None)
@given(HOSTILE)
@example("Zażółć gęślą jaźń " * 20)
@example("لاجئون من الشيشان " * 20)
@example("z =?UTF-8?Q?=0D=0ABcc=3A_x@evil.example?=")
@example("x" * 300)
def test_no_headline_adds_a_header_or_loses_a_word(headline: str) -> None:
    sample = delivery(replace(NOTICE, headline=headline, reports=()))
    mail = message_from_bytes(letter(sample), policy=policy.default)
    assert sorted(mail.keys()) == sorted(
        [
            *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted"),
            *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
        ]
    )
    assert str(mail["Subject"]) == email_message(sample).subject
    assert not mail.defects


@pytest.mark.parametrize("key", ["a>\r\nBcc: b", "", "ключ", "x" * 500])
def test_a_key_of_any_kind_makes_a_message_id(key: str) -> None:
    made = message_id(key, "monitor.example")
    assert re.fullmatch(r"<[0-9a-f]{64}@monitor\.example>", made)
    assert made == message_id(key, "monitor.example")


# --- faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("450 4.2.1 mailbox busy", TryLater(reason="450 4.2.1 mailbox busy")),
        ("451 4.7.1 greylisted", TryLater(reason="451 4.7.1 greylisted")),
        ("550 5.1.1 no such user", Refused(reason="550 5.1.1 no such user")),
        ("552 5.2.2 mailbox full", Refused(reason="552 5.2.2 mailbox full")),
    ],
)
async def test_the_servers_code_for_a_recipient_decides(answer: str, result: SendResult) -> None:
    async with mail_server() as server:
        server.recipient_answers.append(answer)
        assert await send(server.port, delivery()) == result
        assert server.letters == []


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("452 4.3.1 disk full", TryLater(reason="452 4.3.1 disk full")),
        ("554 5.7.1 looks like spam", Refused(reason="554 5.7.1 looks like spam")),
    ],
)
async def test_the_servers_code_for_a_letter_decides(answer: str, result: SendResult) -> None:
    async with mail_server() as server:
        server.data_answers.append(answer)
        assert await send(server.port, delivery()) == result


async def test_a_letter_whose_acceptance_was_not_heard_is_sent_again_as_the_same_letter() -> None:
    async with mail_server() as server:
        server.data_answers.append(None)
        assert isinstance(await send(server.port, delivery()), TryLater)
        assert await send(server.port, delivery(attempts=2)) == Sent(ref=ROOT_ID)
    assert server.raw[0] == server.raw[1]


async def test_a_server_that_is_down_is_a_passing_fault() -> None:
    assert await send(9, delivery()) == TryLater(reason="no connection (ConnectionRefusedError)")


async def test_a_server_that_says_nothing_is_left_in_time() -> None:
    start = time.monotonic()
    async with speaking() as port:
        assert await send(port, delivery(), patience=0.3) == TryLater(reason="timeout")
    assert time.monotonic() - start < 2


async def test_a_server_that_hurries_nobody_is_left_in_time_too() -> None:
    """Each answer comes within the limit of one read; all of them together do not."""
    start = time.monotonic()
    async with speaking(b"220 ready", *[b"250-wait"] * 3) as port:
        assert await send(port, delivery(), patience=0.4) == TryLater(reason="timeout")
    assert time.monotonic() - start < 2


async def test_an_answer_of_a_megabyte_is_not_kept() -> None:
    async with speaking(b"220 " + b"x" * 1_000_000) as port:
        result = await send(port, delivery())
    assert isinstance(result, TryLater)
    assert len(result.reason) <= 200


async def test_the_servers_words_are_shown_without_their_control_characters() -> None:
    async with speaking(b"554 go \x1b[31maway\x07") as port:
        assert await send(port, delivery()) == Refused(reason="554 go [31maway")


async def test_a_farewell_that_is_not_answered_does_not_undo_a_letter() -> None:
    async with speaking(b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go", b"250 taken") as port:
        assert isinstance(await send(port, delivery(), patience=2), Sent)


@pytest.mark.parametrize("address", ["", "nobody", "a@", "a@b\r\nBcc: c@d.example", "a b@c.example", "<>"])
async def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    async with mail_server() as server:
        result = await send(server.port, delivery(), to=address)
        assert isinstance(result, Refused)
        assert result.reason.startswith("not a mail address")
        assert server.letters == []


async def test_a_line_that_broke_before_the_letter_was_taken_costs_nothing_but_another_attempt() -> None:
    async with mail_server() as server:
        server.recipient_answers.append(None)
        assert isinstance(await send(server.port, delivery()), TryLater)
        assert server.letters == []
        assert await send(server.port, delivery(attempts=2)) == Sent(ref=ROOT_ID)
    assert len(server.letters) == 1


async def test_a_greylisted_letter_is_taken_later_as_the_same_letter() -> None:
    async with mail_server() as server:
        server.recipient_answers += ["451 4.7.1 greylisted"] * 2
        results = [await send(server.port, delivery(attempts=attempt)) for attempt in (1, 2, 3)]
    assert [type(result) for result in results] == [TryLater, TryLater, Sent]
    assert [letter["Message-ID"] for letter in server.letters] == [ROOT_ID]


# --- one connection for many letters --------------------------------------------------------------------


@asynccontextmanager
async def line_to(server: MailStub) -> AsyncIterator[Callable[[Delivery], Awaitable[SendResult]]]:
    """A channel that stays open while the block lasts."""
    channel = mail_channel(server.port)
    try:
        yield lambda sample: channel.send(sample, MARTA)
    finally:
        await channel.close()


async def test_letters_share_a_connection() -> None:
    async with mail_server() as server, line_to(server) as post:
        for _ in range(3):
            assert isinstance(await post(delivery()), Sent)
        assert (len(server.letters), server.connections) == (3, 1)


async def test_letters_at_once_have_a_connection_each_and_share_them_later() -> None:
    async with mail_server() as server, line_to(server) as post:
        for _ in range(2):
            await asyncio.gather(*(post(delivery(key=f"delivery-{number}-1")) for number in range(3)))
        assert (len(server.letters), server.connections) == (6, 3)


async def test_a_connection_that_the_server_left_is_replaced_before_the_letter() -> None:
    async with mail_server() as server, line_to(server) as post:
        await post(delivery())
        server.hang_up()
        assert isinstance(await post(delivery()), Sent)
        assert (len(server.letters), server.connections) == (2, 2)


@pytest.mark.parametrize("answer", ["421 4.7.0 too many messages in this connection", "452 4.5.3 enough"])
async def test_a_connection_over_which_the_server_takes_no_more_is_replaced_at_once(answer: str) -> None:
    async with mail_server() as server, line_to(server) as post:
        await post(delivery())
        server.sender_answers.append(answer)
        assert isinstance(await post(delivery()), Sent)
        assert (len(server.letters), server.connections) == (2, 2)


async def test_a_new_connection_that_takes_nothing_is_a_passing_fault() -> None:
    async with mail_server() as server, line_to(server) as post:
        server.sender_answers.append("421 4.3.2 not now")
        assert await post(delivery()) == TryLater(reason="421 4.3.2 not now")
        assert server.connections == 1


async def test_a_refused_recipient_does_not_cost_the_next_letter_its_connection() -> None:
    async with mail_server() as server, line_to(server) as post:
        server.recipient_answers.append("550 5.1.1 no such user")
        assert isinstance(await post(delivery()), Refused)
        assert isinstance(await post(delivery()), Sent)
        assert (len(server.letters), server.connections) == (1, 1)


async def test_a_connection_is_left_after_many_letters_or_a_long_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp, "LETTERS", 2)
    async with mail_server() as server, line_to(server) as post:
        for _ in range(3):
            await post(delivery())
        assert server.connections == 2
        monkeypatch.setattr(smtp, "IDLE", 0.05)
        await post(delivery())
        await post(delivery())
        await asyncio.sleep(0.2)
        await post(delivery())
        assert server.connections == 4


async def test_a_letter_that_was_taken_waits_for_no_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "LETTERS", 1)
    async with mail_server() as server, line_to(server) as post:
        await post(delivery())
        assert [line.transport is None for line in server.lines] == [False]
        await post(delivery())
        assert (len(server.letters), server.connections) == (2, 2)


async def test_closing_says_goodbye_to_every_connection() -> None:
    async with mail_server() as server:
        async with line_to(server) as post:
            await asyncio.gather(post(delivery()), post(delivery(key="delivery-2-1")))
        await asyncio.sleep(0.05)
        assert [line.transport for line in server.lines] == [None, None]


# --- encryption and login -----------------------------------------------------------------------------


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process trust the stub's certificate, as an operator does for a private authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_not_taken(tls: Tls) -> None:
    async with mail_server(starttls=tls == "starttls", tls=tls == "tls") as server:
        result = await send(server.port, delivery(), tls=tls)
    assert result == TryLater(reason="no connection (SSLCertVerificationError)")
    assert server.letters == []


async def test_a_letter_is_never_sent_in_the_clear_when_starttls_was_asked_for() -> None:
    async with mail_server() as server:
        result = await send(server.port, delivery(), tls="starttls")
    assert isinstance(result, Refused)
    assert "STARTTLS" in result.reason
    assert server.letters == []


async def test_starttls_that_is_refused_for_now_is_a_passing_fault() -> None:
    async with speaking(b"220 hi", b"250-hi\r\n250 STARTTLS", b"454 4.7.0 not now") as port:
        assert await send(port, delivery(), tls="starttls") == TryLater(reason="454 4.7.0 not now")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd warns of a stub on the loopback
@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("way", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
async def test_a_letter_is_sent_after_logging_in_whatever_the_way(tls: Tls, way: str) -> None:
    async with mail_server(starttls=tls == "starttls", tls=tls == "tls", login=True, only=way) as server:
        result = await send(server.port, delivery(), tls=tls, username=USER, password=PASSWORD)
    assert isinstance(result, Sent)
    assert len(server.letters) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
async def test_without_an_account_no_login_is_tried(tls: Tls) -> None:
    async with mail_server(starttls=tls == "starttls", tls=tls == "tls") as server:
        assert isinstance(await send(server.port, delivery(), tls=tls), Sent)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_a_wrong_password_is_refused_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with mail_server(login=True) as server:
            result = await send(server.port, delivery(), username=USER, password="wrong battery")
    assert isinstance(result, Refused)
    assert result.reason.startswith("535 ")
    assert "wrong battery" not in result.reason + caplog.text


async def test_a_server_without_a_login_is_refused_when_one_was_asked_for() -> None:
    async with mail_server() as server:
        assert isinstance(await send(server.port, delivery(), username=USER, password=PASSWORD), Refused)


def _body(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


# --- unsubscribing ------------------------------------------------------------------------------------

LINKS = Links("https://news.example.org/monitor", b"k" * 32)
DIGEST = delivery(NOTICE, ARABIC, frequency=Frequency.DAILY, destination="marta")


async def _sent(sample: Delivery, links: Links | None) -> EmailMessage:
    async with mail_server() as server:
        channel = EmailChannel(
            MailServer(host="127.0.0.1", port=server.port, tls="none"),
            SENDER,
            timedelta(seconds=3),
            links=links,
        )
        assert isinstance(await channel.send(sample, MARTA), Sent)
        await channel.close()
    assert max(map(len, server.raw[0].splitlines())) <= 998
    return server.letters[0]


async def test_a_digest_says_how_to_unsubscribe_with_one_click() -> None:
    mail = await _sent(DIGEST, LINKS)
    way = str(mail["List-Unsubscribe"])
    url, mailto = re.fullmatch(r"<(https://[^>]+)>, <(mailto:[^>]+)>", way).groups()  # type: ignore[union-attr]
    assert LINKS.read(url.rpartition("/")[2], ["marta"], now=NOW) == Errand(
        kind=ErrandKind.UNSUBSCRIBE, destination="marta"
    )
    assert mailto == "mailto:alerts@monitor.example?subject=unsubscribe%20marta"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "=?" not in way, "programs read it, and know no encoded words"
    for kind in ("plain", "html"):
        assert url in _body(mail, kind)


async def test_where_nobody_reaches_us_a_digest_is_unsubscribed_from_by_mail() -> None:
    mail = await _sent(DIGEST, None)
    assert mail["List-Unsubscribe"] == "<mailto:alerts@monitor.example?subject=unsubscribe%20marta>"
    assert mail["List-Unsubscribe-Post"] is None


async def test_a_story_offers_silence_and_no_unsubscribing() -> None:
    mail = await _sent(delivery(destination="marta"), LINKS)
    assert mail["List-Unsubscribe"] is None
    for kind in ("plain", "html"):
        assert _body(mail, kind).count("https://news.example.org/monitor/do/") == 2
        assert "Mute for 24 hours" in _body(mail, kind)


def test_a_digest_brings_its_pictures_along_and_loads_none() -> None:
    raw = letter(DIGEST)
    mail = message_from_bytes(raw, policy=policy.default)
    page = _body(mail, "html")
    (named,) = re.findall(r'<img src="cid:([^"]+)"', page)
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == f"<{named}>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content().startswith(b"\x89PNG")
    assert 'alt="Growth from 12 Nov, 03:14 to 12 Nov, 03:55: 4 outlets, 3 independent reports"' in page
    assert raw == letter(replace(DIGEST, attempts=3)), "the same letter at every attempt"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert not mail.defects


@pytest.mark.parametrize("sample", [delivery(), DIGEST], ids=["story", "digest"])
def test_a_letter_names_its_boundaries_in_one_piece_as_every_mail_program_reads_them(
    sample: Delivery,
) -> None:
    raw = letter(sample)
    named = re.findall(rb'\bboundary="(=_\w+)"', raw)
    assert len(named) == raw.count(b"multipart/")
    assert b"boundary*" not in raw
    for boundary in named:
        lines = [line for line in raw.splitlines() if line.startswith(b"--" + boundary)]
        assert {line.removeprefix(b"--" + boundary) for line in lines} == {b"", b"--"}
