"""Every fault of the client has a cause, and none of its own words reach what is stored."""

from __future__ import annotations

import errno
import socket
import ssl
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http_exceptions import BadHttpMessage
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from monitor.model import Cause, FetchFailed, Redirect
from monitor.net.connect import BlockedAddressError
from monitor.net.failures import FetchError, failure_of

SECRET = "https://me:s3cret@hooks.example/T0/B0/s3cret"
KEY = ConnectionKey("hooks.example", 443, True, True, None, None, None)
REQUEST = aiohttp.RequestInfo(URL(SECRET), "GET", CIMultiDictProxy(CIMultiDict()), URL(SECRET))


def certificate(message: str) -> aiohttp.ClientConnectorCertificateError:
    problem = ssl.SSLCertVerificationError(SECRET)
    problem.verify_message = message
    return aiohttp.ClientConnectorCertificateError(KEY, problem)


@pytest.mark.parametrize(
    ("fault", "cause", "detail"),
    [
        (TimeoutError(SECRET), Cause.TIMEOUT, "no answer in time"),
        (aiohttp.ServerTimeoutError(SECRET), Cause.TIMEOUT, "no answer in time"),
        (certificate("certificate has expired"), Cause.TLS, "certificate has expired"),
        (certificate(f"Hostname mismatch, not valid for {SECRET}"), Cause.TLS, "Hostname mismatch"),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, SECRET)), Cause.TLS, "the handshake failed"),
        (ssl.SSLError(1, SECRET), Cause.TLS, "the handshake failed"),
        (
            aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_AGAIN, SECRET)),
            Cause.DNS,
            "the name server did not answer",
        ),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(SECRET)), Cause.DNS, "the look-up failed"),
        (
            aiohttp.ClientConnectorDNSError(KEY, BlockedAddressError()),
            Cause.BLOCKED_ADDRESS,
            "the host leads to a private or reserved address",
        ),
        (
            aiohttp.ClientConnectorError(KEY, OSError(errno.EHOSTUNREACH, SECRET)),
            Cause.CONNECT,
            "no route to host",
        ),
        (OSError(SECRET), Cause.CONNECT, "the connection failed"),
        (ConnectionResetError(errno.ECONNRESET, SECRET), Cause.CONNECT, "connection reset by peer"),
        (aiohttp.ServerDisconnectedError(SECRET), Cause.CONNECT, "closed without an answer"),
        (aiohttp.ClientPayloadError(SECRET), Cause.TRUNCATED, "the body ended early"),
        (
            aiohttp.ClientResponseError(REQUEST, (), message=SECRET),
            Cause.PROTOCOL,
            "not a readable HTTP answer",
        ),
        (BadHttpMessage(SECRET), Cause.PROTOCOL, "not a readable HTTP answer"),
        (aiohttp.InvalidURL(SECRET), Cause.BAD_URL, "the URL or a header cannot be sent"),
        (ValueError(SECRET), Cause.BAD_URL, "the URL or a header cannot be sent"),
        (aiohttp.ClientError(SECRET), Cause.PROTOCOL, "the client gave up"),
    ],
)
def test_a_fault_is_named_without_the_words_of_the_client(
    fault: Exception, cause: Cause, detail: str
) -> None:
    assert failure_of(fault) == FetchFailed(cause=cause, detail=detail)


def test_our_own_refusal_comes_with_all_it_knows() -> None:
    hops = (Redirect(url="https://a.example/", status=301),)
    refusal = FetchError(Cause.HTTP, "http 429", status=429, retry_after=timedelta(minutes=1))
    assert failure_of(refusal, hops) == FetchFailed(
        cause=Cause.HTTP, detail="http 429", status=429, retry_after=timedelta(minutes=1), redirects=hops
    )
