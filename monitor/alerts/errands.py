"""Links by which a reader answers a message: signed, expiring, and telling nobody else what they are about.

A link names a story by its number and a destination by a fingerprint; whoever has it may do that one thing,
as whoever reads the message may. Following it does nothing: the page behind it asks first.
"""

from __future__ import annotations

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from monitor.model import Delivery, Errand, ErrandKind, Refresh

LASTING = timedelta(days=7)  # as long as a story stays open
UNSUBSCRIBING = timedelta(days=365)  # digests are answered late
PATH = "/do/"  # below web.public_url

_KINDS = tuple(ErrandKind)  # their order is part of the format
_FORMAT = struct.Struct(">BBQI8s")  # version, kind, story, hour of expiry, destination
_VERSION = 1
_SEAL = 16  # bytes of HMAC-SHA256: 128 bits, RFC 2104 section 5 asks for 80 at least
_HOUR = 3_600  # seconds


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads links below *base*; *key* is known to this service only."""

    base: str
    key: bytes = field(repr=False)

    def url(self, errand: Errand, *, since: datetime) -> str:
        """Return the link for *errand* in a message of *since*: the same at every attempt."""
        lasting = UNSUBSCRIBING if errand.kind is ErrandKind.UNSUBSCRIBE else LASTING
        expires = int((since + lasting).timestamp()) // _HOUR + 1
        told = _FORMAT.pack(
            _VERSION, _KINDS.index(errand.kind), errand.story or 0, expires, self._place(errand.destination)
        )
        return self.base.rstrip("/") + PATH + urlsafe_b64encode(told + self._seal(told)).decode().rstrip("=")

    def read(self, token: str, destinations: Iterable[str], *, now: datetime) -> Errand | None:
        """Return the errand behind *token*, or None when it is not ours, too old, or for nobody any more."""
        try:
            whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (BadBase64, ValueError):
            return None
        told, seal = whole[: _FORMAT.size], whole[_FORMAT.size :]
        if not hmac.compare_digest(seal, self._seal(told)):
            return None
        version, kind, story, expires, place = _FORMAT.unpack(told)
        if version != _VERSION or datetime.fromtimestamp(expires * _HOUR, UTC) <= now:
            return None
        found = next((name for name in destinations if self._place(name) == place), None)
        if found is None:
            return None
        return Errand(kind=_KINDS[kind], destination=found, story=story or None)

    def _place(self, destination: str) -> bytes:
        return hmac.digest(self.key, b"destination " + destination.encode(), sha256)[:8]

    def _seal(self, told: bytes) -> bytes:
        return hmac.digest(self.key, b"errand " + told, sha256)[:_SEAL]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that a reader may ask for: by a button where there is no *url*."""

    kind: ErrandKind
    url: str = ""


def offers(
    delivery: Delivery, links: Links | None, kinds: Collection[ErrandKind], *, buttons: bool = False
) -> tuple[Offer, ...]:
    """Return what a message about one story offers its readers; of a discreet topic's story nothing."""
    notices = delivery.notices
    if not notices or any(notice.discreet or notice.story != notices[0].story for notice in notices):
        return ()
    return _offered(
        notices[0].story, delivery.destination, links, kinds, since=delivery.created_at, buttons=buttons
    )


def offers_of_root(
    refresh: Refresh, links: Links | None, kinds: Collection[ErrandKind], *, buttons: bool = False
) -> tuple[Offer, ...]:
    """Return what a root message that is brought up to date offers; its links last anew."""
    return _offered(refresh.story, refresh.destination, links, kinds, since=refresh.at, buttons=buttons)


def _offered(
    story: int,
    destination: str,
    links: Links | None,
    kinds: Collection[ErrandKind],
    *,
    since: datetime,
    buttons: bool,
) -> tuple[Offer, ...]:
    if buttons:
        return tuple(Offer(kind=kind) for kind in kinds)
    if links is None:
        return ()
    return tuple(
        Offer(kind=kind, url=links.url(Errand(kind=kind, destination=destination, story=story), since=since))
        for kind in kinds
    )
