"""What polling is measured against: bare feedparser over the same bodies, and the library `reader`.

Nothing of the monitor is imported here: it changes feedparser for its whole process.
"""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import feedparser

os.environ["READER_NO_VENDORED_FEEDPARSER"] = "1"  # else it brings an older one, which needs sgmllib
from reader import Reader, make_reader

from tests.benchmarks.figures import Figures
from tests.usage import cpu_seconds, peak_mb


def bare(bodies: Sequence[bytes]) -> Figures:
    """Parse every body with the switches that we use; JSON, which feedparser does not read, as JSON.

    What it raises over is a feed that it does not read, as it would be to whoever calls it.
    """
    _parse(bodies[0])
    started = time.process_time()
    for body in bodies:
        _parse(body)
    return Figures(polls=[time.process_time() - started], peak_mb=peak_mb())


def _parse(body: bytes) -> None:
    with suppress(Exception):
        if body.startswith(b"{"):
            json.loads(body)
        else:
            feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)


def reader(folder: Path, warm_up: Sequence[str], urls: Sequence[str], polls: int) -> Figures:
    """Update every one of *urls* so many times in a new database, as the library does it by itself."""
    library = make_reader(str(folder / "reader.sqlite"))
    try:
        _add(library, warm_up)
        library.update_feeds(scheduled=False)
        for url in warm_up:
            library.delete_feed(url)
        _add(library, urls)
        spent = []
        for _ in range(polls):
            before = cpu_seconds()
            library.update_feeds(scheduled=False)
            spent.append(cpu_seconds() - before)
        read = sum(1 for feed in library.get_feeds() if feed.last_updated)  # it takes no bozo feeds
    finally:
        library.close()
    return Figures(polls=spent, peak_mb=peak_mb(), read=read)


def _add(library: Reader, urls: Sequence[str]) -> None:
    for url in urls:
        library.add_feed(url)
