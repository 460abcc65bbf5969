"""What newsrooms do to copies, and how well they are found; `tests.benchmarks.copies` prints it beside peers.

Articles are halved: one half arrives first and is then edited in every way, the other lends sentences and
stands for other news. What is shared between them is therefore chance or a site's furniture.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor.stories.duplicates import shingle
from tests.quality.stream import CopyIndex

FEWEST_WORDS = 120  # shorter items are judged by other rules and have tests of their own
SAME_TEXT = 0.08  # of the shingles: the corpora hold copies themselves, which are left out
SITES = 20  # that put their own sentences above and below every article
EACH = 150  # edits of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A text on its way in: which original it goes back to, and what was done to it."""

    origin: int
    edit: str
    text: str


class Newsroom:
    """Makes the edits, from sentences that nobody else uses."""

    def __init__(self, others: Sequence[str], seed: int = 7) -> None:
        self.draw = random.Random(seed)
        lines = [line for text in others for line in sentences(text)]
        self.draw.shuffle(lines)
        self.spare = iter(lines)
        self.words = [word for line in lines[:2000] for word in line.split()]
        self.furniture = [self.foreign(4) for _ in range(SITES)]

    def foreign(self, count: int) -> str:
        return " ".join(line for _, line in zip(range(count), self.spare, strict=False))

    def framed(self, text: str) -> str:
        furniture = self.draw.choice(self.furniture)
        return f"{furniture}\n{text}\n{furniture}"

    def truncated(self, text: str) -> str:
        lines = sentences(text)
        kept = max(3, int(len(lines) * self.draw.uniform(0.3, 0.6)))
        return " ".join(lines[:kept]) + " Read the full story on our site."

    def thinned(self, text: str) -> str:
        return " ".join(line for line in sentences(text) if self.draw.random() > 0.2)

    def reworded(self, text: str, share: float) -> str:
        swap = self.draw
        return " ".join(swap.choice(self.words) if swap.random() < share else w for w in text.split())

    def inserted(self, text: str) -> str:
        lines = sentences(text)
        place = self.draw.randrange(len(lines))
        return " ".join([*lines[:place], self.foreign(5), *lines[place:]])

    def reordered(self, text: str) -> str:
        lines = sentences(text)
        return " ".join(self.draw.sample(lines, len(lines)))

    def embedded(self, text: str) -> str:
        return f"{self.foreign(10)}\n{text}\n{self.foreign(10)}"

    def updated(self, text: str) -> str:
        changed = re.sub(r"\d", lambda _: str(self.draw.randrange(10)), text)
        return f"{self.foreign(2)} {changed}"

    def edits(self) -> dict[str, Callable[[str], str]]:
        return {
            "furniture": self.framed,
            "truncated": self.truncated,
            "fifth dropped": self.thinned,
            "5 % reworded": lambda text: self.reworded(text, 0.05),
            "15 % reworded": lambda text: self.reworded(text, 0.15),
            "inserted": self.inserted,
            "reordered": self.reordered,
            "embedded": self.embedded,
            "updated": self.updated,
        }


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]


def originals(texts: Sequence[str]) -> Iterator[str]:
    """Leave out texts that share more than a little with one before them."""
    seen: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        found = shingle(text, "en")
        shared = Counter(other for value in found.all for other in seen.get(value, ()))
        if found.words >= FEWEST_WORDS and max(shared.values(), default=0) < SAME_TEXT * len(found.all):
            for value in found.all:
                seen.setdefault(value, []).append(number)
            yield text


def arrivals(texts: Sequence[str], *, each: int = EACH, seed: int = 11) -> list[Arrival]:
    """The first half as it was, then its edits mixed with what the second half still has to tell."""
    draw = random.Random(seed)
    texts = draw.sample(texts, len(texts))
    half = len(texts) // 2
    base, lenders, bystanders = texts[:half], texts[half : half + half // 2], texts[half + half // 2 :]
    newsroom = Newsroom(lenders)
    later = [
        Arrival(origin=origin, edit=name, text=edit(base[origin]))
        for name, edit in newsroom.edits().items()
        for origin in (draw.randrange(half) for _ in range(each))
    ]
    later += [
        Arrival(origin=-1 - number, edit="", text=newsroom.framed(text))
        for number, text in enumerate(bystanders)
    ]
    draw.shuffle(later)
    first = [Arrival(origin=number, edit="", text=text) for number, text in enumerate(base)]
    return first + later


def ours(stream: Sequence[Arrival]) -> list[int | None]:
    """Return for each arrival the one that it is called a copy of."""
    index, found = CopyIndex(), list[int | None]()
    for number, arrival in enumerate(stream):
        text = shingle(arrival.text, "en")
        copy = index.copy_of(text)
        index.add(number, text, copy)
        found.append(copy.of if copy else None)
    return found


def score(stream: Sequence[Arrival], found: Sequence[int | None]) -> dict[str, float]:
    """Return precision, recall and the recall of each edit."""
    right: Counter[str] = Counter()
    total = Counter(arrival.edit for arrival in stream if arrival.edit)
    wrong = 0
    for arrival, original in zip(stream, found, strict=True):
        if original is not None and stream[original].origin != arrival.origin:
            wrong += 1
        elif original is not None and arrival.edit:
            right[arrival.edit] += 1
    hits = sum(right.values())
    return {
        "precision": hits / (hits + wrong) if hits + wrong else 1.0,
        "recall": hits / sum(total.values()),
        **{edit: right[edit] / count for edit, count in sorted(total.items())},
    }
