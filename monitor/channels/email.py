"""Mail over SMTP: one letter to one recipient, threaded by story, the same letter at every attempt.

DKIM and the queue behind the first hop are the relay's work. A letter whose acceptance was not heard is
sent again under the same Message-ID: SMTP has no way to look.

Source: RFC 5321, RFC 5322, RFC 3834 (Auto-Submitted), RFC 2919 (List-Id), RFC 2369, 8058 (List-Unsubscribe)
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from urllib.parse import quote

from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from monitor.alerts.clean import clean_header, clip, visible
from monitor.alerts.errands import Links, Offer, offers
from monitor.alerts.layouts import SHIPPED, Layouts
from monitor.alerts.mail import MailParts, Picture, email_message
from monitor.alerts.route import DIGESTS
from monitor.alerts.wording import wording
from monitor.channels.smtp import Lines, MailServer
from monitor.model import Delivery, Destination, Errand, ErrandKind, Refused, SendResult, Sent, TryLater

LIST_NAME = "Newsroom Monitor"
REASON_LIMIT = 200
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,253}>")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,4}")


class EmailChannel:
    """Sends through one mail server, *sender* being an address with or without a name.

    *layouts* is asked each time: a reload may change them.

    Units: *timeout* bounds everything up to the server's last answer.
    """

    def __init__(
        self,
        server: MailServer,
        sender: str,
        timeout: timedelta,
        layouts: Callable[[], Layouts] = lambda: SHIPPED,
        links: Links | None = None,
    ) -> None:
        self._sender, self._layouts, self._links = sender, layouts, links
        self._timeout = timeout.total_seconds()
        self._lines = Lines(server, self._timeout)

    async def send(self, delivery: Delivery, destination: Destination) -> SendResult:
        """Send *delivery* to the one address of *destination*."""
        try:
            say = wording(destination.language, destination.timezone)
            offered = _offered(delivery, self._links)
            parts = email_message(delivery, say, self._layouts(), offered)
            letter = compose(
                delivery, parts, sender=self._sender, recipient=destination.address, offered=offered
            )
        except (HeaderParseError, ValueError, IndexError) as error:
            return Refused(reason=f"not a mail address ({type(error).__name__})")
        try:
            async with asyncio.timeout(self._timeout):
                _, said = await self._lines.over(lambda client: client.send_message(letter))
        except (SMTPException, OSError) as error:  # TimeoutError is an OSError
            return _fault(error)
        return Sent(ref=str(letter["Message-ID"]), said=_said(f"250 {said}"))

    async def close(self) -> None:
        """Close the connections that wait for further letters."""
        await self._lines.close()


def compose(
    delivery: Delivery, parts: MailParts, *, sender: str, recipient: str, offered: tuple[Offer, ...] = ()
) -> EmailMessage:
    """Return the letter for *delivery* that says *parts*: the same bytes at every attempt.

    Raises: HeaderParseError, ValueError or IndexError when an address is none.
    """
    name, address = parseaddr(clean_header(sender))
    sent_from, sent_to = Address(addr_spec=address), Address(addr_spec=clean_header(recipient))
    if not sent_from.domain or not sent_to.domain:
        raise ValueError("an address without a domain")
    letter = EmailMessage()
    letter["From"] = Address(display_name=clean_header(name), addr_spec=sent_from.addr_spec)
    letter["To"] = sent_to
    _write_subject(letter, parts.subject)
    letter["Date"] = format_datetime(delivery.first_attempt_at)
    letter["Message-ID"] = message_id(delivery.key, sent_from.domain)
    if delivery.root_ref is not None and _MESSAGE_ID.fullmatch(delivery.root_ref):
        letter["In-Reply-To"] = delivery.root_ref
        letter["References"] = delivery.root_ref
    letter["List-Id"] = f"{LIST_NAME} <alerts.{sent_from.domain}>"
    if delivery.frequency in DIGESTS:
        _write_unsubscribe(letter, offered, sent_from.addr_spec, delivery.destination)
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"  # Exchange answers with absences in spite of the line above
    letter.set_content(parts.text, cte="quoted-printable")
    letter.add_alternative(parts.html, subtype="html", cte="quoted-printable")
    # `=_` stands in no encoded line. A longer one would be cut in two as RFC 2231 has it, which mail programs
    # do not expect of a boundary; neither may begin as the other does (RFC 2046 5.1.1).
    digest = sha256(delivery.key.encode()).hexdigest()
    letter.set_boundary(f"=_{digest[:32]}")
    if parts.pictures:
        _add_pictures(letter, parts.pictures, f"=_{digest[32:]}")
    return letter


def _offered(delivery: Delivery, links: Links | None) -> tuple[Offer, ...]:
    """What the reader of a mail may ask for: about its story, or to be spared of digests."""
    if links is None or delivery.frequency not in DIGESTS:
        return offers(delivery, links, (ErrandKind.MUTE, ErrandKind.IRRELEVANT))
    errand = Errand(kind=ErrandKind.UNSUBSCRIBE, destination=delivery.destination)
    return (Offer(kind=errand.kind, url=links.url(errand, since=delivery.created_at)),)


def _write_unsubscribe(
    letter: EmailMessage, offered: tuple[Offer, ...], sender: str, destination: str
) -> None:
    """Write how to unsubscribe: by one click where we can be reached (RFC 8058), by a mail always."""
    mail = f"<mailto:{sender}?subject={quote(f'unsubscribe {destination}')}>"
    url = next((each.url for each in offered if each.kind is ErrandKind.UNSUBSCRIBE), "")
    if not url:
        letter["List-Unsubscribe"] = mail
        return
    letter["List-Unsubscribe"] = f"<{url}>, {mail}"
    if url.startswith("https://"):
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _add_pictures(letter: EmailMessage, pictures: tuple[Picture, ...], boundary: str) -> None:
    """Put pictures beside the page that names them (RFC 2387); a program without HTML shows none of them."""
    (page,) = (part for part in letter.iter_parts() if part.get_content_subtype() == "html")
    for picture in pictures:
        page.add_related(
            picture.png,
            maintype="image",
            subtype="png",
            cid=f"<{picture.name}>",
            disposition="inline",
            filename="growth.png",
        )
    page.set_boundary(boundary)


def _write_subject(letter: EmailMessage, subject: str) -> None:
    """Write a subject as encoded words that were folded here.

    `EmailMessage` loses spaces between them where it folds (Python 3.11.7); what comes folded it keeps.
    """
    if subject.isascii():
        letter["Subject"] = subject
    else:
        letter.set_raw("Subject", Header(subject, "utf-8", header_name="Subject").encode())


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID that every attempt of the delivery with this *key* bears."""
    local = key if _PLAIN_KEY.fullmatch(key) else sha256(key.encode()).hexdigest()
    return f"<{local}@{domain}>"


def _fault(error: SMTPException | OSError) -> SendResult:
    """Return what a fault means: the server's own code decides, and a lost line may come back."""
    match error:
        case SMTPRecipientsRefused(recipients=[first, *_]):
            return _fault(first)
        case SMTPResponseException(code=code) if 500 <= code < 600:
            return Refused(reason=_answer(code, error.message))
        case SMTPResponseException(code=code):
            return TryLater(reason=_answer(code, error.message))
        case TimeoutError():
            return TryLater(reason="timeout")
        case OSError():  # aiosmtplib's connection faults are, too
            return TryLater(reason=f"no connection ({type(error.__cause__ or error).__name__})")
        case _:  # what the server does not offer: STARTTLS, a way to log in, UTF-8 addresses
            return Refused(reason=_said(error.message))


def _answer(code: int, text: str) -> str:
    return _said(f"{code} {text}")


def _said(text: str) -> str:
    return clip(visible(text), REASON_LIMIT)
