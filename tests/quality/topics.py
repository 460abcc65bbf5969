"""Measure the shipped topics: their rules on articles that are filed under them, and likeness to two seeds.

    python -m tests.quality.topics                   the rules, on our own unseen articles, short and long
    python -m tests.quality.topics --data FILE       JSON lines {id, topic, text, lang} or {id, topics, …}

Texts with a `topic` are ranked by their likeness to two of its texts, in ten draws, and average precision is
told. Texts with `topics` (or whose topic is one of those that ship) are held against the rules. `--config`
names other topics than those that ship. Prints tables and, last, one JSON line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.quality.ranking import Filed, average_precisions, vectors
from tests.quality.rules import SHIPPED, Judged, Tally, found_topics, judged, read_folder, shipped, tally

UNSEEN = (Path(__file__).parents[1] / "topics" / "unseen", Path(__file__).parent / "data" / "topics")


def rank(rows: Sequence[Filed]) -> dict[str, float]:
    """Print the average precision of each topic, with word lists alone and with what the texts teach."""
    cold = average_precisions(rows, vectors(rows, learned=False))
    warm = average_precisions(rows, vectors(rows, learned=True))
    if not warm:
        return {}
    print(f"{'topic':<24}{'texts':>8}{'AP cold':>10}{'AP':>10}")
    for topic in warm:
        texts = sum(row.topic == topic for row in rows)
        print(f"{topic[:23]:<24}{texts:>8}{cold[topic]:>10.3f}{warm[topic]:>10.3f}")
    return {
        "texts": len(rows),
        "topics": len(warm),
        "ap_cold": round(sum(cold.values()) / len(cold), 4),
        "ap": round(sum(warm.values()) / len(warm), 4),
    }


def hold(articles: Sequence[Judged], config: Path) -> dict[str, Any]:
    """Print precision and recall of the rules by topic, over all languages and in each."""
    matcher = shipped(config)
    found = found_topics(matcher, articles)
    known = sorted(rule.topic.id for rule in matcher.rules)
    languages = sorted({article.document.language for article in articles})
    print(f"{'topic':<24}{'language':<10}{'belong':>8}{'precision':>11}{'recall':>8}  missed; wrong")
    figures: dict[str, Any] = {}
    for topic in known:
        whole = _line(topic, "all", articles, found)
        figures[topic] = {"precision": round(whole.precision, 4), "recall": round(whole.recall, 4)}
        for language in languages if len(languages) > 1 else ():
            _line(topic, language, [a for a in articles if a.document.language == language], found)
    return {"articles": len(articles), **figures}


def _line(topic: str, name: str, articles: Sequence[Judged], found: Mapping[str, frozenset[str]]) -> Tally:
    counted = tally(topic, articles, found)
    told = "; ".join(" ".join(ids) for ids in (counted.missed, counted.wrong))
    belong = counted.found + len(counted.missed)
    print(
        f"{topic:<24}{name:<10}{belong:>8}{counted.precision:>11.3f}{counted.recall:>8.3f}"
        f"  {told if name != 'all' else ''}".rstrip("; ")
    )
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="JSON lines, or a folder with a YAML file per language")
    parser.add_argument("--config", type=Path, default=SHIPPED, help="a folder of topics")
    parser.add_argument("--held", action="store_true", help="only articles that were kept back from tuning")
    options = parser.parse_args()
    data: Path | None = options.data
    rows: list[dict[str, Any]] = []
    if data is None or data.is_dir():
        articles = [
            article for folder in (UNSEEN if data is None else (data,)) for article in read_folder(folder)
        ]
    else:
        rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines() if line.strip()]
        ids = {rule.topic.id for rule in shipped(options.config).rules}
        articles = [judged(_with_topics(row)) for row in rows if "topics" in row or row.get("topic") in ids]
    if options.held:
        articles = [article for article in articles if article.held]
    filed = [_filed(row) for row in rows if row.get("topic")]
    figures = rank(filed) if filed else {}
    print(json.dumps({**figures, **(hold(articles, options.config) if articles else {})}))


def _with_topics(row: dict[str, Any]) -> dict[str, Any]:
    return row if "topics" in row else {**row, "topics": [row["topic"]]}


def _filed(row: Mapping[str, Any]) -> Filed:
    return Filed(
        topic=str(row["topic"]), title=row.get("title", ""), text=row["text"], language=row.get("lang", "en")
    )


if __name__ == "__main__":
    main()
