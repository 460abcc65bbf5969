"""Shortcuts through feedparser's own code for what nearly every element is; what it reads stays the same.

Most elements of a feed stand outside of content and change neither base, language nor namespace. For each of
them feedparser joins URLs, copies mappings that answer to several names, looks for handlers by raising
exceptions and reads dates in nine ways that we do not use. What an element means, its own handlers still say.

An element named x reaches any method named `_start_x` or `_end_x`: no helper here may have such a name.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from types import FunctionType
from typing import Any, NamedTuple

from feedparser.html import _cp1252
from feedparser.mixin import _FeedParserMixin
from feedparser.urls import make_safe_absolute_uri
from feedparser.util import FeedParserDict

MAX_KNOWN = 1_000  # names kept at a time; real feeds have under 100 elements, hostile ones as many as tags

XHTML = "application/xhtml+xml"
_SCOPED = frozenset({"xml:base", "base", "xml:lang", "lang"})  # attributes that hold for what is inside, too
_ROOTS = frozenset({"feed", "rss"})  # their language is the feed's
_TEXT_INPUT = frozenset({"title", "link", "description", "name"})
_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
_TAGS = frozenset({"category", "tags", "itunes_keywords"})  # kept by their own handlers

# Where `FeedParserDict` keeps what is laid into it under another name: a bare <date> is an update.
_KEPT_AS = {name: kept if isinstance(kept, str) else kept[0] for name, kept in FeedParserDict.keymap.items()}
_BROKEN_REFERENCE = re.compile("&([A-Za-z0-9_]+);")
_WINDOWS = re.compile(b"\xc2[\x80-\x9f]")  # in UTF-8, what windows-1252 has other characters for


class _Element(NamedTuple):
    """What a tag is to feedparser: the prefix it knows, the name, and the handlers for it."""

    prefix: str
    name: str
    start: Callable[..., Any] | None
    end: Callable[..., Any] | None


def _no_date(_: str) -> None:
    """Dates are read by `monitor.feeds.dates`, from the text as published."""


def _lightened() -> dict[str, FunctionType]:
    """Return those of feedparser's methods that make a `FeedParserDict` or read a date, doing neither.

    They are its own code with other names in view, so that feedparser stays as it is for everybody else. A
    plain mapping serves: the aliases are for people, feedparser does not ask for them itself.
    """
    ours = {"FeedParserDict": dict, "_parse_date": _no_date}
    methods = {name: getattr(_FeedParserMixin, name) for name in dir(_FeedParserMixin) if name != "__init__"}
    return {
        name: FunctionType(
            method.__code__, method.__globals__ | ours, name, method.__defaults__, method.__closure__
        )
        for name, method in methods.items()
        if isinstance(method, FunctionType) and not ours.keys().isdisjoint(method.__code__.co_names)
    }


_Lightened = type("_Lightened", (), _lightened())


class Shortcuts(_Lightened):  # type: ignore[misc,valid-type]
    """Mixed in before the methods that feedparser's two parsers share."""

    def __init__(self: Any, *args: Any) -> None:
        self.misplaced = 0  # elements whose handlers failed over their place
        self._elements: dict[str, _Element] = {}  # by tag
        self._tags: dict[str, tuple[str, str]] = {}  # by expat's names (`quick.py`)
        self._depths: tuple[object, dict[str, int]] = (None, {})  # an entry; how deep each of its texts stood
        super().__init__(*args)
        self.feeddata = dict(self.feeddata)
        self.sourcedata: dict[str, Any] = {}
        self.contentparams: dict[str, Any] = {}

    # --- elements ---------------------------------------------------------------------------------------

    def track_namespace(self: Any, prefix: str | None, uri: str) -> None:
        before = self._meaning(prefix, uri)
        super().track_namespace(prefix, uri)
        if self._meaning(prefix, uri) != before:  # many feeds say the same again at each element
            self._elements.clear()
            self._tags.clear()

    def _meaning(self: Any, prefix: str | None, uri: str) -> tuple[str | None, ...]:
        """Return all that a declaration of this namespace can change."""
        known = self._matchnamespaces.get(uri.lower())
        used = self.namespaces_in_use
        return self.namespacemap.get(prefix), used.get(prefix or ""), used.get(known)

    def unknown_starttag(self: Any, tag: str, attrs: list[tuple[str, str]]) -> None:
        if self.incontent or tag in _ROOTS or (attrs and _is_scoped(attrs)) or not _is_fixed(self.baseuri):
            super().unknown_starttag(tag, attrs)
            return
        self.depth += 1
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        element = self._elements.get(tag) or self._learn(tag)
        if not element.prefix:
            if tag not in _TEXT_INPUT:
                self.intextinput = 0
            if tag not in _IMAGE:
                self.inimage = 0
        attributes = dict(map(self._normalize_attributes, attrs)) if attrs else {}
        height = len(self.elementstack)
        if element.start is not None and _succeeds(element.start, self, attributes):
            return
        del self.elementstack[height:]  # what a handler opened before it failed, nobody closes
        if attributes:
            self._get_context()[element.name] = attributes
        else:
            self.push(element.name, 1)

    def unknown_endtag(self: Any, tag: str) -> None:
        if self.svgOK:
            super().unknown_endtag(tag)
            return
        element = self._elements.get(tag) or self._learn(tag)
        if element.end is None or not _succeeds(element.end, self):
            self.pop(element.name)
        if not self.incontent or self._closes(tag):
            self._leave()

    def _closes(self: Any, tag: str) -> bool:
        """Write an end tag that stands in content as markup there; say whether it closes what was open."""
        kind = self.contentparams.get("type", "xml")
        if not kind.endswith("xml"):
            if tag in ("xhtml:div", "div"):
                return False
            kind = self.contentparams["type"] = XHTML
        if kind == XHTML:
            self.handle_data(f"</{tag.rpartition(':')[2]}>", escape=0)
        return True

    def _leave(self: Any) -> None:
        if self.basestack:
            self.basestack.pop()
            if self.basestack and self.basestack[-1]:
                self.baseuri = self.basestack[-1]
        if self.langstack:
            self.langstack.pop()
            if self.langstack:
                self.lang = self.langstack[-1]
        self.depth -= 1

    def _learn(self: Any, tag: str) -> _Element:
        given, colon, local = tag.partition(":")
        given, local = (given, local) if colon else ("", tag)
        prefix = self.namespacemap.get(given, given)
        name = f"{prefix}_{local}" if prefix else local
        parser = type(self)
        start, end = getattr(parser, f"_start_{name}", None), getattr(parser, f"_end_{name}", None)
        found = _Element(prefix, name, start, end)
        remember(self._elements, tag, found)
        return found

    # --- texts ------------------------------------------------------------------------------------------

    def pop(self: Any, element: str, strip_whitespace: int = 1) -> str | None:
        if not self.elementstack or self.elementstack[-1][0] != element:
            return None
        _, expecting_text, pieces = self.elementstack.pop()
        if self.version == "atom10" and self.contentparams.get("type") == XHTML:
            pieces = _unwrapped(_decoded(pieces))
        output: str = _joined(pieces)
        if strip_whitespace:
            output = output.strip()
        if not expecting_text:
            return output
        output = self._meant(element, output)
        if element in _TAGS or (element == "title" and -1 < self.title_depth <= self.depth):
            return output
        if self.inentry and not self.insource:
            self._keep_in_entry(element, output)
        elif self.infeed or self.insource:
            self._keep_in_feed(element, output)
        return output

    def _meant(self: Any, element: str, output: str) -> str:
        params = self.contentparams
        is_base64 = params.get("base64")
        if is_base64:
            output = _from_base64(output)
        if output and element in self.can_be_relative_uri and (element != "id" or self.guidislink):
            output = self.resolve_uri(output)
        if not is_base64:
            output = self.decode_entities(element, output)
        if params:
            if params.get("type") == "text/plain" and self._is_secretly_html(output):
                params["type"] = "text/html"
            params.pop("mode", None)
            params.pop("base64", None)
        return output if output.isascii() else _recoded(output)

    def _is_secretly_html(self: Any, text: str) -> bool:
        may_be = ("</" in text or "&" in text) and not self.version.startswith("atom")
        return may_be and bool(self.looks_like_html(text))

    def _keep_in_entry(self: Any, element: str, output: str) -> None:
        entry = self.entries[-1]
        if element == "content":
            entry.setdefault(element, []).append({**self.contentparams, "value": output})
        elif element == "link":
            if not self.inimage:
                entry[element] = output = _mended_link(output.replace("&amp;", "&"))
                if output:
                    _lead(entry, output)
        else:
            element = "summary" if element == "description" else element
            if self._is_outermost(entry, element):
                entry[_KEPT_AS.get(element, element)] = output
            if self.incontent:
                entry[f"{element}_detail"] = {**self.contentparams, "value": output}

    def _is_outermost(self: Any, entry: object, element: str) -> bool:
        """Say whether no text of this name stood less deep in the entry before."""
        owner, depths = self._depths
        if owner is not entry:
            depths = {}
            self._depths = (entry, depths)
        if self.depth > depths.get(element, self.depth):
            return False
        depths[element] = self.depth
        return True

    def _keep_in_feed(self: Any, element: str, output: str) -> None:
        context = self._get_context()
        element = "subtitle" if element == "description" else element
        context[_KEPT_AS.get(element, element)] = output
        if element == "link":
            context[element] = _mended_link(output)
            _lead(context, context[element])
        elif self.incontent:
            context[f"{element}_detail"] = {**self.contentparams, "value": output}

    def resolve_uri(self: Any, uri: str) -> Any:
        # "http:////host" is what feedparser mends on the way
        return super().resolve_uri(uri) if self.baseuri or "///" in uri else uri


def remember(known: dict[str, Any], name: str, found: object) -> None:
    """Keep what was found for a name, and never too many names."""
    if len(known) >= MAX_KNOWN:
        known.clear()
    known[name] = found


# What handlers raise over an element in an unlikely place, such as a position without its <where>. feedparser
# forgives an AttributeError only, and loses the feed to the others.
_OUT_OF_PLACE = (KeyError, IndexError, TypeError)


def _succeeds(handler: Callable[..., Any], parser: Any, *args: object) -> bool:
    """Call a parser's handler; one that fails costs its element and no other."""
    try:
        handler(parser, *args)
    except AttributeError:
        return False
    except _OUT_OF_PLACE:
        parser.misplaced += 1
        return False
    return True


def _is_scoped(attrs: Sequence[tuple[str, str]]) -> bool:
    return any(name in _SCOPED or name.startswith("xmlns") for name, _ in attrs)


@lru_cache(maxsize=100)  # a feed has one; each is bounded by the fence
def _is_fixed(base: str) -> bool:
    """Say whether a base stays as it is when it is joined with itself, as feedparser does at each element."""
    return not base or (make_safe_absolute_uri(base, base) or base) == base


def _decoded(pieces: Sequence[str | bytes]) -> list[str]:
    return [piece.decode("utf-8") if isinstance(piece, bytes) else piece for piece in pieces]


def _joined(pieces: Sequence[Any]) -> str:
    try:
        return "".join(pieces)
    except TypeError:  # the parser of what is not well-formed has characters from references as bytes
        return "".join(_decoded(pieces))


def _unwrapped(pieces: list[str]) -> list[str]:
    """Return the pieces of XHTML content without the <div> that holds all of it."""
    full = [place for place, piece in enumerate(pieces) if piece.strip()]
    pieces = pieces[full[0] : full[-1] + 1] if full else pieces[:1]
    if not pieces or not (pieces[0] == "<div>" or pieces[0].startswith("<div ")) or pieces[-1] != "</div>":
        return pieces
    depth = 0
    for piece in pieces[:-1]:
        if piece.startswith("</"):
            depth -= 1
            if depth == 0:
                return pieces
        elif piece.startswith("<") and not piece.endswith("/>"):
            depth += 1
    return pieces[1:-1]


def _from_base64(text: str) -> str:
    try:
        return base64.decodebytes(text.encode("utf8")).decode("utf8")
    except (binascii.Error, UnicodeDecodeError):
        return text


def _recoded(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1, and read what are controls there as windows-1252."""
    with suppress(UnicodeEncodeError, UnicodeDecodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    is_windows = _WINDOWS.search(text.encode("utf-8", "surrogatepass"))
    return text.translate(_cp1252) if is_windows else text


def _lead(context: dict[str, Any], url: str) -> None:
    """Have the last link lead to *url*; there is none where one was closed elsewhere than it was opened."""
    if context.get("links"):
        context["links"][-1]["href"] = url


def _mended_link(url: str) -> str:
    return _BROKEN_REFERENCE.sub(r"&\g<1>", url)  # `?a=1&b=2` that came out as `?a=1&b;=2`
