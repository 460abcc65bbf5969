"""`/metrics`: who may read it, and that what it says is what Prometheus and the documentation expect."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client.parser import text_string_to_metric_families

from monitor.web.families import DURATIONS, FAMILIES, FEEDS, POLLS, Family, Samples, Spread
from monitor.web.health import Health, Routes, serve
from monitor.web.metrics import MetricsPage, may_ask, render

PAGE = (Path(__file__).parents[2] / "deploy" / "METRICS.md").read_text("utf-8")
UNITS = ("seconds", "bytes", "ratio", "timestamp_seconds")
SAMPLES: Samples = {
    FEEDS: {("live",): 2, ("gone",): 0},
    POLLS: {("http 403",): 3},
    DURATIONS: {("poll",): Spread(up_to=((0.5, 1), (60.0, 2), (float("inf"), 3)), total=71.5)},
}


def networks(*names: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(name) for name in names]


async def ready() -> bool:
    return True


async def gathered() -> Samples:
    return SAMPLES


async def ask(allow: Sequence[str], **headers: str) -> tuple[int, str, str]:
    """Ask a listener on this machine, and answer status, kind and text."""
    page = MetricsPage(samples=gathered, allow=networks(*allow))
    health = Health(alive=lambda: True, ready=ready)
    async with (
        serve("127.0.0.1:0", health, Routes(table=tuple(page.routes()))) as address,
        aiohttp.ClientSession() as session,
        session.get(f"http://{address}/metrics", headers=headers) as answer,
    ):
        return answer.status, answer.headers["Content-Type"], await answer.text()


# --- who may read -------------------------------------------------------------------------------------


async def test_an_allowed_network_reads_what_was_gathered() -> None:
    status, kind, text = await ask(["10.0.0.0/8", "127.0.0.0/8"])
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert text == render(SAMPLES).decode()


@pytest.mark.parametrize("allow", [[], ["10.0.0.0/8", "::1/128"]])
async def test_others_are_refused_and_told_where_that_is_set(allow: list[str]) -> None:
    status, _, text = await ask(allow)
    assert status == 403
    assert "web.metrics_allow" in text
    assert "monitor_" not in text


@pytest.mark.parametrize("field", ["X-Forwarded-For", "Forwarded", "Via"])
async def test_what_a_proxy_on_this_machine_passes_on_is_refused(field: str) -> None:
    status, _, text = await ask(["127.0.0.0/8"], **{field: "127.0.0.1"})
    assert status == 403
    assert "monitor_" not in text


@pytest.mark.parametrize(
    ("remote", "allow", "may"),
    [
        ("::1", "::1/128", True),
        ("::ffff:10.1.2.3", "10.0.0.0/8", True),
        ("::ffff:10.1.2.3", "::/0", False),
        ("fe80::1%eth0", "fe80::/10", True),
        ("192.0.2.1", "10.0.0.0/8", False),
        ("", "0.0.0.0/0", False),
    ],
)
def test_an_address_is_compared_as_what_it_is(remote: str, allow: str, may: bool) -> None:
    request = make_mocked_request("GET", "/metrics").clone(remote=remote)
    assert may_ask(request, networks(allow)) is may


# --- what is written ----------------------------------------------------------------------------------


def test_every_kind_of_metric_reads_back_as_it_was_gathered() -> None:
    text = render(SAMPLES).decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {name: family.type for name, family in families.items()} == {
        "monitor_feeds": "gauge",
        "monitor_polls": "counter",
        "monitor_stage_duration_seconds": "histogram",
    }
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert values == {
        ("monitor_feeds", "live"): 2,
        ("monitor_feeds", "gone"): 0,
        ("monitor_polls_total", "http 403"): 3,
        ("monitor_stage_duration_seconds_bucket", "0.5", "poll"): 1,
        ("monitor_stage_duration_seconds_bucket", "60", "poll"): 2,
        ("monitor_stage_duration_seconds_bucket", "+Inf", "poll"): 3,
        ("monitor_stage_duration_seconds_count", "poll"): 3,
        ("monitor_stage_duration_seconds_sum", "poll"): 71.5,
    }


def test_what_is_not_known_is_left_out() -> None:
    assert b"monitor_feeds" in render(SAMPLES)
    assert render({}) == b""


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_names_follow_prometheus_conventions(family: Family) -> None:
    """What `promtool check metrics` would say of names and help texts."""
    assert re.fullmatch(r"monitor(_[a-z]+)+", family.name)
    assert family.name.endswith("_total") == (family.kind == "counter")
    assert not re.search(r"_(count|sum|bucket|created)$", family.name)
    assert not re.search(r"gauge|counter|histogram|milli|minute|hour|_ms\b|percent", family.name)
    if family.kind == "histogram" or "_age" in family.name or "duration" in family.name:
        assert family.name.endswith(UNITS)
    assert family.tells.endswith(".")
    assert all(re.fullmatch(r"[a-z]+", label) for label in family.labels)


# --- what is documented -------------------------------------------------------------------------------


def documented() -> dict[str, tuple[str, frozenset[str]]]:
    """Name → kind and labels, as the table has them."""
    rows = re.findall(r"^\| `(monitor_\w+)` \| (\w+) \|([^|]*)\|", PAGE, re.MULTILINE)
    return {name: (kind, frozenset(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def test_the_documentation_names_the_metrics_that_there_are_with_their_kinds_and_labels() -> None:
    assert documented() == {family.name: (family.kind, frozenset(family.labels)) for family in FAMILIES}
