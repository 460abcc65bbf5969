"""What an operator can do about a feed that cannot be read, by the cause that polls name."""

from __future__ import annotations

from monitor.model import Cause

LOOK = "find its new address or take it off the list: `monitor feeds check URL`"

_BY_CAUSE: dict[str, str] = {
    Cause.DNS: "its host has no address here: mend the name service if others fail too, else " + LOOK,
    Cause.TLS: "no secure connection comes about, or its certificate is not to be trusted: tell the "
    "publisher; until then it is not read",
    Cause.BAD_URL: "write it as https://host/path, with its login as `auth` in feeds.yaml; if it redirects, "
    "tell the publisher that it leads to no web address",
    Cause.BLOCKED_ADDRESS: "it leads into a private network: if that is yours, list it in "
    "net.allow_addresses",
    Cause.TOO_LARGE: "raise poll.max_feed_bytes if it is worth it, or find a smaller feed of the outlet",
    Cause.CHALLENGE: "a bot check stands before it: ask the publisher to let net.user_agent in, or find "
    "another of its feeds",
    Cause.NOT_A_FEED: "something else stands where the feed was: " + LOOK,
    "http 401": "it wants credentials: give it `auth` in feeds.yaml",
    "http 403": "the publisher refuses us: name a contact in net.user_agent and ask, or give it `auth` in "
    "feeds.yaml",
    "http 429": "it is asked too often for its publisher: set `every` for it in feeds.yaml, or raise "
    "poll.host_gap",
}


def remedy(cause: str | None) -> str:
    """Return what may help against *cause*, in words for whoever runs the service."""
    if cause is None:
        return LOOK
    if cause.startswith("http 5") or cause in (Cause.TIMEOUT, Cause.CONNECT, Cause.TRUNCATED, Cause.PROTOCOL):
        return (
            "its server is in trouble, and is asked again by itself; if the site works in a browser, " + LOOK
        )
    return _BY_CAUSE.get(cause, LOOK)
