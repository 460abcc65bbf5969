"""What an article costs: match, copy, story and figures: `python -m tests.benchmarks.reading`.

The shipped topics; a SQLite database that holds `--articles N` others, whose shingles and story keys were
drawn and bulk-loaded: all of them matched, in stories of four, a year of them, so that 7 days are open.
Read are articles of `--characters` in ten languages: those of the unseen corpus, filled up with the commonest
words of their language, and ones of such words alone, which match nothing. Prints the CPU time of each
step, measured around it, and `--top N` functions by their own time.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
import wordfreq
import yaml

from monitor.model import Article, Extracted, Outcome, Route
from monitor.service import heap
from monitor.stages import copying, judging, placing, read
from monitor.stages.judging import Watch, judge
from monitor.stages.read import NO_VALIDATORS, Verdict, settle
from monitor.store.database import Connection, Database
from monitor.store.tables import article_texts, articles
from monitor.topics.match import Matcher, compile_topics
from monitor.topics.near import Profiles
from tests.benchmarks import archive
from tests.topics.test_shipped import ROOT, shipped

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
WINDOW = timedelta(days=7)
CHARACTERS = 4_000
WARM_UP = 150  # articles of commonest words, beside those that match
WARM = 20
SENTENCE = 15  # words; every third has a number
UNSEEN = ROOT / "tests" / "topics" / "unseen"

STEPS: tuple[tuple[Any, str, str], ...] = (
    (Matcher, "held", "match: words of all topics"),
    (judging, "matches", "match: evidence"),
    (judging, "likenesses", "match: likeness to seeds"),
    (judging, "shingle", "copy: shingles"),
    (judging, "features", "story: features"),
    (judging, "figures_of", "figures: read"),
    (judging, "credits_of", "copy: credits"),
    (copying.copies, "postings", "copy: look-up"),
    (copying, "_judged", "copy: verdict"),
    (placing.copies, "keep_sample", "copy: index rows"),
    (copying, "family_for", "copy: family"),
    (placing.copying, "put_in_order", "copy: order"),
    (placing.candidates, "near", "story: candidates"),
    (placing, "weigh", "story: comparing"),
    (placing, "_take_up", "story: earlier ones"),
    (placing.regrouping, "suggest", "story: suggestions"),
    (placing.stories, "settle", "story: rows"),
    (placing, "disagreements", "figures: compare"),
    (placing, "_tell", "alerts (with figures compared)"),
    (read.articles, "save_read", "article: rows"),
    (read.figures, "save", "figures: rows"),
)


# --- articles ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _common(language: str) -> tuple[list[str], list[float]]:
    found = wordfreq.top_n_list(language, 20_000)
    return found, list(accumulate(wordfreq.word_frequency(word, language) for word in found))


def filler(language: str, characters: int, draw: random.Random) -> str:
    """Sentences of the commonest words, each as often as it stands in texts."""
    vocabulary, weights = _common(language)
    sentences: list[str] = []
    length = 0
    while length < characters:
        chosen = draw.choices(vocabulary, cum_weights=weights, k=SENTENCE)
        if len(sentences) % 3 == 0:
            chosen[5] = str(draw.randrange(2, 400))
        sentences.append(" ".join(chosen).capitalize() + ".")
        length += len(sentences[-1]) + 1
    return " ".join(sentences)


def told(characters: int, seed: int) -> list[tuple[str, str, str]]:
    """Language, title and text of articles that belong to a topic, in an order of chance."""
    draw = random.Random(seed)
    found = []
    for path in sorted(UNSEEN.glob("*.yaml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")):
            if item["topics"]:
                rest = filler(path.stem, characters - len(item["text"]), draw)
                found.append((path.stem, item["title"], f"{item['text']}\n{rest}"))
    return draw.sample(found, len(found))


def other(characters: int, count: int, seed: int) -> list[tuple[str, str, str]]:
    """As many that belong to none, in the same languages."""
    draw = random.Random(seed)
    languages = sorted(path.stem for path in UNSEEN.glob("*.yaml"))
    return [
        (language, filler(language, 60, draw), filler(language, characters, draw))
        for language, _ in zip(languages * count, range(count), strict=False)
    ]


# --- the desk ---------------------------------------------------------------------------------------------


class Desk:
    """The reading stage from the text on."""

    def __init__(self, database: Database) -> None:
        self.db = database
        topics = shipped()
        self.watch = Watch(
            matcher=compile_topics(topics),
            topics={topic.id: topic for topic in topics},
            routes=(Route(destinations=("desk", "mail")),),
            profiles=Profiles(topics),
        )

    def warm_up(self, papers: Sequence[tuple[str, str, str]]) -> None:
        """Meet the words that a service knows after its first hundreds of articles."""
        for language, title, text in papers:
            article = Article(
                id=0, url="", title=title, text=text, language=language, outlet="", source="", seen_at=NOW
            )
            judge(article, self.watch)

    def take(self, article: Article) -> bool:
        """Read one article as the service does once it has the text, and say whether it matched."""
        judged = judge(article, self.watch)
        verdict = Verdict(
            judged=judged,
            extracted=Extracted(title=article.title, text=article.text, language=article.language),
            outcome=Outcome.PAGE,
            reason=None,
            quiet=False,
            validators=NO_VALIDATORS,
        )
        self.db.write_now(settle, verdict, self.watch, now=NOW, window=WINDOW)
        return bool(judged.matches)

    def put_down(self, language: str, title: str, text: str) -> Article:
        """Leave the row that a poll leaves: that is no part of reading."""
        number = self.db.write_now(_row)
        return Article(
            id=number, url=f"https://paper-{number % 50}.test/{number}", title=title, text=text,
            language=language, outlet=f"Paper {number % 50}", source=f"paper-{number % 50}.test", seen_at=NOW,
        )  # fmt: skip


def _row(connection: Connection) -> int:
    values = {
        "url_key": f"{random.getrandbits(200):064x}", "url": "https://a.test/", "guid": "", "title": "",
        "outlet": "", "source": "a.test", "language": "", "authors": [], "tags": [], "published_claim": "",
        "seen_at": NOW, "quiet": False, "state": "new", "attempts": 1, "next_try_at": NOW,
    }  # fmt: skip
    made = connection.scalar(sa.insert(articles).values(values).returning(articles.c.id))
    assert made is not None
    connection.execute(sa.insert(article_texts).values(article_id=made))
    return int(made)


# --- measuring --------------------------------------------------------------------------------------------


class Clock:
    """CPU time around named steps."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    @contextmanager
    def running(self) -> Iterator[None]:
        with ExitStack() as stack:
            for holder, name, label in STEPS:
                timed = self._timed(getattr(holder, name), label)
                stack.enter_context(patch.object(holder, name, timed))
            yield

    def _timed(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            started = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.spent[label] += time.process_time() - started

        return wrapped


def measured(desk: Desk, papers: Sequence[tuple[str, str, str]], *, matching: bool) -> dict[str, Any]:
    """CPU milliseconds of an article, as a whole and step by step; only those that match, or that don't."""
    total = count = 0.0
    steps: Counter[str] = Counter()
    for number, paper in enumerate(papers):
        clock, article = Clock(), desk.put_down(*paper)
        with clock.running():
            started = time.process_time()
            matched = desk.take(article)
            spent = time.process_time() - started
        if matched is matching and number >= WARM:
            total, count = total + spent, count + 1
            steps.update(clock.spent)
    each = {label: round(1_000 * steps[label] / count, 3) for _, _, label in STEPS if steps[label]}
    return {"articles": int(count), "ms": round(1_000 * total / count, 2), "steps": each}


def profiled(desk: Desk, papers: Sequence[tuple[str, str, str]], top: int) -> None:
    """Print the functions that take most of the time themselves."""
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for paper in papers:
        desk.take(desk.put_down(*paper))
    profile.disable()
    pstats.Stats(profile, stream=sys.stdout).strip_dirs().sort_stats("tottime").print_stats(top)


def show(name: str, found: dict[str, Any]) -> None:
    print(f"\n{name}: {found['ms']} ms of CPU each ({found['articles']} articles)")
    for label, spent in sorted(found["steps"].items(), key=lambda item: -item[1]):
        print(f"  {label:<32}{spent:>8.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--characters", type=int, default=CHARACTERS)
    parser.add_argument("--top", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reading-") as folder:
        url = f"sqlite:///{Path(folder) / 'monitor.db'}"
        archive.fill(url, options.articles)
        archive.fill_stories(url, options.articles, now=NOW)
        with closing(Database(url)) as database:
            desk = Desk(database)
            desk.warm_up(told(options.characters, seed=5))
            desk.warm_up(other(options.characters, WARM_UP, seed=6))
            heap.settle()  # as the service does after a load
            papers = told(options.characters, seed=1)
            matched = measured(desk, papers, matching=True)
            unmatched = measured(desk, other(options.characters, len(papers), seed=2), matching=False)
            show("matched", matched)
            show("unmatched", unmatched)
            if options.top:
                again = [
                    (language, title, text[::1]) for language, title, text in told(options.characters, 3)
                ]
                profiled(desk, again, options.top)
    print(json.dumps({
        "benchmark": "reading", "stored": options.articles, "characters": options.characters,
        "matched_ms": matched["ms"], "unmatched_ms": unmatched["ms"],
        "matched": matched["steps"], "unmatched": unmatched["steps"],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
