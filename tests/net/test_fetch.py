"""The fetcher against servers that lie, stall, swell, redirect and break off."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network

import brotli
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from backports import zstd

from monitor.model import Cause, Fetched, FetchFailed, FetchResult, NotModified, Validators
from monitor.net.fetch import PER_HOST, Fetcher, FetchLimits
from tests.net.hostile import Answer, Exchange, answer, fixed, serving

LOOPBACK = (ip_network("127.0.0.0/8"),)
LIMITS = FetchLimits(
    max_bytes=100_000,
    total=timedelta(seconds=1),
    connect=timedelta(seconds=0.5),
    first_byte=timedelta(seconds=0.5),
)
RSS = b"<rss version='2.0'><channel><title>x</title></channel></rss>"


def fetcher(*, exempt: bool = True, resolver: AbstractResolver | None = None) -> Fetcher:
    return Fetcher(user_agent="newsroom-monitor/test", exempt=LOOPBACK if exempt else (), resolver=resolver)


async def get(reply: Answer, path: str = "/feed", *, exempt: bool = True) -> FetchResult:
    async with serving(reply) as server, fetcher(exempt=exempt) as client:
        return await client.get(server.url(path), limits=LIMITS, accept="*/*")


async def cause_of(reply: Answer, **how: bool) -> Cause:
    result = await get(reply, **how)
    assert isinstance(result, FetchFailed)
    assert "127.0.0.1" not in result.detail
    return result.cause


class Answers(AbstractResolver):
    """A resolver under an attacker's control."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if not self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        pass


# --- what goes well -------------------------------------------------------------------------------------


async def test_a_document_comes_back_with_what_its_header_says() -> None:
    reply = answer(
        "200 OK",
        "Content-Type: application/rss+xml; charset=windows-1251",
        'ETag: "one"',
        "Last-Modified: Wed, 04 Nov 2026 12:00:00 GMT",
        "Cache-Control: max-age=600",
        body=RSS,
    )
    result = await get(fixed(reply))
    assert isinstance(result, Fetched)
    assert (result.status, result.body) == (200, RSS)
    assert (result.content_type, result.charset) == ("application/rss+xml", "windows-1251")
    assert result.validators == Validators(etag='"one"', last_modified="Wed, 04 Nov 2026 12:00:00 GMT")
    assert result.max_age == timedelta(minutes=10)


async def test_the_request_names_us_and_asks_only_for_what_can_be_inflated() -> None:
    async with serving(fixed(answer("200 OK", body=RSS))) as server, fetcher() as client:
        held = Validators(etag='"one"', last_modified="Wed, 04 Nov 2026 12:00:00 GMT")
        await client.get(
            server.url(), limits=LIMITS, accept="application/rss+xml", validators=held, headers={"X-Key": "k"}
        )
    sent = server.seen[0].headers
    assert sent["user-agent"] == "newsroom-monitor/test"
    assert sent["accept"] == "application/rss+xml"
    assert sent["accept-encoding"].startswith("gzip, deflate")
    assert (sent["if-none-match"], sent["if-modified-since"]) == (held.etag, held.last_modified)
    assert sent["x-key"] == "k"


async def test_not_modified_answers_a_conditional_request_only() -> None:
    reply = fixed(answer("304 Not Modified", "Cache-Control: max-age=60"))
    async with serving(reply) as server, fetcher() as client:
        held = Validators(etag='"one"')
        conditional = await client.get(server.url(), limits=LIMITS, accept="*/*", validators=held)
        plain = await client.get(server.url(), limits=LIMITS, accept="*/*")
    assert conditional == NotModified(url=server.url(), max_age=timedelta(minutes=1))
    assert isinstance(plain, FetchFailed)
    assert plain.label == "http 304"


async def test_a_message_is_posted_once_and_a_redirect_of_it_is_a_refusal() -> None:
    async with serving(fixed(answer("307 Away", "Location: /other"))) as server, fetcher() as client:
        result = await client.post_json(
            server.url("/hook"), b'{"a":1}', headers={"X-Sig": "s"}, limits=LIMITS
        )
    assert isinstance(result, FetchFailed)
    assert result.label == "http 307"
    assert [(seen.path, seen.body) for seen in server.seen] == [("/hook", b'{"a":1}')]
    assert server.seen[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("encoding", "squeeze"), [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)]
)
async def test_a_compressed_document_is_inflated(encoding: str, squeeze: Callable[[bytes], bytes]) -> None:
    reply = answer("200 OK", f"Content-Encoding: {encoding}", body=squeeze(RSS))
    result = await get(fixed(reply))
    assert isinstance(result, Fetched)
    assert result.body == RSS


async def test_a_file_that_lies_compressed_on_the_server_is_opened() -> None:
    result = await get(fixed(answer("200 OK", "Content-Type: application/gzip", body=gzip.compress(RSS))))
    assert isinstance(result, Fetched)
    assert result.body == RSS


@pytest.mark.parametrize(
    ("file", "cause"),
    [
        (gzip.compress(b"\n" * 50_000_000, mtime=0), Cause.TOO_LARGE),
        (gzip.compress(RSS, mtime=0)[:-9], Cause.TRUNCATED),
        (b"\x1f\x8b" + RSS, Cause.BAD_ENCODING),
    ],
    ids=["a bomb", "cut off", "damaged"],
)
async def test_a_compressed_file_has_the_limits_of_a_compressed_answer(file: bytes, cause: Cause) -> None:
    assert await cause_of(fixed(answer("200 OK", body=file))) is cause


async def test_a_long_content_security_policy_is_no_fault() -> None:
    policy = "Content-Security-Policy: " + "https://a.example " * 1_900
    assert isinstance(await get(fixed(answer("200 OK", policy, body=RSS))), Fetched)


# --- refusals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["401 No", "403 No", "404 No", "410 Gone", "500 Oops", "999 Denied"])
async def test_a_refusal_keeps_its_status(status: str) -> None:
    result = await get(fixed(answer(status, body=b"no")))
    assert isinstance(result, FetchFailed)
    assert result.label == f"http {status.split()[0]}"


@pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
@pytest.mark.parametrize(
    ("value", "seconds"), [("120", 120), ("Wed, 04 Nov 2026 12:02:00 GMT", 120), ("999999999", 86_400)]
)
async def test_retry_after_comes_with_the_refusal(status: str, value: str, seconds: int) -> None:
    reply = answer(status, f"Retry-After: {value}", "Date: Wed, 04 Nov 2026 12:00:00 GMT")
    result = await get(fixed(reply))
    assert isinstance(result, FetchFailed)
    assert result.retry_after == timedelta(seconds=seconds)


async def test_a_bot_check_has_its_own_cause_whatever_its_status() -> None:
    assert await cause_of(fixed(answer("403 No", "cf-mitigated: challenge"))) is Cause.CHALLENGE
    page = b"<html><script>window._cf_chl_opt={}</script></html>"
    assert await cause_of(fixed(answer("200 OK", body=page))) is Cause.CHALLENGE


# --- faults of the wire ---------------------------------------------------------------------------------


async def _hang(exchange: Exchange) -> None:
    await asyncio.sleep(30)


async def _slow_header(exchange: Exchange) -> None:
    await exchange.send(*(bytes([byte]) for byte in answer("200 OK", body=RSS)), pause=0.05)


async def _dripping_body(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    await exchange.send(*[b"x"] * 1_000, pause=0.02)


async def _endless_continue(exchange: Exchange) -> None:
    await exchange.send(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 1_000, pause=0.01)


@pytest.mark.parametrize("reply", [_hang, _slow_header, _dripping_body, _endless_continue])
async def test_a_server_that_stalls_is_left_within_the_deadline(reply: Answer) -> None:
    started = time.monotonic()
    assert await cause_of(reply) is Cause.TIMEOUT
    assert time.monotonic() - started < 5  # each would go on for half a minute


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", Cause.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Cause.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", Cause.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", Cause.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000, Cause.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", Cause.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", Cause.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", Cause.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", Cause.PROTOCOL),
        (b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\n\r\n", Cause.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nA\0B: c\r\n\r\n", Cause.PROTOCOL),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Cause.PROTOCOL),
        (b"\x00\xff" * 50, Cause.PROTOCOL),
        (b"", Cause.CONNECT),
        (answer("200 OK", "Content-Encoding: gzip", body=gzip.compress(RSS)[:-4]), Cause.TRUNCATED),
        (answer("200 OK", "Content-Encoding: gzip", body=gzip.compress(bytes(30_000_000))), Cause.TOO_LARGE),
        (answer("200 OK", "Content-Encoding: gzip, gzip", body=b"x"), Cause.BAD_ENCODING),
        (answer("200 OK", "Content-Encoding: snappy", body=b"x"), Cause.BAD_ENCODING),
    ],
)
async def test_a_broken_answer_has_its_own_cause(reply: bytes, expected: Cause) -> None:
    assert await cause_of(fixed(reply)) is expected


async def test_a_closed_port_and_a_plain_port_asked_for_tls_are_told_apart() -> None:
    async with serving(fixed(answer("200 OK")), speaks_first=True) as server, fetcher() as client:
        tls = await client.get(server.url(scheme="https"), limits=LIMITS, accept="*/*")
    async with fetcher() as client:
        closed = await client.get(server.url(), limits=LIMITS, accept="*/*")
    assert isinstance(tls, FetchFailed)
    assert isinstance(closed, FetchFailed)
    assert (tls.cause, closed.cause) == (Cause.TLS, Cause.CONNECT)
    assert closed.detail == "connection refused"


async def test_a_name_that_does_not_resolve_is_a_dns_fault() -> None:
    async with fetcher(resolver=Answers()) as client:
        result = await client.get("http://feeds.example/", limits=LIMITS, accept="*/*")
    assert result == FetchFailed(cause=Cause.DNS, detail="no such host")


# --- redirects ------------------------------------------------------------------------------------------


async def test_redirects_are_followed_and_kept() -> None:
    async def reply(exchange: Exchange) -> None:
        steps = {
            "/a": answer("301 Moved", "Location: /b"),
            "/b": answer("302 Found", "Location: c?x=1#top"),
            "/c?x=1": answer("200 OK", body=RSS),
        }
        await exchange.send(steps[exchange.path])

    async with serving(reply) as server, fetcher() as client:
        result = await client.get(server.url("/a"), limits=LIMITS, accept="*/*")
    assert isinstance(result, Fetched)
    assert [(hop.url, hop.status) for hop in result.redirects] == [
        (server.url("/a"), 301),
        (server.url("/b"), 302),
    ]
    assert result.url == server.url("/c?x=1#top")


async def test_endless_redirects_end_at_the_limit() -> None:
    async with serving(fixed(answer("302 Found", "Location: /again"))) as server, fetcher() as client:
        result = await client.get(server.url(), limits=LIMITS, accept="*/*")
    assert isinstance(result, FetchFailed)
    assert result.cause is Cause.TOO_MANY_REDIRECTS
    assert len(server.seen) == LIMITS.redirects + 1


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://x/",
        "http://me:pw@127.0.0.1/",
        "http://a\\b/",
        "",
    ],
)
async def test_a_redirect_to_no_usable_url_is_refused(location: str) -> None:
    assert await cause_of(fixed(answer("302 Found", f"Location: {location}"))) is Cause.BAD_URL


async def test_credentials_stay_with_the_origin_they_were_given_for() -> None:
    async with serving(fixed(answer("200 OK", body=RSS))) as other:

        async def reply(exchange: Exchange) -> None:
            target = "/here" if exchange.path == "/" else other.url("/there")
            await exchange.send(answer("302 Found", f"Location: {target}"))

        async with serving(reply) as server, fetcher() as client:
            secret = {"Authorization": "Bearer s3cret", "Cookie": "a=b", "X-Api-Key": "k"}
            result = await client.get(server.url(), limits=LIMITS, accept="*/*", headers=secret)
    assert isinstance(result, Fetched)
    assert [seen.headers.get("authorization") for seen in server.seen] == ["Bearer s3cret"] * 2
    assert not {"authorization", "cookie", "x-api-key"} & set(other.seen[0].headers)


async def test_cookies_are_not_carried_from_one_fetch_to_the_next() -> None:
    reply = fixed(answer("200 OK", "Set-Cookie: track=1; Path=/", body=RSS))
    async with serving(reply) as server, fetcher() as client:
        for _ in range(2):
            await client.get(server.url(), limits=LIMITS, accept="*/*")
    assert all("cookie" not in seen.headers for seen in server.seen)


# --- the guard ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "0x7f000001"]
)
async def test_loopback_is_not_reached_under_any_name(host: str) -> None:
    async with serving(fixed(answer("200 OK"))) as server, fetcher(exempt=False) as client:
        result = await client.get(server.url(host=host), limits=LIMITS, accept="*/*")
    assert isinstance(result, FetchFailed)
    assert result.cause in {Cause.BLOCKED_ADDRESS, Cause.DNS, Cause.BAD_URL}
    assert server.seen == []


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "017700000001", "127.1", "0", "me@127.0.0.1", "①②⑦.⓪.⓪.①"]
)
async def test_shorthand_for_loopback_is_no_host(host: str) -> None:
    async with serving(fixed(answer("200 OK"))) as server, fetcher(exempt=False) as client:
        result = await client.get(server.url(host=host), limits=LIMITS, accept="*/*")
    assert isinstance(result, FetchFailed)
    assert result.cause in {Cause.BAD_URL, Cause.BLOCKED_ADDRESS}
    assert server.seen == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a/", "//a/", "http://u:p@a/", "http:///", "x", ""]
)
async def test_a_url_that_is_no_plain_http_url_is_refused_before_anything_happens(url: str) -> None:
    async with fetcher() as client:
        result = await client.get(url, limits=LIMITS, accept="*/*")
    assert isinstance(result, FetchFailed)
    assert result.cause is Cause.BAD_URL


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
async def test_a_name_that_leads_inside_is_blocked(address: str) -> None:
    async with (
        serving(fixed(answer("200 OK"))) as server,
        fetcher(exempt=False, resolver=Answers(address)) as client,
    ):
        result = await client.get(server.url(host="evil.test"), limits=LIMITS, accept="*/*")
    assert isinstance(result, FetchFailed)
    assert result.cause is Cause.BLOCKED_ADDRESS
    assert server.seen == []


async def test_a_name_with_one_good_address_still_works() -> None:
    resolver = Answers("10.0.0.5", "127.0.0.1")
    async with serving(fixed(answer("200 OK", body=RSS))) as server, fetcher(resolver=resolver) as client:
        result = await client.get(server.url(host="mixed.test"), limits=LIMITS, accept="*/*")
    assert isinstance(result, Fetched)


async def test_a_redirect_inside_is_blocked_and_says_where_it_began() -> None:
    reply = fixed(answer("302 Found", "Location: http://169.254.169.254/latest/meta-data/"))
    async with serving(reply) as server, fetcher() as client:
        result = await client.get(server.url("/feed"), limits=LIMITS, accept="*/*")
    assert isinstance(result, FetchFailed)
    assert result.cause is Cause.BLOCKED_ADDRESS
    assert [hop.url for hop in result.redirects] == [server.url("/feed")]
    assert result.url == "http://169.254.169.254/latest/meta-data/"


async def test_a_refusal_behind_redirects_says_where_it_was_met() -> None:
    async def reply(exchange: Exchange) -> None:
        there = exchange.path == "/there"
        await exchange.send(answer("403 Forbidden") if there else answer("302 Found", "Location: /there"))

    async with serving(reply) as server, fetcher() as client:
        result = await client.get(server.url("/here"), limits=LIMITS, accept="*/*")
    assert isinstance(result, FetchFailed)
    assert (result.status, result.url) == (403, server.url("/there"))


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(fixed(answer("200 OK", body=b"proxied"))) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url())
        result = await get(fixed(answer("200 OK", body=RSS)))
    assert isinstance(result, Fetched)
    assert result.body == RSS
    assert proxy.seen == []


# --- many at once ---------------------------------------------------------------------------------------


async def test_one_host_is_never_asked_more_than_its_share_at_once() -> None:
    open_now = most = 0

    async def reply(exchange: Exchange) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.02)
        open_now -= 1
        await exchange.send(answer("200 OK", body=RSS))

    async with serving(reply) as server, fetcher() as client:
        urls = [server.url(f"/{number}") for number in range(8)]
        results = await asyncio.gather(*(client.get(url, limits=LIMITS, accept="*/*") for url in urls))
    assert all(isinstance(result, Fetched) for result in results)
    assert most == PER_HOST


async def test_a_crowd_before_a_stuck_host_holds_no_place_from_its_neighbours() -> None:
    async with (
        serving(_hang) as stuck,
        serving(fixed(answer("200 OK", body=RSS))) as well,
        Fetcher(
            user_agent="t", exempt=LOOPBACK, concurrency=PER_HOST + 1, resolver=Answers("127.0.0.1")
        ) as client,
    ):
        crowd = [
            asyncio.create_task(
                client.get(stuck.url(f"/{n}", host="stuck.test"), limits=LIMITS, accept="*/*")
            )
            for n in range(6)
        ]
        await asyncio.sleep(0.05)
        result = await client.get(well.url(host="well.test"), limits=LIMITS, accept="*/*")
        assert isinstance(result, Fetched)
        assert not any(fetch.done() for fetch in crowd)
        failures = await asyncio.gather(*crowd)
    assert {failure.cause for failure in failures if isinstance(failure, FetchFailed)} == {Cause.TIMEOUT}
