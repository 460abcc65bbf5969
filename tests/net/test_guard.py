"""The guard tells public addresses from all others, whatever form they come in."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.net.guard import CARRIERS, DENIED_V4, allowed

REFUSED = """
    127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1
    169.254.169.254 169.254.170.2 100.64.0.1 100.100.100.200 100.127.255.255 192.0.0.1 192.0.0.9 192.0.0.192
    192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 168.63.129.16 224.0.0.1
    239.255.255.250 240.0.0.1 255.255.255.255
    ::1 :: ::127.0.0.1 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::10.0.0.1 64:ff9b:1::a9fe:a9fe
    64:ff9b:1::808:808 2002:7f00:1:: 2002:808:808:: 2001:0:7f00:1:: 2001::1 2001:2::1 2001:10::1 2001:20::1
    2001:db8::1 3fff::1 3fff:fff::1 5f00::1 100::1 fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00:ec2::254 ff02::1
    ff0e::1 4000::1 8000::1
""".split()  # noqa: SIM905 - a paragraph of addresses reads better than a column
PASSING = """
    8.8.8.8 1.1.1.1 9.255.255.255 11.0.0.1 172.15.255.255 172.32.0.1 192.0.1.1 198.17.255.255 198.20.0.1
    168.63.129.15 223.255.255.255 100.63.255.255 100.128.0.1 2606:4700::1111 2a00:1450:4001:81b::200e
    2001:4860:4860::8888 2400:cb00:2048:1::c629:d7a2 ::ffff:8.8.8.8 64:ff9b::808:808
""".split()  # noqa: SIM905 - a paragraph of addresses reads better than a column
UNREADABLE = [
    "",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f.1",
    "017700000001",
    "127.0.0.1.",
    "127。0。0。1",
    "[::1]",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not allowed(address)


@pytest.mark.parametrize("address", PASSING)
def test_a_public_address_passes(address: str) -> None:
    assert allowed(address)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    assert not allowed(text)


@pytest.mark.parametrize(
    ("network", "address", "expected"),
    [
        ("127.0.0.0/8", "127.0.0.1", True),
        ("127.0.0.0/8", "::ffff:127.0.0.1", True),
        ("127.0.0.0/8", "::1", False),
        ("::1/128", "::1", True),
        ("10.1.0.0/16", "10.1.2.3", True),
        ("10.1.0.0/16", "10.2.2.3", False),
        ("fd00::/8", "fd12::1", True),
    ],
)
def test_an_operator_opens_exactly_the_network_he_names(network: str, address: str, expected: bool) -> None:
    assert allowed(address, (ip_network(network),)) is expected


@settings(deadline=None)
@given(st.ip_addresses(v=4))
def test_what_an_address_carries_counts_as_the_address_itself(address: IPv4Address) -> None:
    for carrier in CARRIERS:
        carried = IPv6Address(int(carrier.network_address) | int(address))
        assert allowed(carried) == allowed(address)


@settings(deadline=None)
@given(st.sampled_from(DENIED_V4).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_address_of_a_denied_network_passes(address: IPv4Address) -> None:
    assert not allowed(address)
