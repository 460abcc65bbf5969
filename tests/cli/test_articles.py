"""`monitor articles`: what an article says, and what it said before."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from monitor.cli import output
from monitor.model import Cause, FetchFailed
from monitor.stages.revisit import revisit
from monitor.store.tables import articles, looks
from tests.cli.command import monitor
from tests.cli.conftest import HOSTILE, Desk
from tests.stages.bench import WIRE, Bench

NOTE = "Correction: An earlier version of this article gave another number of men."
CORRECTED = WIRE.replace("31 men", "34 men") + f"\n{HOSTILE}.\n{NOTE}"


async def _look(bench: Bench) -> None:
    bench.now = bench.rows(looks)[0]["next_look_at"]
    await revisit(1, bench.revisiting)


@pytest.fixture
def revised(desk: Desk) -> Desk:
    """A state whose first article got another headline, figure and a note, and then went away."""

    async def change(bench: Bench) -> None:
        page = bench.rows(articles)[0]["url"]
        bench.page(page, CORRECTED, title="34 men evacuated from Estrava land in Norrvik")
        await _look(bench)
        bench.answers[page] = FetchFailed(cause=Cause.HTTP, status=410)
        await _look(bench)
        await _look(bench)

    database = desk.database()
    asyncio.run(change(Bench(database, datetime.now(UTC))))
    database.close()
    return desk


def test_show_tells_where_an_article_stands(desk: Desk) -> None:
    said = monitor("articles", "show", 1, "-c", desk.config).out
    assert said.startswith("Article 1: 31 men evacuated from Estrava land in Norrvik\n")
    assert "outlet     Outlet wire (en)" in said
    assert "topics     refuge" in said
    assert "text from  page" in said
    assert said.rstrip().endswith("no revision")
    assert WIRE.splitlines()[0] in monitor("articles", "show", 1, "--text", "-c", desk.config).out


def test_show_marks_the_words_that_changed_where_there_is_no_colour(revised: Desk) -> None:
    said = monitor("articles", "show", 1, "-c", revised.config).out
    assert ": correction, figure changed, headline changed\n" in said
    assert "headline [-31-] {+34+} men evacuated from Estrava land in Norrvik" in said
    (changed,) = [row for row in said.splitlines() if row.startswith("~ ")]
    assert "took in [-31-] {+34+} men on Tuesday" in changed
    assert [row.split() for row in said.splitlines() if row.startswith("+ ")][-1] == ["+", *NOTE.split()]
    assert "Evacuated [red]men[/red]" in said, "as it stands, and not as a colour"
    assert not {"\x1b", "\u202e"} & set(said)
    assert "The page is gone" in said.partition("Revision 3")[2]
    assert "removed (http 410)" in said


def test_show_colours_them_in_a_terminal(revised: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output.out, "_force_terminal", True)
    monkeypatch.setattr(output.out, "_color_system", output.out._color_system or 1)
    monkeypatch.setattr(output.out, "no_color", False)
    said = monitor("articles", "show", 1, "-c", revised.config).out
    assert "\x1b[9;31m31\x1b[0m \x1b[32m34\x1b[0m men" in said
    assert "[-31-]" not in said
    assert "\x1b[31m:boom:" not in said


def test_show_gives_programs_every_version_with_its_difference(revised: Desk) -> None:
    (article,) = monitor("articles", "show", 1, "--json", "-c", revised.config).records
    assert (article["article"], article["story"], article["topics"]) == (1, 1, ["refuge"])
    assert article["outcome"] == "page"
    assert article["last_look_at"] < article["next_look_at"], "a page that is gone may come back"
    assert [(seen["feed"], seen["name"]) for seen in article["seen_in"]] == [(1, "Outlet wire")]
    first, second = article["revisions"]
    assert (first["number"], first["kinds"]) == (2, ["correction", "figure", "headline"])
    assert (first["before"]["text"], first["text"]) == (WIRE, CORRECTED)
    assert {"before": "", "after": NOTE} in [
        {key: each[key] for key in ("before", "after")} for each in first["difference"]
    ]
    assert (second["kinds"], second["difference"], second["text"]) == (["removed"], [], CORRECTED)


def test_show_says_that_a_page_is_back_and_which_texts_are_no_longer_kept(revised: Desk) -> None:
    async def bring_back(bench: Bench) -> None:
        page = bench.rows(articles)[0]["url"]
        bench.page(page, CORRECTED, title="34 men evacuated from Estrava land in Norrvik")
        await _look(bench)
        bench.execute("UPDATE revisions SET text = NULL WHERE number = 1")

    database = revised.database()
    asyncio.run(bring_back(Bench(database, datetime.now(UTC))))
    database.close()
    said = monitor("articles", "show", 1, "-c", revised.config).out
    assert "there again after it was removed\nThe page says what it said before." in said
    second = said.partition("Revision 2")[2].partition("Revision 3")[0]
    assert "headline [-31-] {+34+}" in second
    assert "Its text is no longer kept." in second
    assert "{+The harbour town" not in second
    assert "seen in    Outlet wire\n" in said


def test_an_unknown_article_is_named(desk: Desk) -> None:
    assert "there is no article 99" in monitor("articles", "show", 99, "-c", desk.config, expect=1).err
