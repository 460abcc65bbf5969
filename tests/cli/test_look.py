"""How what the service sees at a URL is told to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.cli.look import SHOWN, as_record, show
from monitor.feeds.pace import Pace
from monitor.feeds.schedule import PolledParsed, PollLimits, after_poll
from monitor.model import (
    Cause,
    Entry,
    Feed,
    Fetched,
    FetchFailed,
    NotModified,
    ParsedFeed,
    Redirect,
    Unusable,
    Validators,
    WorkerLost,
)
from monitor.service.looking import Found, Seen

ANSWER = Fetched(
    url="https://a.test/feed",
    status=200,
    body=b"12345",
    content_type="text/xml",
    validators=Validators(etag='"v1"'),
    redirects=(Redirect(url="http://a.test/feed", status=301),),
)
ENTRY = Entry(
    key="k",
    url="https://a.test/1",
    title="Title [red]\x1b[1m",
    published_at=datetime(2026, 11, 21, tzinfo=UTC),
    published_claim="Sab, 21 Nov 2026",
)
FEED = ParsedFeed(
    format="rss20", title="A feed", home=None, language="id", ttl=None, entries=(ENTRY,), repairs=("doctype",)
)
PAGE = Unusable(reason="not a feed: HTML")


def said(seen: Seen, capsys: pytest.CaptureFixture[str]) -> str:
    show(seen)
    return capsys.readouterr().out


def test_a_feed_is_shown_with_its_redirects_repairs_and_dates(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(Seen(answer=ANSWER, parsed=FEED), capsys)
    for words in (
        "301 from http://a.test/feed", '"v1"', "rss20", "doctype", "Title [red]", "2026-11-21 00:00:00Z",
        "Sab, 21 Nov 2026", "https://a.test/1",
    ):  # fmt: skip
        assert words in shown
    assert "\x1b" not in shown


def test_a_person_sees_what_was_sent_held_and_decided(capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime(2026, 11, 21, 1, tzinfo=UTC)
    answer = replace(ANSWER, charset="utf-8", max_age=timedelta(minutes=10))
    next_poll = after_poll(
        Feed(id=1, url=ANSWER.url, host="a.test", next_poll_at=now),
        PolledParsed(fetched=answer, parsed=FEED, body_hash="x"),
        pace=Pace(),
        now=now,
        jitter=0.0,
        limits=PollLimits(),
    )
    seen = Seen(
        answer=answer, parsed=FEED, now=now, next_poll=next_poll, sent=("Authorization",), proxied=True
    )
    shown = said(seen, capsys)
    for words in (
        "charset utf-8", "max-age 10 min", "5 bytes", "language id", "Authorization (values are not shown)",
        "through a proxy", "next poll    in 15 min: too few entries to tell its pace",
    ):  # fmt: skip
        assert words in shown
    assert as_record(seen)["next_poll_at"] == now + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("published", "claim", "words"),
    [
        (None, "", "no date"),
        (None, "yesterday", 'a date that nobody can read, written "yesterday"'),
        (
            datetime(2026, 11, 21, 1, tzinfo=UTC),
            "2050-01-01",
            '2026-11-21 01:00:00Z, now, since it lies in the future, written "2050-01-01"',
        ),
    ],
)
def test_what_became_of_a_date_is_said(
    published: datetime | None, claim: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = replace(ENTRY, published_at=published, published_claim=claim)
    seen = Seen(
        answer=ANSWER, parsed=replace(FEED, entries=(entry,)), now=datetime(2026, 11, 21, 1, tzinfo=UTC)
    )
    assert words in said(seen, capsys)


def test_only_the_first_entries_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    many = replace(FEED, entries=tuple(replace(ENTRY, url=f"https://a.test/n{n}") for n in range(SHOWN + 1)))
    shown = said(Seen(answer=ANSWER, parsed=many), capsys)
    assert f"the first {SHOWN}:" in shown
    assert f"/n{SHOWN - 1}\n" in shown
    assert f"/n{SHOWN}\n" not in shown


def test_an_empty_feed_is_a_feed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "entries      none" in said(Seen(answer=ANSWER, parsed=replace(FEED, entries=())), capsys)


def test_a_site_is_shown_with_its_feeds_and_those_nobody_looked_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = Found(url="https://a.test/rss", named=True, feed=FEED)
    seen = Seen(answer=ANSWER, parsed=PAGE, found=(found,), untried=("https://a.test/rss2",))
    shown = said(seen, capsys)
    for words in ("https://a.test/rss", "named by the page", "A feed", "also named   https://a.test/rss2"):
        assert words in shown
    (told,) = as_record(seen)["feeds"]
    assert (told["url"], told["format"], told["entries"]) == ("https://a.test/rss", "rss20", 1)


def test_a_site_without_feeds_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "names no feed that can be read" in said(Seen(answer=ANSWER, parsed=PAGE), capsys)


def test_how_long_a_server_wants_to_be_left_alone_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    busy = FetchFailed(cause=Cause.HTTP, detail="http 429", status=429, retry_after=timedelta(minutes=2))
    shown = said(Seen(answer=busy, parsed=None), capsys)
    assert "http 429\n" in shown
    assert "retry after  2 min" in shown


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        (Seen(answer=ANSWER, parsed=WorkerLost(reason="took over 10 s")), "took over 10 s"),
        (Seen(answer=FetchFailed(cause=Cause.TLS, detail="certificate expired"), parsed=None), "tls"),
        (Seen(answer=NotModified(url="https://a.test/feed"), parsed=None), "not modified"),
    ],
)
def test_what_went_wrong_is_named(seen: Seen, cause: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert as_record(seen)["cause"] == cause
    shown = said(seen, capsys)
    assert cause in shown
    assert "names no feed" not in shown


def test_whether_a_redirect_will_be_stored_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    hops = [Redirect(url=f"http://a.test/{status}", status=status) for status in (308, 302, 301)]
    shown = said(Seen(answer=replace(ANSWER, redirects=tuple(hops)), parsed=FEED), capsys).splitlines()
    assert [line.split("(")[1] for line in shown if line.startswith("redirect")] == [
        "permanent: stored once it repeats)",
        "followed each time, not stored)",
        "followed each time, not stored)",
    ]


@pytest.mark.parametrize("rests", [True, False])
def test_whom_a_server_wants_to_rest_is_said(rests: bool, capsys: pytest.CaptureFixture[str]) -> None:
    asked = FetchFailed(cause=Cause.HTTP, status=429, retry_after=timedelta(hours=1))
    shown = said(Seen(answer=asked, parsed=None, host_rests=rests), capsys)
    assert ("60 min for every feed of this host" in shown) is rests


def test_a_feed_that_a_page_names_in_vain_is_named_with_why(capsys: pytest.CaptureFixture[str]) -> None:
    seen = Seen(answer=ANSWER, parsed=PAGE, unread=(("https://a.test/old.xml", "http 404"),))
    assert "https://a.test/old.xml (http 404)" in said(seen, capsys)
    assert as_record(seen)["unread"] == [{"url": "https://a.test/old.xml", "cause": "http 404"}]


def test_what_helps_against_a_failure_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(Seen(answer=FetchFailed(cause=Cause.BLOCKED_ADDRESS), parsed=None), capsys)
    assert "remedy       it leads into a private network: if that is yours" in shown


def test_a_feed_that_went_away_is_shown_with_where_it_may_be_now(capsys: pytest.CaptureFixture[str]) -> None:
    away = FetchFailed(cause=Cause.HTTP, detail="http 404", status=404)
    found = Found(url="https://a.test/news.xml", named=True, feed=FEED)
    assert "one of the feeds below" in said(Seen(answer=away, parsed=None, found=(found,)), capsys)
    assert "take it off the list" in said(Seen(answer=away, parsed=None), capsys)
