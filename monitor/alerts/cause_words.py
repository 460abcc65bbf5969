"""How the cause of a failed poll is put into words; the other side's own answers stand as they were given."""

from __future__ import annotations

import re

from monitor.alerts.voice import Voice
from monitor.model import Cause

# What a silence keeps as its detail: a cause as `feeds list` shows it, and how long it has been so.
_FAILING = re.compile(r"(?P<cause>.+?), (?P<polls>\d+) polls in a row(?P<unread>, never read yet)?")
_STATUS = re.compile(r"http (\d{3})")


def failure(detail: str, voice: Voice) -> str:
    """Return why a source cannot be read, and for how many polls that has been so."""
    found = _FAILING.fullmatch(detail)
    if found is None:
        return cause(detail, voice)
    polls = int(found["polls"])
    said = voice.ngettext(
        "{cause}, {n} poll in a row", "{cause}, {n} polls in a row", polls, cause=cause(found["cause"], voice)
    )
    return voice.gettext("{failure}, never read yet", failure=said) if found["unread"] else said


def cause(word: str, voice: Voice) -> str:
    """Return a cause in a reader's words; one that has none, of a later version, as it is."""
    if status := _STATUS.fullmatch(word):
        return voice.gettext("http {status}", status=status[1])
    return _words(voice).get(word) or voice.name(word)


def _words(voice: Voice) -> dict[str, str]:
    say = voice.gettext
    return {
        Cause.DNS: say("dns"),
        Cause.TLS: say("tls"),
        Cause.CONNECT: say("connect"),
        Cause.TIMEOUT: say("timeout"),
        Cause.BLOCKED_ADDRESS: say("blocked address"),
        Cause.BAD_URL: say("bad url"),
        Cause.TOO_MANY_REDIRECTS: say("too many redirects"),
        Cause.TOO_LARGE: say("too large"),
        Cause.TRUNCATED: say("truncated"),
        Cause.BAD_ENCODING: say("bad encoding"),
        Cause.HTTP: say("http"),
        Cause.CHALLENGE: say("challenge page"),
        Cause.NOT_A_FEED: say("not a feed"),
        Cause.PARSER: say("parser failed"),
        Cause.PROTOCOL: say("protocol error"),
        "unknown": say("unknown"),
    }
