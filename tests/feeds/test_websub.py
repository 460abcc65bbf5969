"""What WebSub asks of a subscriber."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import websub
from monitor.feeds.parse import parse_feed
from monitor.net.headers import link

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>
<link rel="hub" href="https://hub.test/"/><link rel="self" href="https://a.test/feed"/>
<entry><id>1</id><title>One</title><link href="https://a.test/1"/></entry></feed>"""
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A</title>
<atom:link rel="hub" href="https://hub.test/"/><atom:link rel="self" href="https://a.test/feed"/>
<item><title>One</title><link>https://a.test/1</link></item></channel></rss>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "A", "feed_url": "https://a.test/feed",
"hubs": [{"type": "rssCloud", "url": "https://no.test/"}, {"type": "WebSub", "url": "https://hub.test/"}],
"items": [{"id": "1", "url": "https://a.test/1", "content_text": "One"}]}"""


@pytest.mark.parametrize("body", [ATOM, RSS, JSON], ids=["atom", "rss", "json"])
def test_a_feed_names_its_hub_and_itself(body: str, now: datetime) -> None:
    parsed = parse_feed(body.encode(), url="https://a.test/elsewhere", now=now)
    assert (parsed.hub, parsed.topic) == ("https://hub.test/", "https://a.test/feed")


@pytest.mark.parametrize("body", [ATOM, RSS, JSON], ids=["atom", "rss", "json"])
def test_a_hub_that_is_no_link_is_no_hub(body: str, now: datetime) -> None:
    parsed = parse_feed(
        body.replace("https://hub.test/", "javascript:x()").encode(), url="https://a.test/", now=now
    )
    assert parsed.hub is None


def test_the_servers_link_fields_are_read_wherever_they_stand() -> None:
    fields = [
        '<https://a.test/wp-json/>; rel="https://api.w.org/"',
        "<https://hub.test/>; rel=hub, </feed>;rel='self'",
    ]
    assert link(fields, "hub") == "https://hub.test/"
    assert (
        link([*fields, '<https://a.test/feed>; title="x"; rel="alternate self"'], "self")
        == "https://a.test/feed"
    )
    assert link(["<" * 10_000], "hub") is None


@pytest.mark.parametrize("method", sorted(websub.METHODS))
def test_a_signature_by_any_of_the_standards_methods_holds(method: str) -> None:
    given_ = hmac.new(b"secret", b"body", getattr(hashlib, method)).hexdigest()
    assert websub.signature_holds(b"body", f"{method}={given_}", "secret")
    assert websub.signature_holds(b"body", f"{method.upper()}={given_.upper()}", "secret")
    assert not websub.signature_holds(b"body!", f"{method}={given_}", "secret")
    assert not websub.signature_holds(b"body", f"{method}={given_}", "another")


@given(st.binary(max_size=100), st.text(max_size=100))
def test_what_is_no_signature_never_holds(body: bytes, header: str) -> None:
    assert not websub.signature_holds(body, header, "a secret that nobody guesses")


@given(st.text(max_size=20))
def test_a_lease_is_always_one_that_we_can_bear(seconds: str) -> None:
    assert websub.SHORTEST_LEASE <= websub.lease(seconds) <= websub.LONGEST_LEASE


@given(st.integers(min_value=0, max_value=10_000))
def test_a_hub_that_takes_nothing_is_asked_again_within_a_day(failures: int) -> None:
    now = datetime(2026, 11, 21)  # noqa: DTZ001  only the distance counts
    assert timedelta(minutes=5) <= websub.retry_at(now, failures) - now <= timedelta(days=1)


def test_a_lease_is_renewed_before_it_ends(now: datetime) -> None:
    assert now < websub.renew_at(now, timedelta(days=10)) < now + timedelta(days=10)
