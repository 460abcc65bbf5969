"""One fetch: a request, its redirects and its body, within limits; every fault of the world is a value."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDict
from yarl import URL

from monitor.model import Cause, Fetched, FetchResult, NotModified, Redirect, Validators
from monitor.net import headers as said
from monitor.net.challenge import is_challenge, is_challenge_page
from monitor.net.connect import VettedResolver, guarded_connector, on_threads, open_session
from monitor.net.failures import WORLD_ERRORS, FetchError, failure_of
from monitor.net.guard import Network
from monitor.net.inflate import ACCEPT_ENCODING, GZIP_MAGIC, Body
from monitor.text.urls import DEFAULT_PORTS, clean_link, host_of, same_origin

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PER_HOST = 2  # at once; browsers open six, a guest who comes every few minutes needs fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How much of our time and memory one fetch may take.

    Units: `max_bytes` bounds the body on the wire and again once inflated. `connect` covers name look-up
    and TLS of one hop, `first_byte` runs until a hop's header is read, `total` covers everything.
    """

    max_bytes: int = 10_000_000
    total: timedelta = timedelta(seconds=30)
    connect: timedelta = timedelta(seconds=10)
    first_byte: timedelta = timedelta(seconds=20)
    redirects: int = 5


FEED_LIMITS = FetchLimits()
PAGE_LIMITS = FetchLimits(max_bytes=3_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is sent at one hop; `private` fields are for the first origin's eyes only.

    `proxy` is the way there, for every hop.
    """

    method: str
    url: str
    fields: Mapping[str, str]
    private: Mapping[str, str] = field(default_factory=dict)
    payload: bytes | None = None
    proxy: str | None = None

    @property
    def is_conditional(self) -> bool:
        return "If-None-Match" in self.fields or "If-Modified-Since" in self.fields

    @property
    def header(self) -> CIMultiDict[str]:
        """The header to send; the caller's fields win, save for what we can inflate."""
        header = CIMultiDict(self.fields)
        header.update(self.private)
        header["Accept-Encoding"] = ACCEPT_ENCODING
        return header

    def redirected(self, url: str) -> _Request:
        """Return the request to send to *url*; what the caller added stays behind when the origin changes."""
        return replace(self, url=url, private=self.private if same_origin(url, self.url) else {})


@dataclass(slots=True)
class _Trail:
    """How far a fetch has come, also when its deadline ends it: the URL asked last, and those before it."""

    url: str
    hops: list[Redirect] = field(default_factory=list)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Fetcher:
    """The service's one HTTP client: open it with `async with`, share it, never build another.

    `exempt` opens networks that the guard would refuse; `concurrency` bounds the fetches in flight.
    `proxy` is the way to every host, where there is one: a proxy's own address is its operator's choice and
    not the guard's business, and what it is asked for is vetted before (`VettedResolver.vet`).
    `clock` serves date-form Retry-After fields of servers that do not tell their own time.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        exempt: Sequence[Network] = (),
        concurrency: int = 50,
        per_host: int = PER_HOST,
        proxy: str | None = None,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._user_agent = user_agent
        self._exempt = tuple(exempt)
        self._concurrency = concurrency
        self._per_host = per_host
        self._proxy = proxy
        self._resolver = resolver
        self._clock = clock
        self._places = asyncio.Semaphore(concurrency)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        # Threads on purpose: aiodns ignores /etc/hosts and NSS, where newsrooms keep their own names.
        resolver = self._resolver or on_threads()
        self._vetted = VettedResolver(resolver, self._exempt)
        self._session = open_session(guarded_connector(self._vetted, self._exempt, limit=self._concurrency))
        # For requests that name their proxy, and for no other: it connects to proxies alone.
        self._proxied = open_session(aiohttp.TCPConnector(resolver=resolver, limit=self._concurrency))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        await self._proxied.close()

    async def get(
        self,
        url: str,
        *,
        limits: FetchLimits,
        accept: str,
        validators: Validators | None = None,
        headers: Mapping[str, str] | None = None,
        proxy: str | None = None,
    ) -> FetchResult:
        """Return what is at *url*, or why it could not be had.

        `headers` may carry credentials: they go to the origin of *url* and to no other. `proxy` goes before
        the fetcher's own.
        """
        fields = {"User-Agent": self._user_agent, "Accept": accept, **_conditions(validators or Validators())}
        return await self._fetch(
            _Request(method="GET", url=url, fields=fields, private=headers or {}, proxy=proxy), limits
        )

    async def post_json(
        self,
        url: str,
        payload: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        limits: FetchLimits = FEED_LIMITS,
    ) -> FetchResult:
        """Send *payload* to *url*; a redirect is a refusal, since a message belongs to whom it was sent."""
        fields = {"User-Agent": self._user_agent, "Accept": "*/*", "Content-Type": "application/json"}
        request = _Request(method="POST", url=url, fields=fields, private=headers or {}, payload=payload)
        return await self._fetch(request, limits)

    async def post_form(
        self, url: str, form: Mapping[str, str], *, limits: FetchLimits = FEED_LIMITS
    ) -> FetchResult:
        """Send *form* to *url* as a browser would; a redirect is a refusal."""
        fields = {
            "User-Agent": self._user_agent,
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        payload = urlencode(form).encode()
        return await self._fetch(_Request(method="POST", url=url, fields=fields, payload=payload), limits)

    async def _fetch(self, request: _Request, limits: FetchLimits) -> FetchResult:
        url = clean_link(request.url)
        if url is None:
            return failure_of(FetchError(Cause.BAD_URL, "not an http(s) URL without user info"))
        trail = _Trail(url)
        # The host's turn comes first, so that a crowd before one slow host holds no place from others;
        # the deadline starts when both are held, so that waiting for one's turn is nobody's fault.
        async with self._turn(url), self._places:
            try:
                async with asyncio.timeout(limits.total.total_seconds()):
                    if url != request.url or self._proxy:
                        request = replace(request, url=url, proxy=request.proxy or self._proxy)
                    return await self._follow(request, limits, trail)
            except (FetchError, *WORLD_ERRORS) as fault:
                return failure_of(fault, tuple(trail.hops), trail.url)

    def _turn(self, url: str) -> asyncio.Semaphore:
        host = host_of(url)
        turn = self._hosts.get(host)
        if turn is None:
            turn = self._hosts[host] = asyncio.Semaphore(self._per_host)
        return turn

    async def _follow(self, request: _Request, limits: FetchLimits, trail: _Trail) -> FetchResult:
        while True:
            response = await self._send(request, limits)
            async with response:
                if response.status not in REDIRECTS or request.method != "GET":
                    return await self._conclude(response, request, limits, tuple(trail.hops))
                trail.hops.append(Redirect(url=request.url, status=response.status))
                if len(trail.hops) > limits.redirects:
                    raise FetchError(Cause.TOO_MANY_REDIRECTS, f"more than {limits.redirects}")
                request = request.redirected(_target(response, request.url))
                trail.url = request.url

    async def _send(self, request: _Request, limits: FetchLimits) -> aiohttp.ClientResponse:
        async with asyncio.timeout(limits.first_byte.total_seconds()):
            if request.proxy is None:
                return await self._ask(self._session, request, limits)
            await self._vetted.vet(*_host_and_port(request.url))
            try:
                return await self._ask(self._proxied, request, limits)
            except aiohttp.ClientConnectorDNSError as fault:  # the only name looked up there is the proxy's
                raise FetchError(Cause.CONNECT, "the proxy cannot be found") from fault

    async def _ask(
        self, session: aiohttp.ClientSession, request: _Request, limits: FetchLimits
    ) -> aiohttp.ClientResponse:
        return await session.request(
            request.method,
            URL(request.url, encoded=True),
            headers=request.header,
            data=request.payload,
            allow_redirects=False,
            proxy=request.proxy,
            timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect.total_seconds()),
        )

    async def _conclude(
        self,
        response: aiohttp.ClientResponse,
        request: _Request,
        limits: FetchLimits,
        hops: tuple[Redirect, ...],
    ) -> FetchResult:
        if response.status == 304 and request.is_conditional:
            return NotModified(
                url=request.url,
                validators=said.validators(response.headers),
                max_age=said.max_age(response.headers),
                redirects=hops,
            )
        if not 200 <= response.status < 300:
            raise _refusal(response, self._clock())
        body = await _read(response, limits.max_bytes)
        if is_challenge(response.headers) or is_challenge_page(body):
            raise FetchError(Cause.CHALLENGE, "a bot check instead of the document", status=response.status)
        return Fetched(
            url=request.url,
            status=response.status,
            body=body,
            content_type=said.media_type(response.headers),
            charset=said.charset(response.headers),
            validators=said.validators(response.headers),
            max_age=said.max_age(response.headers),
            redirects=hops,
            hub=said.link(response.headers.getall("Link", ()), "hub"),
            topic=said.link(response.headers.getall("Link", ()), "self"),
        )


def _conditions(validators: Validators) -> dict[str, str]:
    fields = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in fields.items() if value}


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]


def _target(response: aiohttp.ClientResponse, url: str) -> str:
    """Return where a redirect leads, by the same rules as every other link from outside."""
    location = clean_link(response.headers.get("Location", ""), url)
    if location is None:
        raise FetchError(Cause.BAD_URL, "redirected to no usable URL", status=response.status)
    return location


def _refusal(response: aiohttp.ClientResponse, now: datetime) -> FetchError:
    retry_after = said.retry_after(response.headers, now)
    if is_challenge(response.headers):
        return FetchError(
            Cause.CHALLENGE,
            "a bot check instead of the document",
            status=response.status,
            retry_after=retry_after,
        )
    return FetchError(Cause.HTTP, f"http {response.status}", status=response.status, retry_after=retry_after)


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if (response.content_length or 0) > max_bytes:
        raise FetchError(Cause.TOO_LARGE, f"over {max_bytes:,} bytes")
    body = Body(response.headers.getall("Content-Encoding", []), max_bytes)
    async for chunk in response.content.iter_any():
        body.take(chunk)
    return _opened(body.finish(), max_bytes)


def _opened(whole: bytes, max_bytes: int) -> bytes:
    """Return what is in a file that is compressed as it lies on the server, as large sitemaps are."""
    if not whole.startswith(GZIP_MAGIC):
        return whole
    file = Body(["gzip"], max_bytes)
    file.take(whole)
    return file.finish()
