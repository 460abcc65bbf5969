"""Articles that come to a topic only by what their page says later are told as any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.articles.looks import Look
from monitor.model import Cause, FetchFailed
from monitor.stages.revisit import revisit
from monitor.store import looks as look_rows
from monitor.store.tables import alerts, figures, looks, matches, near_misses, reports, story_topics
from tests.stages.bench import HARM, REFUGE, WEATHER, WIRE, Bench

PAGE = "https://a.test/wire"
TITLE = "31 men land in Norrvik"
TORTURED = f"{WIRE}\nTwo of them told the doctors on board of torture in a cellar outside Dorsk."
NEARLY = "Two sailors asked for asylum in the harbour town of Norrvik, the police said on Tuesday evening."
STRICT = replace(REFUGE, min_score=5)  # what only says "asylum" is two points short


async def look(bench: Bench) -> dict[str, Any]:
    (row,) = bench.rows(looks)
    bench.now = row["next_look_at"]
    await revisit(1, bench.revisiting)
    (row,) = bench.rows(looks)
    return row


def told(bench: Bench) -> list[tuple[str, str]]:
    return [(row["topic"], row["kind"]) for row in bench.rows(alerts)]


async def test_a_topic_that_a_revision_brings_is_told_as_a_new_story(bench: Bench) -> None:
    bench.watch_for(REFUGE, HARM)
    await bench.tell("wire", WIRE, title=TITLE)
    assert told(bench) == [("refuge", "new_story")]
    bench.page(PAGE, TORTURED, title=TITLE)
    assert (await look(bench))["outcome"] == Look.REVISED
    assert told(bench) == [("refuge", "new_story"), ("harm", "new_story")]
    assert bench.column(matches, "topic") == ["harm", "refuge"]
    assert bench.column(story_topics, "topic") == ["harm", "refuge"]
    assert len(bench.rows(reports)) == 1, "in the story where it stood already"
    bench.page(PAGE, f"{TORTURED} The police detained nobody.", title=TITLE)
    await look(bench)
    assert len(told(bench)) == 2, "once"


async def test_an_article_that_just_missed_is_looked_at_again_and_told_when_it_matches(bench: Bench) -> None:
    bench.watch_for(STRICT)
    await bench.tell("wire", NEARLY, title="Two sailors in Norrvik")
    assert (len(bench.rows(near_misses)), told(bench), bench.rows(reports)) == (1, [], [])
    more = f"{NEARLY} Both had been evacuated from Estrava by ferry with 31 men, a relief group said."
    bench.page(PAGE, more, title="Two sailors ask for asylum in Norrvik")
    assert (await look(bench))["outcome"] == Look.REVISED
    assert told(bench) == [("refuge", "new_story")]
    assert len(bench.rows(reports)) == 1
    assert 31 in bench.column(figures, "value")


async def test_what_no_topic_missed_is_left_alone(bench: Bench) -> None:
    bench.watch_for(STRICT)
    await bench.tell("rain", WEATHER)
    assert bench.rows(looks) == []


async def test_a_page_behind_the_feeds_words_brings_its_topics(bench: Bench) -> None:
    bench.watch_for(REFUGE, HARM)
    bench.answers[PAGE] = FetchFailed(cause=Cause.HTTP, status=451)
    await bench.tell(
        "wire", TORTURED, summary="31 men who had been evacuated from Estrava landed in Norrvik."
    )
    assert told(bench) == [("refuge", "new_story")]
    del bench.answers[PAGE]
    assert (await look(bench))["outcome"] == Look.FIRST_PAGE
    assert told(bench) == [("refuge", "new_story"), ("harm", "new_story")]


async def test_the_backlog_of_a_new_feed_stays_quiet_when_it_is_revised(bench: Bench) -> None:
    bench.watch_for(REFUGE, HARM)
    await bench.tell("wire", WIRE, title=TITLE, published_at=bench.now - timedelta(days=5))
    bench.page(PAGE, TORTURED, title=TITLE)
    await look(bench)
    assert bench.column(matches, "topic") == ["harm", "refuge"]
    assert told(bench) == []


# --- when ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "first"), [((0.1, 5), 0.1), ((5,), 5), ((), None), ((0.5, 2, 8), 0.5)])
async def test_a_new_schedule_holds_for_looks_that_are_planned_already(
    bench: Bench, hours: tuple[float, ...], first: float | None
) -> None:
    await bench.tell("wire", WIRE, title=TITLE)
    schedule = tuple(timedelta(hours=hour) for hour in hours)
    bench.db.write_now(look_rows.replan, schedule, now=bench.now)
    (row,) = bench.rows(looks)
    assert row["next_look_at"] == (None if first is None else bench.now + timedelta(hours=first))


async def test_a_longer_schedule_takes_up_again_what_was_over(bench: Bench) -> None:
    bench.look_again = (timedelta(minutes=30),)
    await bench.tell("wire", WIRE, title=TITLE)
    read_at = bench.now
    assert (await look(bench))["next_look_at"] is None
    schedule = (timedelta(minutes=30), timedelta(days=3))
    assert bench.db.write_now(look_rows.replan, schedule, now=bench.now) == 1
    assert bench.column(looks, "next_look_at") == [read_at + timedelta(days=3)]
    assert bench.db.write_now(look_rows.replan, schedule, now=bench.now) == 0


async def test_a_look_that_is_overdue_or_waits_for_a_fault_to_pass_keeps_its_moment(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title=TITLE)
    (due,) = bench.column(looks, "next_look_at")
    later = due + timedelta(minutes=5)
    bench.db.write_now(look_rows.replan, (timedelta(hours=7),), now=later)
    assert bench.column(looks, "next_look_at") == [due]
    bench.answers[PAGE] = FetchFailed(cause=Cause.TIMEOUT)
    waiting = (await look(bench))["next_look_at"]
    bench.db.write_now(look_rows.replan, (timedelta(hours=7),), now=bench.now)
    assert bench.column(looks, "next_look_at") == [waiting]
