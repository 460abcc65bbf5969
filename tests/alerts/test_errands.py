"""Links in messages: they say nothing, last their time, and none can be made by others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.errands import LASTING, UNSUBSCRIBING, Links
from monitor.model import Errand, ErrandKind
from tests.alerts.samples import NOW

LINKS = Links("https://news.example.org/m/", b"k" * 32)
NAMES = ("desk", "willow-desk", "marta/marta@desk.example")
MUTE = Errand(kind=ErrandKind.MUTE, destination="willow-desk", story=17)


def token(errand: Errand = MUTE, links: Links = LINKS) -> str:
    return links.url(errand, since=NOW).rpartition("/")[2]


@pytest.mark.parametrize("kind", ErrandKind)
@pytest.mark.parametrize("name", NAMES)
def test_a_link_is_read_as_it_was_made(kind: ErrandKind, name: str) -> None:
    story = None if kind is ErrandKind.UNSUBSCRIBE else 2**40
    errand = Errand(kind=kind, destination=name, story=story)
    url = LINKS.url(errand, since=NOW)
    assert re.fullmatch(r"https://news\.example\.org/m/do/[A-Za-z0-9_-]{51}", url)
    assert LINKS.read(token(errand), NAMES, now=NOW) == errand
    assert url == LINKS.url(errand, since=NOW), "every attempt at a mail is the same letter"


def test_a_link_names_nobody() -> None:
    assert "willow" not in LINKS.url(MUTE, since=NOW)
    assert b"k" * 32 not in repr(LINKS).encode()


@pytest.mark.parametrize("kind", [ErrandKind.MUTE, ErrandKind.UNSUBSCRIBE])
def test_a_link_lasts_its_time_and_no_longer(kind: ErrandKind) -> None:
    errand = Errand(kind=kind, destination="desk", story=None if kind is ErrandKind.UNSUBSCRIBE else 1)
    lasting = UNSUBSCRIBING if kind is ErrandKind.UNSUBSCRIBE else LASTING
    assert LINKS.read(token(errand), NAMES, now=NOW + lasting) == errand
    assert LINKS.read(token(errand), NAMES, now=NOW + lasting + timedelta(hours=1)) is None


@given(st.text(alphabet="abcXYZ019-_=", max_size=80) | st.text(max_size=40))
def test_what_is_made_up_is_no_link(made_up: str) -> None:
    assert LINKS.read(made_up, NAMES, now=NOW) is None


@given(st.integers(0, 50), st.sampled_from("ABCxyz059-_"))
def test_a_link_that_was_changed_anywhere_is_none(place: int, sign: str) -> None:
    whole = token()
    changed = whole[:place] + sign + whole[place + 1 :]
    read = LINKS.read(changed, NAMES, now=NOW)
    assert read is None or (changed == whole or place == 50), "the last sign has bits that say nothing"


def test_another_services_links_are_none() -> None:
    assert LINKS.read(token(links=Links(LINKS.base, b"x" * 32)), NAMES, now=NOW) is None


def test_a_destination_that_is_gone_can_be_asked_nothing() -> None:
    assert LINKS.read(token(), ["desk"], now=NOW) is None
