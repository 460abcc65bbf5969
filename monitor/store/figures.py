"""Figures in the database: kept with their article, read by story with each copy under its original."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from monitor.model import Figure, FigureRole, Hedge, Role
from monitor.store.tables import articles, figures, reports
from monitor.stories.figures.compare import Told

# --- the statements of every matched article, built once: building them costs more than running them --------

_DROP = sa.delete(figures).where(figures.c.article_id == sa.bindparam("article"))
_REPORTS = (
    sa.select(
        articles.c.id,
        articles.c.outlet,
        articles.c.source,
        articles.c.language,
        articles.c.published_at,
        reports.c.seen_at,
        reports.c.role,
        reports.c.copy_of,
    )
    .join(articles, articles.c.id == reports.c.article_id)
    .where(reports.c.story_id == sa.bindparam("story"))
    .order_by(articles.c.id)
)
_FIGURES = (
    sa.select(figures)
    .where(figures.c.article_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(figures.c.article_id, figures.c.number)
)


def save(connection: sa.Connection, article: int, found: Sequence[Figure]) -> None:
    """Keep what an article claims, in the place of what it claimed before."""
    connection.execute(_DROP, {"article": article})
    rows = [{"article_id": article, "number": number, **asdict(each)} for number, each in enumerate(found)]
    if rows:
        connection.execute(sa.insert(figures), rows)


def of_story(connection: sa.Connection, story: int) -> list[Told]:
    """What the reports of a story claim; a copy adds its outlet to its original and no claim of its own.

    The time is the one that a report claims to be published at, unless we saw it earlier.
    """
    rows = list(connection.execute(_REPORTS, {"story": story}))
    told = {row.id for row in rows if row.role != Role.COPY}
    copies: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.role == Role.COPY and row.copy_of in told:
            copies[row.copy_of].append(row.outlet or row.source)
    kept = [row for row in rows if row.role != Role.COPY or row.copy_of not in told]
    claims = of_articles(connection, [row.id for row in kept])
    return [
        Told(
            article=row.id,
            source=row.outlet or row.source,
            language=row.language,
            at=min(filter(None, (row.published_at, row.seen_at))),
            figures=tuple(claims[row.id]),
            copies=tuple(copies[row.id]),
        )
        for row in kept
    ]


def of_articles(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[Figure]]:
    """What articles claim, each in the order of its text."""
    found: dict[int, list[Figure]] = defaultdict(list)
    for row in connection.execute(_FIGURES, {"ids": list(ids)}).mappings():
        found[row["article_id"]].append(
            Figure(
                value=row["value"],
                low=row["low"],
                high=row["high"],
                role=FigureRole(row["role"]),
                unit=row["unit"],
                hedge=Hedge(row["hedge"]) if row["hedge"] else None,
                scope=row["scope"],
                attribution=row["attribution"],
                quote=row["quote"],
                start=row["start"],
                end=row["end"],
            )
        )
    return found
