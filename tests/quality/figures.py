"""Measure how well figures are read from sentences that people have labelled.

    python -m tests.quality.figures --data FILE [--part all|held|tuning] [--errors]

FILE holds JSON lines `{text, lang, figures}`; each figure `{value, low, high, role, unit, hedge, scope,
attribution, start, end}`, of which `role` and `low`, `high` (or `value` alone) are needed. A figure that was
read is right when role, low and high are; unit, hedge, scope and attribution are then judged on their own,
where the label names them (null is a label too).

A third of the sentences, drawn by a digest of their text, is held back: it is never looked at while the
lexicons are worked on. `--errors` lists what is missing and what is too much, of the other sentences only.
Prints tables and, last, one JSON line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.model import Figure
from monitor.stories.figures.extract import figures
from monitor.text.words import normalise

OWN = Path(__file__).parent / "data" / "figures.jsonl"
DETAILS = ("unit", "hedge", "scope", "attribution")


@dataclass(slots=True)
class Score:
    """Counts of figures: right, too much, missing."""

    right: int = 0
    extra: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0


@dataclass(slots=True)
class Judgement:
    """Scores over all, by language and by role, and how often each detail of a right figure is right."""

    total: Score = field(default_factory=Score)
    languages: dict[str, Score] = field(default_factory=dict)
    roles: dict[str, Score] = field(default_factory=dict)
    details: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in DETAILS})
    errors: list[str] = field(default_factory=list)
    sentences: int = 0


def held_back(text: str) -> bool:
    """Whether a sentence belongs to the third that nothing is tuned on."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 3 == 0


def read(path: Path, part: str) -> list[dict[str, Any]]:
    """Return the labelled sentences of one part of a file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [row for row in rows if part == "all" or held_back(row["text"]) == (part == "held")]


def judge(rows: Iterable[dict[str, Any]]) -> Judgement:
    """Read every sentence and count."""
    judgement = Judgement()
    for row in rows:
        judgement.sentences += 1
        _judge_sentence(row, figures(row["text"], row["lang"]), judgement)
    return judgement


def _judge_sentence(row: dict[str, Any], found: Sequence[Figure], judgement: Judgement) -> None:
    left = list(found)
    for label in row["figures"]:
        match = next((item for item in left if _key(item) == _label_key(label)), None)
        for score in _scores(judgement, row["lang"], label["role"]):
            score.right += match is not None
            score.missing += match is None
        if match is None:
            judgement.errors.append(f"missing {row['lang']} {_label_key(label)}: {row['text']}")
            continue
        left.remove(match)
        _judge_details(row, label, match, judgement)
    for item in left:
        judgement.errors.append(f"extra   {row['lang']} {_key(item)}: {row['text']}")
        for score in _scores(judgement, row["lang"], item.role.value):
            score.extra += 1


def _scores(judgement: Judgement, language: str, role: str) -> tuple[Score, Score, Score]:
    return (
        judgement.total,
        judgement.languages.setdefault(language, Score()),
        judgement.roles.setdefault(role, Score()),
    )


def _judge_details(row: dict[str, Any], label: dict[str, Any], item: Figure, judgement: Judgement) -> None:
    for name in DETAILS:
        if name not in label:
            continue
        read_as = getattr(item, name)
        if _same(label[name], read_as, loosely=name in ("scope", "attribution")):
            judgement.details[name].right += 1
        else:
            judgement.details[name].missing += 1
            judgement.errors.append(f"{name:7} {row['lang']} {label[name]!r} read {read_as!r}: {row['text']}")


def _same(wanted: str | None, got: str | None, *, loosely: bool) -> bool:
    if wanted is None or got is None:
        return wanted is got or (wanted or "") == (got or "")
    one, other = normalise(wanted), normalise(got)
    return one == other or (loosely and (one in other or other in one))


def _key(item: Figure) -> tuple[str, int, int]:
    return item.role.value, item.low, item.high


def _label_key(label: dict[str, Any]) -> tuple[str, int, int]:
    value = label.get("value")
    return label["role"], label.get("low", value), label.get("high", value)


# --- showing ------------------------------------------------------------------------------------------


def show(title: str, scores: dict[str, Score]) -> None:
    """Print precision and recall, a line each."""
    print(f"\n{title:14} figures  precision  recall")
    for name, score in scores.items():
        print(f"{name:14} {score.right + score.missing:7}  {score.precision:9.3f}  {score.recall:6.3f}")


def record(judgement: Judgement) -> dict[str, Any]:
    """What a run found, for programs."""
    total = judgement.total
    return {
        "sentences": judgement.sentences,
        "figures": total.right + total.missing,
        "precision": round(total.precision, 4),
        "recall": round(total.recall, 4),
        "languages": {
            name: [round(score.precision, 3), round(score.recall, 3)]
            for name, score in sorted(judgement.languages.items())
        },
        "details": {name: round(score.recall, 3) for name, score in judgement.details.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=OWN)
    parser.add_argument("--part", choices=["all", "held", "tuning"], default="all")
    parser.add_argument("--errors", action="store_true", help="list them; of the held-back third never")
    options = parser.parse_args()
    part = "tuning" if options.errors else options.part
    judgement = judge(read(options.data, part))
    if options.errors:
        print("\n".join(judgement.errors))
    show("language", {**dict(sorted(judgement.languages.items())), "all": judgement.total})
    show("role", dict(sorted(judgement.roles.items())))
    print("\nof the figures that are right")
    for name, score in judgement.details.items():
        print(f"{name:14} {score.recall:.3f}")
    print(json.dumps({"part": part, **record(judgement)}))


if __name__ == "__main__":
    main()
