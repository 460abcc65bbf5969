"""Who wrote an article, as pages name their people; outlets, accounts and readers are not authors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.articles.page import LONGEST_BYLINE, Page, one_line, visible_text

MAX_NAME = 80
MAX_WORDS = 5  # "Ann Lee of the Press Agency" has six
MAX_AUTHORS = 10
MOST_BYLINES = 50  # elements that may be one

_BY = re.compile(
    r"^(?:written by|reported by|by|oleh|penulis|reporter|von|por|par|di|door|av|af|autor|autorin|автор|"
    r"author|текст|від|yazan|yazar|بقلم|كتب|przez|autore|tekst|skrevet av)\s*[:：]?\s+",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;/|&]|\s(?:and|und|y|e|et|dan|и|та|en|og|och|i)\s)\s*")
_NO_NAME = re.compile(
    r"https?:|www\.|@|^\d|\d{3}|[<>{}\[\]=]|^(?:admin|redaksi|editor|staff|redaktion|unknown|none)$",
    re.IGNORECASE,
)
_TITLE_ONLY = re.compile(r"[A-Z.]{2,4}")  # MS, Ph.D., RDN: what stands behind a name and its comma
_AFTER_NAMES = re.compile(r"\s*[–—|•·(/／]|\s-\s")
_AUTHORS = (
    "author", "article:author", "parsely-author", "byl", "sailthru.author", "dc.creator", "dcterms.creator",
    "og:article:author", "citation_author", "dc.contributor", "mediator_author", "cxenseparse:author",
)  # fmt: skip
_IN_COMMENT = XPath(
    "boolean(ancestor-or-self::*[contains(@class, 'comment') or contains(@id, 'comment') or self::form])"
)
_MARKED = XPath(
    "//*[@rel='author' or @rel='sioc:has_creator'] | //*[@itemprop='author']//*[@itemprop='name']"
    " | //*[@itemprop='author'][not(*)]"
)
_BYLINE_PARTS = ("uthor", "yline", "enulis", "utor")  # whatever the case of their first letters
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|author|author-name|authors|penulis|autor)(?:$|[\s_-])", re.IGNORECASE
)


def read_authors(page: Page, site: str) -> tuple[tuple[str, ...], str]:
    """Return the people who wrote *page*'s article and where they are named: json-ld, meta or markup."""
    if names := _names(page.linked.authors, site):
        return names, "json-ld"
    if names := _names([value for name in _AUTHORS for value in page.metas.get(name, ())[:5]], site):
        return names, "meta"
    marked = [element for element in _MARKED(page.tree) if not _IN_COMMENT(element)]
    shown = [text for element in marked[:5] if len(text := visible_text(element)) <= LONGEST_BYLINE]
    if names := _names(shown, site):
        return names, "markup"
    bylines = filter(_is_byline, islice(_maybe_bylines(page), MOST_BYLINES))
    written = [visible_text(element) for element in islice(bylines, 2)]
    below = [_AFTER_NAMES.split(line, maxsplit=1)[0] for line in page.near_title if _BY.match(line)]
    # "By Ann Lee on Monday, November 18th": where no dash stands before the date, it is no list of names.
    below = [line for line in below[:1] if not re.search(r"\d", line)]
    return _names(written, site) or _names(below, site), "markup"


def _maybe_bylines(page: Page) -> Iterator[HtmlElement]:
    for element in page.tree.iter("p", "span", "div", "address", "a", "h4"):
        classes = element.get("class")
        if classes and any(part in classes for part in _BYLINE_PARTS) and not _IN_COMMENT(element):
            yield element


def _is_byline(element: HtmlElement) -> bool:
    return (
        _BYLINE.search(element.get("class", "")) is not None and len(visible_text(element)) <= LONGEST_BYLINE
    )


def _names(written: list[str] | tuple[str, ...], site: str) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for text in written:
        if _NO_NAME.search(text):
            continue
        for name in _BETWEEN_NAMES.split(_BY.sub("", one_line(unescape(text)))):
            name = _BY.sub("", f"{name} ").strip(" .,:|•–—-")
            known = any(name.startswith(f"{earlier} ") for earlier in names)  # "Ann Lee writes for us"
            if 1 < len(name) <= MAX_NAME and not known and _is_person(name, site):
                names.setdefault(name, None)
    return tuple(names)[:MAX_AUTHORS]


def _is_person(name: str, site: str) -> bool:
    if len(name.split()) > MAX_WORDS or _TITLE_ONLY.fullmatch(name) or _NO_NAME.search(name):
        return False
    words, outlet = (set(re.findall(r"\w+", text.lower())) - {"the"} for text in (name, site))
    return not outlet or not (words <= outlet or outlet <= words)
