"""Which way feeds are read, and what becomes of a parser's own faults."""

from __future__ import annotations

import feedparser
import pytest

from monitor.errors import BadFeed, ParserFailed
from monitor.feeds import reading
from monitor.feeds.fence import read_plainly
from monitor.feeds.quick import read_quickly
from monitor.feeds.reading import RELEASE, read_with_feedparser, way
from tests.feeds.corpus import entry, rss


def test_the_release_in_use_is_the_one_that_the_shortcuts_were_made_for() -> None:
    assert feedparser.__version__ == RELEASE, "until somebody has looked, feeds are read at half the speed"
    assert way(RELEASE) is read_quickly


def test_another_release_is_read_without_shortcuts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert way("6.99") is read_plainly
    monkeypatch.setattr(reading, "_read", way("6.99"))
    found = entry(rss("<title>A title</title><pubDate>2026-01-02</pubDate><category>a</category>"))
    assert (found.title, found.published_claim, found.tags) == ("A title", "2026-01-02", ("a",))


@pytest.mark.parametrize("fault", [ValueError, KeyError, AttributeError, RecursionError, MemoryError])
def test_whatever_the_parser_raises_is_this_feeds_fault(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def fail(_: bytes) -> None:
        raise fault("secret")

    monkeypatch.setattr(reading, "_read", fail)
    with pytest.raises(ParserFailed) as caught:
        read_with_feedparser(b"<rss/>")
    assert str(caught.value) == f"the parser failed ({fault.__name__})"


def test_a_limit_that_was_passed_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> None:
        raise BadFeed("over 7 tags")

    monkeypatch.setattr(reading, "_read", refuse)
    with pytest.raises(BadFeed, match="over 7 tags"):
        read_with_feedparser(b"<rss/>")
