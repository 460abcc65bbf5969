"""`monitor db`, and what every command says where there is no database or not ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.cli.command import monitor
from tests.cli.conftest import Desk

LOOKING = [("feeds", "list"), ("stories", "list"), ("alerts", "list"), ("deliveries", "list"), ("status",),
           ("feeds", "export"), ("stories", "show", "1")]  # fmt: skip


def test_upgrade_makes_the_schema_and_may_be_repeated(fresh: Desk) -> None:
    for _ in range(2):
        assert monitor("db", "upgrade", "-c", fresh.config).out == "the schema is up to date\n"
    assert monitor("feeds", "list", "-c", fresh.config).out == "Feeds: none\n"


@pytest.mark.parametrize("words", LOOKING)
def test_a_command_on_a_fresh_machine_says_what_to_do(words: tuple[str, ...], fresh: Desk) -> None:
    said = monitor(*words, "-c", fresh.config, expect=78)
    assert "monitor run" in said.err
    assert said.out == ""
    assert not (fresh.state / "monitor.db").exists(), "asking makes nothing"


@pytest.mark.parametrize(
    ("revision", "remedy"), [("9999", "Install the newer program"), (None, "monitor db upgrade")]
)
def test_a_schema_that_is_not_ours_is_refused(revision: str | None, remedy: str, desk: Desk) -> None:
    with sqlite3.connect(desk.state / "monitor.db") as connection:
        if revision is None:
            connection.execute("DELETE FROM alembic_version")
        else:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()
    said = monitor("feeds", "list", "-c", desk.config, expect=78)
    assert remedy in said.err
    assert "Traceback" not in said.err


def test_prune_forgets_what_is_old_and_says_what_and_how_large_the_rest_is(desk: Desk) -> None:
    def kept() -> list[int]:
        with closing(sqlite3.connect(desk.state / "monitor.db")) as connection:
            return [
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("article_texts", "articles", "alerts")
            ]

    texts, articles, alerts = kept()
    assert min(texts, alerts) > 0
    assert "nothing is old enough" in monitor("db", "prune", "-c", desk.config).out
    assert kept() == [texts, articles, alerts]
    with closing(sqlite3.connect(desk.state / "monitor.db")) as connection:
        connection.execute("UPDATE articles SET seen_at = datetime('now', '-91 days')")
        connection.commit()
    (said,) = monitor("db", "prune", "--shrink", "--json", "-c", desk.config).records
    assert kept() == [0, articles, alerts]
    assert said["forgotten"]["texts"] == texts
    assert said["bytes"] == (desk.state / "monitor.db").stat().st_size


def test_status_warns_before_the_database_is_as_large_as_it_may_be(desk: Desk) -> None:
    desk.configure(keep={"size": "10 GiB"})
    assert "near its size" not in monitor("status", "-c", desk.config, expect=1).out
    desk.configure(keep={"size": "1 KiB"})
    said = monitor("status", "-c", desk.config, expect=1).out
    assert "database near its size" in said
    assert "monitor db prune" in said
