"""Connections to one mail server, kept for the letters that follow; never what a letter is.

Encryption and login cost ten times what a letter does, and many servers count connections.

Source: RFC 5321 4.1.1.5 (RSET), 4.5.3.2 (how long servers wait)
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

Tls: TypeAlias = Literal["none", "starttls", "tls"]
T = TypeVar("T")

IDLE = (
    20.0  # seconds that a connection waits for its next letter; servers wait for minutes, firewalls may not
)
LETTERS = 50  # over one connection; some servers hang up after 100
GOODBYE = 1.0  # seconds for QUIT; the letter is accepted by then, whatever becomes of the line


@dataclass(slots=True, kw_only=True)
class MailServer:
    """How a mail server is reached: *tls* from the first byte, "starttls" or nothing less, or "none"."""

    host: str
    port: int
    tls: Tls
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(slots=True, kw_only=True)
class _Line:
    """An open connection, and what closes it while it idles."""

    client: SMTP
    letters: int = 0
    end: asyncio.TimerHandle | None = None


class Lines:
    """The connections to one mail server, as many as there are letters at once.

    Units: *timeout* bounds each step, in seconds.
    """

    def __init__(self, server: MailServer, timeout: float) -> None:
        self._server, self._timeout = server, timeout
        self._context = None if server.tls == "none" else ssl.create_default_context()
        self._hello: str | None = None  # this host's name, which can take DNS seconds to tell
        self._idle: list[_Line] = []

    async def over(self, work: Callable[[SMTP], Awaitable[T]]) -> T:
        """Do *work* over a connection, once more over a new one where the old one took no more letters.

        Raises: SMTPException and OSError, as the work and the connection do.
        """
        line = await self._kept()
        if line is not None:
            try:
                return await self._do(line, work)
            except SMTPSenderRefused as refused:  # before the letter: "too many over this connection"
                if refused.code >= 500:
                    raise
        return await self._do(await self._opened(), work)

    async def _do(self, line: _Line, work: Callable[[SMTP], Awaitable[T]]) -> T:
        try:
            done = await work(line.client)
        except (SMTPResponseException, SMTPRecipientsRefused):  # the server answered, and will again
            self._put_by(line)
            raise
        except BaseException:
            line.client.close()
            raise
        self._put_by(line)
        return done

    async def _kept(self) -> _Line | None:
        """A kept connection whose server still answers."""
        while self._idle:
            line = self._idle.pop()
            if line.letters >= LETTERS:
                await _leave(line)
                continue
            if line.end is not None:
                line.end.cancel()
            with suppress(SMTPException, OSError):
                await line.client.rset()
                return line
            line.client.close()
        return None

    async def _opened(self) -> _Line:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=self._context,
            username=server.username or None,
            password=server.password or None,
            local_hostname=self._hello,
            timeout=self._timeout,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        self._hello = client.local_hostname
        return _Line(client=client)

    def _put_by(self, line: _Line) -> None:
        """Keep a connection for later; nothing may be waited for here, for its letter was just taken."""
        line.letters += 1
        line.end = asyncio.get_running_loop().call_later(IDLE, self._hang_up, line)
        self._idle.append(line)

    def _hang_up(self, line: _Line) -> None:
        self._idle.remove(line)
        line.client.close()

    async def close(self) -> None:
        """Say goodbye on every connection that idles."""
        lines, self._idle = self._idle, []
        await asyncio.gather(*map(_leave, lines))


async def _leave(line: _Line) -> None:
    if line.end is not None:
        line.end.cancel()
    try:
        with suppress(SMTPException, OSError):
            await line.client.quit(timeout=GOODBYE)
    finally:
        line.client.close()
