"""Copies in the database: where sampled shingles stand, families, and who is whose copy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from monitor.model import Copy, Credit, LinkEvidence, Role
from monitor.store.statements import chunks, dump, insert_once, load
from monitor.store.tables import articles, families, reports, shingles
from monitor.stories.candidates import Posting
from monitor.stories.grouping import copy_evidence

MOST_DISPATCHES = 20  # of a story, the newest: who retells an agency does so within hours


_POSTINGS = sa.select(shingles.c.hash, shingles.c.article_id, shingles.c.family_id).where(
    shingles.c.hash.in_(sa.bindparam("sample", expanding=True)),
    shingles.c.article_id != sa.bindparam("article"),
)  # written once: putting it together costs as much as running it


def postings(connection: sa.Connection, sample: Sequence[int], *, article: int) -> list[Posting]:
    """Where the hashes of a sample stand, the article itself left out.

    A bounded number of rows whatever is stored: a family keeps three of a hash, furniture is not kept.
    """
    return [
        Posting(*row)
        for some in chunks(sample)
        for row in connection.execute(_POSTINGS, {"sample": some, "article": article})
    ]


def keep_sample(connection: sa.Connection, article: int, family: int, sample: Sequence[int]) -> None:
    """Index an article by the hashes that later copies are to find it by."""
    if sample:
        rows = [{"hash": value, "article_id": article, "family_id": family} for value in sample]
        connection.execute(insert_once(connection, shingles), rows)


class Standing(NamedTuple):
    """Where a report stands, and what it copies."""

    story: int
    family: int
    copy_of: int | None


_STANDING = sa.select(reports.c.story_id, reports.c.family_id, reports.c.copy_of).where(
    reports.c.article_id == sa.bindparam("article")
)


def standing(connection: sa.Connection, article: int) -> Standing | None:
    """Where a report stands; None when the article is in no story."""
    row = connection.execute(_STANDING, {"article": article}).first()
    return None if row is None else Standing(*row)


_OPEN_FAMILY = sa.insert(families).returning(families.c.id)


def open_family(connection: sa.Connection, *, retells: int | None = None) -> int:
    """Open a family for an article that copies nothing; it may retell the report of another family."""
    made = connection.scalar(_OPEN_FAMILY, {"retells_id": retells})
    assert made is not None
    return int(made)


class Credited(NamedTuple):
    """A report that credits an agency; `source` is the family whose report it tells."""

    article: int
    source: int
    credits: tuple[Credit, ...]


def credited(connection: sa.Connection, story: int, agencies: Collection[str]) -> list[Credited]:
    """The newest reports of a story that credit one of *agencies*, the earliest first, copies left out."""
    rows = connection.execute(
        sa.select(
            reports.c.article_id,
            sa.func.coalesce(families.c.retells_id, families.c.id).label("source"),
            reports.c.credits,
        )
        .join(families, families.c.id == reports.c.family_id)
        .where(
            reports.c.story_id == story,
            reports.c.role != Role.COPY,
            sa.cast(reports.c.credits, sa.Text) != "[]",
        )
        .order_by(reports.c.article_id.desc())
        .limit(MOST_DISPATCHES)
    ).all()
    read = (Credited(row.article_id, row.source, credits_from(row.credits)) for row in reversed(rows))
    return [found for found in read if any(credit.agency in agencies for credit in found.credits)]


def credits_from(data: Any) -> tuple[Credit, ...]:
    """Credits as a row keeps them."""
    return tuple(load(Credit, each) for each in data)


def credits_to(found: Sequence[Credit]) -> list[Any]:
    """Credits as a row is to keep them."""
    return [dump(Credit, each) for each in found]


def members(connection: sa.Connection, original: int) -> dict[int, datetime | None]:
    """An original and the copies of it, with the times at which they say they were published."""
    rows = connection.execute(
        sa.select(reports.c.article_id, articles.c.published_at)
        .join(articles, articles.c.id == reports.c.article_id)
        .where(sa.or_(reports.c.article_id == original, reports.c.copy_of == original))
    )
    return {row.article_id: row.published_at for row in rows}


def make_copy(connection: sa.Connection, article_id: int, copy: Copy) -> None:
    """Turn a report into a copy of another."""
    connection.execute(
        sa.update(reports)
        .where(reports.c.article_id == article_id, reports.c.article_id != copy.of)
        .values(role=Role.COPY, evidence=[dump(LinkEvidence, copy_evidence(copy))], **copy_columns(copy))
    )


def make_original(connection: sa.Connection, article_id: int) -> None:
    """Turn a copy into the report that others copy."""
    connection.execute(
        sa.update(reports)
        .where(reports.c.article_id == article_id)
        .values(role=Role.ORIGINAL, evidence=[], copy_of=None, copy_kind=None, containment=None, jaccard=None)
    )


def copy_columns(copy: Copy | None) -> dict[str, Any]:
    """What a report keeps of whom it copies."""
    if copy is None:
        return {}
    return {
        "copy_of": copy.of,
        "copy_kind": copy.kind,
        "containment": copy.containment,
        "jaccard": copy.jaccard,
    }
