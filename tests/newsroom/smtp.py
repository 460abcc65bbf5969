"""A mail server over real SMTP: keeps what it takes, and refuses, delays or drops on request."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A message as it was handed over: the envelope beside the letter, parsed when somebody looks at it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    at: datetime
    user: str | None = None

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["subject"])

    def part(self, kind: str) -> str:
        """Return the body of one kind, `plain` or `html`."""
        body = self.message.get_body(preferencelist=(kind,))
        if body is None:
            raise LookupError(f"this letter has no {kind} part")
        return str(body.get_content())


@dataclass(slots=True, kw_only=True)
class _Refusal:
    address: str | None  # None: whoever it is for
    reply: str
    left: int


@dataclass(slots=True)
class MailServer:
    """The server, its letters, and the faults that are still to come."""

    username: str = ""  # empty: no login is offered or asked for
    password: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    _mails: list[Mail] = field(default_factory=list)
    _refusals: list[_Refusal] = field(default_factory=list)
    _greylisted: dict[tuple[str, str], int] = field(default_factory=dict)
    _grey_tries: int = 0
    _losses: int = 0
    _server: asyncio.Server | None = None
    _lines: list[SMTP] = field(default_factory=list)

    # --- what a test looks at ---

    @property
    def messages(self) -> list[Mail]:
        """Every letter taken, oldest first."""
        return list(self._mails)

    def to(self, address: str) -> list[Mail]:
        """Return the letters taken for *address*."""
        return [mail for mail in self._mails if address in mail.recipients]

    @property
    def by_recipient(self) -> dict[str, list[Mail]]:
        """The letters under each address they were taken for."""
        everyone = sorted({address for mail in self._mails for address in mail.recipients})
        return {address: self.to(address) for address in everyone}

    # --- what a test asks for ---

    def refuse(self, address: str | None = None, *, code: int = 550, times: int = 1) -> None:
        """Refuse the next *times* recipients (of this address): 5xx for good, 4xx for now."""
        detail = "5.1.1 mailbox unavailable" if code >= 500 else "4.2.1 mailbox busy, try again later"
        self._refusals.append(_Refusal(address=address, reply=f"{code} {detail}", left=times))

    def greylist(self, tries: int = 1) -> None:
        """Turn each new pair of sender and recipient away *tries* times before taking its mail."""
        self._grey_tries = tries

    def lose_replies(self, times: int = 1) -> None:
        """Take the next letters, then drop the connection before saying so."""
        self._losses += times

    def heal(self) -> None:
        """Forget every fault that is still to come."""
        self._refusals.clear()
        self._grey_tries = self._losses = 0

    # --- the server ---

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._line, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for line in self._lines:
            if line.transport is not None:
                line.transport.abort()  # type: ignore[attr-defined]

    def _line(self) -> SMTP:
        line = SMTP(
            _Handler(self),
            hostname="mail.newsroom.test",
            ident="newsroom",
            enable_SMTPUTF8=True,
            authenticator=self._authenticate if self.username else None,
            auth_require_tls=False,  # it never leaves the loopback
            auth_exclude_mechanism=() if self.username else ("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )
        self._lines.append(line)
        return line

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        match data:
            case LoginPassword(login, password):
                known = (login.decode(), password.decode()) == (self.username, self.password)
                return AuthResult(success=known, handled=False, auth_data=data)
            case _:
                return AuthResult(success=False, handled=False)

    def _reply_to_recipient(self, sender: str, address: str) -> str:
        for refusal in self._refusals:
            if refusal.left > 0 and refusal.address in (None, address):
                refusal.left -= 1
                return refusal.reply
        tries = self._greylisted.get((sender, address), 0)
        self._greylisted[sender, address] = tries + 1
        if tries < self._grey_tries:
            return "451 4.7.1 greylisted, try again later"
        return "250 2.1.5 ok"

    def _take(self, session: Session, envelope: Envelope) -> bool:
        """Keep the letter; answer whether the sender is to hear of it."""
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        login = session.auth_data.login.decode() if session.auth_data else None
        self._mails.append(
            Mail(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                raw=raw,
                at=datetime.now(UTC),
                user=login,
            )
        )
        heard = self._losses <= 0
        self._losses = max(0, self._losses - 1)
        return heard


@dataclass(frozen=True, slots=True)
class _Handler:
    """aiosmtpd's hooks, under the names it calls them by."""

    mails: MailServer

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mails.username and not session.authenticated:
            return "530 5.7.0 authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        reply = self.mails._reply_to_recipient(envelope.mail_from or "", address)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not self.mails._take(session, envelope) and server.transport is not None:
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 2.0.0 taken"
