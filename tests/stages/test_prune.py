"""Forgetting what is old, without telling it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.model import FeedSource, Retention
from monitor.stages.prune import prune
from monitor.stages.tidy import tidy
from monitor.store import tables
from monitor.store.retention import RENEWED
from tests.stages.bench import REFUGE, WINDOW, WIRE, Bench, entry

DAY = timedelta(days=1)
KEEP = Retention(texts=90 * DAY, records=365 * DAY)
DULL = "The town council of Harrow Bay will repaint its eleven bridges in the spring. " * 4
FEED = "https://a.test/feed"
PAGE = "https://a.test/one"


async def forget(bench: Bench, keep: Retention = KEEP) -> dict[str, int]:
    """Let the beats do their work: stories close, then what is old goes."""
    await tidy(bench.db, now=bench.now, window=WINDOW)
    return await prune(bench.db, keep, now=bench.now)


async def show(bench: Bench, *entries: Any) -> None:
    bench.list_feeds(FeedSource(url=FEED))
    bench.publish(FEED, *entries)
    await bench.poll()
    await bench.read_all()


async def test_a_text_goes_when_its_time_is_over_and_the_report_stays(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    bench.now += 90 * DAY - timedelta(minutes=1)
    assert await forget(bench) == {}
    bench.now += timedelta(minutes=2)
    assert await forget(bench) == {"texts": 1}
    assert not bench.rows(tables.article_texts)
    assert not bench.rows(tables.shingles)
    assert len(bench.rows(tables.reports)) == len(bench.rows(tables.articles)) == 1
    assert bench.rows(tables.matches)


async def test_a_story_goes_whole_with_what_was_told_of_it(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("copy", WIRE)
    assert bench.rows(tables.alerts)
    assert bench.rows(tables.deliveries)
    bench.now += 366 * DAY
    await forget(bench)
    for table in (tables.stories, tables.reports, tables.matches, tables.alerts, tables.deliveries):
        assert not bench.rows(table), table.name


async def test_an_open_story_is_kept_however_short_its_topic_wants_it(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    bench.now += 2 * DAY
    short = replace(KEEP, topic_records={REFUGE.id: DAY})
    await forget(bench, short)
    assert bench.rows(tables.alerts)
    bench.now += WINDOW
    await forget(bench, short)
    assert not bench.rows(tables.alerts)
    assert not bench.rows(tables.stories)


async def test_a_topic_keeps_its_texts_for_longer_or_shorter_than_the_others(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("other", DULL)
    texts = {row["article_id"] for row in bench.rows(tables.article_texts)}
    assert texts == {1, 2}
    assert {row["article_id"] for row in bench.rows(tables.matches)} == {1}
    bench.now += 91 * DAY
    await forget(bench, replace(KEEP, topic_texts={REFUGE.id: 200 * DAY}))
    assert [row["article_id"] for row in bench.rows(tables.article_texts)] == [1]
    await forget(bench, replace(KEEP, topic_texts={REFUGE.id: DAY}))
    assert not bench.rows(tables.article_texts)


async def test_what_two_topics_share_stays_as_long_as_the_more_patient_says(bench: Bench) -> None:
    second = replace(REFUGE, id="second")
    bench.watch_for(REFUGE, second)
    await bench.tell("wire", WIRE)
    bench.now += 100 * DAY
    keep = replace(
        KEEP, topic_texts={REFUGE.id: DAY}, topic_records={REFUGE.id: 30 * DAY, "second": 200 * DAY}
    )
    await forget(bench, replace(keep, texts=150 * DAY))
    assert bench.rows(tables.article_texts)
    assert bench.column(tables.story_topics, "topic") == ["second"]
    assert bench.column(tables.matches, "topic") == ["second"]
    assert set(bench.column(tables.alerts, "topic")) == {"second"}


async def test_an_article_that_its_feed_lists_for_years_is_never_new_again(bench: Bench) -> None:
    old = entry("one", url=PAGE)
    bench.page(PAGE, WIRE)
    await show(bench, old)
    for month in range(14):
        bench.now += timedelta(days=31)
        bench.publish(FEED, old, entry(f"filler-{month}", url=f"https://a.test/filler-{month}"))
        bench.page(f"https://a.test/filler-{month}", DULL)
        await bench.poll()
        await bench.read_all()
        await forget(bench)
    assert [row["url"] for row in bench.rows(tables.articles)].count(PAGE) == 1
    assert not [row for row in bench.rows(tables.alerts) if row["article_id"] == 1]
    assert [row for row in bench.rows(tables.sightings) if row["article_id"] == 1]


async def test_an_article_that_left_its_feed_goes_with_its_sighting(bench: Bench) -> None:
    bench.page(PAGE, DULL)
    await show(bench, entry("one", url=PAGE))
    bench.now += 200 * DAY
    bench.page("https://a.test/two", DULL)
    bench.publish(FEED, entry("two", url="https://a.test/two"))
    await bench.poll()
    await bench.read_all()
    bench.now += 166 * DAY
    await forget(bench)
    assert bench.column(tables.articles, "url") == ["https://a.test/two"]
    assert len(bench.rows(tables.sightings)) == 1


async def test_a_feed_that_never_changes_keeps_what_it_lists(bench: Bench) -> None:
    bench.page(PAGE, DULL)
    await show(bench, entry("one", url=PAGE))
    bench.now += 800 * DAY
    await bench.poll()  # the same body: it is not even parsed
    await forget(bench)
    assert bench.column(tables.articles, "url") == [PAGE]


async def test_what_a_removed_feed_showed_goes(bench: Bench) -> None:
    bench.page(PAGE, DULL)
    await show(bench, entry("one", url=PAGE))
    bench.list_feeds()
    bench.now += 366 * DAY
    await forget(bench)
    assert not bench.rows(tables.articles)


async def test_an_article_older_than_what_is_remembered_comes_without_an_alert(bench: Bench) -> None:
    bench.page("https://a.test/now", DULL)
    await show(bench, entry("now", url="https://a.test/now"))
    bench.page(PAGE, WIRE)
    bench.publish(FEED, entry("one", url=PAGE, published_at=bench.now - 366 * DAY))
    await bench.poll()
    await bench.read_all()
    assert bench.rows(tables.matches)
    assert not bench.rows(tables.alerts)


async def test_an_article_that_waits_to_be_read_is_kept(bench: Bench) -> None:
    bench.list_feeds(FeedSource(url=FEED))
    bench.publish(FEED, entry("one", url=PAGE))
    await bench.poll()
    bench.list_feeds()
    bench.now += 800 * DAY
    await forget(bench)
    assert bench.column(tables.articles, "state") == ["new"]
    assert bench.rows(tables.article_texts)


async def test_a_sighting_is_renewed_about_once_a_month_only(bench: Bench) -> None:
    old = entry("one", url=PAGE)
    bench.page(PAGE, DULL)
    await show(bench, old)
    noted = []
    for day in range(1, 35):
        bench.now += DAY
        bench.publish(FEED, old, etag=str(day))
        await bench.poll()
        noted.append(bench.column(tables.sightings, "listed_at")[0])
    assert noted == [None] * 30 + [noted[-1]] * 4
    assert noted[-1] == bench.now - 34 * DAY + RENEWED + DAY
