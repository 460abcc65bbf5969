"""Learn the weights of the same-language joins and print them as `monitor/stories/join.json` holds them.

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
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from monitor.stories.features import Features
from monitor.stories.resemblance import MEASURES, Join, Joins, measures
from tests.quality.grouped import Labelled, bcubed, headlines, pairwise, read
from tests.quality.stream import StoryIndex, featured, stream

RIDGE = 5.0  # inverse variance of the weights; .2 to 10 change B³ F1 by .005, this keeps all signs sensible
PASSES = 3  # random orders of arrival: news comes in any
RIVALS = 4  # the stories most like a report that it does not belong to
COSINES = MEASURES.index("log_reports")
PARTS = ("texts", "briefs")
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
            rivals = sorted(near, key=lambda name: -sum(near[name][:COSINES]))[:RIVALS]
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


def learned(rows: Sequence[Labelled], seen: Seen) -> Joins:
    """Learn from whole texts, and from headlines alone and in one stream with texts."""
    texts = learn(*examples(rows, seen.texts))
    mixed, alone = examples(rows, seen.mixed), examples(rows, seen.headlines)
    briefs = learn(np.concatenate([mixed[0], alone[0]]), np.concatenate([mixed[1], alone[1]]))
    return Joins(texts=texts, briefs=briefs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The same reports as texts, as headlines, and every other one as its headline."""

    texts: list[Features]
    headlines: list[Features]

    @property
    def mixed(self) -> list[Features]:
        draw = random.Random(1)
        pairs = zip(self.texts, self.headlines, strict=True)
        return [brief if draw.random() < 0.5 else text for text, brief in pairs]

    def of(self, places: Sequence[int]) -> Seen:
        """Only those reports."""
        return Seen(texts=[self.texts[p] for p in places], headlines=[self.headlines[p] for p in places])


def check(rows: Sequence[Labelled], topics: Sequence[str]) -> None:
    """Learn on half of the topics, measure on the other half, both ways, for three ways to halve them."""
    seen = Seen(texts=featured(rows), headlines=featured(headlines(rows)))
    scores: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for split in range(3):
        names = sorted(set(topics))
        random.Random(split).shuffle(names)
        for half in (set(names[::2]), set(names[1::2])):
            known = [place for place, topic in enumerate(topics) if topic in half]
            held = [place for place, topic in enumerate(topics) if topic not in half]
            joins = learned([rows[p] for p in known], seen.of(known))
            random.Random(split).shuffle(held)
            gold, own = [rows[p].story for p in held], seen.of(held)
            for kind, found in (("texts", own.texts), ("headlines", own.headlines), ("mixed", own.mixed)):
                blank = [replace(rows[p], title="", text="") for p in held]  # copies are measured elsewhere
                groups = [placement.story for placement in stream(blank, found, joins=joins)]
                scores[kind].append((bcubed(gold, groups).f1, pairwise(gold, groups).f1))
                last = "".join(f"{score:>8.3f}" for score in scores[kind][-1])
                print(f"split {split}  {kind:<10} B3 F1, pairwise F1 {last}", flush=True)
    means = {
        f"{kind}_{name}": round(sum(pair[n] for pair in found) / len(found), 4)
        for kind, found in scores.items()
        for n, name in enumerate(("b3_f1", "pairwise_f1"))
    }
    print(json.dumps({"held_out": means}))


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
    joins = learned(rows, Seen(texts=featured(rows), headlines=featured(headlines(rows))))
    stories = len({row.story for row in rows})
    source = f"logistic regression on {len(rows)} texts of {stories} stories ({options.data.name})"
    print(json.dumps({"source": source, **{n: _stored(getattr(joins, n)) for n in PARTS}}, indent=2))


def _stored(join: Join) -> dict[str, object]:
    return {"weights": dict(zip(MEASURES, join.weights, strict=True)), "constant": join.constant}


if __name__ == "__main__":
    main()
