"""How well copies are found, and at what cost among millions: `python -m tests.benchmarks.copies`.

`--data FILE|DIR` takes original articles: JSON lines {text}, or text files of one article each; without it,
prose without meaning is generated. Half of them arrive first; then come copies of them, edited as newsrooms
do, among other news. Beside ours, on the same words: datasketch's MinHash-LSH and simhash's 64-bit index.
The cost is that of one article's look-up, verdict and index rows in one transaction of a real database that
holds `--articles N …` others. CPU time; the server's too, where there is one.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from datasketch import MinHash, MinHashLSH
from simhash import Simhash, SimhashIndex

from monitor.model import Article, Role
from monitor.stages.copying import find
from monitor.store import copies
from monitor.store.database import Connection, Database
from monitor.store.tables import article_texts, articles, reports, stories
from monitor.stories.duplicates import WORDS_PER_SHINGLE, Shingles, shingle
from monitor.text.words import words
from tests import postgres
from tests.benchmarks import archive
from tests.quality.copies import EACH, Arrival, arrivals, originals, ours, score
from tests.stories.test_duplicates import prose

GENERATED = 160  # articles
LSH_THRESHOLD = 0.5  # .9 unless one says so, which finds hardly an edit; .5 is the lowest its manual shows
PERMUTATIONS = 128  # datasketch's own default
SIMHASH_BITS = 3  # simhash's distance of near-duplicates (Manku et al. 2007)
ARRIVALS = 600  # in each archive
WARM = 50  # the first ones compile statements and read the tree's upper pages
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


# --- how well ---------------------------------------------------------------------------------------------


def minhash(stream: Sequence[Arrival]) -> list[int | None]:
    """The peer: of those that share a band, the one with the greatest estimated likeness."""
    index = MinHashLSH(threshold=LSH_THRESHOLD, num_perm=PERMUTATIONS)
    known: dict[int, MinHash] = {}
    found = list[int | None]()
    for number, arrival in enumerate(stream):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch(_runs(arrival.text))
        near = [(-sketch.jaccard(known[other]), other) for other in index.query(sketch)]
        found.append(min(near)[1] if near else None)
        known[number] = sketch
        index.insert(number, sketch)
    return found


def _runs(text: str) -> list[bytes]:
    """The runs of four words that our own shingles are hashes of."""
    tokens = words(text)
    shifted = (tokens[start:] for start in range(WORDS_PER_SHINGLE))
    return [" ".join(run).encode() for run in zip(*shifted, strict=False)]


def simhash(stream: Sequence[Arrival]) -> list[int | None]:
    """The peer as its own manual uses it: four-letter runs, 64 bits, the nearest within three of them."""
    quiet = logging.getLogger("simhash of the benchmark")
    quiet.setLevel(logging.ERROR)  # it warns of every text that is like two hundred others
    index = SimhashIndex([], k=SIMHASH_BITS, log=quiet)
    known: dict[int, Simhash] = {}
    found = list[int | None]()
    for number, arrival in enumerate(stream):
        value = Simhash(arrival.text)
        near = [(value.distance(known[int(other)]), int(other)) for other in index.get_near_dups(value)]
        found.append(min(near)[1] if near else None)
        known[number] = value
        index.add(str(number), value)
    return found


METHODS: dict[str, Callable[[Sequence[Arrival]], list[int | None]]] = {
    "ours": ours,
    "minhash_lsh": minhash,
    "simhash": simhash,
}


def compared(stream: Sequence[Arrival]) -> dict[str, dict[str, float]]:
    """Precision, recall over all and for each edit, and CPU time, of each method on the same stream."""
    figures: dict[str, dict[str, float]] = {}
    for name, method in METHODS.items():
        started = time.process_time()
        found = method(stream)
        spent = time.process_time() - started
        figures[name] = {**score(stream, found), "ms_per_article": 1_000 * spent / len(stream)}
    return figures


# --- at what cost -----------------------------------------------------------------------------------------


class Desk:
    """The part of reading an article that looks for copies, on a database that holds many."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self.shingled = self.found = 0.0
        self.story = database.write_now(_story)
        self.server = Server(database)

    def take(self, text: str) -> None:
        """Find what *text* copies and index it; putting the article itself down is not counted."""
        article = self.db.write_now(_put_down, text)
        started = time.process_time()
        own = shingle(text, "en")
        self.shingled += time.process_time() - started
        started = time.process_time()
        before = self.server.seconds()
        found, family = self.db.write_now(_find, article, own)
        self.found += time.process_time() - started + self.server.seconds() - before
        self.db.write_now(_report, article.id, self.story, family, found)


class Server:
    """CPU seconds of the database's own process, where it has one."""

    def __init__(self, database: Database) -> None:
        self._stat: Path | None = None
        if not database.is_sqlite:
            pid = database.read_now(lambda c: c.scalar(sa.text("SELECT pg_backend_pid()")))
            self._stat = Path(f"/proc/{pid}/schedstat")

    def seconds(self) -> float:
        return int(self._stat.read_text().split()[0]) / 1e9 if self._stat else 0.0


def _story(connection: Connection) -> int:
    values = {"title": "", "state": "open", "first_report_at": NOW, "last_report_at": NOW}
    made = connection.scalar(sa.insert(stories).values(values).returning(stories.c.id))
    assert made is not None
    return int(made)


def _put_down(connection: Connection, text: str) -> Article:
    values = {
        "url_key": os.urandom(32).hex(), "url": "https://b.test/", "guid": "", "title": "", "outlet": "",
        "source": "b.test", "language": "en", "authors": [], "tags": [], "published_claim": "",
        "seen_at": NOW, "quiet": False, "state": "done", "attempts": 1, "next_try_at": NOW,
    }  # fmt: skip
    made = connection.scalar(sa.insert(articles).values(values).returning(articles.c.id))
    assert made is not None
    connection.execute(sa.insert(article_texts).values(article_id=made, text=text))
    return Article(
        id=made,
        url="https://b.test/",
        title="",
        text=text,
        language="en",
        outlet="",
        source="b.test",
        seen_at=NOW,
    )


def _find(connection: Connection, article: Article, own: Shingles) -> tuple[int | None, int]:
    found = find(connection, article, own, window=timedelta(days=7))
    family = found.family or copies.open_family(connection)
    copies.keep_sample(connection, article.id, family, found.sample)
    return (found.original[0].of if found.original else None), family


def _report(connection: Connection, article: int, story: int, family: int, original: int | None) -> None:
    connection.execute(
        sa.insert(reports).values(
            article_id=article,
            story_id=story,
            family_id=family,
            score=0,
            evidence=[],
            credits=[],
            features={},
            seen_at=NOW,
            role=Role.COPY if original else Role.REPORT,
            copy_of=original,
        )
    )


@contextmanager
def opened(kind: str, count: int) -> Iterator[Database]:
    """A database of a kind that holds *count* articles."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="copies-") as folder:
            url = f"sqlite:///{Path(folder) / 'monitor.db'}"
            archive.fill(url, count)
            with closing(Database(url)) as database:
                yield database
    else:
        with postgres.server() as server, postgres.fresh_database(server) as url:
            archive.fill(url, count)
            with closing(Database(url)) as database:
                yield database


def cost(kind: str, count: int, stream: Sequence[Arrival]) -> dict[str, Any]:
    """CPU milliseconds of each article in an archive of *count*."""
    started = time.perf_counter()
    with opened(kind, count) as database:
        filled = time.perf_counter() - started
        desk = Desk(database)
        for arrival in stream[:WARM]:
            desk.take(arrival.text)
        desk.shingled = desk.found = 0.0
        for arrival in stream[WARM:]:
            desk.take(arrival.text)
        return {
            "database": kind,
            "articles": count,
            "shingle_ms": round(1_000 * desk.shingled / (len(stream) - WARM), 3),
            "look_up_and_insert_ms": round(1_000 * desk.found / (len(stream) - WARM), 3),
            "gb": round(archive.size(str(database.url.render_as_string(hide_password=False))) / 1e9, 2),
            "filled_s": round(filled),
        }


# --- the door ---------------------------------------------------------------------------------------------


def texts_of(path: Path | None) -> list[str]:
    """The articles of a file or of all files below a folder; prose without meaning if there is neither."""
    if path is None:
        return [prose(seed, 160 + 7 * (seed % 80)) for seed in range(GENERATED)]
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    return [text for file in files for text in _texts_in(file)]


def _texts_in(file: Path) -> list[str]:
    content = file.read_text(encoding="utf-8", errors="replace")
    if file.suffix not in (".jsonl", ".json", ".ndjson"):
        return [content]
    return [json.loads(line)["text"] for line in content.splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--each", type=int, default=EACH, help="copies of each kind of edit")
    parser.add_argument("--articles", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="sqlite")
    options = parser.parse_args()
    texts = list(originals(texts_of(options.data)))
    stream = arrivals(texts, each=options.each)
    figures = compared(stream)
    print(f"{len(texts)} originals, {len(stream)} arrivals")
    show(figures)
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    rows = [cost(kind, count, _part(stream)) for kind in kinds for count in options.articles]
    for row in rows:
        print(
            "  ".join(
                f"{name} {value:,}" if not isinstance(value, str) else value for name, value in row.items()
            )
        )
    result = {
        "benchmark": "copies",
        "originals": len(texts),
        "arrivals": len(stream),
        "least_lead": round(least_lead(figures), 4),
        **{name: {key: round(value, 4) for key, value in found.items()} for name, found in figures.items()},
        "cost": rows,
        "cost_ratio": round(rows[-1]["look_up_and_insert_ms"] / rows[0]["look_up_and_insert_ms"], 2),
    }
    print(json.dumps(result))


def least_lead(figures: dict[str, dict[str, float]]) -> float:
    """How far our recall stands above the better peer's, on the edit where that is least."""
    edits = figures["ours"].keys() - {"precision", "recall", "ms_per_article"}
    peers = [found for name, found in figures.items() if name != "ours"]
    return min(figures["ours"][edit] - max(peer[edit] for peer in peers) for edit in edits)


def _part(stream: Sequence[Arrival]) -> list[Arrival]:
    """First reports and later ones in the proportion of the whole stream, in its order."""
    step = max(1, len(stream) // ARRIVALS)
    return list(stream[::step])


def show(figures: dict[str, dict[str, float]]) -> None:
    print(f"{'':<16}" + "".join(f"{name:>14}" for name in figures))
    for measure in figures["ours"]:
        print(f"{measure:<16}" + "".join(f"{found[measure]:>14.4f}" for found in figures.values()))


if __name__ == "__main__":
    main()
