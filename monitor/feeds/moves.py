"""Where a feed lives: permanent redirects are believed once they repeat, and nothing else is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Feed, Fetched, NotModified, Redirect

PERMANENT = frozenset({301, 308})  # RFC 9110 15.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The feed's URL from now on, and what is known of a move not yet believed."""

    url: str
    moved_to: str | None
    moves: int


def after_answer(feed: Feed, answer: Fetched | NotModified, moves_to_store: int) -> Move:
    """Return where the feed is after a good answer: the same move *moves_to_store* times in a row is one."""
    target = _lasting_target(answer.redirects, answer.url)
    if target is None or target == feed.url:
        return Move(url=feed.url, moved_to=None, moves=0)
    moves = feed.moves + 1 if target == feed.moved_to else 1
    if moves >= moves_to_store:
        return Move(url=target, moved_to=None, moves=0)
    return Move(url=feed.url, moved_to=target, moves=moves)


def _lasting_target(hops: Sequence[Redirect], final: str) -> str | None:
    """Return where the permanent redirects at the head of a chain lead; one behind a temporary is none."""
    lasting = 0
    while lasting < len(hops) and hops[lasting].status in PERMANENT:
        lasting += 1
    if not lasting:
        return None
    return hops[lasting].url if lasting < len(hops) else final
