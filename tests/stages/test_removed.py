"""Pages that are gone, and that come back: what is kept of them and who hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.articles.looks import CONFIRM, LAST_WORD, Look
from monitor.model import Cause, Fetched, FetchFailed, FetchResult, NotModified, Validators
from monitor.stages.revisit import revisit
from monitor.store import looks as look_rows
from monitor.store import revisions as revision_rows
from monitor.store.tables import alerts, article_texts, deliveries, looks, revisions
from tests.stages.bench import SCHEDULE, WIRE, Bench

PAGE = "https://a.test/wire"
TITLE = "31 men land in Norrvik"
CORRECTED = f"{WIRE}\nCorrection: An earlier version of this article gave another name of the town."
GONE = FetchFailed(cause=Cause.HTTP, status=404)
WITH_TAG = Fetched(url=PAGE, status=200, body=b"page", validators=Validators(etag='"1"'))


@pytest.fixture
async def held(bench: Bench) -> Bench:
    """A bench with one article that matched."""
    bench.answers[PAGE] = WITH_TAG
    await bench.tell("wire", WIRE, title=TITLE)
    return bench


async def look(bench: Bench, said: FetchResult = WITH_TAG) -> dict[str, Any]:
    """Let the page answer when the next look at it is due, and answer what the look came to."""
    (row,) = bench.rows(looks)
    bench.answers[PAGE], bench.now = said, row["next_look_at"]
    await revisit(1, bench.revisiting)
    (row,) = bench.rows(looks)
    return row


async def remove(bench: Bench) -> dict[str, Any]:
    await look(bench, GONE)
    return await look(bench, GONE)


def kinds(bench: Bench) -> list[list[str] | None]:
    return bench.column(revisions, "kinds")


async def test_an_article_is_removed_at_the_second_404_and_its_text_is_kept(held: Bench) -> None:
    read_at = held.now
    first = await look(held, GONE)
    assert (first["outcome"], first["next_look_at"]) == (Look.MISSING, held.now + CONFIRM)
    assert kinds(held) == [None]
    second = await look(held, GONE)
    assert (second["outcome"], second["next_look_at"]) == (Look.REMOVED, read_at + SCHEDULE[1])
    assert kinds(held) == [None, ["removed"]]
    assert held.column(article_texts, "text") == [WIRE]
    history = held.db.read_now(revision_rows.history, 1)
    assert history is not None
    assert [version["text"] for version in history["versions"]] == [WIRE, WIRE]


async def test_a_404_that_passes_removes_nothing(held: Bench) -> None:
    for said in (GONE, NotModified(url=PAGE), GONE):
        after = await look(held, said)
    assert (after["outcome"], after["missing"]) == (Look.MISSING, 1)
    assert kinds(held) == [None]


async def test_a_removed_article_is_told_once_with_the_words_that_it_had(held: Bench) -> None:
    await look(held, GONE)
    assert held.column(alerts, "kind") == ["new_story"]
    await look(held, GONE)
    assert held.column(alerts, "kind") == ["new_story", "removed"]
    payload = held.rows(deliveries)[-1]["payload"]
    assert (payload["kind"], payload["edits"]) == ("removed", [])
    assert "evacuated" in payload["quotes"][0]
    assert (await look(held, GONE))["outcome"] == Look.GONE
    assert held.column(alerts, "kind") == ["new_story", "removed"]
    assert kinds(held) == [None, ["removed"]]


@pytest.mark.parametrize("said", [WITH_TAG, NotModified(url=PAGE)])
async def test_a_page_that_is_there_again_is_told_as_that(held: Bench, said: FetchResult) -> None:
    await remove(held)
    assert (await look(held, said))["outcome"] == Look.RETURNED
    assert kinds(held) == [None, ["removed"], ["returned"]]
    assert held.column(alerts, "kind") == ["new_story", "removed", "returned"]
    payload = held.rows(deliveries)[-1]["payload"]
    assert (payload["kind"], payload["story"]) == ("returned", 1)
    held.db.write_now(look_rows.replan, (timedelta(days=3),), now=held.now)
    assert (await look(held))["outcome"] == Look.UNCHANGED, "and it is an article like any other again"


async def test_a_page_that_came_back_corrected_says_both(held: Bench) -> None:
    await remove(held)
    held.page(PAGE, CORRECTED, title=TITLE)
    assert (await look(held))["outcome"] == Look.RETURNED
    assert kinds(held)[-1] == ["returned", "correction"]
    assert held.column(article_texts, "text") == [CORRECTED]
    payload = held.rows(deliveries)[-1]["payload"]
    assert payload["kind"] == "returned"
    assert [edit["after"] for edit in payload["edits"]] == [CORRECTED.splitlines()[-1]]


async def test_another_text_or_a_wall_in_its_place_is_no_return(held: Bench) -> None:
    await remove(held)
    held.page(PAGE, " ".join(f"stranger{n} sentence." for n in range(60)), title="Another page")
    assert (await look(held))["outcome"] == Look.STRANGER
    assert kinds(held) == [None, ["removed"]]


async def test_what_the_last_look_found_removed_is_asked_for_once_more(held: Bench) -> None:
    held.look_again = (SCHEDULE[0],)
    after = await remove(held)
    assert (after["outcome"], after["next_look_at"]) == (Look.REMOVED, held.now + LAST_WORD)
    assert (await look(held, GONE))["next_look_at"] is None


async def test_removed_twice_is_told_twice(held: Bench) -> None:
    held.look_again = tuple(timedelta(hours=hours) for hours in range(1, 9))
    for said in (GONE, GONE, WITH_TAG, GONE, GONE):
        await look(held, said)
    assert held.column(alerts, "kind") == ["new_story", "removed", "returned", "removed"]


async def test_a_page_that_was_never_seen_comes_back_from_nowhere(bench: Bench) -> None:
    bench.answers[PAGE] = FetchFailed(cause=Cause.HTTP, status=403)
    await bench.tell("wire", WIRE, summary="31 men who had been evacuated from Estrava landed in Norrvik.")
    for _ in range(2):
        assert (await look(bench, GONE))["outcome"] == Look.REFUSED
    assert kinds(bench) == [None]
