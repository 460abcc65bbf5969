"""Figures that an article brings into disagreement: told with it, once, and told to those who want them."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import AlertKind, FigureRole
from monitor.stages.disagreeing import CAUSE_LIMIT, disagreements
from monitor.store.tables import alerts
from tests.stages.bench import REFUGE, REPORT, WIRE, Bench

TITLE = "31 men evacuated from Estrava land in Norrvik"
OTHER_COUNT = REPORT.replace(
    "counted 31 men down the gangway at Norrvik", "said that 44 men arrived at Norrvik"
)


async def two_counts(bench: Bench) -> None:
    """One report says that 31 men arrived, another that 44 did."""
    await bench.tell("wire", WIRE, title=TITLE)
    await bench.tell("report", OTHER_COUNT, title="Ferry from Estrava lands in Norrvik", host="b.test")


async def test_figures_that_differ_are_told_with_both_claims_and_their_sources(bench: Bench) -> None:
    await two_counts(bench)
    assert AlertKind.FIGURES_DIFFER in bench.column(alerts, "kind")
    found = bench.db.read_now(disagreements, 1, 2)
    (differing,) = (each for each in found if each.differ)
    assert differing.role is FigureRole.ARRIVED
    assert [(claim.outlet, claim.low) for claim in differing.claims] == [
        ("Outlet wire", 31),
        ("Outlet report", 44),
    ]
    assert all(claim.quote for claim in differing.claims)


async def test_an_article_that_takes_no_part_in_it_does_not_tell_it_again(bench: Bench) -> None:
    await two_counts(bench)
    without = "Volunteers at Norrvik made beds for those whom the ferry from Estrava had brought. " * 3
    await bench.tell("third", without, title="Beds for men from Estrava in Norrvik", host="c.test")
    assert bench.column(alerts, "kind").count(AlertKind.FIGURES_DIFFER) == 1
    assert bench.db.read_now(disagreements, 1, 3) == ()


async def test_the_same_numbers_told_once_more_are_no_news(bench: Bench) -> None:
    await two_counts(bench)
    again = OTHER_COUNT.replace("soup and dry coats", "bread and blankets").replace("two", "three")
    await bench.tell("again", again, title="Norrvik: 44 men from Estrava", host="d.test")
    kinds = bench.column(alerts, "kind")
    assert kinds.count(AlertKind.FIGURES_DIFFER) == 1


async def test_a_copy_repeats_its_original_and_disagrees_with_nobody(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title=TITLE)
    await bench.tell("copy", WIRE, title=TITLE, host="c.test")
    assert bench.db.read_now(disagreements, 1, 2) == ()


async def test_a_topic_that_wants_other_figures_is_not_told(bench: Bench) -> None:
    bench.watch_for(replace(REFUGE, figures=(FigureRole.KILLED,)))
    await two_counts(bench)
    assert AlertKind.FIGURES_DIFFER not in bench.column(alerts, "kind")


async def test_a_cause_of_any_number_of_numbers_fits_its_column(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title=TITLE)
    for number in range(40, 70):
        text = OTHER_COUNT.replace("44 men", f"{number} men").replace("two nights", f"{number} nights")
        await bench.tell(f"r{number}", text, title=f"Ferry from Estrava {number}", host=f"h{number}.test")
    causes = [cause for cause in bench.column(alerts, "cause") if cause.startswith("figures:")]
    assert causes
    assert max(map(len, causes)) <= CAUSE_LIMIT
