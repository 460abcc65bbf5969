"""The XML parser that feedparser is made to use: Python's expat, handing over text in large pieces."""

from __future__ import annotations

from typing import Any
from xml.sax.expatreader import ExpatParser

# Without a buffer expat reports every line break by itself: a megabyte of blank lines becomes a million
# pieces, which feedparser deletes one by one from the front of a list (3.5 s for 190,000 of them).
BUFFER = 65_536


class BufferedExpat(ExpatParser):
    """expat as Python's SAX drives it, with its text buffer switched on."""

    _parser: Any

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = BUFFER


def create_parser() -> BufferedExpat:
    """Return a parser; the name is what `xml.sax.make_parser` looks for in a driver's module."""
    return BufferedExpat()
