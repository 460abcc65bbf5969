"""Looks in the database: which articles are looked at again, when, and with what to ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.articles.looks import After, Held, Look, next_look
from monitor.model import Article, Change, Validators
from monitor.store.statements import insert_once
from monitor.store.tables import article_texts, articles, feeds, looks, revisions

# --- the statements of every turn, built once: building them costs more than running them -------------------

_now: sa.BindParameter[Any] = sa.bindparam("now")
DUE = (
    sa.select(looks.c.article_id)
    .where(
        looks.c.next_look_at <= _now,
        sa.or_(looks.c.claimed_until.is_(None), looks.c.claimed_until < _now),
    )
    .order_by(looks.c.next_look_at)
    .limit(sa.bindparam("room"))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    sa.update(looks)
    .where(looks.c.article_id.in_(sa.bindparam("ids", expanding=True)))
    .values(claimed_until=sa.bindparam("until"))
)
MOVED = (
    sa.update(looks)
    .where(looks.c.article_id == sa.bindparam("article"))
    .values(next_look_at=sa.bindparam("at"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLook:
    """An article that is looked at again: as we hold it, and how its page is asked for.

    `looked` counts the looks before this one, `number` is that of the newest revision; a `quiet` article
    belongs to a new feed's backlog.
    """

    article: Article
    held: Held
    validators: Validators
    feed_language: str
    looked: int
    number: int
    quiet: bool = False


def plan(
    connection: sa.Connection,
    article: Article,
    *,
    at: datetime | None,
    has_page: bool,
    validators: Validators,
    now: datetime,
) -> None:
    """Plan the first look at an article that was read just now; one without a page has nothing to look at."""
    if at is None or not article.url:
        return
    first = {
        "article_id": article.id,
        "read_at": now,
        "next_look_at": at,
        "has_page": has_page,
        "etag": validators.etag if has_page else None,
        "last_modified": validators.last_modified if has_page else None,
    }
    connection.execute(insert_once(connection, looks), first)


def claim_due(connection: sa.Connection, *, now: datetime, lease: timedelta, limit: int) -> list[int]:
    """Claim articles whose look is due, those that have waited longest first; as reading is claimed."""
    if limit < 1:
        return []
    ids = list(connection.scalars(DUE, {"now": now, "room": limit}))
    if ids:
        connection.execute(CLAIM, {"ids": ids, "until": now + lease})
    return ids


def to_look(connection: sa.Connection, article_id: int) -> ToLook | None:
    """What a look needs of an article; None when none is planned or its text is no longer kept."""
    newest = (
        sa.select(revisions.c.number, revisions.c.kinds)
        .where(revisions.c.article_id == article_id)
        .order_by(revisions.c.number.desc())
        .limit(1)
        .subquery()
    )
    row = connection.execute(
        sa.select(
            looks,
            articles,
            article_texts.c.text,
            feeds.c.language.label("feed_language"),
            newest.c.number,
            newest.c.kinds,
        )
        .join(articles, articles.c.id == looks.c.article_id)
        .join(article_texts, article_texts.c.article_id == articles.c.id)
        .outerjoin(feeds, feeds.c.id == articles.c.feed_id)
        .outerjoin(newest, sa.true())
        .where(
            looks.c.article_id == article_id,
            looks.c.next_look_at.is_not(None),
            article_texts.c.text.is_not(None),
        )
    ).first()
    if row is None:
        return None
    values = row._mapping
    return ToLook(
        article=_article(row),
        held=Held(
            read_at=values[looks.c.read_at],
            has_page=row.has_page,
            removed=Change.REMOVED in (row.kinds or ()),
            failures=row.failures,
            missing=row.missing,
        ),
        validators=Validators(etag=row.etag, last_modified=row.last_modified),
        feed_language=row.feed_language or "",
        looked=row.looked,
        number=row.number or 0,
        quiet=row.quiet,
    )


def _article(row: sa.Row[Any]) -> Article:
    values = row._mapping
    return Article(
        id=row.id,
        url=row.url,
        title=row.title,
        text=row.text,
        language=values[articles.c.language],
        outlet=row.outlet,
        source=row.source,
        seen_at=row.seen_at,
        published_at=row.published_at,
        authors=tuple(row.authors),
        tags=tuple(row.tags),
        section=row.section or "",
        image=row.image,
        origins=row.origins or {},
    )


def wait(connection: sa.Connection, article_id: int, *, until: datetime) -> None:
    """Put a look back until its turn at its host; that is no look."""
    connection.execute(
        sa.update(looks)
        .where(looks.c.article_id == article_id)
        .values(next_look_at=until, claimed_until=None)
    )


def replan(connection: sa.Connection, schedule: Sequence[timedelta], *, now: datetime) -> int:
    """Let the looks that are planned follow a schedule, and answer how many were moved.

    Those that were over go on where the schedule has become longer. A look that waits because of a fault
    keeps its moment.
    """
    since = now - max(schedule, default=timedelta())
    rows = connection.execute(
        sa.select(looks.c.article_id, looks.c.read_at, looks.c.next_look_at).where(
            sa.or_(looks.c.next_look_at.is_not(None), looks.c.read_at > since),
            looks.c.failures == 0,
            looks.c.missing == 0,
        )
    )
    moved = [
        {"article": row.article_id, "at": at}
        for row in rows
        if (at := next_look(row.read_at, schedule, now=now)) != row.next_look_at
        and not (row.next_look_at is not None and row.next_look_at <= now and at is not None)
    ]
    if moved:
        connection.execute(MOVED, moved)
    return len(moved)


def settle(
    connection: sa.Connection,
    work: ToLook,
    after: After,
    *,
    reason: str,
    has_page: bool,
    validators: Validators,
    now: datetime,
) -> bool:
    """Write what a look came to; False when another has looked meanwhile, because this claim had run out."""
    done = connection.execute(
        sa.update(looks)
        .where(looks.c.article_id == work.article.id, looks.c.looked == work.looked)
        .values(
            looked=work.looked + 1,
            last_look_at=now,
            next_look_at=after.next_at,
            claimed_until=None,
            outcome=after.look,
            reason=reason or None,
            failures=after.failures,
            missing=after.missing,
            has_page=has_page,
            etag=validators.etag,
            last_modified=validators.last_modified,
        )
    )
    return done.rowcount == 1


def after_bug(connection: sa.Connection, article_id: int, *, again: datetime, most: int) -> None:
    """Put a look that hit a bug aside for a while, for good after *most* times."""
    connection.execute(
        sa.update(looks)
        .where(looks.c.article_id == article_id)
        .values(
            claimed_until=None,
            failures=looks.c.failures + 1,
            next_look_at=sa.case((looks.c.failures + 1 >= most, sa.null()), else_=again),
            outcome=Look.FAILED,
        )
    )
