"""Where an article stands and whose it is, when its link belongs to somebody else; nothing here opens one.

An aggregator's or a shortener's link tells only by its redirects where it leads. Readers are shown the
outlet: neither the aggregator's name nor its link.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.text.urls import host_of, registered_domain, unwrap, without_tracking

# Hosts whose links are never an article's own: short links, feeds' hosts, aggregators' tokens. A full text in
# the feed does not say whose article it is; their redirect does. Others are known by being followed.
_LEADING_ON = frozenset(
    """
    news.google.com feedproxy.google.com feeds.feedburner.com feedproxy.feedburner.com feedblitz.com
    feeds.feedblitz.com t.co bit.ly bitly.com j.mp trib.al ow.ly buff.ly dlvr.it ift.tt tinyurl.com goo.gl
    is.gd lnkd.in fb.me apple.news flip.it nyti.ms bbc.in reut.rs on.wsj.com wapo.st clck.ru
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column of quotes
)


def leads_on(link: str) -> bool:
    """Tell whether *link* is one that only leads to another."""
    return host_of(link) in _LEADING_ON


def address_of(link: str, final: str = "") -> str:
    """Return the URL at which readers find the article of *link*, which led to *final*.

    Redirectors hang their own parameters on what they lead to; those are left off.
    """
    target = unwrap(link)
    return without_tracking(final) if final and final not in (link, target) else target


def last_page(link: str, hops: Sequence[str]) -> str:
    """Return the page from which a reader was sent on to a wall: the last hop but the link itself.

    Whoever was sent to a consent or login page at once has seen no page of the outlet.
    """
    return hops[-1] if len(hops) > 1 else link


def is_elsewhere(link: str, address: str) -> bool:
    """Tell whether *address* is another owner's than *link*: what lies between them is no outlet."""
    return registered_domain(link) != registered_domain(address)


def outlet_behind(address: str, *, named: str, listed: str) -> str:
    """Return the outlet at *address*: as the aggregator names it, as our own list does, else its domain."""
    return named or listed or registered_domain(address)


def sites_of(address: str) -> tuple[str, ...]:
    """Return the hosts whose feeds are *address*'s own outlet's, the nearest first."""
    host, domain = host_of(address), registered_domain(address)
    return tuple(dict.fromkeys((host, domain, f"feeds.{domain}", f"rss.{domain}")))
