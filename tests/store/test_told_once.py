"""Nothing is told twice: an alert is unique by topic, story, kind and cause, whatever is tried."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.alerts.notice import build_discreet
from monitor.alerts.route import Audience, route
from monitor.model import AlertDraft, AlertKind, Route
from monitor.store import alerts, outbox
from monitor.store.database import Database
from monitor.store.tables import alerts as rows
from monitor.store.tables import articles, deliveries, stories

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
EVERYBODY = Audience(routes=(Route(destinations=("desk", "mail")),))
DRAFTS = st.tuples(
    st.integers(1, 2),  # story
    st.builds(
        AlertDraft,
        topic=st.sampled_from(["a", "b"]),
        kind=st.sampled_from([AlertKind.NEW_STORY, AlertKind.NEW_REPORT, AlertKind.SPIKE]),
        cause=st.sampled_from(["story", "article:1", "article:2", "spike:5"]),
        score=st.floats(0, 20),
    ),
)


@pytest.fixture(scope="module")
def database(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    path = shutil.copyfile(_migrated_file, tmp_path_factory.mktemp("told") / "monitor.db")
    return Database(f"sqlite:///{path}")


def tell(connection: sa.Connection, story: int, drafts: list[AlertDraft]) -> None:
    """Store and route what one article tells, as reading does."""
    stored = [
        (draft, alert)
        for draft in drafts
        if (alert := alerts.insert(connection, draft, story=story, article=1, now=NOW)) is not None
    ]
    notices = {
        place: build_discreet(alert=alert, kind=draft.kind, story=story, code_name="x", score=0.0, now=NOW)
        for place, (draft, alert) in enumerate(stored)
    }
    routed = route([draft for draft, _ in stored], EVERYBODY, now=NOW)
    outbox.insert(connection, routed, notices, story=story, now=NOW)


_attempts = count()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(DRAFTS, max_size=4), max_size=8))
def test_whatever_is_decided_again_and_again_each_is_stored_and_delivered_once(
    database: Database, told: list[list[tuple[int, AlertDraft]]]
) -> None:
    def run(connection: sa.Connection) -> None:
        connection.execute(sa.delete(rows))
        connection.execute(sa.delete(stories))
        connection.execute(sa.delete(articles))
        connection.execute(_article())
        connection.execute(sa.insert(stories), [_story(1), _story(2)])
        for batch in told:
            for story in (1, 2):
                tell(connection, story, [draft for where, draft in batch if where == story])
        wanted = {(d.topic, story, d.kind, d.cause) for batch in told for story, d in batch}
        found = connection.execute(sa.select(rows.c.topic, rows.c.story_id, rows.c.kind, rows.c.cause)).all()
        assert sorted(map(tuple, found)) == sorted(wanted)
        sent = connection.execute(sa.select(deliveries.c.alert_id, deliveries.c.destination)).all()
        assert len(sent) == len(set(sent)) == 2 * len(wanted)

    database.write_now(run)


def _story(number: int) -> dict[str, object]:
    return {"id": number, "title": "x", "state": "open", "first_report_at": NOW, "last_report_at": NOW}


def _article() -> sa.Insert:
    needed = {
        column.name: 1 if isinstance(column.type, sa.Integer | sa.BigInteger) else "x"
        for column in articles.columns
        if not column.nullable and column.default is None and column.server_default is None
    }
    moments = {name: NOW for name in needed if name.endswith("_at")}
    return sa.insert(articles).values({**needed, **moments, "id": 1})
