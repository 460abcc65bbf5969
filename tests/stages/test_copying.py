"""Which article copies which, whatever the order in which feeds are polled."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from monitor.store.stories import prune_shingles
from monitor.store.tables import alerts, articles, reports, shingles, stories
from monitor.stories.candidates import MAX_GROUPS_PER_HASH, MAX_POSTINGS_PER_GROUP
from tests.stages.bench import OTHER, WIRE, Bench

HOUR = timedelta(hours=1)
EDITED = WIRE.replace("chartered the vessel", "hired the ship").replace("heavy weather", "high seas")
EXCERPT = WIRE[: WIRE.index("Its director")]
ADDED = (
    f"{WIRE} The mayor spoke of a good day. Two more crossings are planned before the winter storms set in."
)


def roles(bench: Bench) -> dict[str, tuple[Any, ...]]:
    """What each article is, by the name in its URL, and of which article."""
    names = {row["id"]: row["url"].rpartition("/")[2] for row in bench.rows(articles)}
    return {names[row["article_id"]]: (row["role"], names.get(row["copy_of"])) for row in bench.rows(reports)}


async def test_an_edited_copy_and_an_excerpt_go_back_to_the_original(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("edited", EDITED, host="b.test")
    await bench.tell("excerpt", EXCERPT, host="c.test")
    assert roles(bench) == {
        "wire": ("original", None),
        "edited": ("copy", "wire"),
        "excerpt": ("copy", "wire"),
    }
    assert bench.column(reports, "copy_kind") == [None, "edited", "excerpt"]
    assert len(bench.rows(stories)) == 1


async def test_a_copy_of_a_copy_goes_back_to_the_original(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("edited", EDITED, host="b.test")
    await bench.tell("again", EDITED, host="c.test")
    assert roles(bench)["again"] == ("copy", "wire")


async def test_the_original_that_is_read_later_becomes_the_original(bench: Bench) -> None:
    await bench.tell("mirror", WIRE, published_at=bench.now - HOUR, host="b.test")
    await bench.tell("wire", WIRE, published_at=bench.now - 3 * HOUR)
    assert roles(bench) == {"mirror": ("copy", "wire"), "wire": ("original", None)}
    first, second = bench.rows(reports)
    assert (first["copy_kind"], first["containment"]) == ("verbatim", pytest.approx(1.0))
    assert (second["copy_kind"], second["containment"], second["evidence"]) == (None, None, [])
    assert len(bench.rows(alerts)) == 1, "nobody is told again"


async def test_a_bare_day_makes_nobody_the_original_of_what_the_same_day_published(bench: Bench) -> None:
    day = bench.now.replace(hour=0, minute=0, second=0, microsecond=0) - 24 * HOUR
    await bench.tell("wire", WIRE, published_at=day + 9 * HOUR)
    await bench.tell("town-paper", WIRE, published_at=day, host="b.test")
    assert roles(bench) == {"wire": ("original", None), "town-paper": ("copy", "wire")}


async def test_a_whole_family_follows_the_earlier_original(bench: Bench) -> None:
    await bench.tell("mirror", WIRE, published_at=bench.now - HOUR, host="b.test")
    await bench.tell("edited", EDITED, published_at=bench.now, host="c.test")
    await bench.tell("wire", WIRE, published_at=bench.now - 3 * HOUR)
    assert roles(bench) == {
        "mirror": ("copy", "wire"),
        "edited": ("copy", "wire"),
        "wire": ("original", None),
    }


@pytest.mark.parametrize(("first", "second"), [(None, HOUR), (HOUR, None), (HOUR, HOUR), (2 * HOUR, HOUR)])
async def test_the_order_of_sight_stands_unless_the_dates_say_otherwise(
    bench: Bench, first: timedelta | None, second: timedelta | None
) -> None:
    await bench.tell("wire", WIRE, published_at=first and bench.now - first)
    await bench.tell("copy", WIRE, published_at=second and bench.now - second, host="b.test")
    assert roles(bench) == {"wire": ("original", None), "copy": ("copy", "wire")}


async def test_a_teaser_with_an_early_date_does_not_become_the_original_of_the_whole_report(
    bench: Bench,
) -> None:
    await bench.tell("wire", f"{ADDED} {OTHER}", published_at=bench.now - HOUR)
    await bench.tell("teaser", EXCERPT, published_at=bench.now - 3 * HOUR, host="b.test")
    assert roles(bench) == {"wire": ("original", None), "teaser": ("copy", "wire")}


async def test_a_copy_that_adds_to_the_original_is_a_copy_all_the_same(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("added", ADDED, host="b.test")
    assert roles(bench)["added"] == ("copy", "wire")


async def test_a_copy_is_found_long_after_its_story_was_closed(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    bench.now += timedelta(days=40)
    await bench.tell("copy", WIRE, host="b.test")
    assert roles(bench)["copy"] == ("copy", "wire")
    assert len(bench.rows(alerts)) == 1


def gibberish(seed: int, count: int) -> str:
    """Words that no other seed has."""
    return " ".join(f"word{seed}x{number}" for number in range(count))


async def test_what_stands_under_every_article_of_a_site_makes_no_copies(bench: Bench) -> None:
    furniture = (
        "Follow our desk for more on people who were evacuated and write to the editors at any hour "
        "if you have seen something that the world should know about this long and quiet war"
    )
    for number in range(MAX_GROUPS_PER_HASH + 1):
        await bench.tell(f"n{number}", f"{gibberish(number, 150)} {furniture}")
    await bench.tell("short", f"{gibberish(99, 40)} {furniture}")
    assert roles(bench)["short"][0] == "report", "although 40 % of it stand elsewhere too"


async def test_the_hundredth_copy_is_found_although_three_of_a_family_are_indexed(bench: Bench) -> None:
    for number in range(MAX_POSTINGS_PER_GROUP + 3):
        await bench.tell(f"n{number}", WIRE, host=f"h{number}.test")
    assert {of for _, of in roles(bench).values()} == {None, "n0"}
    kept = Counter(bench.column(shingles, "hash"))
    assert set(kept.values()) == {MAX_POSTINGS_PER_GROUP}


async def test_pruned_shingles_leave_every_role_as_it_was(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("copy", WIRE, host="b.test")
    before = roles(bench)
    bench.now += timedelta(days=100)
    await bench.tell("later", OTHER, host="c.test")
    gone = bench.db.write_now(prune_shingles, before=bench.now - timedelta(days=90), limit=5)
    assert gone == 5, "in bites"
    while bench.db.write_now(prune_shingles, before=bench.now - timedelta(days=90)):
        pass
    assert set(bench.column(shingles, "article_id")) == {3}
    assert roles(bench).items() >= before.items()
    await bench.tell("again", WIRE, host="d.test")
    assert roles(bench)["again"] == ("report", None), "nothing is left to compare it with"


async def test_a_feed_of_bare_headlines_copies_those_of_the_same_days(bench: Bench) -> None:
    headline = "Forty evacuated men win asylum in Norrvik after a month of waiting"
    await bench.tell("first", "", title=headline)
    await bench.tell("second", "", title=headline, host="b.test")
    assert roles(bench)["second"] == ("copy", "first")
    bench.now += timedelta(days=30)
    await bench.tell("column", "", title=headline, host="c.test")
    assert roles(bench)["column"] == ("report", None), "a column repeats its headline"
