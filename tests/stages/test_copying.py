"""Which article copies which, whatever the order in which feeds are polled."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from monitor.model import CopyKind, ReportLine
from monitor.store.retention import Cutoffs, prune_texts
from monitor.store.stories import listing, report_lines
from monitor.store.tables import alerts, articles, families, reports, shingles, stories
from monitor.stories.candidates import MAX_GROUPS_PER_HASH, MAX_POSTINGS_PER_GROUP
from tests.stages.bench import OTHER, REPORT, WIRE, Bench

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
    old = Cutoffs(default=bench.now - timedelta(days=90))
    assert bench.db.write_now(prune_texts, old) == 2
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


# --- sources ----------------------------------------------------------------------------------------------

RETOLD = (
    "Mira Halvorsen of Open Quay brought a ferry from Estrava to Norrvik. 31 men arrived in the town, "
    "all of them evacuated from the coast. Nine men are waiting near Dorsk until the consulate lets them go."
)
RETOLD_AGAIN = (
    "Nine people wait for papers around Dorsk, the relief group Open Quay says. Halvorsen, who leads it, was "
    "in Norrvik when 31 evacuated men landed there by ferry from Estrava, and spoke to the consulate."
)
ROUNDUP = f"{gibberish(1, 300)} {WIRE} {gibberish(2, 300)}"


def told(bench: Bench) -> list[ReportLine]:
    return bench.db.read_now(report_lines, 1)


async def test_two_rewrites_of_one_agencys_report_are_one_source(bench: Bench) -> None:
    await bench.tell("wire", f"NORRVIK (AP) — {WIRE}")
    await bench.tell("retold", f"{RETOLD}\nSource: Associated Press", host="b.test")
    first, second = told(bench)
    assert (first.agencies, first.confirms, first.retells) == (("AP",), True, "")
    assert (second.agencies, second.confirms, second.retells) == (("AP",), False, "Outlet wire")
    assert bench.column(families, "retells_id") == [None, 1]


async def test_a_report_without_the_credit_is_a_source_of_its_own(bench: Bench) -> None:
    await bench.tell("wire", f"NORRVIK (AP) — {WIRE}")
    await bench.tell("own", REPORT, host="b.test")
    assert [(line.confirms, line.retells) for line in told(bench)] == [(True, ""), (True, "")]
    assert bench.column(families, "retells_id") == [None, None]


async def test_whoever_retells_a_retelling_belongs_to_the_first_source(bench: Bench) -> None:
    await bench.tell("wire", f"NORRVIK (AP) — {WIRE}")
    await bench.tell("retold", f"{RETOLD}\n(AP)", host="b.test")
    await bench.tell("again", f"{RETOLD_AGAIN}\n(AP)", host="c.test")
    assert bench.column(families, "retells_id") == [None, 1, 1]
    assert sum(line.confirms for line in told(bench)) == 1


async def test_every_copy_has_the_family_of_its_original_and_a_roundup_confirms_nothing(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("edited", EDITED, host="b.test")
    await bench.tell("roundup", ROUNDUP, host="c.test")
    assert bench.column(reports, "family_id") == [1, 1, 1]
    assert [(line.kind, line.confirms) for line in told(bench)] == [
        (None, True),
        (CopyKind.EDITED, False),
        (CopyKind.ROUNDUP, False),
    ]


async def test_credits_are_kept_with_their_place_and_words(bench: Bench) -> None:
    await bench.tell("wire", f"NORRVIK (AP) — {WIRE}\nQuelle: dpa")
    assert bench.column(reports, "credits") == [
        [
            {"agency": "AP", "place": "dateline", "text": "NORRVIK (AP) —"},
            {"agency": "dpa", "place": "source", "text": "Quelle: dpa"},
        ]
    ]


async def test_when_we_saw_a_report_and_when_it_says_it_was_published_are_kept_apart(bench: Bench) -> None:
    claimed = bench.now - 3 * HOUR
    await bench.tell("mirror", WIRE, published_at=bench.now - HOUR, host="b.test")
    seen = bench.now
    bench.now += HOUR
    await bench.tell("wire", WIRE, published_at=claimed)
    (story,) = bench.db.read_now(partial(listing, limit=1))
    assert [(row["seen_at"], row["published_at"]) for row in story["reports"]] == [
        (seen, seen - HOUR),
        (seen + HOUR, claimed),
    ]
    assert roles(bench)["wire"] == ("original", None), "the claim decides who copies, not who was seen first"
