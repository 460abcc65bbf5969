"""The mail server, driven by the real client: what it keeps, what it refuses, how it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from tests.newsroom.smtp import MailServer

DESK = "desk@newsroom.test"
NIGHT = "night@newsroom.test"


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.open()
    yield server
    await server.close()


def letter(*recipients: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "monitor@newsroom.test"
    message["To"] = ", ".join(recipients)
    message["Subject"] = "Чечня → Kanada"
    message["Message-ID"] = "<d-17@newsroom.test>"
    message.set_content("Тридцать пять человек")
    message.add_alternative("<p>35</p>", subtype="html")
    return message


async def send(mail: MailServer, *recipients: str, **login: Any) -> None:
    await aiosmtplib.send(
        letter(*recipients), hostname=mail.host, port=mail.port, start_tls=False, timeout=5, **login
    )


async def test_a_letter_is_kept_with_its_envelope(mail: MailServer) -> None:
    await send(mail, DESK)
    (kept,) = mail.messages
    assert (kept.sender, kept.recipients, kept.user) == ("monitor@newsroom.test", (DESK,), None)
    assert kept.subject == "Чечня → Kanada"
    assert kept.message["Message-ID"] == "<d-17@newsroom.test>"
    assert kept.part("plain").strip() == "Тридцать пять человек"
    assert kept.part("html").strip() == "<p>35</p>"
    assert b"Message-ID: <d-17@newsroom.test>" in kept.raw


async def test_letters_are_found_by_recipient(mail: MailServer) -> None:
    await send(mail, DESK, NIGHT)
    await send(mail, NIGHT)
    assert {address: len(letters) for address, letters in mail.by_recipient.items()} == {DESK: 1, NIGHT: 2}
    assert mail.to("nobody@newsroom.test") == []


async def test_a_missing_part_is_said(mail: MailServer) -> None:
    await send(mail, DESK)
    with pytest.raises(LookupError):
        mail.messages[0].part("enriched")


@pytest.mark.parametrize("code", [550, 450])
async def test_one_recipient_is_refused(mail: MailServer, code: int) -> None:
    mail.refuse(DESK, code=code)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
        await send(mail, DESK)
    assert caught.value.recipients[0].code == code
    await send(mail, DESK)
    assert len(mail.messages) == 1


async def test_the_other_recipients_get_their_mail(mail: MailServer) -> None:
    mail.refuse(NIGHT)
    await send(mail, DESK, NIGHT)
    assert list(mail.by_recipient) == [DESK]


async def test_greylisting_takes_the_second_try(mail: MailServer) -> None:
    mail.greylist()
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
        await send(mail, DESK)
    assert caught.value.recipients[0].code == 451
    await send(mail, DESK)
    assert len(mail.to(DESK)) == 1


async def test_a_letter_may_be_taken_without_a_word(mail: MailServer) -> None:
    mail.lose_replies()
    with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError)):
        await send(mail, DESK)
    assert len(mail.messages) == 1
    await send(mail, DESK)
    assert len(mail.messages) == 2


async def test_faults_can_be_called_off(mail: MailServer) -> None:
    mail.refuse(times=99)
    mail.greylist(9)
    mail.lose_replies(9)
    mail.heal()
    await send(mail, DESK)
    assert len(mail.messages) == 1


async def test_a_login_is_asked_for_where_there_is_one() -> None:
    mail = MailServer(username="monitor", password="a secret")
    await mail.open()
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await send(mail, DESK, username="monitor", password="wrong")
    with pytest.raises(aiosmtplib.SMTPSenderRefused):
        await send(mail, DESK)
    await send(mail, DESK, username="monitor", password="a secret")
    assert [kept.user for kept in mail.messages] == ["monitor"]
    await mail.close()
