"""Learn the weights of the cross-language score and print them as `monitor/stories/crosslingual.py` has them.

    python -m tests.quality.train_links --data FILE

FILE holds JSON lines `{id, topic, story, title, text, lang}` of one language. Pairs of one event, of
look-alike events (one topic, two stories) and of two topics are compared by their language-neutral features
alone, after dropping at random what another language would not have spelled alike.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from monitor.stories.crosslingual import NAMES_SCALE, WEIGHTS, shared
from monitor.stories.features import Features, Weights, features
from tests.quality.grouped import auc
from tests.quality.train_join import learn

PAIRS = 1500  # of each kind
LOST = {
    "names": 0.45,
    "terms": 0.75,
    "places": 0.2,
}  # shares that the two seed languages did not have in common


def translated(report: Features, draw: random.Random) -> Features:
    """Drop what a translation would have spelled differently."""

    def kept(weights: Weights, lost: float) -> Weights:
        return {entry: weight for entry, weight in weights.items() if draw.random() > lost}

    return replace(
        report,
        names=kept(report.names, LOST["names"]),
        terms=kept(report.terms, LOST["terms"]),
        places=kept(report.places, LOST["places"]),
    )


def measured(one: Features, other: Features) -> list[float]:
    found = shared(one, other)
    named = 1 - math.exp(-found["names"].weight / NAMES_SCALE)
    return [*(found[kind].cosine for kind in WEIGHTS), named]


def sampled(rows: Sequence[Mapping[str, str]], draw: random.Random) -> dict[str, list[tuple[int, int]]]:
    """Return pairs of places by what they have in common, as many of each kind."""
    kinds: dict[str, list[tuple[int, int]]] = {"same": [], "look-alike": [], "other": []}
    for one, other in combinations(range(len(rows)), 2):
        if rows[one]["story"] == rows[other]["story"]:
            kinds["same"].append((one, other))
        elif rows[one]["topic"] == rows[other]["topic"]:
            kinds["look-alike"].append((one, other))
        else:
            kinds["other"].append((one, other))
    return {kind: draw.sample(pairs, min(PAIRS, len(pairs))) for kind, pairs in kinds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    lines = parser.parse_args().data.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    found = [features(row["title"], row["text"], row["lang"]) for row in rows]
    draw = random.Random(1)
    values: dict[str, np.ndarray] = {}
    for kind, pairs in sampled(rows, draw).items():
        values[kind] = np.array([measured(found[a], translated(found[b], draw)) for a, b in pairs])
    design = np.concatenate(list(values.values()))
    same = np.array([kind == "same" for kind, rows_ in values.items() for _ in rows_], dtype=float)
    learned = learn(design, same)
    for kind in ("look-alike", "other"):
        scores = {name: [learned.probability(row) for row in values[name]] for name in ("same", kind)}
        print(f"same against {kind:<12} AUC {auc(scores['same'], scores[kind]):.3f}")
    names = (*WEIGHTS, "names at all")
    print(json.dumps({**dict(zip(names, learned.weights, strict=True)), "constant": learned.constant}))


if __name__ == "__main__":
    main()
