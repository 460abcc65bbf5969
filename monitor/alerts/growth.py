"""How a story grew, as a small picture: outlets over time, those that confirm nothing lighter.

It is encoded here: an image library is seven megabytes and a history of faults for a few filled rectangles.

Source: https://www.w3.org/TR/png-3/ (palette images, 11.2.2)
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime

from monitor.model import Notice, ReportLine, Role

WIDTH, HEIGHT = 560, 56  # points in a mail; it is drawn twice as fine for screens that show that
FEWEST = 3  # reports, below which words say it better
_SCALE = 2
_COLUMNS = 56
_GAP = 2 * _SCALE

# Both are read on white and on black (contrast of 3 to 1 and more, WCAG 2.2 1.4.11); nothing is behind them.
_NOTHING, _CONFIRMS, _REPEATS = range(3)
_COLOURS = bytes((0, 0, 0, 0x3B, 0x7D, 0xDD, 0x8A, 0x94, 0xA3))
_OPACITY = bytes((0, 255, 255))


def growth(notice: Notice) -> bytes | None:
    """Return a story's growth as a PNG, the same for the same reports; None where there is nothing to see."""
    reports = sorted(notice.reports, key=lambda report: report.seen_at)
    if len(reports) < FEWEST or reports[0].seen_at == reports[-1].seen_at:
        return None
    columns = _heights(reports)
    most = max(total for total, _ in columns)
    column = WIDTH * _SCALE // _COLUMNS
    tall = HEIGHT * _SCALE
    rows = bytearray()
    for y in range(tall):
        rows.append(0)  # no filter
        level = (tall - y) * most / tall  # in outlets, from the bottom
        for total, confirming in columns:
            colour = _CONFIRMS if level <= confirming else _REPEATS if level <= total else _NOTHING
            rows += bytes([colour] * (column - _GAP) + [_NOTHING] * _GAP)
    return _png(WIDTH * _SCALE, tall, bytes(rows))


def _heights(reports: Sequence[ReportLine]) -> list[tuple[int, int]]:
    """How many outlets had reported by the end of each column, and how many of the reports confirmed."""
    begin, end = reports[0].seen_at, reports[-1].seen_at
    return [_until(reports, begin + (end - begin) * (number + 1) / _COLUMNS) for number in range(_COLUMNS)]


def _until(reports: Sequence[ReportLine], moment: datetime) -> tuple[int, int]:
    seen = [report for report in reports if report.seen_at <= moment]
    outlets = len({report.outlet.casefold() for report in seen})
    confirming = sum(report.confirms and report.role is not Role.COPY for report in seen)
    return outlets, min(confirming, outlets)


def _png(width: int, height: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, palette, no interlace
    chunks = (
        (b"IHDR", header),
        (b"PLTE", _COLOURS),
        (b"tRNS", _OPACITY),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
