"""Stories in the database: which ones an article may belong to, and the reports that they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, CopyKind, Credit, LinkEvidence, Placement, Reach, ReportLine, Role
from monitor.store import copies, regrouping
from monitor.store.statements import dump, insert_once
from monitor.store.tables import (
    articles,
    families,
    reports,
    stories,
    story_keys,
    story_topics,
)
from monitor.stories.features import Features, to_json
from monitor.stories.grouping import reported_at
from monitor.stories.sources import Sourced, confirming
from monitor.text.countries import country_of

MAX_ASKED = 20  # suggestions beside one story


def story_of(connection: sa.Connection, article_id: int) -> int | None:
    """The story that an article is a report of."""
    return connection.scalar(_STORY_OF, {"article": article_id})


_STORY_OF = sa.select(reports.c.story_id).where(reports.c.article_id == sa.bindparam("article"))


def placement_of(connection: sa.Connection, article_id: int) -> Placement:
    """Where a report stands already."""
    row = connection.execute(
        sa.select(reports.c.story_id, reports.c.role).where(reports.c.article_id == article_id)
    ).one()
    return Placement(story=row.story_id, role=Role(row.role))


def add_topics(connection: sa.Connection, story: int, topics: Sequence[str]) -> None:
    """Let a story belong to further topics."""
    _index(connection, story_topics, [{"story_id": story, "topic": topic} for topic in topics])


def settle(
    connection: sa.Connection,
    article: Article,
    placement: Placement,
    *,
    topics: Sequence[str],
    features: Features,
    keys: Sequence[int],
    family: int,
    named: Sequence[Credit],
    news: Sequence[str] | None,
    open_since: datetime,
) -> int:
    """Put an article into its story, opening one if it has none, and answer the story's id.

    *news* is what it tells that no earlier report did, None where it is the first; a story whose last report
    is of *open_since* or later is open.
    """
    at = reported_at(article)
    story = placement.story if placement.story is not None else _open(connection, article, at)
    connection.execute(
        _REPORT,
        {
            "article_id": article.id,
            "story_id": story,
            "family_id": family,
            "role": placement.role,
            "score": placement.score,
            "evidence": [dump(LinkEvidence, item) for item in placement.evidence],
            "features": to_json(features),
            "credits": copies.credits_to(named),
            "news": None if news is None else list(news),
            "seen_at": article.seen_at,
            **copies.copy_columns(placement.copy),
        },
    )
    if placement.copy is not None:
        connection.execute(
            sa.update(reports)
            .where(reports.c.article_id == placement.copy.of, reports.c.role == Role.REPORT)
            .values(role=Role.ORIGINAL)
        )
    else:
        _index(connection, story_keys, [{"key": key, "story_id": story} for key in keys])
    _index(connection, story_topics, [{"story_id": story, "topic": topic} for topic in topics])
    is_news = placement.role is not Role.COPY and (news is None or bool(news))
    _prolong(connection, story, at, is_news=is_news, open_since=open_since)
    return story


_REPORT = sa.insert(reports)
_OPEN = sa.insert(stories).returning(stories.c.id)


def _prolong(
    connection: sa.Connection, story: int, at: datetime, *, is_news: bool, open_since: datetime
) -> None:
    """Let a story reach to the time of another report; a late one may lie before its first."""
    given = {"story": story, "moment": at, "open_since": open_since}
    connection.execute(_PROLONG_BY_NEWS if is_news else _PROLONG, given)


_first, _last, _fact = stories.c.first_report_at, stories.c.last_report_at, stories.c.last_fact_at
_moment = sa.bindparam("moment", type_=_last.type)
_open_since = sa.bindparam("open_since", type_=_last.type)
_PROLONG = (
    sa.update(stories)
    .where(stories.c.id == sa.bindparam("story"))
    .values(
        first_report_at=sa.case((_first > _moment, _moment), else_=_first),
        last_report_at=sa.case((_last < _moment, _moment), else_=_last),
        state=sa.case((sa.or_(_last >= _open_since, _moment >= _open_since), "open"), else_="closed"),
    )
)
_PROLONG_BY_NEWS = _PROLONG.values(
    last_fact_at=sa.case((sa.or_(_fact.is_(None), _fact < _moment), _moment), else_=_fact)
)


def _open(connection: sa.Connection, article: Article, at: datetime) -> int:
    story = connection.scalar(
        _OPEN, {"title": article.title, "state": "open", "first_report_at": at, "last_report_at": at}
    )
    assert story is not None
    return int(story)


def _index(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert_once(connection, table), rows)


def close_quiet(connection: sa.Connection, *, before: datetime) -> int:
    """Close the stories that had no report since *before*; grouping's window has left them behind."""
    return connection.execute(
        sa.update(stories)
        .where(stories.c.state == "open", stories.c.last_report_at < before)
        .values(state="closed")
    ).rowcount


def reach(connection: sa.Connection, story: int, *, without: int, since: datetime) -> Reach:
    """How far a story has come by reports that confirm something; *since* bounds what counts as lately."""
    rows = connection.execute(_REACH, {"story": story, "without": without}).all()
    return Reach(
        languages=frozenset(row.language for row in rows if row.language not in ("", "und")),
        countries=frozenset(filter(None, (country_of(row.source, row.tags) for row in rows))),
        lately=frozenset(row.outlet or row.source for row in rows if row.seen_at >= since),
    )


_REACH = (
    sa.select(articles.c.language, articles.c.outlet, articles.c.source, articles.c.tags, reports.c.seen_at)
    .join(articles, articles.c.id == reports.c.article_id)
    .where(
        reports.c.story_id == sa.bindparam("story"),
        reports.c.role != Role.COPY,
        articles.c.id != sa.bindparam("without"),
    )
)


def report_lines(connection: sa.Connection, story: int) -> list[ReportLine]:
    """A story's reports as a message lists them, in the order in which we saw them."""
    rows = _reports(connection, [story])
    outlets = {row["article"]: row["outlet"] or row["source"] for row in rows}
    return [
        ReportLine(
            outlet=row["outlet"],
            language=row["language"],
            title=row["title"],
            url=row["url"],
            role=Role(row["role"]),
            seen_at=row["seen_at"],
            kind=CopyKind(row["kind"]) if row["kind"] else None,
            agencies=tuple(credit["agency"] for credit in row["credits"]),
            retells=outlets.get(row["retells"], ""),
            confirms=row["confirms"],
        )
        for row in rows
    ]


def listing(connection: sa.Connection, *, limit: int) -> list[dict[str, Any]]:
    """Stories with their reports, the latest report's story first; without those that were merged."""
    rows = sa.select(stories).where(stories.c.state != regrouping.MERGED)
    newest = rows.order_by(stories.c.last_report_at.desc(), stories.c.id.desc()).limit(limit)
    return _told(connection, newest)


def named(connection: sa.Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """These stories with their reports."""
    return _told(connection, sa.select(stories).where(stories.c.id.in_(ids)))


def life(connection: sa.Connection, story: int) -> dict[str, Any] | None:
    """One story with its reports, what it takes up, what takes it up, and which ones it may be."""
    found = named(connection, [story])
    if not found:
        return None
    earlier = regrouping.followed(connection, story)
    pairs = regrouping.suggestions(connection, limit=MAX_ASKED, story=story)
    return {
        **found[0],
        "merged_into": regrouping.merged_into(connection, story),
        "follows": None if earlier is None else asdict(earlier),
        "taken_up_by": regrouping.taken_up_by(connection, story),
        "suggestions": [
            {"story": pair["story_id"] + pair["other_id"] - story, "score": pair["score"]} for pair in pairs
        ],
    }


def _told(connection: sa.Connection, rows: sa.Select[Any]) -> list[dict[str, Any]]:
    found = [dict(row._mapping) for row in connection.execute(rows)]
    ids = [item["id"] for item in found]
    members: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for report in _reports(connection, ids):
        members[report.pop("story_id")].append(report)
    topics: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(
        sa.select(story_topics).where(story_topics.c.story_id.in_(ids)).order_by(story_topics.c.topic)
    ):
        topics[row.story_id].append(row.topic)
    return [{**item, "topics": topics[item["id"]], "reports": members[item["id"]]} for item in found]


def _reports(connection: sa.Connection, story_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Reports with what they count for, story by story in the order in which we saw them."""
    rows = connection.execute(_REPORTS, {"stories": list(story_ids)})
    by_story: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_story[row.story_id].append(dict(row._mapping))
    return [report for story in by_story.values() for report in _counted(story)]


_REPORTS = (
    sa.select(
        reports.c.story_id,
        reports.c.article_id.label("article"),
        articles.c.title,
        articles.c.url,
        articles.c.outlet,
        articles.c.source,
        articles.c.language,
        articles.c.published_at,
        reports.c.role,
        reports.c.copy_of.label("of"),
        reports.c.copy_kind.label("kind"),
        reports.c.containment,
        reports.c.score,
        reports.c.evidence,
        reports.c.credits,
        reports.c.news,
        reports.c.seen_at,
        reports.c.family_id.label("family"),
        families.c.retells_id,
    )
    .join(articles, articles.c.id == reports.c.article_id)
    .join(families, families.c.id == reports.c.family_id)
    .where(reports.c.story_id.in_(sa.bindparam("stories", expanding=True)))
    .order_by(reports.c.article_id)
)


def _counted(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reports of one story, each with whether it confirms something and which article it retells."""
    first: dict[int, int] = {}
    for row in found:
        first.setdefault(row["family"], row["article"])
    confirms = confirming(
        [
            Sourced(
                source=row["retells_id"] or row["family"],
                outlet=row["outlet"] or row["source"],
                role=Role(row["role"]),
                kind=CopyKind(row["kind"]) if row["kind"] else None,
                credits=copies.credits_from(row["credits"]),
            )
            for row in found
        ]
    )
    for row, counts in zip(found, confirms, strict=True):
        retold = first.get(row.pop("retells_id"))
        row["retells"] = None if row["role"] == Role.COPY else retold
        row["confirms"] = counts
    return found
