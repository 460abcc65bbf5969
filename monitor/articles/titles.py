"""Which words are an article's title: what a reader sees, not what is dressed for search engines."""

from __future__ import annotations

import re
from html import unescape

from monitor.articles.page import Page, one_line, visible_text
from monitor.text.urls import registered_domain

MAX_TITLE = 300  # characters; the longest real headline met had 190
NAME = 4  # words that an outlet's name may have
ALIKE = 0.7  # share of the longer name's letters from which two names of a site are one

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»«~:]{1,2}|-{1,2}|::)\s+")
_EDGE = " |–—·•»«~:-"


def read_title(page: Page, site: str) -> tuple[str, str]:
    """Return the title of *page*'s article and where it stood: markup, json-ld, meta or window title."""
    names = (site, registered_domain(page.url).split(".")[0])
    claims = [
        (page.linked.headline, "json-ld"),
        (page.meta("og:title", "twitter:title", "dc.title", "headline"), "meta"),
        (page.window_title, "window title"),
    ]
    claimed = [(_without_site(one_line(unescape(text)), names), origin) for text, origin in claims if text]
    headings = [text for element in page.named["h1"] if 2 < len(text := visible_text(element)) <= MAX_TITLE]
    # The heading is what a reader sees; claims are cut at 110 characters or dressed up.
    best = max(
        headings,
        key=lambda text: (_support(text, claimed), sum(_support(text, [claim]) for claim in claimed)),
        default="",
    )
    if len(best.split()) <= NAME and len(claimed) > 1 and _support(best, claimed[:1]) < 0.5:
        best = ""  # the outlet's name, with which the window title may begin
    if best and (_support(best, claimed) >= 0.5 or (len(headings) == 1 and not claimed)):
        return _without_site(best, names)[:MAX_TITLE], "markup"
    if len(claimed) == 1 and (shown := _shown_part(page)):
        return shown, "markup"
    return (claimed[0][0][:MAX_TITLE], claimed[0][1]) if claimed else ("", "")


def _same_name(one: str, other: str) -> bool:
    """Tell whether two names are one outlet's: "The Courier" and "courier"."""
    one, other = (re.sub(r"\W+|\b(?:the|com|org|net)\b", "", name.lower()) for name in (one, other))
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and shorter in longer and len(shorter) >= ALIKE * len(longer)


def _support(heading: str, claimed: list[tuple[str, str]]) -> float:
    """Return the largest share of words that *heading* has in common with a claim.

    A section's name also stands in a window title: one or two words must begin the claim.
    """
    if any(text.lower().startswith(heading.lower()) for text, _ in claimed):
        return 1.0
    words = set(re.findall(r"\w+", heading.lower()))
    others = [set(re.findall(r"\w+", text.lower())) for text, _ in claimed]
    if len(words) <= 2 or not others:
        return 0.0
    return max(len(words & other) / max(1, min(len(words), len(other))) for other in others)


def _shown_part(page: Page) -> str:
    """Return the part of the window title that stands on the page, for pages from before headings."""
    lines = page.tree.xpath(
        "//*[self::h2 or self::h3 or self::b or self::strong or self::font or self::span]"
    )
    texts = (visible_text(line) for line in lines[:500] if len(line) <= 3)
    parts = [text for text in texts if len(text.split()) >= 3 and text in page.window_title]
    return max(parts, key=len, default="")


def _without_site(title: str, names: tuple[str, ...]) -> str:
    """Cut the outlet's own name off an end of *title*."""
    parts = _SEPARATOR.split(title)
    if len(parts) > 1 and any(_same_name(parts[-1], name) for name in names):
        return title[: title.rindex(parts[-1])].rstrip(_EDGE)
    if len(parts) > 1 and any(_same_name(parts[0], name) for name in names):
        return title[len(parts[0]) :].lstrip(_EDGE)
    return title
