"""The outlets' servers: conditional requests, the log, and what goes wrong when it is asked to."""

from __future__ import annotations

import http.client
import time
import urllib.error
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest

from tests.newsroom.fetching import fetch
from tests.newsroom.world import World

SLUG = "library-late-fees-end"


def feed(world: World, outlet: str = "northwire") -> str:
    return next(one.url for one in world.feeds if one.outlet == outlet)


@pytest.mark.parametrize("which", ["feed", "page"])
def test_an_unchanged_body_is_not_sent_twice(world: World, which: str) -> None:
    url = feed(world) if which == "feed" else world.article(SLUG).url
    first = fetch(url)
    by_tag = fetch(url, {"If-None-Match": first.headers["ETag"]})
    by_date = fetch(url, {"If-Modified-Since": first.headers["Last-Modified"]})
    assert (by_tag.status, by_tag.body, by_date.status) == (304, b"", 304)
    assert by_tag.headers["ETag"] == first.headers["ETag"]


def test_a_weak_tag_in_a_list_of_tags_is_found(world: World) -> None:
    tag = fetch(feed(world)).headers["ETag"]
    assert fetch(feed(world), {"If-None-Match": f'"other", W/{tag}'}).status == 304


def test_a_stale_reader_gets_the_body(world: World) -> None:
    old = format_datetime(world.now.replace(year=2020), usegmt=True)
    for headers in ({"If-None-Match": '"stale"'}, {"If-Modified-Since": old}, {"If-Modified-Since": "x"}):
        assert fetch(feed(world), headers).status == 200


def test_the_tag_decides_before_the_date(world: World) -> None:
    first = fetch(feed(world))
    headers = {"If-None-Match": '"stale"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert fetch(feed(world), headers).status == 200


def test_a_page_is_dated_when_it_was_published(world: World) -> None:
    article = world.article(SLUG)
    expected = format_datetime(article.published_at, usegmt=True)
    assert fetch(article.url).headers["Last-Modified"] == expected


def test_bodies_are_compressed_for_those_who_take_it(world: World) -> None:
    answer = fetch(world.article(SLUG).url, {"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body.startswith(b"\x1f\x8b")


def test_robots_are_told_where_not_to_go(world: World) -> None:
    base = "/".join(feed(world).split("/")[:3])
    assert b"Disallow: /admin/" in fetch(base + "/robots.txt").body
    assert fetch(base + "/no/such/page").status == 404


def test_every_request_is_in_the_log(own_world: World) -> None:
    fetch(feed(own_world), {"If-None-Match": '"old"'})
    (hit,) = own_world.http.requests
    assert (hit.outlet, hit.method, hit.path, hit.status) == ("northwire", "GET", "/world.atom", 200)
    assert hit.headers["if-none-match"] == '"old"'


def test_an_outlet_fails_as_often_as_it_is_told_to(own_world: World) -> None:
    own_world.http.fail("northwire", status=503, times=2, headers={"Retry-After": "7"}, body=b"busy")
    answers = [fetch(feed(own_world)) for _ in range(3)]
    assert [answer.status for answer in answers] == [503, 503, 200]
    assert (answers[0].headers["Retry-After"], answers[0].body) == ("7", b"busy")


@pytest.mark.parametrize("by", ["path", "url"])
def test_one_page_fails_beside_healthy_neighbours(own_world: World, by: str) -> None:
    url = own_world.article(SLUG).url
    own_world.http.fail(urlsplit(url).path if by == "path" else url, status=500)
    assert fetch(feed(own_world, "fernhaven-herald")).status == 200
    assert fetch(url).status == 500


def test_troubles_can_be_called_off(own_world: World) -> None:
    own_world.http.fail("northwire", status=500, times=99)
    own_world.http.heal()
    assert fetch(feed(own_world)).status == 200


def test_a_slow_outlet_keeps_only_its_own_readers_waiting(own_world: World) -> None:
    own_world.http.delay("northwire", seconds=2)
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        fetch(feed(own_world), timeout=0.2)
    started = time.monotonic()
    assert fetch(feed(own_world, "elbwarte")).status == 200
    assert time.monotonic() - started < 1


def test_a_cut_connection_gives_no_answer_and_is_logged(own_world: World) -> None:
    own_world.http.cut("northwire")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError, urllib.error.URLError)):
        fetch(feed(own_world))
    assert own_world.http.requests[0].status == 0
    assert fetch(feed(own_world)).status == 200


def test_nothing_may_be_written(world: World) -> None:
    parts = urlsplit(feed(world))
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("POST", parts.path, body=b"x")
    assert connection.getresponse().status == 405
    connection.close()
