"""Families of copies: what an upgrade makes of those that were known by an article's number."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from monitor.store import schema
from monitor.store.copies import open_family
from monitor.store.database import Connection, Database
from monitor.store.tables import families, reports
from tests.store.moving import move_to

MOMENT = "'2026-11-21 09:30:00'"
BEFORE = f"""
INSERT INTO articles (id, url_key, url, guid, title, outlet, source, language, authors, tags, published_claim,
    seen_at, quiet, state, attempts, next_try_at)
    SELECT n, 'k' || n, 'u', 'g', 't', 'o', 's', 'en', '[]', '[]', '', {MOMENT}, false, 'done', 1, {MOMENT}
    FROM (SELECT 5 AS n UNION SELECT 7 UNION SELECT 9 UNION SELECT 11) AS numbers;
INSERT INTO stories (id, title, state, first_report_at, last_report_at)
    VALUES (1, 't', 'open', {MOMENT}, {MOMENT});
INSERT INTO reports (article_id, story_id, role, copy_of, score, evidence, features, seen_at) VALUES
    (5, 1, 'copy', 7, 0, '[]', '{{}}', {MOMENT}), (7, 1, 'original', NULL, 0, '[]', '{{}}', {MOMENT}),
    (9, 1, 'copy', 7, 0, '[]', '{{}}', {MOMENT}), (11, 1, 'report', NULL, 0, '[]', '{{}}', {MOMENT});
INSERT INTO shingles (hash, article_id, group_id) VALUES (-3, 5, 5), (-3, 7, 5), (4, 7, 5);
"""


def test_families_that_went_by_an_articles_number_keep_it_and_new_ones_come_after(
    empty_database: Database,
) -> None:
    database = empty_database

    def older(connection: Connection) -> None:
        move_to(connection, "0008")
        for statement in filter(str.strip, BEFORE.split(";")):
            connection.execute(sa.text(statement))

    database.write_now(older)
    database.write_now(schema.upgrade)

    def found(connection: Connection) -> list[tuple[object, ...]]:
        rows = sa.select(reports.c.article_id, reports.c.family_id, reports.c.credits)
        return [tuple(row) for row in connection.execute(rows.order_by(reports.c.article_id))]

    assert database.read_now(found) == [(5, 5, []), (7, 5, []), (9, 5, []), (11, 11, [])]
    assert database.write_now(open_family) > 11


def test_a_family_has_at_most_one_source_and_that_is_a_family(database: Database) -> None:
    first = database.write_now(open_family)
    second = database.write_now(lambda connection: open_family(connection, retells=first))
    rows = database.read_now(lambda connection: connection.execute(sa.select(families)).all())
    assert [tuple(row) for row in rows] == [(first, None), (second, first)]
    with pytest.raises(sa.exc.IntegrityError):
        database.write_now(lambda connection: open_family(connection, retells=999))
