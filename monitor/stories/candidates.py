"""Which earlier articles deserve an exact comparison, and which sampled shingles are worth keeping."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_GROUPS_PER_HASH = 15  # families of copies; a hash in more is furniture. Counting copies instead would
# let the first fifteen copies of a wire report hide the sixteenth
MAX_POSTINGS_PER_GROUP = 3  # of one hash: the fourth copy finds its family by the first three, and what a
# look-up reads stays bounded by 16 families of three however often a wire report is printed
MAX_CANDIDATES = 20  # families whose best member is compared exactly, those that share most first


class Posting(NamedTuple):
    """A sampled shingle where it stands: in an article, which belongs to a family of copies."""

    hash: int
    article: int
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What the index says of one sample: who shares it, and what of it is furniture."""

    articles: tuple[int, ...]
    furniture: frozenset[int]
    kept: Counter[tuple[int, int | None]]  # postings by hash and family

    def worth_keeping(self, sample: Sequence[int], group: int | None) -> tuple[int, ...]:
        """Return the hashes of *sample* by which an article of *group* makes later copies easier to find.

        Without a group it opens one of its own.
        """
        return tuple(
            value
            for value in sample
            if value not in self.furniture and self.kept[value, group] < MAX_POSTINGS_PER_GROUP
        )


def look_up(postings: Iterable[Posting], *, needed: int) -> LookUp:
    """Return the articles worth comparing: the best of each family that shares *needed* telling hashes.

    One family cannot crowd out another, however many copies it has.
    """
    found = list(postings)
    groups: dict[int, set[int]] = defaultdict(set)
    for posting in found:
        groups[posting.hash].add(posting.group)
    furniture = frozenset(value for value, those in groups.items() if len(those) > MAX_GROUPS_PER_HASH)
    shared = Counter((posting.group, posting.article) for posting in found if posting.hash not in furniture)
    best: dict[int, tuple[int, int]] = {}
    for (group, article), count in shared.items():
        if count >= needed:
            best[group] = min(best.get(group, (0, 0)), (-count, article))
    return LookUp(
        articles=tuple(article for _, article in sorted(best.values())[:MAX_CANDIDATES]),
        furniture=furniture,
        kept=Counter((posting.hash, posting.group) for posting in found),
    )
