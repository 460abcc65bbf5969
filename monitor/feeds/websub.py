"""What WebSub asks of a subscriber, decided: when to renew, whether a verification is ours, whether a
signature holds. Nothing here is sent or received.

Source: W3C Recommendation WebSub, 23 January 2018, https://www.w3.org/TR/websub/
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WANTED_LEASE = timedelta(days=10)  # hubs commonly give ten days at the most
SHORTEST_LEASE = timedelta(minutes=5)  # a hub that gives less would make us ask for ever
LONGEST_LEASE = timedelta(days=30)  # a subscription that is never renewed would hide a hub that died
RENEW_AT = 0.8  # of the lease: time for four more tries before it runs out
ANSWER_WITHIN = timedelta(hours=1)  # a hub verifies within seconds; without an answer we ask again
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(days=1)
DENIED_FOR = timedelta(days=7)  # a hub that said no may change its mind
METHODS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class SubscriptionState(StrEnum):
    """How far a subscription has come; polling goes on in each."""

    WANTED = "wanted"  # to be asked for at `due_at`
    ASKED = "asked"  # the hub took the request and has yet to verify it
    ACTIVE = "active"  # verified; renewed at `due_at`
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a hub sent, whose signature holds, and what it says that this is."""

    body: bytes
    content_type: str = ""
    charset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed's standing order at its hub; `token` and `secret` are secrets."""

    feed: int
    hub: str
    topic: str
    token: str
    secret: str
    state: SubscriptionState
    due_at: datetime
    lease_until: datetime | None
    failures: int

    def is_live(self, now: datetime) -> bool:
        """Whether the hub is bound to tell us of changes."""
        return self.lease_until is not None and self.lease_until > now


def lease(seconds: str) -> timedelta:
    """Return the lease that a hub grants, within what we bear; without a number, the one we asked for."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12):
        return WANTED_LEASE
    return min(max(timedelta(seconds=int(seconds)), SHORTEST_LEASE), LONGEST_LEASE)


def renew_at(now: datetime, granted: timedelta) -> datetime:
    """Return when to ask for a lease granted now once more."""
    return now + granted * RENEW_AT


def retry_at(now: datetime, failures: int) -> datetime:
    """Return when to ask again after *failures* requests in a row that the hub did not take."""
    doublings = min(max(failures - 1, 0), 10)
    return now + min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)


def request_form(subscription: Subscription, *, callback: str) -> dict[str, str]:
    """Return the fields of a subscription request (section 5.1)."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
        "hub.secret": subscription.secret,
        "hub.lease_seconds": str(int(WANTED_LEASE.total_seconds())),
    }


def signature_holds(body: bytes, header: str, secret: str) -> bool:
    """Whether X-Hub-Signature says that *body* comes from the hub that knows *secret* (section 7.1)."""
    method, _, given = header.partition("=")
    digest = METHODS.get(method.strip().lower())
    if digest is None:
        return False
    expected = hmac.new(secret.encode(), body, digest).hexdigest()
    return hmac.compare_digest(expected, given.strip().lower())
