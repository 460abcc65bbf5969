"""feedparser cannot be led to another parser, to a file, or out of its fence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from feedparser import api

from monitor.errors import OperatorFault
from monitor.feeds import fence
from monitor.feeds.fence import Reading, read_plainly, require_safe_xml
from monitor.feeds.quick import read_quickly
from tests.feeds.corpus import entry, rss

DRIVER = """
def create_parser():
    raise AssertionError("libxml2 was asked to parse")
"""
BOTH_WAYS = pytest.mark.parametrize("read", [read_plainly, read_quickly])


def test_a_plain_installation_is_safe() -> None:
    require_safe_xml()


def test_debians_driver_is_refused_at_the_start_and_never_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "drv_libxml2.py").write_text(DRIVER)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(OperatorFault, match="libxml2"):
        require_safe_xml()
    assert entry(rss("<title>Read by expat</title>")).title == "Read by expat"
    assert "drv_libxml2" not in sys.modules


def test_a_driver_that_is_passed_over_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PREFERRED_XML_PARSERS", ["no_such_driver"])
    with pytest.raises(OperatorFault):
        require_safe_xml()


@BOTH_WAYS
def test_bytes_that_look_like_a_path_or_a_url_are_only_bytes(
    tmp_path: Path, read: Callable[[bytes], Reading]
) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss("<title>from the disk</title>"))
    for bytes_ in (str(secret).encode(), b"file://" + str(secret).encode(), b"http://127.0.0.1:9/"):
        assert read(bytes_).entries == []


@BOTH_WAYS
def test_one_entry_keeps_a_bounded_number_of_tags(read: Callable[[bytes], Reading]) -> None:
    tags = "".join(f"<category>c{number}</category>" for number in range(5_000))
    (found,) = read(rss(f"<title>x</title>{tags}")).entries
    assert len(found["tags"]) == fence.MAX_TAGS


@BOTH_WAYS
def test_the_bounds_leave_real_feeds_alone(read: Callable[[bytes], Reading]) -> None:
    inner = "<title>x</title><author>desk@site.example (Jane Doe)</author><category>a</category>"
    (found,) = read(rss(inner)).entries
    assert [author["name"] for author in found["authors"]] == ["Jane Doe"]
    assert [tag["term"] for tag in found["tags"]] == ["a"]
