"""A proxy is named by the operator, never by the environment, and is asked only for what the guard allows."""

from __future__ import annotations

import socket

import pytest
from aiohttp.abc import ResolveResult

from monitor.model import Cause, Fetched, FetchFailed, FetchResult
from monitor.net.fetch import Fetcher
from tests.net.hostile import HostileServer, answer, fixed, serving
from tests.net.test_fetch import LIMITS, RSS, Answers

OK = answer("200 OK", "Content-Type: text/xml", body=RSS)
ELSEWHERE = "http://feeds.example/all.xml"


async def through(
    proxy: HostileServer, url: str, *, names: tuple[str, ...] = ("93.184.216.34",), **asked: object
) -> FetchResult:
    """Fetch *url* through *proxy* with nothing exempt, the world's names being *names*."""
    async with Fetcher(user_agent="test", resolver=Answers(*names)) as client:
        return await client.get(url, limits=LIMITS, accept="*/*", proxy=proxy.url(), **asked)  # type: ignore[arg-type]


def cause(result: FetchResult) -> Cause:
    assert isinstance(result, FetchFailed)
    assert "127.0.0.1" not in result.detail
    assert "example" not in result.detail
    return result.cause


async def test_a_proxy_on_a_private_address_is_asked_for_a_host_outside() -> None:
    async with serving(fixed(OK)) as proxy:
        result = await through(proxy, ELSEWHERE, headers={"Authorization": "Bearer t"})
    assert isinstance(result, Fetched)
    assert result.body == RSS
    assert [seen.path for seen in proxy.seen] == [ELSEWHERE]
    assert proxy.seen[0].headers["authorization"] == "Bearer t"


async def test_the_fetchers_own_proxy_is_the_way_to_everything() -> None:
    async with serving(fixed(OK)) as proxy:
        resolver = Answers("93.184.216.34")
        async with Fetcher(user_agent="test", resolver=resolver, proxy=proxy.url()) as client:
            await client.get(ELSEWHERE, limits=LIMITS, accept="*/*")
            await client.post_json("http://hook.example/", b"{}", limits=LIMITS)
    assert [seen.path for seen in proxy.seen] == [ELSEWHERE, "http://hook.example/"]


@pytest.mark.parametrize(
    "names",
    [
        ("127.0.0.1",),
        ("169.254.169.254",),
        ("93.184.216.34", "10.0.0.7"),  # the proxy chooses: one bad answer is enough
        ("::ffff:10.0.0.7",),
    ],
)
async def test_a_host_that_leads_inside_is_never_handed_to_the_proxy(names: tuple[str, ...]) -> None:
    async with serving(fixed(OK)) as proxy:
        assert cause(await through(proxy, ELSEWHERE, names=names)) is Cause.BLOCKED_ADDRESS
    assert proxy.seen == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.1.2.3", "[::ffff:169.254.169.254]"])
async def test_an_inner_address_is_never_handed_to_the_proxy(host: str) -> None:
    async with serving(fixed(OK)) as proxy:
        assert cause(await through(proxy, f"http://{host}/")) is Cause.BLOCKED_ADDRESS
    assert proxy.seen == []


async def test_a_redirect_is_vetted_before_it_is_handed_to_the_proxy() -> None:
    away = answer("302 Found", "Location: http://169.254.169.254/latest/meta-data")
    async with serving(fixed(away)) as proxy:
        assert cause(await through(proxy, ELSEWHERE)) is Cause.BLOCKED_ADDRESS
    assert len(proxy.seen) == 1


async def test_a_host_that_nobody_knows_here_is_not_looked_up_by_the_proxy() -> None:
    async with serving(fixed(OK)) as proxy:
        assert cause(await through(proxy, ELSEWHERE, names=())) is Cause.DNS
    assert proxy.seen == []


async def test_a_secure_host_is_reached_through_a_tunnel() -> None:
    async with serving(fixed(answer("403 Forbidden"))) as proxy:
        result = await through(proxy, "https://feeds.example/all.xml", headers={"Authorization": "Bearer t"})
    assert cause(result) is Cause.CONNECT
    assert isinstance(result, FetchFailed)
    assert result.detail == "the proxy refused (http 403)"
    assert [seen.path for seen in proxy.seen] == ["feeds.example:443"]
    assert "authorization" not in proxy.seen[0].headers, "what is meant for the host goes through the tunnel"


async def test_a_proxy_that_is_not_there_is_named_as_such() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = HostileServer(port=free.getsockname()[1])
    result = await through(closed, ELSEWHERE)
    assert cause(result) is Cause.CONNECT
    assert isinstance(result, FetchFailed)
    assert result.detail == "the proxy cannot be reached"


async def test_a_proxy_that_nobody_can_find_is_not_mistaken_for_the_host() -> None:
    class NoProxy(Answers):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            self.addresses = () if host.startswith("proxy") else ("93.184.216.34",)
            return await super().resolve(host, port, family)

    async with Fetcher(user_agent="test", resolver=NoProxy()) as client:
        result = await client.get(ELSEWHERE, limits=LIMITS, accept="*/*", proxy="http://proxy.example:3128")
    assert cause(result) is Cause.CONNECT
    assert isinstance(result, FetchFailed)
    assert result.detail == "the proxy cannot be found"


async def test_the_environments_proxy_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(fixed(OK)) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
            monkeypatch.setenv(name.upper(), proxy.url())
        async with Fetcher(user_agent="test", resolver=Answers("10.0.0.7")) as client:
            result = await client.get(ELSEWHERE, limits=LIMITS, accept="*/*")
    assert cause(result) is Cause.BLOCKED_ADDRESS
    assert proxy.seen == []
