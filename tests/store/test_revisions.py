"""What articles said before, as far as it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from monitor.model import Change
from monitor.store import revisions
from monitor.store.database import Database
from monitor.store.tables import article_texts, articles
from monitor.store.tables import revisions as rows

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def an_article(database: Database, number: int, versions: int) -> None:
    """Store an article with *versions* versions, a day apart, the newest of them of today."""
    database.write_now(
        lambda connection: connection.execute(
            insert(articles).values(
                id=number, url_key=f"{number}", url="", guid="", title="T", outlet="", source="", authors=[],
                tags=[], seen_at=NOW, state="done", next_try_at=NOW,
            )
        )
    )  # fmt: skip
    values = [
        {
            "article_id": number,
            "number": version + 1,
            "seen_at": NOW - (versions - 1 - version) * DAY,
            "title": f"Title {version}",
            "text_hash": "",
            "kinds": [Change.EDIT] if version else None,
            "text": None if version == versions - 1 else f"Text {version}.",
        }
        for version in range(versions)
    ]
    database.write_now(lambda connection: connection.execute(insert(rows), values))
    database.write_now(
        lambda connection: connection.execute(
            insert(article_texts).values(article_id=number, text=f"Text {versions - 1}.")
        )
    )


def test_a_version_whose_text_is_no_longer_kept_has_none_and_never_anothers(
    database: Database,
) -> None:
    an_article(database, 1, versions=3)
    database.write_now(
        lambda connection: connection.execute(update(rows).where(rows.c.number == 1).values(text=None))
    )
    found = database.read_now(revisions.history, 1)
    assert found is not None
    assert [version["title"] for version in found["versions"]] == ["Title 0", "Title 1", "Title 2"]
    assert [version["text"] for version in found["versions"]] == [None, "Text 1.", "Text 2."]
