"""The way by which feedparser reads a feed: with shortcuts through the release that they were made for."""

from __future__ import annotations

from collections.abc import Callable

import feedparser

from monitor.errors import BadFeed, ParserFailed
from monitor.feeds.fence import Reading, read_plainly

RELEASE = "6.0.14"  # of feedparser, whose code the shortcuts stand in for; another one is used as it is


def way(release: str) -> Callable[[bytes], Reading]:
    """Return how feeds are read with a release of feedparser."""
    if release != RELEASE:
        return read_plainly
    from monitor.feeds.quick import read_quickly  # another release may lack what this imports

    return read_quickly


_read = way(feedparser.__version__)


def read_with_feedparser(data: bytes) -> Reading:
    """Return feedparser's reading of pre-filtered *data*.

    Raises: `BadFeed` past a limit, and `ParserFailed` for whatever feedparser itself raises.
    """
    try:
        return _read(data)
    except BadFeed:
        raise
    except Exception as error:
        raise ParserFailed(f"the parser failed ({type(error).__name__})") from error
