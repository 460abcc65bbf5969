"""A parsed page: its tree and the claims in its head, read once and shared by all who judge it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from monitor.articles.jsonld import LinkedData, read_linked_data
from monitor.articles.limits import harmless
from monitor.errors import BadPage

MAX_METAS = 400
NEAR = 6  # elements below the heading that may be its byline
LONGEST_BYLINE = 150  # characters
SAID, CUT = 12, 60  # characters from which a heading is more than a name, and up to which claims repeat it
MAX_VALUE = 2_000  # characters of one meta value

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}>")
_BELOW = etree.XPath(
    "following::*[self::div or self::p or self::span or self::font or self::i or self::small]"
    f"[not(div or p)][position() <= {NEAR}]"
)
_ASKED_FOR = ("title", "meta", "link", "script", "h1")
# Directions, joiners and soft hyphens: they hide words from a search. The joiners that Persian and Hindi
# write with (U+200C, U+200D) stay.
_UNSEEN = re.compile(f"[{_CONTROLS}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page's tree, which nobody changes in place, and where it came from."""

    url: str
    tree: HtmlElement

    @cached_property
    def named(self) -> dict[str, list[HtmlElement]]:
        """The elements that several judges ask for, by tag: every walk costs half a percent of a read."""
        found: dict[str, list[HtmlElement]] = {tag: [] for tag in _ASKED_FOR}
        for element in self.tree.iter(*_ASKED_FOR):
            found[element.tag].append(element)
        return found

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """The values of `<meta>` by lower-case name, property or itemprop, in their order."""
        found: dict[str, list[str]] = {}
        claims = [meta for meta in self.named["meta"] if meta.get("content") is not None]
        for meta in claims[:MAX_METAS]:
            value = one_line(meta.get("content", "")[:MAX_VALUE])
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                if value and (name := meta.get(attribute)):
                    found.setdefault(name.strip().lower(), []).append(value)
        return found

    @cached_property
    def linked(self) -> LinkedData:
        """What the page's JSON-LD says."""
        return read_linked_data(
            script.text
            for script in self.named["script"]
            if script.text and "json" in (script.get("type") or "")
        )

    @cached_property
    def window_title(self) -> str:
        """The text of `<title>`."""
        return one_line(next((title.text_content() for title in self.named["title"]), "")[:MAX_VALUE])

    @cached_property
    def visible(self) -> str:
        """All text that a reader could see, on one line."""
        pieces = self.tree.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]")
        return one_line(" ".join(pieces))

    @cached_property
    def heading(self) -> HtmlElement | None:
        """The `<h1>` that the page's title repeats, else the first: sites put their logo in one too."""
        claims = f"{self.window_title} {self.meta('og:title')} {self.linked.headline}".casefold()
        headings = [(element, visible_text(element).casefold()) for element in self.named["h1"]]
        said = (element for element, text in headings if len(text) >= SAID and text[:CUT] in claims)
        return next(said, headings[0][0] if headings else None)

    @cached_property
    def near_title(self) -> tuple[str, ...]:
        """The short lines below the heading, where pages without marks say who wrote this and when."""
        if self.heading is None:
            return ()
        below = _BELOW(self.heading)
        texts = (visible_text(element) for element in below[:NEAR])
        return tuple(text for text in texts if 5 < len(text) <= LONGEST_BYLINE)

    @cached_property
    def language_label(self) -> str:
        """The language that the page claims for itself."""
        root = self.tree.getroottree().getroot()
        label = (
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
        )
        return label or self.meta("og:locale", "content-language") or self.linked.language

    def meta(self, *names: str) -> str:
        """Return the first value of the first of *names* that the page has, or nothing."""
        return next((self.metas[name][0] for name in names if name in self.metas), "")


def parse_page(markup: str, url: str) -> Page:
    """Parse *markup* after the limits have had their say.

    Raises: BadPage, also when nothing in it is markup.
    """
    cleaned = _CONTROL.sub("", harmless(markup)).lstrip()
    if (declaration := _DECLARATION.match(cleaned)) is not None:
        cleaned = cleaned[declaration.end() :]
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, no_network=True
    )
    try:
        tree = document_fromstring(cleaned.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        raise BadPage("page has no markup that can be read") from None
    return Page(url=url, tree=tree)


def one_line(text: str) -> str:
    """Return *text* as a reader sees it on one line: no control characters, single spaces."""
    return " ".join((text if text.isprintable() else _UNSEEN.sub("", text)).split())


def visible_text(element: HtmlElement) -> str:
    """Return an element's text on one line."""
    return one_line(" ".join(element.itertext()))
