"""What a page may cost before a parser sees it: linear checks and cuts over its text, never a tree."""

from __future__ import annotations

import re

from monitor.errors import BadPage

MAX_BYTES = 3_000_000  # the longest of 181 news pages has 0.9 MB; 5 MB of <br> cost 1.5 GB of memory
MAX_TAGS = 20_000  # news pages have under 2,000; 130,000 empty tags cost 14 s
MAX_TAG = 64_000  # characters between "<" and the next one, inline data left out
MAX_DEPTH = 150  # news pages stay under 50; libxml2 stops at 256, and recursion over trees at about 1,000
TABLE_DEPTH = 10  # what a nested table counts as: trafilatura walks the whole inside of each
MAX_JSON_LD = 200_000  # characters of one block; live blogs reach 150,000
MAX_JSON_LD_BLOCKS = 20

_OPENER = re.compile(r"<!--|<(script|style|svg|template|canvas|math)\b", re.IGNORECASE)
_CLOSERS = {
    name: re.compile(rf"</{name}\b[^<>]{{0,99}}>", re.IGNORECASE)
    for name in ("script", "style", "svg", "template", "canvas", "math")
}
_COMMENT_END = re.compile(r"-->")
_SWALLOWS_THE_REST = frozenset({"script", "style", None})  # what browsers do with one that never closes
_JSON_LD = re.compile(r"<script\b[^<>]{0,2000}\bld\+json\b", re.IGNORECASE)
_INLINE_DATA = re.compile(r"data:[\w.+/-]{0,60}(?:;[\w=.-]{1,40}){0,4},[A-Za-z0-9+/=%._~!*'()-]{200,}")
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,20})")
_LONG_TAG = re.compile(rf"<[^<>]{{{MAX_TAG},}}")
# Elements that must be closed; the optional ones (<p>, <li>, <td>) would count up on honest pages.
_NESTING = {"table": TABLE_DEPTH} | dict.fromkeys(
    """
    div span section article main aside header footer nav ul ol dl blockquote form figure font b i em strong
    a u s small big sub sup center h1 h2 h3 h4 button label q cite code pre ins del
    """.split(),  # noqa: SIM905 - a paragraph of names reads better than a column of quotes
    1,
)


def check_size(body: bytes) -> None:
    """Refuse a body that is not worth decoding.

    Raises: BadPage.
    """
    if len(body) > MAX_BYTES:
        raise BadPage(f"page is over {MAX_BYTES // 1_000_000} MB")


def harmless(markup: str) -> str:
    """Return *markup* without what costs time and says nothing: scripts, styles, drawings, inline data.

    JSON-LD stays, in bounded number and size. Every step is linear in the length of the page.

    Raises: BadPage, when what remains passes a limit.
    """
    kept = _INLINE_DATA.sub("data:,", _without_blocks(markup.replace("\x00", "")))
    if _LONG_TAG.search(kept):
        raise BadPage(f"a tag is over {MAX_TAG // 1_000} kB")
    _check_tags(kept)
    return kept


def _check_tags(markup: str) -> None:
    tags = _TAG.findall(markup)
    if len(tags) > MAX_TAGS and sum(tag[0] != "/" for tag in tags) > MAX_TAGS:
        raise BadPage(f"page has over {MAX_TAGS} tags")
    steps = {tag: _step(tag) for tag in set(tags)}  # a page has thousands of tags, but forty kinds
    depth = 0
    for step in filter(None, map(steps.__getitem__, tags)):
        depth = max(0, depth + step)
        if depth > MAX_DEPTH:
            raise BadPage(f"page is nested over {MAX_DEPTH} deep")


def _step(tag: str) -> int:
    step = _NESTING.get(tag.lstrip("/").lower(), 0)
    return -step if tag[0] == "/" else step


def _without_blocks(markup: str) -> str:
    parts: list[str] = []
    unclosed: set[str | None] = set()  # looked for once to the end and not found: never look again
    position = blocks = 0
    while (opener := _OPENER.search(markup, position)) is not None:
        name = opener[1].lower() if opener[1] else None
        parts.append(markup[position : opener.start()])
        closer = None
        if name not in unclosed:
            closer = (_CLOSERS[name] if name else _COMMENT_END).search(markup, opener.end())
        if closer is None and name in _SWALLOWS_THE_REST:
            return "".join(parts)
        if closer is None:
            unclosed.add(name)
            position = opener.end()
            continue
        block = markup[opener.start() : closer.end()]
        if name == "script" and blocks < MAX_JSON_LD_BLOCKS and _is_small_json_ld(block):
            parts.append(block)
            blocks += 1
        position = closer.end()
    parts.append(markup[position:])
    return "".join(parts)


def _is_small_json_ld(block: str) -> bool:
    return len(block) <= MAX_JSON_LD and _JSON_LD.match(block) is not None
