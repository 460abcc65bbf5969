"""Measure how well reports are grouped into stories, or pairs of reports are told apart.

    python -m tests.quality.stories --data FILE      JSON lines {id, story, title, text, lang, time}
    python -m tests.quality.stories --pairs FILE     JSON lines {a, b, lang_a, lang_b, same}: article texts

Both print a table and, last, one JSON line. Nothing is learned or tuned here: the thresholds are those that
ship.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Sequence
from pathlib import Path

from monitor.stories.features import features
from monitor.stories.grouping import StoryView, weigh
from tests.quality.grouped import Labelled, Score, across, auc, bcubed, headlines, pairwise, read, read_pairs
from tests.quality.stream import NEVER, featured, stream

ORDERS = 3  # random arrivals, measured beside the file's own order when the reports have no times


def groups(rows: Sequence[Labelled]) -> None:
    """Print the scores of one stream, and of shuffled ones when no time says in which order it came."""
    found = featured(rows)
    orders = [list(range(len(rows)))]
    if not any(row.time for row in rows):
        for seed in range(ORDERS):
            orders.append(random.Random(seed).sample(orders[0], len(rows)))
    print(f"{'order':<10}{'measure':<10}{'precision':>10}{'recall':>10}{'F1':>10}{'stories':>10}")
    totals: list[tuple[Score, ...]] = []
    measured = ("B3", "pairwise", *(["across"] if len({row.language for row in rows}) > 1 else []))
    for number, order in enumerate(orders):
        placed = [p.story for p in stream([rows[p] for p in order], [found[p] for p in order])]
        gold = [rows[p].story for p in order]
        spoken = [rows[p].language for p in order]
        every = bcubed(gold, placed), pairwise(gold, placed), across(gold, placed, spoken)
        totals.append(every[: len(measured)])
        name = f"shuffled {number}" if number else "file"
        for measure, score in zip(measured, totals[-1], strict=True):
            stories = f"{len(set(placed))}/{len(set(gold))}"
            numbers = "".join(f"{n:>10.3f}" for n in (score.precision, score.recall, score.f1))
            print(f"{name:<11}{measure:<9}{numbers}{stories:>10}")
    mean = {
        f"{measure}_{part}": round(sum(getattr(total[kind], part) for total in totals) / len(totals), 4)
        for kind, measure in enumerate(name.lower() for name in measured)
        for part in ("precision", "recall", "f1")
    }
    print(json.dumps({"reports": len(rows), "stories": len({row.story for row in rows}), **mean}))


def pairs(path: Path) -> None:
    """Print how well the score of two reports tells one event from two, over all languages."""
    rows = read_pairs(path)
    scored: dict[bool, list[float]] = {True: [], False: []}
    linked = {True: 0, False: 0}
    for row in rows:
        one, other = (features(each.title, each.text, each.language) for each in (row.a, row.b))
        view = StoryView(id=1, reports=(one,), first_report_at=NEVER, last_report_at=NEVER)
        (bid,) = weigh(other, [view], every=True)
        scored[row.same].append(bid.score)
        linked[row.same] += bid.strength >= 0
    area = auc(scored[True], scored[False]) if all(scored.values()) else math.nan
    print(f"{'pairs':<12}{'number':>8}{'linked':>8}{'median':>8}")
    for same, name in ((True, "same"), (False, "different")):
        middle = sorted(scored[same])[len(scored[same]) // 2] if scored[same] else math.nan
        print(f"{name:<12}{len(scored[same]):>8}{linked[same]:>8}{middle:>8.3f}")
    print(json.dumps({"pairs": len(rows), "auc": None if math.isnan(area) else round(area, 4)}))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path)
    what.add_argument("--pairs", type=Path)
    parser.add_argument("--headlines", action="store_true", help="group by the titles alone")
    options = parser.parse_args()
    if options.pairs:
        pairs(options.pairs)
        return
    rows = read(options.data)
    if options.headlines:
        rows = headlines(rows)
    groups(rows)


if __name__ == "__main__":
    main()
