"""The lead: a paragraph between headline and text that templates keep outside the block of the text."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from monitor.articles.furniture import is_furniture, is_prose
from monitor.articles.page import visible_text

LONGEST = 800  # characters; leads have 100 to 400
OPENING = 40  # characters by which a paragraph is known again

_TAGS = ("h1", "p", "div", "section", "strong")
# How newsrooms call it: lead, standfirst, chapô, Vorspann, entradilla, bajada, лид … A dek or a subtitle is
# none: it is the headline's second line and says again what the text says.
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|leadin|standfirst|chapo|chapeau|vorspann|intro|introduction|entradilla|bajada"
    r"|copete|sommario|anons|anriss|ingress|manchet|perex|zajawka|spot)(?:$|[\s_-]|text)",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"author|media|video|image|photo|promo|related|comment", re.IGNORECASE)
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def find_lead(tree: HtmlElement, text: str) -> str:
    """Return the lead that stands below the heading and is missing from *text*, or nothing."""
    opening, below_heading = text[:OPENING], False
    for element in tree.iter(*_TAGS):
        if element.tag == "h1":
            below_heading = True
            continue
        if not below_heading:
            continue
        if element.tag == "p" and visible_text(element).startswith(opening):
            return ""
        names = _CAPITALS.sub("-", element.get("class") or "")
        if not names or len(names) > LONGEST or not _NAMES.search(names) or _OTHERS.search(names):
            continue
        if lead := _prose(element, text):
            return lead
    return ""


def _prose(element: HtmlElement, text: str) -> str:
    shown = visible_text(element)
    if len(shown) > LONGEST or not is_prose(shown) or is_furniture(shown) or shown[:OPENING] in text:
        return ""
    return shown if next(element.iterancestors("a"), None) is None else ""
