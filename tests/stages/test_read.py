"""Reading an article to its end: what is kept, what is told, and that it is all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.articles.extract import read_entry, read_page
from monitor.model import (
    Cause,
    FeedSource,
    FetchFailed,
    FetchResult,
    NotAnArticle,
    NotModified,
    Outcome,
    TopicStatus,
    Unusable,
)
from monitor.stages.read import read
from monitor.store.tables import (
    alerts,
    article_texts,
    articles,
    deliveries,
    matches,
    reports,
    revisions,
    sightings,
    stories,
)
from tests.stages.bench import HARM, OTHER, REFUGE, REPORT, WEATHER, WIRE, Bench, entry

FEED = "https://a.test/feed"
PAGE = "https://a.test/one"
SUMMARY = "Nine of those evacuated wait for papers."


@pytest.fixture
def bench(bench: Bench) -> Bench:
    bench.list_feeds(FeedSource(url=FEED, outlet="The A", language="en"))
    return bench


async def one_article(bench: Bench, **values: object) -> None:
    bench.publish(FEED, entry("one", summary=SUMMARY, **values))
    await bench.poll()


# --- a new feed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "told"), [(49, 0), (47, 1), (None, 1)])
async def test_where_a_new_feed_tells_no_date_its_pages_say_what_is_backlog(
    bench: Bench, hours: int | None, told: int
) -> None:
    await one_article(bench)
    published = None if hours is None else bench.now - timedelta(hours=hours)
    bench.page(PAGE, WIRE, published_at=published)
    await bench.read_all()
    assert len(bench.rows(alerts)) == told
    assert len(bench.rows(matches)) == 1
    assert bench.column(articles, "quiet") == [not told]


async def test_what_a_known_feed_adds_is_told_however_old_its_page_says_it_is(bench: Bench) -> None:
    bench.publish(FEED)
    await bench.poll()
    bench.now += timedelta(minutes=15)
    await one_article(bench)
    bench.page(PAGE, WIRE, published_at=bench.now - timedelta(days=9))
    await bench.read_all()
    assert len(bench.rows(alerts)) == 1


# --- what becomes of a page ---------------------------------------------------------------------------


async def test_a_page_gives_the_article_its_text_and_ends_its_wait(bench: Bench) -> None:
    await one_article(bench)
    bench.page(PAGE, WIRE, title="From the page", published_at=bench.now - timedelta(hours=1))
    await bench.read_all()
    (article,) = bench.rows(articles)
    assert (article["state"], article["outcome"], article["reason"]) == ("done", "page", None)
    assert (article["title"], article["language"]) == ("From the page", "en")
    assert article["published_at"] == bench.now - timedelta(hours=1)
    assert article["read_at"] == bench.now
    assert bench.column(article_texts, "text") == [WIRE]
    assert [(row["number"], row["title"]) for row in bench.rows(revisions)] == [(1, "From the page")]


async def test_what_a_page_says_of_itself_is_kept_with_where_each_value_came_from(bench: Bench) -> None:
    await one_article(bench, authors=("Ann Lee",))
    bench.page(
        PAGE, WIRE, section="Local", image="https://a.test/1.jpg", modified_at=bench.now,
        origins={"section": "meta", "image": "meta", "modified_at": "json-ld"},
    )  # fmt: skip
    await bench.read_all()
    (article,) = bench.rows(articles)
    assert (article["section"], article["image"]) == ("Local", "https://a.test/1.jpg")
    assert article["modified_at"] == bench.now
    assert (
        article["origins"].items() >= {"section": "meta", "modified_at": "json-ld", "authors": "feed"}.items()
    )


async def test_a_whole_text_in_the_feed_spares_the_page(bench: Bench) -> None:
    content = "".join(f"<p>{part}.</p>" for part in (WIRE + OTHER).split("."))
    await one_article(bench, content=content)
    asked = len(bench.asked)
    await bench.read_all()
    assert bench.column(articles, "outcome") == ["feed"]
    assert "Mira Halvorsen" in bench.column(article_texts, "text")[0]
    assert len(bench.asked) == asked


async def test_an_entry_without_a_url_is_read_from_the_feed(bench: Bench) -> None:
    await one_article(bench, url=None)
    await bench.read_all()
    assert bench.column(articles, "outcome") == ["feed"]
    assert bench.column(article_texts, "text") == [SUMMARY]
    assert bench.column(alerts, "kind") == ["new_story"]


async def test_two_entries_without_a_url_are_two_articles(bench: Bench) -> None:
    bench.publish(FEED, entry("one", url=None, summary="A"), entry("two", url=None, summary="B"))
    await bench.poll()
    await bench.read_all()
    assert bench.column(articles, "outcome") == ["feed", "feed"]


@pytest.mark.parametrize(
    ("answer", "page", "outcome", "reason"),
    [
        (FetchFailed(cause=Cause.HTTP, status=404), None, "feed", "http 404"),
        (FetchFailed(cause=Cause.HTTP, status=401), None, "blocked", "http 401"),
        (FetchFailed(cause=Cause.HTTP, status=403), None, "blocked", "http 403"),
        (FetchFailed(cause=Cause.HTTP, status=429), None, "blocked", "http 429"),
        (FetchFailed(cause=Cause.HTTP, status=451), None, "blocked", "http 451"),
        (FetchFailed(cause=Cause.CHALLENGE, status=503), None, "blocked", "challenge page"),
        (None, NotAnArticle(outcome=Outcome.BLOCKED, reason="consent wall"), "blocked", "consent wall"),
        (None, Unusable(reason="too many tags"), "feed", "too many tags"),
    ],
)
async def test_the_feeds_words_stand_in_for_a_page_that_cannot_be_had(
    bench: Bench, answer: FetchResult | None, page: NotAnArticle | Unusable | None, outcome: str, reason: str
) -> None:
    await one_article(bench)
    if answer is not None:
        bench.answers[PAGE] = answer
    if page is not None:
        bench.pages[PAGE] = page
    await bench.read_all()
    (article,) = bench.rows(articles)
    assert (article["state"], article["outcome"], article["reason"]) == ("done", outcome, reason)
    assert bench.column(article_texts, "text") == [SUMMARY]
    assert len(bench.rows(alerts)) == 1, "and they are held against the topics"


async def test_a_blocked_page_is_tried_slowly_while_the_feeds_words_belong_to_no_topic(bench: Bench) -> None:
    bench.publish(FEED, entry("one", summary="The council met on Monday."))
    await bench.poll()
    bench.page(PAGE, WIRE)
    told, bench.pages[PAGE] = bench.pages[PAGE], NotAnArticle(outcome=Outcome.BLOCKED, reason="consent wall")
    await bench.read_all()
    (article,) = bench.rows(articles)
    assert (article["state"], article["outcome"], article["reason"]) == ("new", "blocked", "consent wall")
    assert article["next_try_at"] == bench.now + timedelta(hours=1)
    assert bench.rows(matches) == []
    bench.now, bench.pages[PAGE] = article["next_try_at"], told
    await bench.read_all()
    assert bench.column(articles, "outcome") == ["page"]
    assert bench.column(alerts, "kind") == ["new_story"], "the page told what the feed did not"


@pytest.mark.parametrize(("asked", "hours"), [(None, 1), (timedelta(hours=5), 5), (timedelta(seconds=9), 1)])
async def test_a_page_that_is_refused_is_tried_slowly_and_no_sooner_than_its_site_asks(
    bench: Bench, asked: timedelta | None, hours: int
) -> None:
    bench.publish(FEED, entry("one", summary="The council met on Monday."))
    await bench.poll()
    bench.answers[PAGE] = FetchFailed(cause=Cause.HTTP, status=429, retry_after=asked)
    await bench.read_all()
    (article,) = bench.rows(articles)
    assert (article["state"], article["outcome"], article["reason"]) == ("new", "blocked", "http 429")
    assert article["next_try_at"] == bench.now + timedelta(hours=hours)


async def test_what_the_page_leaves_out_the_feed_may_tell(bench: Bench) -> None:
    await one_article(bench, section="World", image="https://a.test/feed.jpg")
    bench.page(PAGE, WIRE, image="https://a.test/page.jpg", origins={"image": "meta", "text": "page"})
    await bench.read_all()
    (article,) = bench.rows(articles)
    assert (article["section"], article["image"]) == ("World", "https://a.test/page.jpg")
    assert article["origins"] == {"image": "meta", "text": "page", "section": "feed", "title": "feed"}


async def test_a_page_that_kills_its_worker_three_times_is_quarantined(bench: Bench) -> None:
    await one_article(bench)
    bench.lost = {read_page}
    for attempts in (1, 2):
        await bench.read_all()
        (article,) = bench.rows(articles)
        assert (article["state"], article["attempts"]) == ("new", attempts)
        assert article["next_try_at"] > bench.now
        assert article["claimed_until"] is None
        bench.now = article["next_try_at"]
    await bench.read_all()
    (article,) = bench.rows(articles)
    assert (article["state"], article["outcome"]) == ("done", "quarantined")
    assert bench.column(article_texts, "text") == [SUMMARY]
    assert bench.column(alerts, "kind") == ["new_story"]


async def test_an_entry_that_kills_its_worker_too_ends_without_a_text(bench: Bench) -> None:
    await one_article(bench)
    bench.lost = {read_page, read_entry}
    for _ in range(3):
        await bench.read_all()
        bench.now += timedelta(days=1)
    (article,) = bench.rows(articles)
    assert (article["state"], article["outcome"]) == ("failed", "quarantined")
    assert article["reason"] == "took over 1 s; the feed gives no text either"


async def test_a_page_without_an_article_is_looked_at_again_and_then_left(bench: Bench) -> None:
    await one_article(bench)
    bench.pages[PAGE] = NotAnArticle(outcome=Outcome.NOT_AN_ARTICLE, reason="a list of links")
    for _ in range(3):
        await bench.read_all()
        bench.now += timedelta(days=1)
    (article,) = bench.rows(articles)
    assert (article["state"], article["outcome"], article["reason"]) == (
        "done",
        "not an article",
        "a list of links",
    )
    assert bench.rows(matches) == []


async def test_a_304_to_an_unconditional_request_is_a_passing_fault(bench: Bench) -> None:
    await one_article(bench)
    bench.answers[PAGE] = NotModified(url=PAGE)
    await bench.read_all()
    assert bench.column(articles, "reason") == ["protocol error"]
    assert bench.column(articles, "state") == ["new"]


async def test_two_links_to_one_canonical_page_are_one_article(bench: Bench) -> None:
    other = "https://a.test/share/81724"
    bench.publish(FEED, entry("one"), entry("share", url=other))
    await bench.poll()
    bench.page(PAGE, WIRE, canonical_url="https://a.test/one")
    bench.page(other, WIRE, canonical_url="https://a.test/one")
    await bench.read_all()
    assert bench.column(articles, "outcome") == ["page"]
    assert {row["article_id"] for row in bench.rows(sightings)} == {1}
    assert len(bench.rows(reports)) == 1
    assert len(bench.rows(alerts)) == 1


async def test_an_article_that_was_read_meanwhile_is_not_read_again(bench: Bench) -> None:
    await one_article(bench)
    bench.page(PAGE, WIRE)
    await bench.read_all()
    asked = len(bench.asked)
    await read(1, bench.reading)
    assert len(bench.asked) == asked
    assert len(bench.rows(alerts)) == 1


async def test_of_two_readers_of_one_article_one_settles_it(bench: Bench) -> None:
    await one_article(bench)
    bench.page(PAGE, WIRE)

    class Overtaken(Bench):
        async def get_page(self, url: str) -> FetchResult:
            await read(1, bench.reading)  # while this one fetches, its claim runs out and another reads
            return await super().get_page(url)

    late = Overtaken(bench.db, bench.now)
    late.pages = bench.pages
    await read(1, late.reading)
    assert len(bench.rows(alerts)) == 1
    assert len(bench.rows(reports)) == 1


# --- what is told -------------------------------------------------------------------------------------


async def test_an_article_of_no_topic_is_kept_and_not_told(bench: Bench) -> None:
    await bench.tell("rain", WEATHER)
    assert bench.column(articles, "state") == ["done"]
    assert bench.column(article_texts, "text") == [WEATHER]
    assert [bench.rows(table) for table in (matches, stories, alerts, deliveries)] == [[], [], [], []]


async def test_a_match_opens_a_story_and_tells_every_destination(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title="31 men land in Norrvik")
    (match,) = bench.rows(matches)
    assert (match["topic"], [item["text"] for item in match["evidence"]]) == ("refuge", ["evacuated"])
    assert bench.column(stories, "title") == ["31 men land in Norrvik"]
    assert [(row["article_id"], row["role"]) for row in bench.rows(reports)] == [(1, "report")]
    assert bench.column(alerts, "kind") == ["new_story"]
    assert [(row["destination"], row["state"]) for row in bench.rows(deliveries)] == [
        ("desk", "pending"),
        ("mail", "pending"),
    ]
    payload = bench.rows(deliveries)[0]["payload"]
    assert (payload["headline"], payload["topics"]) == ("31 men land in Norrvik", ["People who flee"])


async def test_a_second_report_of_the_event_joins_its_story_and_is_told_as_such(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    await bench.tell("report", REPORT, title="Ferry from Estrava brings 31 men to Norrvik", host="b.test")
    assert len(bench.rows(stories)) == 1
    assert bench.column(reports, "role") == ["report", "report"]
    assert bench.rows(reports)[1]["evidence"], "and says why"
    assert bench.column(alerts, "kind") == ["new_story", "new_report"]
    assert bench.column(alerts, "cause") == ["story", "article:2"]


async def test_another_event_is_another_story(bench: Bench) -> None:
    await bench.tell("wire", WIRE)
    await bench.tell("other", OTHER)
    assert bench.column(reports, "story_id") == [1, 2]
    assert bench.column(alerts, "kind") == ["new_story", "new_story"]


async def test_a_copy_is_marked_and_raises_no_alert(bench: Bench) -> None:
    await bench.tell("wire", WIRE, title="31 men land in Norrvik")
    await bench.tell("copy", WIRE, title="Ferry brings 31 men", host="b.test")
    first, second = bench.rows(reports)
    assert (first["role"], second["role"]) == ("original", "copy")
    assert (second["story_id"], second["copy_of"], second["copy_kind"]) == (first["story_id"], 1, "verbatim")
    assert second["containment"] == pytest.approx(1.0)
    assert len(bench.rows(alerts)) == 1


async def test_an_article_of_two_topics_tells_a_destination_once(bench: Bench) -> None:
    bench.watch_for(REFUGE, HARM)
    await bench.tell("both", f"{WIRE} Several of them had been detained and spoke of torture.")
    assert sorted(bench.column(alerts, "topic")) == ["harm", "refuge"]
    for destination in ("desk", "mail"):
        mine = [row for row in bench.rows(deliveries) if row["destination"] == destination]
        assert [row["carried_by"] for row in mine] == [None, mine[0]["id"]]


async def test_a_report_that_brings_a_topic_to_a_story_tells_the_story_to_its_readers(bench: Bench) -> None:
    bench.watch_for(REFUGE, HARM)
    await bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    await bench.tell(
        "report",
        f"{REPORT} Two of them had been detained.",
        title="Ferry from Estrava brings 31 men to Norrvik",
        host="b.test",
    )
    told = {(row["article_id"], row["topic"]): row["kind"] for row in bench.rows(alerts)}
    assert told == {(1, "refuge"): "new_story", (2, "refuge"): "new_report", (2, "harm"): "new_story"}


@pytest.mark.parametrize("status", [TopicStatus.DRAFT, TopicStatus.PAUSED])
async def test_topics_that_are_not_live_raise_no_alerts(bench: Bench, status: TopicStatus) -> None:
    bench.watch_for(replace(REFUGE, status=status))
    await bench.tell("wire", WIRE)
    assert len(bench.rows(matches)) == (1 if status is TopicStatus.DRAFT else 0)
    assert bench.rows(alerts) == []


async def test_the_backlog_of_a_new_feed_makes_stories_and_no_noise(bench: Bench) -> None:
    await bench.tell("wire", WIRE, published_at=bench.now - timedelta(days=3))
    assert len(bench.rows(stories)) == 1
    assert bench.rows(alerts) == []


async def test_a_topic_that_nobody_is_routed_to_is_stored_as_an_alert(bench: Bench) -> None:
    bench.routes = ()
    await bench.tell("wire", WIRE)
    assert len(bench.rows(alerts)) == 1
    assert bench.rows(deliveries) == []


async def test_new_topics_hold_from_the_next_article_on(bench: Bench) -> None:
    await bench.tell("one", OTHER)
    bench.watch_for(HARM)
    await bench.tell("two", WIRE)
    await bench.tell("three", "Two reporters were detained at the border and say that they saw torture.")
    assert bench.column(alerts, "topic") == ["refuge", "harm"]


# --- all of it or nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["reports", "alerts", "deliveries"])
async def test_a_failure_in_the_middle_leaves_nothing(bench: Bench, broken: str) -> None:
    await one_article(bench)
    bench.page(PAGE, WIRE)
    bench.execute(f"ALTER TABLE {broken} RENAME TO away")
    with pytest.raises(sa.exc.SQLAlchemyError):
        await read(1, bench.reading)
    bench.execute(f"ALTER TABLE away RENAME TO {broken}")
    for table in (matches, stories, reports, alerts, deliveries, revisions):
        assert bench.rows(table) == []
    assert bench.column(articles, "state") == ["new"]
    await bench.read_all()
    assert len(bench.rows(deliveries)) == 2, "and the next attempt tells it"
