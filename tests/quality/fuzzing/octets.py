"""Feeds as bytes that lines, disks and servers damage: flipped, cut, spliced, recoded, squeezed."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable
from random import Random
from typing import TypeAlias

Change: TypeAlias = Callable[[Random, bytes, bytes], bytes]  # the body, and another that it may be mixed with

ENCODINGS = (
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7", "utf-8-sig", "windows-1251",
    "koi8-r", "cp1252", "iso-8859-5", "cp866", "shift_jis", "euc-jp", "iso-2022-jp", "gb18030", "big5",
    "cp949", "cp037",
)  # fmt: skip
MARKS = (
    codecs.BOM_UTF8, codecs.BOM_UTF8 * 2, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE, b"\xef\xbb", b"\x2b\x2f\x76\x38", b"\x84\x31\x95\x33",
)  # fmt: skip
SNIPPETS = (
    b"<", b">", b"&", b'"', b"'", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"&#x0;", b"&#",
    b"<a b='", b"</item>", b"<item>", b"<entry>", b"</rss>", b"<!DOCTYPE x [", b"\0", b"\0" * 30,
    b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\x1b$B", b"\x1b(B", b"\x0e\x0f",
    b"\r", b"{", b"[", b"\\ud800", b"\\u0000",
)  # fmt: skip


def _place(draw: Random, body: bytes) -> int:
    return draw.randrange(len(body) + 1)


def _range(draw: Random, body: bytes) -> tuple[int, int]:
    """A piece, a short one more often."""
    start = _place(draw, body)
    return start, min(len(body), start + round(max(1, len(body)) ** draw.random()))


def flip(draw: Random, body: bytes, _: bytes) -> bytes:
    """Flip single bits, from one to one in twenty bytes."""
    flipped = bytearray(body)
    for _number in range(draw.choice((1, 4, 30, max(1, len(body) // 20)))):
        if flipped:
            flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
    return bytes(flipped)


def noise(draw: Random, body: bytes, _: bytes) -> bytes:
    """Write a piece over with bytes of chance."""
    start, end = _range(draw, body)
    return body[:start] + draw.randbytes(end - start) + body[end:]


def truncate(draw: Random, body: bytes, _: bytes) -> bytes:
    place = _place(draw, body)
    return draw.choice((body[:place], body[:place], body[place:]))


def insert(draw: Random, body: bytes, _: bytes) -> bytes:
    """Insert what means something to a parser."""
    for _number in range(draw.choice((1, 3, 20))):
        place = _place(draw, body)
        body = body[:place] + draw.choice(SNIPPETS) + body[place:]
    return body


def erase(draw: Random, body: bytes, _: bytes) -> bytes:
    start, end = _range(draw, body)
    return body[:start] + body[end:]


def repeat(draw: Random, body: bytes, _: bytes) -> bytes:
    start, end = _range(draw, body)
    times = min(draw.choice((1, 3, 1_000)), 1_000_000 // max(1, end - start))
    return body[:end] + body[start:end] * times + body[end:]


def splice(draw: Random, body: bytes, other: bytes) -> bytes:
    """Begin with one feed and go on with another, or put a piece of it into this one."""
    if draw.random() < 0.5:
        return body[: _place(draw, body)] + other[_place(draw, other) :]
    start, end = _range(draw, other)
    place = _place(draw, body)
    return body[:place] + other[start:end] + body[place:]


def mark(draw: Random, body: bytes, _: bytes) -> bytes:
    """Set a byte order mark before a body that is in another encoding, or in the middle of it."""
    place = draw.choice((0, 0, 0, _place(draw, body)))
    return body[:place] + draw.choice(MARKS) + body[place:]


def recode(draw: Random, body: bytes, _: bytes) -> bytes:
    """Write the text in another encoding than it declares, or read it as another and write it again."""
    encoding = draw.choice(ENCODINGS)
    if draw.random() < 0.3:
        return body.decode(encoding, "replace").encode("utf-8", "surrogatepass")
    return body.decode("utf-8", "replace").encode(
        encoding, draw.choice(("replace", "ignore", "xmlcharrefreplace"))
    )


def squeeze(draw: Random, body: bytes, _: bytes) -> bytes:
    """Squeeze it, whole or from some place on, as a server does that squeezes twice."""
    place = draw.choice((0, _place(draw, body)))
    squeezed = gzip.compress(body[place:], mtime=0)
    return body[:place] + draw.choice((squeezed, squeezed[: len(squeezed) // 2], squeezed * 2))


def line_ends(draw: Random, body: bytes, _: bytes) -> bytes:
    """Write line ends in another way, or white space before everything."""
    if draw.random() < 0.5:
        return draw.choice((b"\n", b" ", b"\t\r\n", b"\0", b"\x0c")) * draw.choice((1, 390, 100_000)) + body
    return body.replace(
        draw.choice((b"\n", b"><", b" ")), draw.choice((b"\r", b"\r\n", b"\n\r", b"\x85", b""))
    )


OCTETS: dict[str, Change] = {
    "flip": flip,
    "noise": noise,
    "truncate": truncate,
    "insert": insert,
    "erase": erase,
    "repeat": repeat,
    "splice": splice,
    "mark": mark,
    "recode": recode,
    "squeeze": squeeze,
    "line ends": line_ends,
}
