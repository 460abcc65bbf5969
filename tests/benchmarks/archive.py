"""A database with the sampled shingles of very many articles: what a new one is held against after years.

The shingles are drawn, not taken from texts, and loaded in the order of their hashes, past the program's own
statements: a million articles take minutes that way and hours the other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import psycopg
import sqlalchemy as sa

from monitor.store import schema
from monitor.store.database import Database
from monitor.stories.duplicates import SAMPLE_SHARE

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
