"""A database with the sampled shingles of very many articles: what a new one is held against after years.

The shingles are drawn, not taken from texts, and loaded in the order of their hashes, past the program's own
statements: a million articles take minutes that way and hours the other.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import sqlalchemy as sa
import wordfreq

from monitor.store import schema
from monitor.store.database import Database
from monitor.stories.duplicates import SAMPLE_SHARE
from monitor.stories.features import Features, to_json
from monitor.stories.features import keys as feature_keys
from monitor.text.fingerprints import hashes
from monitor.text.rarity import stem

SAMPLE = 40  # hashes that an article of 640 words keeps
COMMON = 0.05  # of them are idioms and names of offices …
SHARED_BY = 12  # … and each stands in so many articles; in more than 15 families it would not be kept
MOMENT = "2026-11-21 09:30:00"
SLICE = 200_000  # rows handed over at once
RAW = "SET session_replication_role = replica"  # PostgreSQL: no check of what is known to be there

ARTICLES = (
    "INSERT INTO articles (id, url_key, url, guid, title, outlet, source, language, authors, tags, "
    "published_claim, seen_at, quiet, state, attempts, next_try_at) VALUES "
    f"(?, ?, 'https://a.test/', '', '', '', 'a.test', 'en', '[]', '[]', '', '{MOMENT}', false, 'done', 1, "
    f"'{MOMENT}')"
)
INDEX = "ix_shingles_article_id"


def fill(url: str, articles: int, *, seed: int = 7) -> None:
    """Make the schema at *url* and put down *articles*, each with its family and its sample."""
    with closing(Database(url)) as database:
        database.write_now(schema.upgrade)
        is_sqlite = database.is_sqlite
        plain = database.url.render_as_string(hide_password=False).replace("+psycopg", "")
        path = str(database.url.database)
    if is_sqlite:
        with closing(sqlite3.connect(path)) as connection:
            _fill_sqlite(connection, articles, seed)
    else:
        with psycopg.connect(plain) as connection:
            _fill_postgres(connection, articles, seed)


def _fill_sqlite(connection: sqlite3.Connection, articles: int, seed: int) -> None:
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {pragma}")
    (index,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (INDEX,)).fetchone()
    connection.execute(f"DROP INDEX {INDEX}")
    ids = range(1, articles + 1)
    connection.executemany(ARTICLES, ((each, f"{each:064}") for each in ids))
    connection.executemany("INSERT INTO families (id) VALUES (?)", ((each,) for each in ids))
    for rows in postings(articles, seed):
        connection.executemany("INSERT INTO shingles (hash, article_id, family_id) VALUES (?, ?, ?)", rows)
    connection.execute(index)
    connection.commit()
    connection.execute("PRAGMA journal_mode=WAL")


def _fill_postgres(connection: psycopg.Connection[Any], articles: int, seed: int) -> None:
    cursor = connection.cursor()
    cursor.execute(RAW)
    cursor.execute(f"DROP INDEX {INDEX}")
    cursor.execute(
        ARTICLES.replace("VALUES (?, ?,", "SELECT n, lpad(n::text, 64, '0'),")[:-1]
        + f" FROM generate_series(1, {articles}) AS n"
    )
    cursor.execute(f"INSERT INTO families (id) SELECT generate_series(1, {articles})")
    with cursor.copy("COPY shingles (hash, article_id, family_id) FROM STDIN") as copy:
        for rows in postings(articles, seed):
            copy.write("".join(f"{value}\t{article}\t{family}\n" for value, article, family in rows))
    cursor.execute(f"CREATE INDEX {INDEX} ON shingles (article_id)")
    for table in ("articles", "families"):
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {articles} + 1, false)")
    connection.commit()
    connection.autocommit = True
    connection.execute("ANALYZE")


def postings(articles: int, seed: int) -> Iterator[Iterable[tuple[int, int, int]]]:
    """The rows of the index in the order of their hashes: hash, article and its family."""
    draw = np.random.default_rng(seed)
    ids = np.repeat(np.arange(1, articles + 1, dtype=np.int64), SAMPLE)
    span = 2**64 // SAMPLE_SHARE  # the sample is the lowest part of all hashes
    hashes = draw.integers(0, span, len(ids), dtype=np.int64)
    common = draw.random(len(ids)) < COMMON
    pool = draw.integers(0, span, max(1, int(common.sum()) // SHARED_BY), dtype=np.int64)
    hashes[common] = draw.choice(pool, int(common.sum()))
    hashes += np.int64(-(2**63))
    order = np.lexsort((ids, hashes))
    hashes, ids = hashes[order], ids[order]
    again = np.zeros(len(ids), dtype=bool)
    again[1:] = (hashes[1:] == hashes[:-1]) & (ids[1:] == ids[:-1])
    hashes, ids = hashes[~again], ids[~again]
    for start in range(0, len(ids), SLICE):
        some, of = hashes[start : start + SLICE].tolist(), ids[start : start + SLICE].tolist()
        yield zip(some, of, of, strict=True)


def size(url: str) -> int:
    """Bytes of the database at *url*."""
    with closing(Database(url)) as database:
        if database.is_sqlite:
            return int(database.read_now(lambda c: c.scalar(sa.text(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))))  # fmt: skip
        return int(
            database.read_now(lambda c: c.scalar(sa.text("SELECT pg_database_size(current_database())")))
        )


# --- stories ----------------------------------------------------------------------------------------------

REPORTS_EACH = 4
KEYS = 80  # that one report is found by, and its story with it
YEAR, OPEN = 365, 7  # days that the archive spans, and of which stories are open
COMMONEST = 300  # words before it are in too many texts to be keys
VOCABULARY = 60_000
CONCEPTS = tuple(f"concept {name}" for name in ("chechnya", "lgbt", "flight", "asylum", "persecution"))
SHARED_CONCEPTS = 0.4  # of the stories that topics let through have such a key: it is why they matched


def fill_stories(url: str, articles: int, *, now: datetime, seed: int = 11) -> None:
    """Put the articles of an archive on SQLite into stories: keys for all, reports for the open ones."""
    draw = random.Random(seed)
    words = wordfreq.top_n_list("en", VOCABULARY)[COMMONEST:]
    count = articles // REPORTS_EACH
    opened = max(1, count * OPEN // YEAR)
    path = str(sa.make_url(url).database)
    with closing(sqlite3.connect(path)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executemany(
            "INSERT INTO stories (id, title, state, first_report_at, last_report_at) VALUES (?, '', ?, ?, ?)",
            (_story(number, count, opened, now) for number in range(1, count + 1)),
        )
        _fill_keys(connection, count - opened, draw, words)
        for number in range(count - opened + 1, count + 1):
            _fill_open(connection, number, draw, words)
        connection.commit()
        connection.execute("PRAGMA journal_mode=WAL")


def _story(number: int, count: int, opened: int, now: datetime) -> tuple[int, str, str, str]:
    age = timedelta(days=YEAR * (count - number) / count)
    state = "open" if number > count - opened else "closed"
    at = (now - age).replace(tzinfo=None).isoformat(" ")
    return number, state, at, at


def _fill_keys(connection: sqlite3.Connection, stories: int, draw: random.Random, words: list[str]) -> None:
    """Keys of closed stories in the order of the table: words as rare as keys are, and topics' concepts."""
    pool = np.array(sorted_hashes(f"stem en {stem(word, 'en')}" for word in words), dtype=np.int64)
    numbers = np.random.default_rng(draw.randrange(2**32))
    ranks = np.exp(numbers.uniform(np.log(COMMONEST), np.log(VOCABULARY), stories * KEYS)).astype(np.int64)
    keys = pool[(ranks - COMMONEST) % len(pool)]
    ids = np.repeat(np.arange(1, stories + 1, dtype=np.int64), KEYS)
    for concept in hashes(CONCEPTS):
        some = np.flatnonzero(numbers.random(stories) < SHARED_CONCEPTS) + 1
        keys, ids = np.append(keys, np.full(len(some), concept, dtype=np.int64)), np.append(ids, some)
    order = np.lexsort((ids, keys))
    for start in range(0, len(order), SLICE):
        part = order[start : start + SLICE]
        rows = zip(keys[part].tolist(), ids[part].tolist(), strict=True)
        connection.executemany("INSERT OR IGNORE INTO story_keys (key, story_id) VALUES (?, ?)", rows)


def sorted_hashes(strings: Iterable[str]) -> list[int]:
    """Hashes in the order of their strings, each once."""
    return list(dict.fromkeys(hashes(strings)))


def _fill_open(connection: sqlite3.Connection, story: int, draw: random.Random, words: list[str]) -> None:
    """Reports of an open story with what they are compared by, and their keys."""
    core = _weights(draw, words, 60)
    for place in range(REPORTS_EACH):
        article = REPORTS_EACH * (story - 1) + place + 1
        found = _features(draw, words, core)
        connection.execute(
            "INSERT INTO reports (article_id, story_id, family_id, role, score, evidence, credits, features, "
            f"seen_at) VALUES (?, ?, ?, 'report', 0, '[]', '[]', ?, '{MOMENT}')",
            (article, story, article, json.dumps(to_json(found))),
        )
        connection.executemany(
            "INSERT OR IGNORE INTO story_keys (key, story_id) VALUES (?, ?)",
            ((key, story) for key in feature_keys(found)),
        )


def _features(draw: random.Random, words: list[str], core: dict[str, float]) -> Features:
    """What a report of some 4,000 characters is compared by; *core* is what its story has in common."""
    names = {word.title(): weight for word, weight in _weights(draw, words, 12).items()}
    concepts = frozenset(c.removeprefix("concept ") for c in CONCEPTS if draw.random() < SHARED_CONCEPTS)
    return Features(
        language="en", stems=core | _weights(draw, words, 80), lead=_weights(draw, words, 30),
        title=_weights(draw, words, 8), names=names, terms=_weights(draw, words, 40),
        numbers={str(draw.randrange(33, 999)): 5.0 for _ in range(5)}, concepts=concepts,
    )  # fmt: skip


def _weights(draw: random.Random, words: list[str], count: int) -> dict[str, float]:
    """Rare words and their weights, heaviest first."""
    places = [min(int(COMMONEST ** (1 - u) * len(words) ** u), len(words) - 1) for u in _many(draw, count)]
    found = {words[place]: round(4 + 6 * place / len(words), 2) for place in places}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _many(draw: random.Random, count: int) -> list[float]:
    return [draw.random() for _ in range(count)]
