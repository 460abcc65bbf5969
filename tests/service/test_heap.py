"""After a load, what only loading needed is gone, and what stays is walked no more."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from monitor.service.heap import settle
from monitor.topics import common
from monitor.topics.query import term


class Settings:
    """What a load makes: its parts know one another, so that only the collector can end them."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_lists_that_topics_were_checked_with_are_given_back() -> None:
    assert common.share(term("house"), "en") > 0
    settle()
    assert common.finds.cache_info().currsize == common._running.cache_info().currsize == 0


def test_what_is_loaded_is_spared_until_the_next_load() -> None:
    settings = Settings()
    settle()
    assert gc.get_freeze_count() > 10_000
    assert not any(one is settings for one in gc.get_objects())


def test_what_was_loaded_before_is_collected() -> None:
    settings = Settings()
    settle()
    before = weakref.ref(settings)
    del settings
    gc.collect()
    assert before() is not None
    settle()
    assert before() is None
