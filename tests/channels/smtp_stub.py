"""A mail server of a few lines that keeps what it takes and answers what a test asks for."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("localhost.pem")  # for 127.0.0.1, signed by itself, used nowhere else
USER, PASSWORD = "monitor", "correct horse"


@dataclass(slots=True)
class MailStub:
    """What arrived, and what the next letters are told; None for an answer breaks the line instead.

    `refused` are addresses and what is said of them whenever they come.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    sender_answers: list[str] = field(default_factory=list)
    recipient_answers: list[str | None] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    data_answers: list[str | None] = field(default_factory=list)
    lines: list[SMTP] = field(default_factory=list)

    @property
    def connections(self) -> int:
        """How many connections were ever made."""
        return len(self.lines)

    def hang_up(self) -> None:
        """Break every connection, as a server does that has waited for long enough."""
        for line in self.lines:
            if isinstance(line.transport, asyncio.WriteTransport):
                line.transport.abort()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.sender_answers.pop(0) if self.sender_answers else "250 ok"
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipient_answers.pop(0) if self.recipient_answers else "250 ok"
        if answer is None:
            self.hang_up()
            return "250 unheard"
        answer = self.refused.get(address, answer)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.data_answers.pop(0) if self.data_answers else "250 taken"
        if answer is None or answer.startswith("250"):
            self._keep(envelope)
        if answer is None:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer or "250 unheard"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        self.raw.append(raw)
        self.letters.append(message_from_bytes(raw, policy=policy.default))
        self.envelopes.append((envelope.mail_from or "", tuple(envelope.rcpt_tos)))


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=known, handled=False)


def server_tls() -> ssl.SSLContext:
    """Return the context of a server that shows the certificate beside this file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@asynccontextmanager
async def mail_server(
    *, starttls: bool = False, tls: bool = False, login: bool = False, only: str = ""
) -> AsyncIterator[MailStub]:
    """Run a stub on the loopback for as long as the context lasts; it offers *only* that way to log in."""
    stub = MailStub()
    loop = asyncio.get_running_loop()

    def line() -> SMTP:
        made = SMTP(
            stub,
            hostname="mail.example",
            tls_context=server_tls() if starttls else None,
            authenticator=_login if login else None,
            auth_required=login,
            auth_require_tls=False,
            auth_exclude_mechanism=[way for way in ("PLAIN", "LOGIN") if only not in ("", way)],
            loop=loop,
        )
        stub.lines.append(made)
        return made

    server = await loop.create_server(line, "127.0.0.1", 0, ssl=server_tls() if tls else None)
    stub.port = server.sockets[0].getsockname()[1]
    try:
        yield stub
    finally:
        server.close()
        stub.hang_up()
        await server.wait_closed()


@asynccontextmanager
async def speaking(*answers: bytes) -> AsyncIterator[int]:
    """Run a server that says *answers* line by line, whatever it hears, then nothing; yield its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer + b"\r\n")
            if not await reader.readline():
                break
        else:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
