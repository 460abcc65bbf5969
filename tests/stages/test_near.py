"""What topics just miss is kept with the article and told in the day's digest, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Frequency, Route
from monitor.store.tables import near_misses
from tests.stages.bench import HARM, REFUGE, WIRE, Bench
from tests.stages.office import Office

STRICT = replace(REFUGE, min_score=5)  # what only says "asylum" is two points short
SHORT = "Two sailors asked for asylum in the harbour town of Norrvik, the police said on Tuesday evening."
DAILY = Route(destinations=("desk",), frequency=Frequency.DAILY)


async def test_an_article_that_is_points_short_is_kept_and_raises_no_alert(bench: Bench) -> None:
    bench.watch_for(STRICT, HARM)
    await bench.tell("short", SHORT)
    assert [(row["topic"], row["missing"]) for row in bench.rows(near_misses)] == [("refuge", 2.0)]
    assert Office(bench).due() == []


async def test_a_daily_digest_ends_with_what_its_topics_just_missed(bench: Bench) -> None:
    bench.watch_for(STRICT)
    bench.routes = (DAILY,)
    await bench.tell("short", SHORT, title="Two sailors in Norrvik")
    bench.watch_for(REFUGE)
    await bench.tell("wire", WIRE, host="b.test")
    bench.now = bench.rows(near_misses)[0]["at"].replace(hour=7, minute=0) + timedelta(days=1)
    office = Office(bench)
    await office.deliver()
    ((_, delivery),) = office.sent
    assert [notice.url for notice in delivery.notices] == ["https://b.test/wire"]
    assert [(line.headline, line.missing) for line in delivery.near_misses] == [("Two sailors in Norrvik", 2)]


async def test_an_article_that_another_topic_of_the_digest_matched_is_no_near_miss(bench: Bench) -> None:
    bench.watch_for(STRICT, replace(HARM, match="police"))
    bench.routes = (DAILY,)
    await bench.tell("short", SHORT)
    await bench.tell("wire", f"{WIRE} They were given asylum, and evacuated.", host="b.test")
    bench.now = bench.now.replace(hour=7, minute=0) + timedelta(days=1)
    office = Office(bench)
    await office.deliver()
    assert [delivery.near_misses for _, delivery in office.sent] == [()]


@pytest.mark.parametrize("hidden", [{"discreet": True, "code_name": "Willow"}, {"status": "draft"}])
async def test_nothing_is_kept_of_topics_that_are_hidden_or_not_in_force(
    bench: Bench, hidden: dict[str, str]
) -> None:
    bench.watch_for(replace(STRICT, **hidden))
    await bench.tell("short", SHORT)
    assert bench.rows(near_misses) == []
