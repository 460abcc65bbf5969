"""URLs: what passes as a link, which forms name one article, whose site it is."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.urls import (
    MAX_URL,
    _BundledSuffixes,
    _registered,
    canonical_url,
    clean_link,
    host_of,
    registered_domain,
    unwrap,
    url_key,
)

LINKS = [
    ("https://Example.ORG/News/1", "https://example.org/News/1"),
    ("  http://example.org\n", "http://example.org/"),
    ("http://example.org:80/a", "http://example.org/a"),
    ("https://example.org:8443/a", "https://example.org:8443/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
    ("https://xn--80aswg.xn--p1ai/", "https://xn--80aswg.xn--p1ai/"),
    ("https://сайт.рф/новости?раздел=мир", "https://xn--80aswg.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?%D1%80%D0%B0%D0%B7%D0%B4%D0%B5%D0%BB=%D0%BC%D0%B8%D1%80"),
    ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
    ("http://127.0.0.1:8000/feed", "http://127.0.0.1:8000/feed"),
    ("http://localhost/x", "http://localhost/x"),
    ("https://example.org/a%20b?q=100%", "https://example.org/a%20b?q=100%"),
]  # fmt: skip

NOT_LINKS = [
    "", "   ", "/relative", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://example.org/",
    "mailto:a@example.org", "http://", "https:///path", "http://bbc@evil.example/", "http://u:p@example.org/",
    "http://@example.org/", "http://example.org\\@evil.example/", "http://exa\tmple.org/", "http://example.org/\x00",
    "http://example.org/\n/x", "http://example.org:0/", "http://example.org:99999/", "http://example.org:x/",
    "http://2130706433/", "http://127.1/", "http://0x7f.1/", "http://999.1.1.1/", "http://exa mple.org/",
    "http://[::1", "http://[::1%25eth0]/", "http://a..b/", "http://-a.example/",
    "http://" + "a" * 64 + ".example/",
    "http://%65xample.org/", "http://example.org/\ud800", "https://example.org/" + "a" * MAX_URL,
]  # fmt: skip


@pytest.mark.parametrize(("given_url", "expected"), LINKS)
def test_a_link_comes_back_absolute_with_a_plain_host(given_url: str, expected: str) -> None:
    assert clean_link(given_url) == expected


@pytest.mark.parametrize("url", NOT_LINKS)
def test_what_parsers_could_disagree_on_is_no_link(url: str) -> None:
    assert clean_link(url) is None


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("/a/b", "https://example.org/feed.xml", "https://example.org/a/b"),
        ("c?d=1", "https://example.org/a/b", "https://example.org/a/c?d=1"),
        ("//other.example/x", "https://example.org/", "https://other.example/x"),
        ("javascript:x", "https://example.org/", None),
        ("http://[bad", "https://example.org/", None),
        ("/a", "nonsense", None),
        ("http:a", "http://example.org/", None),
        ("HTTPS:/a", "https://example.org/", None),
    ],
)
def test_a_relative_link_is_resolved_against_its_base(url: str, base: str, expected: str | None) -> None:
    assert clean_link(url, base) == expected


SAME = [
    ("https://www.example.org/story?utm_source=rss&utm_medium=x", "https://www.example.org/story"),
    ("https://example.org/story?fbclid=abc&id=7", "https://example.org/story?id=7"),
    ("https://example.org/?p=123&utm_campaign=z#comments", "https://example.org/?p=123"),
    ("https://example.org/index.php?b=2&a=1", "https://example.org/index.php?a=1&b=2"),
    ("https://example.org/index.php?a=1&amp;b=2", "https://example.org/index.php?a=1&b=2"),
    ("https://example.org/story/?12345", "https://example.org/story?12345"),
    ("https://example.org/story/amp/", "https://example.org/story"),
    ("https://example.org/story.amp.html", "https://example.org/story.html"),
    ("https://example.org/amp/story", "https://example.org/story"),
    ("https://example.org/story?amp", "https://example.org/story"),
    ("https://example.org/story?amp=1", "https://example.org/story"),
    ("https://example.org/story?outputType=amp", "https://example.org/story"),
    ("https://amp.example.org/story", "https://example.org/story"),
    ("https://m.example.co.uk/story", "https://example.co.uk/story"),
    ("https://mobile.example.org/story", "https://example.org/story"),
    ("https://id.m.wikipedia.org/wiki/X", "https://id.wikipedia.org/wiki/X"),
    ("https://blog.example.org/2017/09/x.html?m=1", "https://blog.example.org/2017/09/x.html"),
    ("https://example.org/story?print=1", "https://example.org/story"),
    ("https://example.org/story/print/", "https://example.org/story"),
    ("https://example.org/print/story", "https://example.org/story"),
    ("https://example.org/story?view=print", "https://example.org/story"),
    ("https://example.org/a//b/", "https://example.org/a/b"),
    ("https://example.org/%7euser/%d0%bd", "https://example.org/~user/%D0%BD"),
    ("https://example.org/a;jsessionid=9F?x=1", "https://example.org/a?x=1"),
    ("https://example.org/article?source=rss", "https://example.org/article"),
    ("https://www.google.com/url?rct=j&url=https://example.org/a%3Fid%3D1&ct=ga", "https://example.org/a?id=1"),
    ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/story/amp?x=1", "https://www.example.org/story?x=1"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), SAME)
def test_forms_of_one_article_fold_into_one_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/news?id=1", "https://example.org/news?id=2"),
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        (
            "https://example.org/modules.php?name=News&sid=1",
            "https://example.org/modules.php?name=News&sid=2",
        ),
        ("https://example.org/a?source=ria", "https://example.org/a?source=tass"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?page=2", "https://example.org/a"),
        ("https://m.dev/a", "https://dev/a"),
        ("https://amp.dev/story", "https://m.dev/story"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://example.org/amp", "https://example.org/"),
        ("https://example.org/?m=201709", "https://example.org/"),
    ],
)
def test_what_identifies_an_article_is_kept(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_what_is_no_link_is_a_key_by_itself() -> None:
    broken = ("http://[", "http://[::", "http://]", "https://a.org:x/", "", "a")
    assert len({url_key(text) for text in broken}) == len(broken)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://www.google.co.id/url?q=https%3A%2F%2Fexample.org%2Fa&sa=U", "https://example.org/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Fid%3D1&h=x", "https://example.org/a?id=1"),
        ("http://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fexample.org%2fa", "https://example.org/a"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fexample.org%2F", "https://example.org/"),
        ("https://r.search.yahoo.com/_y/RU=https%3a%2f%2fexample.org%2fa/RK=2/RS=x", "https://example.org/a"),
        ("https://www.google.com/amp/s/example.org/a/", "https://example.org/a/"),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fexample.org%252Fa",
            "https://example.org/a",
        ),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        ("https://www.google.com/url?q=http://u:p@evil.example/", "https://www.google.com/url?q=http://u:p@evil.example/"),
        ("https://www.google.com/search?q=https://example.org/", "https://www.google.com/search?q=https://example.org/"),
        ("https://notfacebook.com/l.php?u=https://example.org/", "https://notfacebook.com/l.php?u=https://example.org/"),
        ("https://example.org/share?url=https://other.example/", "https://example.org/share?url=https://other.example/"),
        ("http://[bad", "http://[bad"),
    ],
)  # fmt: skip
def test_known_wrappers_and_only_they_are_unwrapped(url: str, target: str) -> None:
    assert unwrap(url) == target


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.news.bbc.co.uk/x", "bbc.co.uk"),
        ("https://one.blogspot.com/", "one.blogspot.com"),
        ("https://a.b.example.org:8080/", "example.org"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]:80/", "::1"),
        ("http://localhost/", "localhost"),
        ("https://www.paper.unknownsuffix/", "paper.unknownsuffix"),
        ("https://новости.сайт.рф/", "xn--80aswg.xn--p1ai"),
        ("not a url", ""),
    ],
)
def test_a_site_is_what_one_owner_registered(url: str, domain: str) -> None:
    assert registered_domain(url) == domain


def test_a_missing_suffix_list_is_never_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(_BundledSuffixes, "local_path", "/nowhere/suffixes.dat")
    _registered.cache_clear()
    with pytest.raises(FileNotFoundError):
        registered_domain("https://www.example.org/")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Example.org:8080/x", "example.org"),
        ("http://[::1]:80/", "::1"),
        ("http://u:p@example.org/", "example.org"),
        ("", ""),
        ("http://[bad", ""),
    ],
)
def test_the_host_is_bare(url: str, host: str) -> None:
    assert host_of(url) == host


words = st.text(alphabet="abcXYZ019-_.~%é ", min_size=0, max_size=8)
hosts = st.sampled_from(
    ["example.org", "www.example.org", "m.example.co.uk", "amp.example.org", "127.0.0.1", "www.google.com"]
)
paths = st.lists(
    st.one_of(words, st.sampled_from(["amp", "print", "url", "a.amp", "x.amp.html"])), max_size=4
).map("/".join)
values = st.one_of(
    words,
    st.sampled_from(["1", "rss", "https://example.net/x%3Fid=2", "http%3A%2F%2Fm.example.org%2Famp%2Fa"]),
)
names = st.sampled_from(["id", "p", "q", "url", "u", "amp", "print", "m", "utm_source", "ref", "source", "Z"])
queries = st.lists(st.tuples(names, values), max_size=4).map(
    lambda pairs: "&".join(f"{n}={v}" for n, v in pairs)
)
rests = st.builds(lambda host, path, query: f"{host}/{path}?{query}".strip(), hosts, paths, queries)
urls = st.builds(lambda scheme, rest: f"{scheme}://{rest}", st.sampled_from(["http", "https"]), rests)


@given(url=st.one_of(urls, st.text(max_size=60)))
def test_cleaning_and_folding_twice_is_the_same_as_once(url: str) -> None:
    cleaned = clean_link(url)
    assert cleaned is None or clean_link(cleaned) == cleaned
    assert canonical_url(canonical_url(url)) == canonical_url(url)
    assert unwrap(unwrap(url)) == unwrap(url)


@given(rest=rests, tracker=st.sampled_from(["utm_source=a", "fbclid=x", "gclid=1", "at_medium=b", "_ga=2"]))
def test_the_key_ignores_how_the_reader_came(rest: str, tracker: str) -> None:
    key = url_key(f"https://{rest}")
    assert url_key(f"http://{rest}") == key
    assert url_key(f"https://{rest}&{tracker}#part") == key
    if rest.startswith("example.org"):
        assert url_key(f"https://www.{rest}") == key


@given(
    url=st.from_regex(
        r"\Ahttps?://[a-z0-9_.-]{1,20}(:(80|443|0|0?[0-9]{1,3}|[0-9]{4,6}))?(/[A-Za-z0-9/_.~-]{0,20})?\Z"
    )
)
def test_a_plain_link_is_cleaned_as_thoroughly_as_any_other(url: str) -> None:
    assert clean_link(url) == clean_link(f"{url}?"), "an empty query takes the long way to the same end"
