"""Nothing is new that was there before: laws over feeds of every make, from their bytes to the rows."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from html import escape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import BadFeed
from monitor.model import Feed, FeedSource, Fetched, Redirect, Unusable
from monitor.store.tables import articles, feeds, sightings
from tests.stages.bench import Bench

Item = dict[str, str]  # title, guid, link, date; "{0}" stands for the scheme

HOSTS = itertools.count()
LAW = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

numbers = st.integers(min_value=1, max_value=4)  # few, so that entries share titles, ids and links
forms = {
    "guid": ("", "tag:{n}", "{{0}}://{host}/p/{n}", "/p/{n}", "{n}", "{{0}}://cdn.example/{n}#a"),
    "link": (
        "",
        "{{0}}://{host}/a/{n}",
        "/a/{n}",
        "a/{n}",
        "{{0}}://{host}/a/{n}?utm_source=rss",
        "//{host}/{n}",
    ),
    "title": ("", "Ferry {n}", "Grève à l’école {n}", "A <b>{n}</b> & more"),
    "date": ("", "Tue, 0{n} Nov 2026 10:30:00 GMT", "0{n} Nopember 2026 10.30 WIB", "2099-01-0{n}", "soon"),
}
items = st.lists(
    st.fixed_dictionaries({name: st.tuples(st.sampled_from(made), numbers) for name, made in forms.items()}),
    min_size=1,
    max_size=6,
)


def written(drawn: list[dict[str, tuple[str, int]]], host: str) -> list[Item]:
    """The items of a feed at *host*."""
    return [{name: form.format(n=n, host=host) for name, (form, n) in one.items()} for one in drawn]


def rss(found: list[Item], home: str) -> str:
    names = {"title": "title", "guid": "guid", "link": "link", "date": "pubDate"}
    body = "".join(
        "<item>"
        + "".join(f"<{tag}>{escape(one[of])}</{tag}>" for of, tag in names.items() if one[of])
        + "</item>"
        for one in found
    )
    return f"<rss version='2.0'><channel><title>W</title><link>{home}</link>{body}</channel></rss>"


def atom(found: list[Item], home: str) -> str:
    names = {"title": "title", "guid": "id", "date": "updated"}
    body = "".join(
        "<entry>"
        + "".join(f"<{tag}>{escape(one[of])}</{tag}>" for of, tag in names.items() if one[of])
        + (f'<link href="{escape(one["link"])}"/>' if one["link"] else "")
        + "</entry>"
        for one in found
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>W</title><link href='{home}'/>{body}</feed>"


def json_feed(found: list[Item], home: str) -> str:
    names = {"title": "title", "guid": "id", "link": "url", "date": "date_published"}
    listed = [{key: one[of] for of, key in names.items() if one[of]} for one in found]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "home_page_url": home, "items": listed})


def body(write: Callable[[list[Item], str], str], found: list[Item], host: str, scheme: str) -> bytes:
    spelled = [{name: text.replace("{0}", scheme) for name, text in one.items()} for one in found]
    return write(spelled, f"{scheme}://{host}/").encode()


class Reader(Bench):
    """A bench whose feeds are parsed."""

    async def run(
        self, function: Callable[..., Any], subject: Any, /, *, timeout: timedelta, **kwargs: Any
    ) -> Any:
        try:
            return function(subject, **kwargs)
        except BadFeed as refused:
            return Unusable(reason=str(refused))

    def listed(self, url: str) -> int:
        """List another feed and answer its id."""
        self.list_feeds(FeedSource(url=url))
        return max(self.column(feeds, "id"))

    def poll_now(self, feed: int) -> Feed:
        self.now += timedelta(days=1)
        return self.loop.run(self.poll(feed))

    def stored(self) -> tuple[int, int]:
        """How many articles there are, and how many entries of feeds that showed them."""
        return len(self.rows(articles)), len(self.rows(sightings))


@pytest.fixture
def reader(bench: Bench) -> Any:
    made = Reader(bench.db, bench.now)
    with asyncio.Runner() as made.loop:
        yield made


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # identity knows no database
@LAW
@given(write=st.sampled_from([rss, atom, json_feed]), drawn=items)
def test_a_second_poll_of_identical_bytes_gives_nothing_new(
    reader: Reader, write: Callable[[list[Item], str], str], drawn: list[dict[str, tuple[str, int]]]
) -> None:
    host = f"h{next(HOSTS)}.test"
    url = f"http://{host}/feed"
    reader.answers[url] = Fetched(url=url, status=200, body=body(write, written(drawn, host), host, "http"))
    feed = reader.listed(url)
    reader.poll_now(feed)
    stored = reader.stored()
    for _ in range(2):
        reader.execute("UPDATE feeds SET body_hash = NULL")  # else the bytes would not even be parsed
        reader.poll_now(feed)
        assert reader.stored() == stored


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # identity knows no database
@LAW
@given(write=st.sampled_from([rss, atom, json_feed]), drawn=items)
def test_a_move_from_http_to_https_gives_nothing_new(
    reader: Reader, write: Callable[[list[Item], str], str], drawn: list[dict[str, tuple[str, int]]]
) -> None:
    host = f"h{next(HOSTS)}.test"
    old, new = f"http://{host}/feed", f"https://{host}/feed"
    found = written(drawn, host)
    reader.answers[old] = Fetched(url=old, status=200, body=body(write, found, host, "http"))
    feed = reader.listed(old)
    reader.poll_now(feed)
    stored = reader.stored()
    moved = Fetched(url=new, status=200, body=body(write, found, host, "https"))
    reader.answers |= {
        old: Fetched(url=new, status=200, body=moved.body, redirects=(Redirect(url=old, status=301),)),
        new: moved,
    }
    for poll in range(4):
        reader.execute("UPDATE feeds SET body_hash = NULL")
        after = reader.poll_now(feed)
        assert reader.stored() == stored
        assert after.url == (old if poll < 2 else new)
