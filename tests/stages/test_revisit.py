"""Looking at an article again: what is kept of it, and that a page which cannot be had changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.articles.extract import read_page
from monitor.articles.looks import RETRY, Look
from monitor.articles.revision import compare
from monitor.articles.robots import Closed, Later, Open, Permit
from monitor.model import (
    AlertKind,
    Cause,
    Change,
    Fetched,
    FetchFailed,
    FetchResult,
    NotAnArticle,
    NotModified,
    Outcome,
    Unusable,
    Validators,
)
from monitor.stages.revisit import Revisiting, revisit
from monitor.store import looks as look_rows
from monitor.store import revisions as revision_rows
from monitor.store.tables import alerts, article_texts, articles, deliveries, looks, revisions
from tests.stages.bench import SCHEDULE, WEATHER, WIRE, Bench
from tests.stages.office import Office

PAGE = "https://a.test/wire"
TITLE = "31 men land in Norrvik"
CORRECTED = f"{WIRE}\nCorrection: An earlier version of this article gave another name of the town."
GONE = FetchFailed(cause=Cause.HTTP, status=404)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def held(bench: Bench) -> Bench:
    """A bench with one article that matched."""
    bench.answers[PAGE] = Fetched(url=PAGE, status=200, body=b"page", validators=Validators(etag='"1"'))
    await bench.tell("wire", WIRE, title=TITLE)
    return bench


def look_of(bench: Bench) -> dict[str, Any]:
    (row,) = bench.rows(looks)
    return row


async def look(bench: Bench, **tools: Any) -> dict[str, Any]:
    """Look at the article at the moment at which it is due, and answer what the look came to."""
    bench.now = look_of(bench)["next_look_at"] or bench.now
    await revisit(1, replace(bench.revisiting, **tools))
    return look_of(bench)


def answer(bench: Bench, said: FetchResult) -> None:
    bench.answers[PAGE] = said


# --- the plan -----------------------------------------------------------------------------------------


async def test_an_article_that_matched_is_looked_at_again_on_a_schedule_that_ends(held: Bench) -> None:
    read_at = held.now
    moments = []
    while look_of(held)["next_look_at"] is not None:
        moments.append(look_of(held)["next_look_at"] - read_at)
        await look(held)
    assert tuple(moments) == SCHEDULE
    assert look_of(held)["looked"] == len(SCHEDULE)
    asked = len(held.asked)
    await revisit(1, held.revisiting)
    assert len(held.asked) == asked, "after the last look it is left alone"


async def test_an_article_of_no_topic_is_not_looked_at_again(bench: Bench) -> None:
    await bench.tell("rain", WEATHER)
    assert bench.rows(looks) == []


async def test_a_look_is_claimed_once_and_not_before_its_time(held: Bench) -> None:
    def claim(now: datetime) -> list[int]:
        return held.db.write_now(look_rows.claim_due, now=now, lease=MINUTE, limit=5)

    due = look_of(held)["next_look_at"]
    assert claim(due - MINUTE) == []
    assert claim(due) == [1]
    assert claim(due) == []
    assert claim(due + 2 * MINUTE) == [1], "whoever claimed it died"


async def test_the_page_is_asked_for_with_the_validators_that_it_came_with(held: Bench) -> None:
    answer(held, NotModified(url=PAGE))
    after = await look(held)
    assert held.asked[-1] == (PAGE, Validators(etag='"1"'))
    assert (after["outcome"], after["etag"]) == (Look.UNCHANGED, '"1"')
    answer(held, Fetched(url=PAGE, status=200, body=b"page", validators=Validators(etag='"2"')))
    assert (await look(held))["etag"] == '"2"'
    assert len(held.rows(revisions)) == 1


async def test_a_site_that_wants_a_pause_is_waited_for_and_one_that_closes_is_left(held: Bench) -> None:
    class Site:
        permit_now: Permit

        async def permit(self, url: str, article: int, *, unhurried: bool = False) -> Permit:
            return self.permit_now

        async def ruling(self, url: str) -> Permit:
            return Open()

    site, asked = Site(), len(held.asked)
    site.permit_now = Later(at=held.now + 45 * MINUTE)
    after = await look(held, robots=site)
    assert (after["looked"], after["next_look_at"], after["claimed_until"]) == (0, site.permit_now.at, None)
    site.permit_now = Closed()
    assert (await look(held, robots=site))["reason"] == "robots"
    assert len(held.asked) == asked


# --- revisions ----------------------------------------------------------------------------------------


async def test_a_revision_keeps_the_old_text_and_the_article_reads_as_it_does_now(held: Bench) -> None:
    first = held.now
    held.page(PAGE, CORRECTED, title="31 men land in Norvik")
    after = await look(held)
    assert after["outcome"] == Look.REVISED
    one, two = held.rows(revisions)
    assert (one["title"], one["text"], one["kinds"], one["seen_at"]) == (TITLE, WIRE, None, first)
    assert (two["title"], two["kinds"]) == ("31 men land in Norvik", ["correction", "headline"])
    assert (two["seen_at"], two["text"]) == (held.now, None)
    assert held.column(article_texts, "text") == [CORRECTED]
    assert held.column(articles, "title") == ["31 men land in Norvik"]
    history = held.db.read_now(revision_rows.history, 1)
    assert history is not None
    assert [version["text"] for version in history["versions"]] == [WIRE, CORRECTED]


async def test_a_second_revision_is_held_against_the_first(held: Bench) -> None:
    for text in (CORRECTED, f"{CORRECTED}\nA third boat arrived in the morning."):
        held.page(PAGE, text, title=TITLE)
        await look(held)
    assert [row["number"] for row in held.rows(revisions)] == [1, 2, 3]
    assert held.rows(revisions)[2]["kinds"] == ["edit"]
    assert held.rows(revisions)[1]["text"] == CORRECTED


async def test_furniture_and_counters_make_no_revision(held: Bench) -> None:
    held.page(PAGE, f"{WIRE}\n12 comments\nUpdated 5 minutes ago", title=TITLE)
    assert (await look(held))["outcome"] == Look.UNCHANGED
    assert len(held.rows(revisions)) == 1
    assert held.column(article_texts, "text") == [WIRE]


# --- pages that cannot be had -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "page", "outcome", "reason"),
    [
        (FetchFailed(cause=Cause.TIMEOUT), None, Look.FAILED, "timeout"),
        (FetchFailed(cause=Cause.HTTP, status=403), None, Look.REFUSED, "http 403"),
        (FetchFailed(cause=Cause.CHALLENGE, status=200), None, Look.REFUSED, "challenge page"),
        (None, NotAnArticle(outcome=Outcome.BLOCKED, reason="login page"), Look.REFUSED, "login page"),
        (None, Unusable(reason="too many tags"), Look.REFUSED, "too many tags"),
    ],
)
async def test_a_page_that_cannot_be_had_changes_nothing(
    held: Bench, said: FetchResult | None, page: Any, outcome: Look, reason: str
) -> None:
    held.answers[PAGE] = said or held.answers[PAGE]
    held.pages[PAGE] = page or held.pages[PAGE]
    after = await look(held)
    assert (after["outcome"], after["reason"], after["etag"]) == (outcome, reason, '"1"')
    assert after["next_look_at"] > held.now
    assert len(held.rows(revisions)) == 1
    assert held.column(article_texts, "text") == [WIRE]


async def test_a_paywall_that_came_up_is_no_revision_and_leaves_the_whole_text(held: Bench) -> None:
    answer(held, Fetched(url=PAGE, status=200, body=b"page", validators=Validators(etag='"cut"')))
    held.page(PAGE, WIRE[:120], title=TITLE)
    after = await look(held)
    assert (after["outcome"], after["etag"]) == (Look.CUT_OFF, '"1"')
    assert held.column(article_texts, "text") == [WIRE]
    held.page(PAGE, WIRE, title=TITLE)
    assert (await look(held))["outcome"] == Look.UNCHANGED
    assert len(held.rows(revisions)) == 1


@pytest.mark.parametrize("function", [read_page, compare])
async def test_a_page_that_kills_its_worker_is_tried_again_later(held: Bench, function: Any) -> None:
    held.page(PAGE, CORRECTED)
    held.lost = {function}
    after = await look(held)
    assert (after["outcome"], after["failures"]) == (Look.FAILED, 1)
    assert after["next_look_at"] == held.now + RETRY
    held.lost = set()
    assert (await look(held))["outcome"] == Look.REVISED


# --- the feed's words ---------------------------------------------------------------------------------


async def test_the_first_page_after_the_feeds_words_is_what_later_ones_are_held_against(bench: Bench) -> None:
    bench.answers[PAGE] = FetchFailed(cause=Cause.HTTP, status=403)
    summary = "31 men who had been evacuated from Estrava landed in the harbour town of Norrvik on Tuesday."
    await bench.tell("wire", WIRE, summary=summary)
    assert not look_of(bench)["has_page"]
    answer(bench, GONE)
    assert (await look(bench))["outcome"] == Look.REFUSED, "a page never seen cannot be removed"
    bench.page(PAGE, WIRE, title=TITLE)
    del bench.answers[PAGE]
    after = await look(bench)
    assert (after["outcome"], after["has_page"]) == (Look.FIRST_PAGE, True)
    (row,) = bench.rows(revisions)
    assert (row["title"], row["kinds"]) == (TITLE, None)
    assert bench.column(article_texts, "text") == [WIRE]
    bench.page(PAGE, CORRECTED, title=TITLE)
    assert (await look(bench))["outcome"] == Look.REVISED


# --- what is told ---------------------------------------------------------------------------------------


async def test_a_correction_is_told_in_the_storys_thread_to_those_who_were_told_of_it(held: Bench) -> None:
    office = Office(held)
    await office.deliver("desk")
    held.page(PAGE, CORRECTED, title=TITLE)
    await look(held)
    first, second = held.rows(alerts)
    assert (second["kind"], second["cause"], second["topic"]) == ("correction", "revision:1.2", "refuge")
    assert (second["story_id"], second["article_id"]) == (first["story_id"], 1)
    assert [row["state"] for row in office.rows("desk")] == ["sent", "pending"]
    await office.deliver("desk")
    _, delivery = office.sent[-1]
    assert delivery.root_ref == "ref-1"
    (notice,) = delivery.notices
    assert notice.kind is AlertKind.CORRECTION
    assert [(edit.before, edit.after) for edit in notice.edits] == [("", CORRECTED.splitlines()[-1])]
    assert (notice.quotes, notice.matched) == ((), ("evacuated",))


async def test_a_figure_in_words_is_a_figure(held: Bench) -> None:
    for count in ("twelve", "fifteen"):
        held.page(PAGE, f"{WIRE}\nPolice arrested {count} people at the pier on Tuesday night.", title=TITLE)
        await look(held)
    assert [row["kinds"] for row in held.rows(revisions)] == [None, ["edit"], ["figure"]]
    assert held.column(alerts, "kind") == ["new_story", "figure"]


async def test_a_headline_that_goes_back_and_forth_is_told_once(held: Bench) -> None:
    for title in ("31 men reach Norrvik", TITLE, "31 men reach Norrvik"):
        held.page(PAGE, WIRE, title=title)
        await look(held)
    assert [row["kinds"] for row in held.rows(revisions)[1:]] == [["headline"]] * 3
    assert held.column(alerts, "kind") == ["new_story", "headline"]


async def test_what_nobody_was_told_of_needs_no_correction(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title=TITLE, published_at=bench.now - timedelta(days=9))
    bench.page(PAGE, CORRECTED, title=TITLE)
    await look(bench)
    assert len(bench.rows(revisions)) == 2
    assert bench.rows(alerts) == []


async def test_a_topic_that_no_longer_matches_hears_of_the_revision_that_made_it_so(held: Bench) -> None:
    held.page(PAGE, CORRECTED.replace("evacuated", "taken"), title=TITLE)
    await look(held)
    assert held.column(alerts, "kind") == ["new_story", "correction"]
    assert held.rows(deliveries)[-1]["payload"]["topics"] == ["People who flee"]


async def test_small_edits_are_kept_and_not_told(held: Bench) -> None:
    held.page(PAGE, f"{WIRE}\nThe pier is open again.", title=TITLE)
    await look(held)
    assert held.rows(revisions)[1]["kinds"] == ["edit"]
    assert len(held.rows(alerts)) == 1


# --- all of it or nothing -----------------------------------------------------------------------------


async def test_of_two_who_look_at_once_one_settles_it(held: Bench) -> None:
    held.page(PAGE, CORRECTED, title=TITLE)

    async def overtaken(url: str, validators: Validators) -> FetchResult:
        await revisit(1, held.revisiting)  # while this one fetches, its claim runs out and another looks
        return await held.get_page_again(url, validators)

    await look(held, get=overtaken)
    assert [row["number"] for row in held.rows(revisions)] == [1, 2]
    assert look_of(held)["looked"] == 1


@pytest.mark.parametrize("table", ["alerts", "deliveries"])
async def test_a_revision_without_its_alerts_is_not_kept(held: Bench, table: str) -> None:
    held.page(PAGE, CORRECTED, title=TITLE)

    async def broken(url: str, validators: Validators) -> FetchResult:
        held.execute(f"ALTER TABLE {table} RENAME TO away")
        return await held.get_page_again(url, validators)

    with pytest.raises(sa.exc.SQLAlchemyError):
        await look(held, get=broken)
    held.execute(f"ALTER TABLE away RENAME TO {table}")
    assert len(held.rows(revisions)) == 1
    await look(held)
    assert held.column(alerts, "kind") == ["new_story", "correction"]


async def test_a_failure_in_the_middle_leaves_nothing(held: Bench) -> None:
    held.page(PAGE, CORRECTED, title=TITLE)

    async def broken(url: str, validators: Validators) -> FetchResult:
        held.execute("ALTER TABLE article_texts RENAME COLUMN text TO away")
        return await held.get_page_again(url, validators)

    with pytest.raises(sa.exc.SQLAlchemyError):
        await revisit(1, replace(held.revisiting, get=broken))
    held.execute("ALTER TABLE article_texts RENAME COLUMN away TO text")
    assert len(held.rows(revisions)) == 1
    assert look_of(held)["looked"] == 0
    await look(held)
    assert held.column(article_texts, "text") == [CORRECTED], "and the next look finds it"


async def test_every_look_is_counted_with_what_it_found(held: Bench) -> None:
    counted: list[tuple[Look, tuple[Change, ...]]] = []
    tools: Revisiting = replace(
        held.revisiting, count=lambda look, kinds: counted.append((look, tuple(kinds)))
    )
    await revisit(1, tools)
    held.page(PAGE, CORRECTED, title=TITLE)
    await revisit(1, tools)
    assert counted == [(Look.UNCHANGED, ()), (Look.REVISED, (Change.CORRECTION,))]
