"""The picture of a story's growth, decoded by the letter of its standard."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import timedelta

from monitor.alerts.growth import HEIGHT, WIDTH, growth
from monitor.model import Role
from tests.alerts.samples import NOTICE, NOW, REPORTS


def pixels(png: bytes) -> list[bytes]:
    """Decode a palette PNG by the letter of its standard, sums included."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, chunks = 8, {}
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        name, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        assert struct.unpack(">I", png[place + 8 + size : place + 12 + size])[0] == zlib.crc32(name + data)
        chunks[name] = data
        place += 12 + size
    assert list(chunks) == [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"]
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (width, height, depth, colour, rest) == (2 * WIDTH, 2 * HEIGHT, 8, 3, [0, 0, 0])
    raw = zlib.decompress(chunks[b"IDAT"])
    rows = [raw[start : start + width + 1] for start in range(0, len(raw), width + 1)]
    assert len(rows) == height
    assert {row[0] for row in rows} == {0}
    return [row[1:] for row in rows]


def test_columns_rise_with_the_story_and_tell_confirmation_from_repetition() -> None:
    png = growth(NOTICE)
    assert png is not None
    drawn = pixels(png)
    first, last = [[row[x] for row in drawn] for x in (0, 2 * WIDTH - 10)]
    assert first.count(1) == 2 * HEIGHT // 4, "one outlet of four"
    assert first.count(2) == 0
    assert (last.count(1), last.count(2)) == (3 * 2 * HEIGHT // 4, 2 * HEIGHT // 4), "three confirm"
    assert len(png) < 2_000


def test_the_same_reports_make_the_same_picture() -> None:
    assert growth(NOTICE) == growth(replace(NOTICE, reports=REPORTS[::-1]))


def test_where_there_is_nothing_to_see_there_is_no_picture() -> None:
    assert growth(replace(NOTICE, reports=REPORTS[:2])) is None
    assert growth(replace(NOTICE, reports=tuple(replace(each, seen_at=NOW) for each in REPORTS))) is None


def test_copies_alone_confirm_nothing() -> None:
    copies = tuple(
        replace(REPORTS[1], outlet=f"Outlet {n}", role=Role.COPY, seen_at=NOW + timedelta(hours=n))
        for n in range(4)
    )
    png = growth(replace(NOTICE, reports=copies))
    assert png is not None
    assert {sign for row in pixels(png) for sign in row} == {0, 2}
