"""Which addresses this program may connect to; it decides on addresses and never opens anything."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# Our own list: `ipaddress.is_global` is True for several of these on Python 3.11.
# Source: IANA special-purpose address registries (RFC 6890), and the cloud hosts named beside.
DENIED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # "this network"; Linux connects 0.0.0.0 to itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service is 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host, reachable from every guest
        "169.254.0.0/16",  # link-local, with the metadata services of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # IETF assignments; Oracle's metadata service is 192.0.0.192
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays, withdrawn by RFC 7526
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, with the broadcast address
    )
)
# Everything else in IPv6 is loopback, local, multicast, translated or not yet given out (RFC 4291 2.4):
# ::/8, 100::/64, 5f00::/16, fc00::/7, fe80::/10, fec0::/10, ff00::/8 and their neighbours.
GLOBAL_UNICAST = IPv6Network("2000::/3")
DENIED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF assignments: Teredo (which hides an IPv4 address), benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4 hides an IPv4 address
        "3fff::/20",
    )
)
# The two forms behind which ordinary hosts are reached: the operating system's own mapping, and NAT64,
# through which an IPv6-only machine reaches every IPv4 site. What they carry is what counts.
CARRIERS = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))


def allowed(address: str | Address, exempt: Sequence[Network] = ()) -> bool:
    """Say whether a connection to *address* may be made; what cannot be read as an address may not.

    `exempt` names networks that an operator has opened, such as a feed server within the house.
    """
    try:
        parsed = ip_address(address) if isinstance(address, str) else address
    except ValueError:
        return False
    forms = (parsed, _carried(parsed))
    if any(form in network for form in forms for network in exempt):
        return True
    return not _denied(forms[1])


def is_address(host: str) -> bool:
    """Say whether *host* is an address by itself, which nobody needs to look up."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _carried(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else *address* itself."""
    if isinstance(address, IPv6Address) and any(address in carrier for carrier in CARRIERS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _denied(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in network for network in DENIED_V4)
    return address not in GLOBAL_UNICAST or any(address in network for network in DENIED_V6)
