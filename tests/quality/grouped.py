"""Reading labelled streams and scoring a grouping: what the story evaluations share."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

LONGEST_HEADLINE = 300  # characters
FEWEST_WORDS = 3  # that are none of a date
_CALENDAR = re.compile(  # what lines above an article say of when it was published
    r"jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|"
    r"dec(ember)?|(mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|posted|updated|"
    r"published|last|at|on|by|am|pm|[ecmp][ds]?t|gmt|utc|st|nd|rd|th"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A report whose story is known."""

    id: str
    story: str
    title: str
    text: str
    language: str
    time: str = ""


def headline(row: Labelled) -> str:
    """The title of a report, or the first line of its text that says more than when it was published."""
    lines = [row.title, *row.text.splitlines()]
    return next((line for line in lines if _tells(line)), row.text[:LONGEST_HEADLINE])[:LONGEST_HEADLINE]


def _tells(line: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", line.casefold())
    return len([word for word in words if not _CALENDAR.fullmatch(word)]) >= FEWEST_WORDS


def headlines(rows: Iterable[Labelled]) -> list[Labelled]:
    """Return reports of which nothing is known but their headline."""
    return [replace(row, title=headline(row), text="") for row in rows]


def read(path: Path) -> list[Labelled]:
    """Read JSON lines `{id, story, title, text, lang, time}` in the order of their times or of the file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [
        Labelled(
            id=str(row["id"]),
            story=str(row["story"]),
            title=row.get("title") or "",
            text=row.get("text") or "",
            language=row.get("lang") or "und",
            time=str(row.get("time") or ""),
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: row.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two reports of which it is known whether they tell one event."""

    a: Labelled
    b: Labelled
    same: bool


def read_pairs(path: Path) -> list[Pair]:
    """Read JSON lines `{a, b, lang_a, lang_b, same}`: the texts of two articles."""

    def side(row: Mapping[str, Any], end: str) -> Labelled:
        return Labelled(
            id="", story="", title="", text=row[end] or "", language=row.get(f"lang_{end}") or "und"
        )

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Pair(a=side(row, "a"), b=side(row, "b"), same=bool(row["same"])) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Score a grouping over all unordered pairs of reports."""
    together = _pairs(Counter(zip(gold, found, strict=True)).values())
    said, true = _pairs(Counter(found).values()), _pairs(Counter(gold).values())
    return Score(precision=together / said if said else 1.0, recall=together / true if true else 1.0)


def across(gold: Sequence[Hashable], found: Sequence[Hashable], languages: Sequence[str]) -> Score:
    """Score a grouping over the pairs of reports that are in two languages."""
    of_two = [
        (gold[a] == gold[b], found[a] == found[b])
        for a, b in combinations(range(len(gold)), 2)
        if languages[a] != languages[b]
    ]
    together = sum(true and said for true, said in of_two)
    said, true = sum(said for _, said in of_two), sum(true for true, _ in of_two)
    return Score(precision=together / said if said else 1.0, recall=together / true if true else 1.0)


def _pairs(sizes: Iterable[int]) -> float:
    return sum(size * (size - 1) / 2 for size in sizes)


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Score a grouping report by report (Bagga and Baldwin 1998)."""
    stories, groups = Counter(gold), Counter(found)
    both = Counter(zip(gold, found, strict=True)).items()
    return Score(
        precision=sum(n * n / groups[group] for (_, group), n in both) / len(gold),
        recall=sum(n * n / stories[story] for (story, _), n in both) / len(gold),
    )


def auc(same: Sequence[float], different: Sequence[float]) -> float:
    """Return how often a pair of the same story scores above one of different stories; ties count half."""
    ordered = sorted([(score, 1) for score in same] + [(score, 0) for score in different])
    ranks: dict[float, list[int]] = {}
    for rank, (score, _) in enumerate(ordered, 1):
        ranks.setdefault(score, []).append(rank)
    total = sum(sum(ranks[score]) / len(ranks[score]) for score in same)
    return (total - len(same) * (len(same) + 1) / 2) / (len(same) * len(different))
