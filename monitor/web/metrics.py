"""`/metrics` in Prometheus' words, for the networks that may ask; it counts nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.web.families import FAMILIES, Family, Samples, Series, Spread

PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"  # the form that every scraper reads
FORWARDED = ("Forwarded", "X-Forwarded-For", "Via")  # RFC 7239, RFC 9110 7.6.3, and what came before them


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsPage:
    """What the page needs: `samples` gathers what is shown, `allow` names who may see it."""

    samples: Callable[[], Awaitable[Samples]]
    allow: Sequence[IPv4Network | IPv6Network]

    def routes(self) -> list[web.RouteDef]:
        """The one path."""
        return [web.get(PATH, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        if not may_ask(request, self.allow):
            return web.Response(status=403, text="not for this address: see web.metrics_allow\n")
        body = render(await self.samples())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})


def may_ask(request: web.Request, allow: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether a request comes from one of the networks itself.

    What a proxy passes on comes from the proxy's address, whoever asked the proxy: what says so is refused.
    """
    if any(field in request.headers for field in FORWARDED):
        return False
    try:
        address = ip_address(request.remote or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in allow)


def render(samples: Samples) -> bytes:
    """Write *samples* as a scraper reads them.

    The registry lives for one answer: the library's global one would mix two services in one process.
    """
    registry = CollectorRegistry()
    registry.register(_Known(samples))
    return generate_latest(registry)


class _Known(Collector):
    """Hands the library what was gathered."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        for family in FAMILIES:
            if (series := self._samples.get(family)) is not None:
                yield _metric(family, series)


def _metric(family: Family, series: Series) -> Metric:
    if family.kind == "histogram":
        return _histogram(family, series)
    kind = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    metric = kind(family.name, family.tells, labels=family.labels)
    for labels, value in sorted(series.items()):
        assert not isinstance(value, Spread)
        metric.add_metric(labels, value)
    return metric


def _histogram(family: Family, series: Series) -> Metric:
    metric = HistogramMetricFamily(family.name, family.tells, labels=family.labels)
    for labels, spread in sorted(series.items(), key=lambda one: one[0]):
        assert isinstance(spread, Spread)
        metric.add_metric(labels, [(_bound(bound), count) for bound, count in spread.up_to], spread.total)
    return metric


def _bound(value: float) -> str:
    return "+Inf" if value == float("inf") else f"{value:g}"
