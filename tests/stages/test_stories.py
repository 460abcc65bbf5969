"""Where articles go: the same stories after every crash, late reports in their days, what takes up what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.model import Concept, FeedSource, Topic
from monitor.stages import placing
from monitor.stages.read import read
from monitor.stages.tidy import tidy
from monitor.store import candidates, schema
from monitor.store.database import Database
from monitor.store.tables import (
    alerts,
    articles,
    deliveries,
    families,
    follow_ups,
    reports,
    stories,
    story_keys,
    story_suggestions,
)
from monitor.stories.grouping import Limits
from tests.stages.bench import WINDOW, Bench, entry
from tests.stories.written import FOLLOW_UP, MARKET, SECOND_REPORT, WRECK, Written

DAY = timedelta(days=1)
ALL = Topic(
    id="all",
    title="All of it",
    match="@all",
    concepts=(Concept(name="all", weight=3.0, aliases={"any": ("Sentosa", "Сентоса", "Makassar")}),),
)


async def told(bench: Bench, report: Written, name: str, **values: Any) -> int:
    """Publish a report, read it, and answer its story."""
    row = await bench.tell(name, report.text, title=report.title, language=report.language, **values)
    story: int = next(each["story_id"] for each in bench.rows(reports) if each["article_id"] == row["id"])
    return story


@pytest.fixture
def wreck(bench: Bench) -> Bench:
    bench.watch_for(ALL)
    return bench


# --- restarts -----------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone: nothing catches this and nothing after it runs."""


@contextmanager
def killed_before(statement: int) -> Iterator[list[str]]:
    """Die before the *statement*-th write of a transaction; the list holds those that were reached."""
    reached: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_more: object) -> None:
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            if len(reached) == statement:
                raise Killed
            reached.append(sql)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield reached
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)


def picture(bench: Bench) -> dict[str, list[dict[str, Any]]]:
    """What became of a stream, its ids numbered without the gaps that PostgreSQL leaves after a crash."""
    number = {story: place for place, story in enumerate(bench.column(stories, "id"), 1)}
    kin = {family: place for place, family in enumerate(bench.column(families, "id"), 1)}
    number_of = {"story_id", "earlier_id", "other_id"}

    def plain(name: str, row: dict[str, Any]) -> dict[str, Any]:
        own = {column: number[row[column]] for column in number_of & row.keys()}
        own |= {column: kin[row[column]] for column in {"family_id"} & row.keys()}
        return {**row, **own, "id": number[row["id"]] if name == "stories" else None}

    tables = (stories, reports, story_keys, story_suggestions, follow_ups, alerts)
    return {table.name: [plain(table.name, row) for row in bench.rows(table)] for table in tables}


async def publish(bench: Bench) -> None:
    """One event in two languages, and what was told of it last month: all wait to be read."""
    texts = {"old": WRECK["es"], "wire": WRECK["en"], "ru": WRECK["ru"]}
    sources = [FeedSource(url=f"https://{name}.test/feed", outlet=name) for name in texts]
    bench.list_feeds(*sources)
    for number, (name, report) in enumerate(texts.items(), 1):
        url = f"https://{name}.test/{name}"
        published = bench.now - 30 * DAY if name == "old" else None
        bench.publish(f"https://{name}.test/feed", entry(name, url=url, published_at=published))
        bench.page(url, report.text, title=report.title, language=report.language)
        await bench.poll(number)


async def test_the_same_stream_gives_the_same_stories_whatever_write_a_crash_comes_before(
    wreck: Bench, now: datetime, tmp_path: Path
) -> None:
    calm = Bench(Database(f"sqlite:///{tmp_path / 'calm.db'}"), now, ALL)
    calm.db.write_now(schema.upgrade)
    await publish(calm)
    await calm.read_all()
    await publish(wreck)
    crashes = 0
    for article in wreck.column(articles, "id"):
        for statement in count():
            with killed_before(statement) as reached, suppress(Killed):
                await read(article, wreck.reading)
            if len(reached) < statement or wreck.rows(articles)[article - 1]["state"] == "done":
                break
            crashes += 1
            wreck.db.close()  # and start again
            wreck.db = Database(wreck.db.url.render_as_string(hide_password=False))
            wreck.execute("UPDATE articles SET claimed_until = NULL")
    assert crashes > 36, "each article was interrupted before each of its writes"
    assert picture(wreck) == picture(calm)
    assert [row["story_id"] for row in picture(wreck)["reports"]] == [1, 2, 2]
    assert [row["earlier_id"] for row in picture(wreck)["follow_ups"]] == [1]
    assert len(wreck.rows(deliveries)) == len(calm.rows(deliveries))
    calm.db.close()


# --- time ---------------------------------------------------------------------------------------------


async def test_reports_in_any_order_make_one_story_that_reaches_from_the_first_to_the_last(
    wreck: Bench,
) -> None:
    first = await told(wreck, WRECK["en"], "a", published_at=wreck.now - DAY)
    assert await told(wreck, SECOND_REPORT, "b", published_at=wreck.now - 3 * DAY) == first
    assert await told(wreck, WRECK["ru"], "c", published_at=wreck.now - 2 * DAY) == first
    (story,) = wreck.rows(stories)
    assert (story["first_report_at"], story["last_report_at"]) == (wreck.now - 3 * DAY, wreck.now - DAY)


async def test_a_late_report_joins_the_story_of_its_days_and_leaves_it_closed(wreck: Bench) -> None:
    first = await told(wreck, WRECK["en"], "a")
    wreck.now += 20 * DAY
    await tidy(wreck.db, now=wreck.now, window=WINDOW)
    assert await told(wreck, SECOND_REPORT, "b", published_at=wreck.now - 19 * DAY) == first
    assert wreck.column(stories, "state") == ["closed"]


async def test_what_is_older_than_a_story_by_more_than_the_window_is_no_part_of_it(wreck: Bench) -> None:
    first = await told(wreck, WRECK["en"], "a")
    assert await told(wreck, SECOND_REPORT, "b", published_at=wreck.now - WINDOW - DAY) != first
    assert wreck.rows(follow_ups) == [], "and what came before follows nothing"


# --- a story's life -----------------------------------------------------------------------------------


async def test_a_follow_up_weeks_later_opens_a_story_that_refers_to_the_old_one_and_says_so(
    wreck: Bench,
) -> None:
    old = await told(wreck, WRECK["en"], "a")
    wreck.now += 21 * DAY
    await tidy(wreck.db, now=wreck.now, window=WINDOW)
    assert wreck.column(stories, "state") == ["closed"]
    new = await told(wreck, FOLLOW_UP, "b")
    assert new != old
    assert wreck.column(stories, "state") == ["closed", "open"]
    (link,) = wreck.rows(follow_ups)
    assert (link["story_id"], link["earlier_id"]) == (new, old)
    assert "Sentosa" in next(item["shared"] for item in link["evidence"] if item["kind"] == "names")
    follows = wreck.rows(deliveries)[-1]["payload"]["follows"]
    assert (follows["story"], follows["title"]) == (old, WRECK["en"].title)
    assert {"names", "numbers"} <= {item["kind"] for item in follows["evidence"]}


async def test_those_who_could_not_hear_of_the_old_story_are_not_told_its_title(wreck: Bench) -> None:
    await told(wreck, WRECK["en"], "a")
    wreck.now += 21 * DAY
    wreck.watch_for(replace(ALL, id="other", title="Another desk"))
    await told(wreck, FOLLOW_UP, "b")
    assert len(wreck.rows(follow_ups)) == 1
    assert wreck.rows(deliveries)[-1]["payload"]["follows"] is None


async def test_another_event_follows_nothing(wreck: Bench) -> None:
    await told(wreck, WRECK["en"], "a")
    wreck.now += 21 * DAY
    await told(wreck, MARKET, "b")
    assert wreck.rows(follow_ups) == []


async def test_a_story_keeps_what_each_report_adds_and_when_something_new_was_last_told(
    wreck: Bench,
) -> None:
    await told(wreck, WRECK["en"], "a")
    at_first = wreck.now
    wreck.now += DAY
    await told(wreck, FOLLOW_UP, "b")
    with_news = wreck.now
    wreck.now += DAY
    await told(wreck, FOLLOW_UP, "c")  # a copy
    first, second, copy = wreck.rows(reports)
    assert (first["news"], copy["news"]) == (None, None)
    assert "189" in second["news"]
    assert not {"212", "150", "Sentosa"} & set(second["news"])
    (story,) = wreck.rows(stories)
    assert (story["first_report_at"], story["last_fact_at"]) == (at_first, with_news)
    assert story["last_report_at"] == wreck.now


# --- what ties reports together -----------------------------------------------------------------------


async def test_an_alert_carries_why_its_article_is_in_the_story(wreck: Bench) -> None:
    await told(wreck, WRECK["en"], "a")
    await told(wreck, WRECK["ru"], "b")
    told_as = {row["id"]: row["kind"] for row in wreck.rows(alerts)}
    payloads = {told_as[row["alert_id"]]: row["payload"] for row in wreck.rows(deliveries)}
    first, second = payloads["new_story"], payloads["new_report"]
    assert first["links"] == []
    found = {link["kind"]: link["shared"] for link in second["links"]}
    assert "Сентоса / Sentosa" in found["names"]
    assert {"187", "212"} <= set(found["numbers"])
    assert all(link["score"] > 0 for link in second["links"])


async def test_an_alert_names_no_concept_of_a_topic_that_it_is_not_about(bench: Bench) -> None:
    other = replace(ALL, id="two", concepts=(replace(ALL.concepts[0], name="quietly"),), match="@quietly")
    bench.watch_for(ALL, other)
    await told(bench, WRECK["en"], "a")
    await told(bench, WRECK["ru"], "b")
    topics = {row["id"]: row["topic"] for row in bench.rows(alerts)}
    for row in bench.rows(deliveries):
        shared = {word for link in row["payload"]["links"] for word in link["shared"]}
        assert ("quietly" in shared) <= (topics[row["alert_id"]] == "two")
        assert ("all" in shared) <= (topics[row["alert_id"]] == "all")


async def test_what_nearly_is_one_story_is_suggested_once_with_its_reasons(
    wreck: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "Limits", lambda window: Limits(window=window, link=0.999, suggest=0.3))
    first = await told(wreck, WRECK["en"], "a")
    second = await told(wreck, WRECK["ru"], "b")
    assert first != second
    (pair,) = wreck.rows(story_suggestions)
    assert (pair["story_id"], pair["other_id"]) == (first, second)
    assert 0.3 < pair["score"] < 0.999
    assert {"names", "numbers"} <= {item["kind"] for item in pair["evidence"]}
    await told(wreck, MARKET, "c")
    assert len(wreck.rows(story_suggestions)) == 1


# --- what is looked through ---------------------------------------------------------------------------


async def test_a_long_past_makes_no_look_up_longer(wreck: Bench) -> None:
    await told(wreck, WRECK["en"], "a")
    own = wreck.column(story_keys, "key")
    past = wreck.now - 60 * DAY
    many = candidates.EARLIER_PER_KEY * 3

    def fill(connection: sa.Connection) -> None:
        values = {"title": "old", "state": "closed", "first_report_at": past, "last_report_at": past}
        for _ in range(many):
            old = connection.scalar(sa.insert(stories).values(**values).returning(stories.c.id))
            connection.execute(sa.insert(story_keys), [{"key": key, "story_id": old} for key in own])

    wreck.db.write_now(fill)
    statement = candidates._youngest(len(own))
    given = {f"key{place}": key for place, key in enumerate(own)}
    found = wreck.db.read_now(
        lambda connection: connection.scalars(statement, {**given, "before": wreck.now - WINDOW}).all()
    )
    youngest = sorted(wreck.column(stories, "id"))[-candidates.EARLIER_PER_KEY :]
    assert list(found) == youngest[: candidates.MAX_EARLIER]  # all share as much: of all, the first would win
