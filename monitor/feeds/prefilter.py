"""Feed bytes made fit for a parser in one linear pass; what the feed says is read elsewhere.

Each step answers a way in which the parser behind was seen to fail: seconds for blank lines before the
root, gigabytes for entities, exceptions for a character reference that names no character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.entities import html5

from monitor.errors import BadFeed
from monitor.feeds.decode import decode

MAX_TAGS = 200_000  # 5,000 entries of 20 elements; as many empty ones cost the parser 4 s
# In one run of text, XML's own five aside. A page of Cyrillic written as numbers has 5,000.
MAX_REFERENCES = 200_000
MAX_PROLOG = 100  # comments, instructions and stray "<" before the root; each may be searched to the end
MAX_JUNK = 20_000  # characters of a script's warnings that may stand before a feed
MAX_WRAPPER = 300  # characters of <html><body> around one; more is a page that shows how feeds are written
MAX_TAG = 65_536  # characters between "<" and ">"; real ones stay under 4,000

# What XML 1.0 (2.2) forbids. C1 controls it admits: they are windows-1252's quotation marks gone astray.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTES = bytes(range(32)).translate(None, b"\t\n\r")
_SPECIAL = re.compile(r"<!\[CDATA\[|<!--|<\?")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_NAME = re.compile(r"<([A-Za-z_][\w.:-]{0,100})")
# A "<" that opens nothing, and an "&" that is not one of XML's own, with what it may introduce. Apart, each
# is found by its first character; together they cost three times as much.
_BRACKET = re.compile(r"<(?![A-Za-z/_]|[^\W\d])")
_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:#([0-9]{1,8}|[xX][0-9a-fA-F]{1,7});|([A-Za-z][A-Za-z0-9]{0,40});)?"
)
# One character beyond the first 65,536, written as the two halves that Java and JavaScript hold it in.
_HALVES = re.compile(
    r"&#(?:(5[56]\d{3})|[xX]([dD][89abAB][0-9a-fA-F]{2}));&#(?:(5[67]\d{3})|[xX]([dD][c-fC-F][0-9a-fA-F]{2}));"
)
_SUBSET_END = re.compile(r"\]\s{0,100}>")
_ROOTS = frozenset({"rss", "rdf:rdf", "feed", "channel", "urlset", "sitemapindex", "opml"})
_HTML = frozenset({"html", "head", "body"})
_FEED_ROOT = re.compile(r"<(?:rss|rdf:RDF|feed)(?=[\s>])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefiltered:
    """Well-encoded UTF-8 XML, as far as one pass can make it; `root` is the first element's name.

    Units: `first_line` is the line of the body on which the root begins, counted from 1.
    """

    data: bytes
    root: str
    repairs: tuple[str, ...]
    first_line: int = 1


def prefilter(body: bytes, charset: str | None = None, *, keep_lines: bool = False) -> Prefiltered:
    """Return *body* as UTF-8 from its root element on, without DOCTYPE, comments and bad references.

    With `keep_lines` what is left out leaves its line breaks, so that a place in it can be told to people.

    Raises: `BadFeed` when there is no element, or more than a feed can need.
    """
    text, codec = decode(body, charset)
    repairs = [] if codec == "utf-8" else [f"read as {codec}"]
    if "\ufffd" in text:
        repairs.append("undecodable bytes replaced")
    if _may_hold_controls(body, text) and _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
        repairs.append("control characters removed")
    if "&#" in text and (whole := _HALVES.sub(_joined, text)) != text:
        text = whole
        repairs.append("halved characters joined")
    start, junk = _find_root(text)
    if junk:
        repairs.append("junk before the root element removed")
    name = _NAME.match(text, start)
    assert name is not None  # _find_root stops at nothing else
    mended, broken = _mend(text[start:], keep_lines=keep_lines)
    if broken:
        repairs.append("references mended")
    _check_size(mended)
    data = b"<?xml version='1.0' encoding='utf-8'?>\n" + "".join(mended).encode("utf-8", "replace")
    first_line = text.count("\n", 0, start) + 1
    return Prefiltered(data=data, root=name[1], repairs=tuple(repairs), first_line=first_line)


def _may_hold_controls(body: bytes, text: str) -> bool:
    """Ask the bytes, which is several times quicker: no codec makes ASCII's controls of anything else."""
    return len(body.translate(None, _CONTROL_BYTES)) < len(body) or "\ufffe" in text or "\uffff" in text


def _find_root(text: str) -> tuple[int, bool]:
    """Return where the root element begins, and whether more than a prolog stood before it."""
    position = 0
    junk = False
    for _ in range(MAX_PROLOG):
        found = text.find("<", position)
        if found < 0:
            break
        junk = junk or bool(text[position:found].strip())
        if name := _NAME.match(text, found):
            behind = _FEED_ROOT.search(text, found, found + _junk_room(name[1].lower()))
            return (found, junk) if behind is None else (behind.start(), junk or behind.start() > found)
        position = _prolog_end(text, found)
        junk = junk or position == found + 1
    raise BadFeed("not a feed: no element in it")


def _junk_room(name: str) -> int:
    """Return how far behind an element of that name a feed may begin."""
    if name in _HTML:
        return MAX_WRAPPER
    return len(name) + 2 if name in _ROOTS else MAX_JUNK


def _prolog_end(text: str, start: int) -> int:
    """Return the place behind the comment, instruction or DOCTYPE at *start*; behind "<" if it is none."""
    for opening in ("<!--", "<?"):
        if text.startswith(opening, start):
            end = text.find(_ENDS[opening], start + len(opening))
            return end + len(_ENDS[opening]) if end >= 0 else start + 1
    if text[start : start + 9].upper() != "<!DOCTYPE":
        return start + 1
    subset, end = text.find("[", start), text.find(">", start)
    if 0 <= subset < end:
        # entity values may hold "]" and ">", in this order never side by side
        found = _SUBSET_END.search(text, subset)
        end = found.end() - 1 if found else -1
    return end + 1 if end >= 0 else start + 1


def _pieces(text: str, *, keep_lines: bool) -> Iterator[tuple[bool, str]]:
    """Yield the text around comments and instructions, which are left out, and each CDATA section.

    The flag says which is which. A section that never ends is text whose "<" opens nothing; it is
    looked for once, so that a million openings cost one search.
    """
    position = 0
    endless: set[str] = set()
    start = 0
    while found := _SPECIAL.search(text, position):
        opening = found[0]
        end = -1 if opening in endless else text.find(_ENDS[opening], found.end())
        if end < 0:
            endless.add(opening)
            position = found.end()
            continue
        yield False, text[start : found.start()]
        position = start = end + len(_ENDS[opening])
        if opening == "<![CDATA[":
            yield True, text[found.start() : position]
        elif keep_lines:
            yield False, "\n" * text.count("\n", found.start(), position)
    yield False, text[start:]


def _mend(text: str, *, keep_lines: bool) -> tuple[list[str], bool]:
    pieces: list[str] = []
    broken = False
    for is_data, piece in _pieces(text, keep_lines=keep_lines):
        mended = piece if is_data else _mend_piece(piece)
        broken = broken or mended != piece
        pieces.append(mended)
    return pieces, broken


def _mend_piece(piece: str) -> str:
    opened, brackets = _BRACKET.subn("&lt;", piece, count=MAX_REFERENCES + 1)
    mended, references = _REFERENCE.subn(_mended, opened, count=MAX_REFERENCES + 1)
    if brackets + references > MAX_REFERENCES:
        raise BadFeed(f"over {MAX_REFERENCES:,} references")
    return mended


def _mended(found: re.Match[str]) -> str:
    number, name = found[1], found[2]
    if number:
        point = int(number[1:], 16) if number[0] in "xX" else int(number)
        return found[0] if _is_character(point) else "\ufffd"
    if name:
        return escape(html5.get(f"{name};", found[0]))
    return "&amp;"


def _joined(found: re.Match[str]) -> str:
    """Return the character that two references to surrogates mean (RFC 2781 2.2)."""
    high = int(found[1]) if found[1] else int(found[2], 16)
    low = int(found[3]) if found[3] else int(found[4], 16)
    is_pair = 0xD800 <= high < 0xDC00 <= low < 0xE000
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) if is_pair else found[0]


def _is_character(point: int) -> bool:
    """Say whether XML 1.0 (2.2) admits the code point."""
    return (
        point in (0x9, 0xA, 0xD)
        or 0x20 <= point <= 0xD7FF
        or 0xE000 <= point <= 0xFFFD
        or 0x10000 <= point <= 0x10FFFF
    )


def _check_size(pieces: list[str]) -> None:
    markup = [piece for piece in pieces if not piece.startswith("<![CDATA[")]
    if sum(piece.count("<") for piece in markup) > MAX_TAGS:
        raise BadFeed(f"over {MAX_TAGS:,} tags")
    for piece in (piece for piece in markup if len(piece) > MAX_TAG):
        for tag in piece.split("<")[1:]:
            if len(tag) > MAX_TAG and len(tag.partition(">")[0]) > MAX_TAG:
                raise BadFeed(f"a tag of over {MAX_TAG:,} characters")
