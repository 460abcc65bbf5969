"""What a matched article claims is kept with it, and read by story with copies under their original."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store import figures
from monitor.store.tables import articles, reports
from monitor.stories.figures.compare import compare, differences
from tests.stages.bench import REPORT, WEATHER, WIRE, Bench


async def test_a_storys_reports_come_with_their_figures_and_a_copy_counts_under_its_original(
    bench: Bench,
) -> None:
    await bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    await bench.tell("report", REPORT, title="Ferry from Estrava brings 29 men to Norrvik", host="b.test")
    await bench.tell("copy", WIRE, title="31 men evacuated from Estrava land in Norrvik", host="c.test")
    told = bench.db.read_now(figures.of_story, 1)
    assert [(report.article, len(report.copies)) for report in told] == [(1, 1), (2, 0)]
    assert {(figure.role, figure.value) for figure in told[0].figures} >= {("arrived", 31), ("waiting", 9)}
    assert all(row.claims for row in compare(told).rows)
    assert all(each.cause.startswith("figures:") for each in differences(compare(told)))


async def test_figures_go_with_their_article_and_are_replaced_as_a_whole(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    before = bench.db.read_now(figures.of_story, 1)[0].figures
    assert before
    bench.db.write_now(figures.save, 1, before[:1])
    assert bench.db.read_now(figures.of_story, 1)[0].figures == before[:1]
    bench.db.write_now(lambda connection: connection.execute(sa.delete(reports)))
    bench.db.write_now(lambda connection: connection.execute(sa.delete(articles)))
    assert bench.db.read_now(figures.of_story, 1) == []


async def test_an_article_that_matches_nothing_has_no_figures_read(bench: Bench) -> None:
    await bench.tell("weather", WEATHER + " 31 men were killed.")
    assert bench.db.read_now(figures.of_story, 1) == []
