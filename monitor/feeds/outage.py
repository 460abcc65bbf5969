"""Whether it is the network that is away, on our side, and not one source or another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Cause, Outage

# No host answered: what a resolver, a way out, a proxy or a certificate store that fails makes of every host.
# A resolver that leads every name to an address in the house is the sign of a login page before the network.
UNREACHED = frozenset({Cause.DNS, Cause.CONNECT, Cause.TLS, Cause.TIMEOUT, Cause.BLOCKED_ADDRESS})
LATELY = timedelta(minutes=10)  # less than a usual interval: by then two hosts in three were asked in vain
FEWEST = 5  # hosts; of fewer each is told by itself, which is no storm
SHARE = 2 / 3  # of the hosts: on a usual day it is one in fifty, so chance does not get there
LAST_WORD = 3  # hosts asked last, of which most have to answer before the network is back


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A host's newest poll; the cause is `ok` when it answered."""

    host: str
    at: datetime
    cause: str

    @property
    def is_unreached(self) -> bool:
        """Whether nobody was there."""
        return self.cause in UNREACHED


def begins(asked: Sequence[Asked]) -> Outage | None:
    """Return the outage that the hosts *asked* lately show, each of which used to answer; usually none."""
    unreached = [each for each in asked if each.is_unreached]
    if len(asked) < FEWEST or len(unreached) < SHARE * len(asked):
        return None
    ((cause, _),) = Counter(each.cause for each in unreached).most_common(1)
    since = min(each.at for each in unreached)
    return Outage(since=since, asked=len(asked), unreached=len(unreached), cause=cause)


def is_over(asked: Sequence[Asked]) -> bool:
    """Say whether most of those asked last answered; they come newest first, whatever a clock said."""
    last = asked[:LAST_WORD]
    return sum(not each.is_unreached for each in last) * 2 > len(last)
