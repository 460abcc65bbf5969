"""Articles per CPU-second of holding articles against topics: `python -m tests.benchmarks.matching`.

Beside it, over the same words: bare ahocorasick_rs, which only finds them, and one union of them in `re`.
Articles are random English of 5,000 characters in which words are as frequent as in life; a rule has
three concepts of words that are as rare as those that desks watch for. Figures are the best of three rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import re
import resource
import time
from collections.abc import Callable, Sequence
from itertools import accumulate

import ahocorasick_rs
import wordfreq

from monitor.model import Concept, Document, Topic
from monitor.text import words
from monitor.topics.match import Matcher, compile_topics
from tests.topics.test_shipped import shipped

LENGTH = 5_000  # characters: a long report
ARTICLES = 200
LEARNT_FROM = 200  # other articles, from which the engine learns which words are rare
ROUNDS = 3
UNION = 100_000  # aliases; `re` takes minutes to compile more
PATIENCE = 5.0  # seconds for one round of the slowest
EXPRESSIONS = (
    "@a AND @b",
    "@a NEAR/20 @b",
    "(@a OR @b) AND title:@c",
    "@a AND (@b OR @c) AND NOT lang:de",
    "(@a NEAR/10 @b) OR (@a NEAR/10 @c)",
    "@a AND @b AND NOT @c",
)


def articles(count: int, seed: int) -> list[Document]:
    """Random English: the 50,000 commonest words, each as often as it stands in texts."""
    chance = random.Random(seed)
    vocabulary = wordfreq.top_n_list("en", 50_000)
    weights = list(accumulate(wordfreq.word_frequency(word, "en") for word in vocabulary))
    found = []
    for _ in range(count):
        text = " ".join(chance.choices(vocabulary, cum_weights=weights, k=LENGTH // 4))[:LENGTH]
        found.append(Document(title=" ".join(chance.choices(vocabulary, k=8)), text=text, language="en"))
    return found


def rules(count: int, seed: int) -> list[Topic]:
    """Random topics: three concepts of four aliases each, one of them a phrase."""
    chance = random.Random(seed)
    rare = [word for word in wordfreq.top_n_list("en", 60_000)[1_000:] if len(word) > 3 and word.isalpha()]
    return [
        Topic(
            id=f"rule-{number}",
            title="A rule",
            match=chance.choice(EXPRESSIONS),
            concepts=tuple(
                Concept(
                    name=name,
                    weight=1,
                    aliases={"en": (*chance.sample(rare, 3), " ".join(chance.sample(rare, 2)))},
                )
                for name in "abc"
            ),
            languages=("en",),
        )
        for number in range(count)
    ]


def rate(read: Callable[[Document], object], papers: Sequence[Document]) -> float:
    """Return articles per CPU-second, the best of a few rounds, none of them longer than our patience."""
    best = 0.0
    for _ in range(ROUNDS):
        started, done = time.process_time(), 0
        for done, paper in enumerate(papers, start=1):  # noqa: B007
            read(paper)
            if time.process_time() - started > PATIENCE:
                break
        best = max(best, done / (time.process_time() - started))
    return best


def bare(aliases: Sequence[str]) -> Callable[[Document], object]:
    search = ahocorasick_rs.AhoCorasick(list(aliases))
    return lambda paper: search.find_matches_as_indexes(words.normalise(paper.text), overlapping=True)


def union(aliases: Sequence[str]) -> Callable[[Document], object]:
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, aliases)) + r")\b")
    return lambda paper: pattern.findall(words.normalise(paper.text))


def aliases_of(topics: Sequence[Topic]) -> list[str]:
    listed = (a for topic in topics for concept in topic.concepts for a in concept.aliases["en"])
    return sorted({words.normalise(alias.strip('="*!')) for alias in listed})


def measured(name: str, topics: Sequence[Topic], papers: Sequence[Document]) -> dict[str, object]:
    started = time.process_time()
    matcher: Matcher = compile_topics(topics, articles(LEARNT_FROM, seed=2))
    compiled = time.process_time() - started
    gc.collect()
    gc.freeze()  # or Python's collector walks all rules again and again while we measure
    aliases = aliases_of(topics)
    return {
        "rules": name,
        "aliases": len(aliases),
        "compile_s": round(compiled, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "matches_per_article": round(sum(len(matcher.match(paper)) for paper in papers) / len(papers), 2),
        "articles_per_cpu_s": round(rate(matcher.match, papers), 1),
        "bare_ahocorasick": round(rate(bare(aliases), papers), 1),
        "re_union": round(rate(union(aliases), papers), 1) if len(aliases) < UNION else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="*", default=[1, 100, 1_000, 10_000])
    options = parser.parse_args()
    papers = articles(ARTICLES, seed=1)
    rows = [measured("shipped", shipped(), papers)]
    print("  ".join(f"{name:>19}" for name in rows[0]))
    show(rows[0])
    for count in options.rules:
        rows.append(measured(f"{count:,}", rules(count, seed=3), papers))
        show(rows[-1])
    print("\n" + json.dumps({"benchmark": "matching", "characters": LENGTH, "rows": rows}))


def show(row: dict[str, object]) -> None:
    cells = (f"{value:,}" if isinstance(value, int | float) else str(value) for value in row.values())
    print("  ".join(f"{cell:>19}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
