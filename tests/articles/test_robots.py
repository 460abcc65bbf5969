"""What robots.txt files say of a page, and what the answer to asking for one means."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.articles.reading import Again, Attempt, Reading, StandIn, Wait, after_attempt
from monitor.articles.robots import (
    FRESH,
    MAX_TEXT,
    UNREACHABLE,
    Closed,
    Copy,
    Later,
    Open,
    Unknown,
    after_fetch,
    consult,
    origin_of,
    product_token,
)
from monitor.model import Cause, Fetched, FetchFailed, Outcome

URL = "https://a.test/robots.txt"
AGENT = "newsroom-monitor"
PAGE = "https://a.test/politics/2026/a-vote?page=1"


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("", False),
        ("User-agent: *\nDisallow:\n", False),
        ("User-agent: *\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /politics/\n", True),
        ("User-agent: *\nDisallow: /sport/\n", False),
        ("User-agent: otherbot\nDisallow: /\n", False),
        ("User-agent: newsroom-monitor\nDisallow: /\n", True),
        ("User-agent: Newsroom-Monitor\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: newsroom-monitor\nDisallow: /admin/\n", False),
        ("User-agent: *\nAllow: /\n\nUser-agent: newsroom-monitor\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /\nAllow: /politics/\n", False),
        ("User-agent: *\nDisallow: /*?page=\n", True),
        ("User-agent: *\nDisallow: /*.pdf$\n", False),
        ("USER-AGENT: *\r\ndisallow: /politics\r\n", True),
        ("User-agent: a\nUser-agent: newsroom-monitor\nDisallow: /\n", True),
        ("Disallow: /\n", False),
        ("<!doctype html><title>Not found</title><p>Disallow: everything</p>", False),
    ],
)
def test_a_page_is_closed_where_the_site_says_so(text: str, closed: bool) -> None:
    assert isinstance(consult(text, url=PAGE, agent=AGENT), Closed) is closed


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("", 0),
        ("Crawl-delay: 10", 10),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 3600", 30),
        ("Crawl-delay: 1e400", 0),
        ("Crawl-delay: -3", 0),
        ("Crawl-delay: nan", 0),
        ("Crawl-delay: soon", 0),
    ],
)
def test_a_pause_is_kept_within_reason(line: str, seconds: float) -> None:
    said = consult(f"User-agent: *\n{line}\nDisallow: /admin/\n", url=PAGE, agent=AGENT)
    assert said == Open(pause=timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("newsroom-monitor/0.1.0 (news feed reader; contact not set)", "newsroom-monitor"),
        ("DeskBot (+https://desk.example.org)", "DeskBot"),
        ("desk_bot", "desk_bot"),
        ("12 34", ""),
    ],
)
def test_sites_know_us_by_how_the_user_agent_begins(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token


def test_each_scheme_host_and_port_has_its_own_file() -> None:
    assert origin_of("https://www.a.test:8443/x/y?z") == "https://www.a.test:8443"
    assert origin_of("http://a.test/") == "http://a.test"


# --- what an answer means -----------------------------------------------------------------------------


def fetched(body: bytes) -> Fetched:
    return Fetched(url=URL, status=200, body=body)


def refused(status: int) -> FetchFailed:
    return FetchFailed(cause=Cause.HTTP, status=status)


def test_a_file_holds_for_a_day(now: datetime) -> None:
    assert after_fetch(fetched(b"User-agent: *\n"), None, now) == Copy(
        text="User-agent: *\n", expires_at=now + FRESH
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\xef\xbb\xbfUser-agent: *", "User-agent: *"),
        (b"Disallow: /caf\xe9", "Disallow: /caf\ufffd"),
        (b"a\0b", "ab"),  # PostgreSQL keeps no null characters
        (b"x" * (MAX_TEXT + 1), "x" * MAX_TEXT),
    ],
)
def test_any_bytes_become_a_text_that_can_be_kept(now: datetime, body: bytes, text: str) -> None:
    assert after_fetch(fetched(body), None, now).text == text


OLD = "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    "failed",
    [
        *(refused(status) for status in (400, 401, 403, 404, 410, 451)),
        FetchFailed(cause=Cause.CHALLENGE, status=403),
        FetchFailed(cause=Cause.TOO_LARGE),
        FetchFailed(cause=Cause.TOO_MANY_REDIRECTS),
        FetchFailed(cause=Cause.TLS),
    ],
    ids=lambda failed: failed.label,
)
@pytest.mark.parametrize("before", [None, OLD])
def test_a_refusal_forbids_nothing(now: datetime, failed: FetchFailed, before: str | None) -> None:
    held = None if before is None else Copy(text=before, expires_at=now)
    assert after_fetch(failed, held, now) == Copy(text="", expires_at=now + FRESH)


SILENCE = [
    *(refused(status) for status in (429, 500, 502, 503, 504)),
    *(FetchFailed(cause=cause) for cause in (Cause.DNS, Cause.CONNECT, Cause.TIMEOUT, Cause.TRUNCATED)),
]


@pytest.mark.parametrize("failed", SILENCE, ids=lambda failed: failed.label)
def test_silence_closes_the_site_until_it_is_asked_again_soon(now: datetime, failed: FetchFailed) -> None:
    assert after_fetch(failed, None, now) == Copy(text=None, expires_at=now + UNREACHABLE)


@pytest.mark.parametrize("failed", SILENCE, ids=lambda failed: failed.label)
def test_a_copy_from_better_days_stands_in_for_silence(now: datetime, failed: FetchFailed) -> None:
    held = Copy(text=OLD, expires_at=now - timedelta(days=3))
    assert after_fetch(failed, held, now) == Copy(text=OLD, expires_at=now + UNREACHABLE)


# --- what it comes to for an article ------------------------------------------------------------------


def after(attempt: Attempt, attempts: int, now: datetime) -> Reading:
    return after_attempt(attempt, attempts=attempts, most=3, now=now, jitter=0.0)


def test_the_feeds_words_stand_in_for_a_page_that_is_closed(now: datetime) -> None:
    assert after(Closed(), 0, now) == StandIn(outcome=Outcome.FEED, reason="robots")


def test_an_article_waits_for_a_site_that_says_nothing_and_not_for_ever(now: datetime) -> None:
    until = now + timedelta(minutes=2)
    assert after(Unknown(until=until), 0, now) == Again(at=until, reason="robots.txt unreachable")
    assert after(Unknown(until=until), 1, now) == Again(
        at=now + timedelta(minutes=4), reason="robots.txt unreachable"
    )
    assert after(Unknown(until=until), 2, now) == StandIn(
        outcome=Outcome.FEED, reason="robots.txt unreachable"
    )


@pytest.mark.parametrize("attempts", [0, 2])
def test_waiting_for_a_turn_is_no_attempt(now: datetime, attempts: int) -> None:
    turn = now + timedelta(seconds=20)
    assert after(Later(at=turn), attempts, now) == Wait(until=turn)
