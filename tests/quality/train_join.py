"""Learn the weights of the same-language join and print them as `monitor/stories/join.json` holds them.

    python -m tests.quality.train_join --data FILE [--check]

FILE holds JSON lines `{id, topic, story, title, text, lang}`. `--check` learns on one half of the topics
and measures on the other, three times both ways, and writes nothing: the figure to believe.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from monitor.stories.features import Features
from monitor.stories.resemblance import MEASURES, Join, measures
from tests.quality.grouped import Labelled, bcubed, pairwise, read
from tests.quality.stream import StoryIndex, featured, stream

RIDGE = 5.0  # inverse variance of the weights; .2 to 10 change B³ F1 by .005, this keeps all signs sensible
PASSES = 3  # random orders of arrival: news comes in any
RIVALS = 4  # the stories most like a report that it does not belong to
STEPS = 40  # of Newton's method, which needs ten


def examples(rows: Sequence[Labelled], found: Sequence[Features]) -> tuple[np.ndarray, np.ndarray]:
    """Replay the labelled stream and measure each report against its own story and its closest rivals."""
    measured: list[tuple[float, ...]] = []
    same: list[bool] = []
    for order in range(PASSES):
        index, stories = StoryIndex[str](), defaultdict[str, list[Features]](list)
        places = list(range(len(rows)))
        random.Random(order).shuffle(places)
        for place in places:
            near = {name: measures(found[place], stories[name]) for name in index.candidates(found[place])}
            own = rows[place].story
            rivals = sorted(near, key=lambda name: -sum(near[name][:-1]))[:RIVALS]
            for name in sorted({*rivals, own} & near.keys()):
                measured.append(near[name])
                same.append(name == own)
            stories[own].append(found[place])
            index.add(own, found[place])
    return np.array(measured), np.array(same, dtype=float)


def learn(measured: np.ndarray, same: np.ndarray) -> Join:
    """Fit a logistic regression with a ridge by Newton's method; the constant is not held back."""
    design = np.c_[measured, np.ones(len(measured))]
    ridge = np.diag([RIDGE] * measured.shape[1] + [1e-9])
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (said - same) + ridge @ weights
        curve = (design * (said * (1 - said))[:, None]).T @ design + ridge
        weights -= np.linalg.solve(curve, slope)
    return Join(
        weights=tuple(round(float(w), 3) for w in weights[:-1]), constant=round(float(weights[-1]), 3)
    )


def check(rows: Sequence[Labelled], topics: Sequence[str]) -> None:
    """Learn on half of the topics, measure on the other half, both ways, for three ways to halve them."""
    found, scores = featured(rows), []
    for split in range(3):
        names = sorted(set(topics))
        random.Random(split).shuffle(names)
        for half in (set(names[::2]), set(names[1::2])):
            known = [place for place, topic in enumerate(topics) if topic in half]
            held = [place for place, topic in enumerate(topics) if topic not in half]
            join = learn(*examples([rows[p] for p in known], [found[p] for p in known]))
            random.Random(split).shuffle(held)
            placed = stream([rows[p] for p in held], [found[p] for p in held], join=join)
            groups = [placement.story for placement in placed]
            gold = [rows[p].story for p in held]
            scores.append((bcubed(gold, groups), pairwise(gold, groups)))
            print(f"split {split}: B3 F1 {scores[-1][0].f1:.3f}  pairwise F1 {scores[-1][1].f1:.3f}")
    b3, pairs = (sum(score[kind].f1 for score in scores) / len(scores) for kind in (0, 1))
    print(json.dumps({"held_out_b3_f1": round(b3, 4), "held_out_pairwise_f1": round(pairs, 4)}))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    rows = read(options.data)
    if options.check:
        lines = options.data.read_text(encoding="utf-8").splitlines()
        topic_of = {str(row["id"]): str(row["topic"]) for row in map(json.loads, filter(None, lines))}
        check(rows, [topic_of[row.id] for row in rows])
        return
    join = learn(*examples(rows, featured(rows)))
    weights = dict(zip(MEASURES, join.weights, strict=True))
    stories = len({row.story for row in rows})
    source = f"logistic regression on {len(rows)} texts of {stories} stories ({options.data.name})"
    print(json.dumps({"source": source, "weights": weights, "constant": join.constant}, indent=2))


if __name__ == "__main__":
    main()
