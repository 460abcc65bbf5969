"""The world's faults as named causes with details that are safe to store: no URL, no client's own words."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from monitor.model import Cause, FetchFailed, Redirect
from monitor.net.connect import BlockedAddressError

# Everything that a hostile or broken server can make the client raise.
WORLD_ERRORS = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError)

_DNS_DETAILS = {
    socket.EAI_NONAME: "no such host",
    socket.EAI_NODATA: "the host has no address",
    socket.EAI_AGAIN: "the name server did not answer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    cause: Cause
    detail: str


class FetchError(Exception):
    """A fetch that our own rules end; it never leaves `monitor.net`."""

    def __init__(
        self,
        cause: Cause,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.detail = detail
        self.status = status
        self.retry_after = retry_after


def failure_of(fault: Exception, redirects: tuple[Redirect, ...] = (), url: str = "") -> FetchFailed:
    """Return *fault*, met at *url*, as the value that callers decide on."""
    if isinstance(fault, FetchError):
        return FetchFailed(
            cause=fault.cause,
            detail=fault.detail,
            status=fault.status,
            retry_after=fault.retry_after,
            redirects=redirects,
            url=url,
        )
    named = _name(fault)
    return FetchFailed(cause=named.cause, detail=named.detail, redirects=redirects, url=url)


def _name(fault: Exception) -> _Named:
    """Name a fault of the client library; the order matters, since its classes inherit from one another."""
    match fault:
        case TimeoutError():
            return _Named(cause=Cause.TIMEOUT, detail="no answer in time")
        case aiohttp.ClientConnectorCertificateError(
            certificate_error=ssl.SSLCertVerificationError() as problem
        ):
            # OpenSSL's reason; what follows the comma names the host that was asked for
            return _Named(cause=Cause.TLS, detail=problem.verify_message.partition(",")[0])
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError() | ssl.SSLError():
            return _Named(cause=Cause.TLS, detail="the handshake failed")
        case BlockedAddressError() | aiohttp.ClientConnectorError(os_error=BlockedAddressError()):
            return _Named(
                cause=Cause.BLOCKED_ADDRESS, detail="the host leads to a private or reserved address"
            )
        case aiohttp.ClientProxyConnectionError():
            return _Named(cause=Cause.CONNECT, detail="the proxy cannot be reached")
        case aiohttp.ClientHttpProxyError(status=status):
            return _Named(cause=Cause.CONNECT, detail=f"the proxy refused (http {status})")
        case socket.gaierror(errno=number) | aiohttp.ClientConnectorDNSError(os_error=OSError(errno=number)):
            return _Named(cause=Cause.DNS, detail=_DNS_DETAILS.get(number or 0, "the look-up failed"))
        case aiohttp.ServerDisconnectedError():
            return _Named(cause=Cause.CONNECT, detail="closed without an answer")
        case aiohttp.ClientPayloadError():
            return _Named(cause=Cause.TRUNCATED, detail="the body ended early")
        case aiohttp.ClientResponseError() | HttpProcessingError():
            return _Named(cause=Cause.PROTOCOL, detail="not a readable HTTP answer")
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError() | ValueError():
            return _Named(cause=Cause.BAD_URL, detail="the URL or a header cannot be sent")
        case OSError():
            return _Named(cause=Cause.CONNECT, detail=_os_detail(fault))
        case _:
            return _Named(cause=Cause.PROTOCOL, detail="the client gave up")


def _os_detail(fault: OSError) -> str:
    number = fault.errno or 0
    return os.strerror(number).lower() if number in errno.errorcode else "the connection failed"
