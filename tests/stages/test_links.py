"""Links that lead elsewhere: one article whatever link shows it, under the name of its outlet."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from monitor.model import (
    Cause,
    FeedSource,
    Fetched,
    FetchFailed,
    NotAnArticle,
    Outcome,
    Redirect,
)
from monitor.store import revisions as revision_rows
from monitor.store.tables import alerts, article_texts, articles, deliveries, reports, sightings
from tests.stages.bench import WEATHER, WIRE, Bench, entry

AGGREGATOR, OUTLET = "https://aggregator.test/rss", "https://www.courier.test/feed"
TOKEN = "https://aggregator.test/articles/CBMiK2h0"
PAGE = "https://www.courier.test/world/ferry-lands"
SUMMARY = "The men who were evacuated by ferry landed in Norrvik on Tuesday."


@pytest.fixture
def bench(bench: Bench) -> Bench:
    bench.list_feeds(FeedSource(url=AGGREGATOR, outlet="All the News"), FeedSource(url=OUTLET))
    bench.page(PAGE, WIRE)
    lead(bench, TOKEN, PAGE)
    return bench


def lead(bench: Bench, link: str, *further: str) -> None:
    """Let *link* redirect over all but the last of *further* to that one."""
    hops = tuple(Redirect(url=url, status=302) for url in (link, *further[:-1]))
    bench.answers[link] = Fetched(url=further[-1], status=200, body=b"page", redirects=hops)


async def show(bench: Bench, feed: int, link: str, **values: Any) -> None:
    """Let a feed show the article under a link, and read what is new."""
    url = (AGGREGATOR, OUTLET)[feed - 1]
    bench.publish(url, entry(sha256(link.encode()).hexdigest(), url=link, **values))
    await bench.poll(feed)
    await bench.read_all()


async def test_an_aggregators_link_is_followed_and_the_outlet_shown(bench: Bench) -> None:
    await show(bench, 1, TOKEN)
    (article,) = bench.rows(articles)
    assert (article["outcome"], article["url"]) == ("page", PAGE)
    assert (article["outlet"], article["source"]) == ("courier.test", "courier.test")
    payload = bench.rows(deliveries)[0]["payload"]
    assert (payload["outlet"], payload["url"]) == ("courier.test", PAGE)
    assert "aggregator" not in str(payload).lower()


async def test_the_outlet_has_the_name_that_the_aggregator_or_our_own_list_gives_it(bench: Bench) -> None:
    await show(bench, 1, TOKEN, source="The Courier")
    assert bench.column(articles, "outlet") == ["The Courier"]
    bench.list_feeds(
        FeedSource(url=AGGREGATOR, outlet="All the News"), FeedSource(url=OUTLET, outlet="Courier of Norrvik")
    )
    other = TOKEN.replace("CBM", "CBX")
    lead(bench, other, "https://courier.test/other")
    bench.page("https://courier.test/other", WEATHER)
    await show(bench, 1, other)
    assert bench.column(articles, "outlet")[-1] == "Courier of Norrvik"


@pytest.mark.parametrize("first", [1, 2])
async def test_an_article_through_an_aggregator_and_directly_is_one_seen_twice(
    bench: Bench, first: int
) -> None:
    links = {1: TOKEN, 2: f"{PAGE}?utm_source=rss"}
    bench.page(links[2], WIRE)
    for feed in (first, 3 - first):
        await show(bench, feed, links[feed])
        bench.now += timedelta(minutes=1)
    (article,) = bench.rows(articles)
    assert article["outcome"] == "page"
    assert {row["feed_id"]: row["article_id"] for row in bench.rows(sightings)} == {1: 1, 2: 1}
    assert len(bench.rows(reports)) == len(bench.rows(alerts)) == 1
    assert len(bench.rows(article_texts)) == 1
    history = bench.db.read_now(revision_rows.history, 1)
    assert history is not None
    assert [seen["feed"] for seen in history["seen_in"]] == [first, 3 - first]


async def test_a_link_that_was_followed_once_is_known_to_every_feed_without_a_fetch(bench: Bench) -> None:
    await show(bench, 2, PAGE)
    await show(bench, 1, TOKEN)
    asked = len(bench.asked)
    bench.list_feeds(*(FeedSource(url=url) for url in (AGGREGATOR, OUTLET, "https://c.test/feed")))
    bench.publish("https://c.test/feed", entry("again", url=TOKEN), entry("direct", url=PAGE))
    await bench.poll(3)
    await bench.read_all()
    assert len(bench.asked) == asked + 1, "the feed and nothing else"
    assert {row["article_id"] for row in bench.rows(sightings)} == {1}


async def test_two_tokens_of_one_article_are_one(bench: Bench) -> None:
    lead(bench, "https://t.co/a1", "https://short.test/x", PAGE)
    await show(bench, 1, TOKEN)
    await show(bench, 2, "https://t.co/a1")
    assert len(bench.rows(articles)) == 1


async def test_a_link_that_carries_its_target_is_the_outlets_before_anything_is_fetched(bench: Bench) -> None:
    await show(bench, 1, f"https://www.google.com/url?rct=j&url={PAGE}&ct=ga")
    (article,) = bench.rows(articles)
    assert (article["url"], article["outlet"], article["source"]) == (PAGE, "courier.test", "courier.test")
    assert bench.asked[-1][0] == PAGE, "and it is asked for past the aggregator"


async def test_an_outlet_that_shortens_its_own_links_keeps_its_name(bench: Bench) -> None:
    bench.list_feeds(FeedSource(url=AGGREGATOR), FeedSource(url=OUTLET, outlet="The Courier"))
    lead(bench, "https://t.co/a1", f"{PAGE}?utm_source=twitter&id=7")
    bench.page(f"{PAGE}?utm_source=twitter&id=7", WIRE)
    await show(bench, 2, "https://t.co/a1", content=f"<p>{WIRE}</p><p>{WIRE}</p>")
    (article,) = bench.rows(articles)
    assert (article["outlet"], article["url"]) == ("The Courier", f"{PAGE}?id=7")


async def test_a_site_that_moves_its_readers_on_stays_itself(bench: Bench) -> None:
    lead(bench, "https://courier.test/?p=7", PAGE)
    bench.list_feeds(FeedSource(url=AGGREGATOR), FeedSource(url=OUTLET, outlet="The Courier"))
    await show(bench, 2, "https://courier.test/?p=7")
    (article,) = bench.rows(articles)
    assert (article["outlet"], article["url"]) == ("The Courier", PAGE)


async def test_an_outlet_that_refuses_us_behind_an_aggregator_is_still_the_outlet(bench: Bench) -> None:
    hops = (Redirect(url=TOKEN, status=302),)
    bench.answers[TOKEN] = FetchFailed(cause=Cause.HTTP, status=403, redirects=hops, url=PAGE)
    bench.answers[PAGE] = FetchFailed(cause=Cause.HTTP, status=403, url=PAGE)
    for feed, link in ((1, TOKEN), (2, PAGE)):
        await show(bench, feed, link, summary=SUMMARY)
    (article,) = bench.rows(articles)
    assert (article["outcome"], article["outlet"], article["url"]) == ("blocked", "courier.test", PAGE)
    assert len(bench.rows(alerts)) == 1, "and the feeds' words about one page are told once"


async def test_an_address_at_which_nobody_answered_is_never_shown(bench: Bench) -> None:
    inside = "http://169.254.169.254/latest"
    hops = (Redirect(url=TOKEN, status=302),)
    bench.answers[TOKEN] = FetchFailed(cause=Cause.BLOCKED_ADDRESS, redirects=hops, url=inside)
    await show(bench, 1, TOKEN, summary=SUMMARY)
    (article,) = bench.rows(articles)
    assert (article["outcome"], article["outlet"], article["url"]) == ("feed", "All the News", TOKEN)


async def test_the_page_itself_is_read_where_only_an_aggregators_words_stood_in_for_it(bench: Bench) -> None:
    bench.answers[TOKEN] = FetchFailed(cause=Cause.HTTP, status=403, url=PAGE)
    await show(bench, 1, TOKEN, summary=SUMMARY)
    await show(bench, 2, PAGE)
    assert [row["outcome"] for row in bench.rows(articles)] == ["blocked", "page"]


@pytest.mark.parametrize(
    ("over", "url", "outlet"),
    [
        ((PAGE, "https://consent.test/?back=1"), PAGE, "courier.test"),
        (("https://consent.test/?back=1",), TOKEN, "All the News"),
    ],
)
async def test_a_walls_address_is_nobodys_article(
    bench: Bench, over: tuple[str, ...], url: str, outlet: str
) -> None:
    wall = over[-1]
    bench.pages[wall] = NotAnArticle(outcome=Outcome.BLOCKED, reason="consent wall")
    for name in ("one", "two"):
        token, page = f"{TOKEN}{name}", f"{PAGE}-{name}"
        lead(bench, token, *(page if step == PAGE else step for step in over))
        await show(bench, 1, token, summary=f"{SUMMARY} {name}.")
    first, second = bench.rows(articles)
    assert (first["outlet"], second["outlet"]) == (outlet, outlet)
    assert first["url"] == f"{url}-one" if url == PAGE else f"{url}one"
    assert first["canonical_key"] != second["canonical_key"], "what shares a wall is not one article"
    bench.now += timedelta(days=1)


async def test_a_page_that_went_elsewhere_cannot_claim_to_be_another_outlets(bench: Bench) -> None:
    await show(bench, 2, PAGE)
    lead(bench, TOKEN, "https://mirror.test/ferry")
    bench.page("https://mirror.test/ferry", WIRE)
    await show(bench, 1, TOKEN)
    assert [row["source"] for row in bench.rows(articles)] == ["courier.test", "mirror.test"]
