"""How connections are opened: through aiohttp's connector, every actual address vetted before it is used."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType

from monitor.net.guard import Network, allowed, is_address

# Content security policies pass the usual 8 kB before feeds and reach 34 kB before pages (reported of aiohttp
# in 2025); a hundred fields is twice a talkative server's. 28 answers at these bounds took 200 MB.
MAX_LINE, MAX_FIELD, MAX_FIELDS = 8_190, 40_000, 100


class BlockedAddressError(OSError):
    """The guard refused an address; an OSError, so that aiohttp carries it like a refused connection."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "blocked address")


class _Threads:
    """The part of an event loop that looks names up, on the loop's default executor whichever loop runs.

    uvloop's own look-ups share four threads, which a few slow name servers would hold.
    """

    async def getaddrinfo(self, host: str, port: int, **options: int) -> Any:
        look_up = partial(socket.getaddrinfo, host, port, **options)
        return await asyncio.get_running_loop().run_in_executor(None, look_up)

    async def getnameinfo(self, address: tuple[str, int], flags: int) -> Any:
        look_up = partial(socket.getnameinfo, address, flags)
        return await asyncio.get_running_loop().run_in_executor(None, look_up)


def on_threads() -> AbstractResolver:
    """The machine's own resolver, /etc/hosts and all."""
    return ThreadedResolver(cast("asyncio.AbstractEventLoop", _Threads()))


class VettedResolver(AbstractResolver):
    """Names resolved by another resolver, with the addresses left out that may not be reached."""

    def __init__(self, resolver: AbstractResolver, exempt: Sequence[Network]) -> None:
        self._resolver = resolver
        self._exempt = exempt

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the answers that pass; raise `BlockedAddressError` when there were some and none does."""
        answers = await self._resolver.resolve(host, port, family)
        passing = [answer for answer in answers if allowed(answer["host"], self._exempt)]
        if answers and not passing:
            raise BlockedAddressError
        return passing

    async def close(self) -> None:
        await self._resolver.close()

    async def vet(self, host: str, port: int) -> None:
        """Look *host* up as a proxy is about to; raise `BlockedAddressError` if any answer is not allowed.

        One bad answer is enough, since it is the proxy that chooses. What this cannot promise: the proxy
        looks the name up again and may be told something else, so a name that changes its answer, or that
        the proxy's own network knows better, can still lead inside. The proxy must keep its own guard.
        """
        if is_address(host):
            addresses = [host]
        else:
            addresses = [found["host"] for found in await self._resolver.resolve(host, port)]
        if not all(allowed(address, self._exempt) for address in addresses):
            raise BlockedAddressError


def guarded_connector(resolver: VettedResolver, exempt: Sequence[Network], *, limit: int) -> TCPConnector:
    """Return a connector whose sockets are created for allowed addresses only.

    The resolver is asked first, so that a name with one good address still works. The socket factory is
    the guard itself: it sees literals, cached answers and redirects too, and the address it approves is
    the one that gets connected, so no second look-up can swap it (DNS rebinding).
    """

    def vetted_socket(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not allowed(str(address[0]), exempt):
            raise BlockedAddressError
        return socket.socket(family, kind, protocol)

    return TCPConnector(
        resolver=resolver,
        socket_factory=vetted_socket,
        limit=limit,
        ttl_dns_cache=60,  # seconds; one answer serves the feeds of a host that fall due together
    )


def open_session(connector: TCPConnector) -> ClientSession:
    """Return a client over *connector* that keeps no cookies and inflates nothing by itself."""
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,  # a proxy from the environment would connect where the guard cannot look
        max_line_size=MAX_LINE,
        max_field_size=MAX_FIELD,
        max_headers=MAX_FIELDS,
    )
