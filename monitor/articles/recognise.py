"""Whether a page holds an article at all: walls, logins, soft 404s, lists and empty shells do not.

A false article is worse than a missed one, which is tried again: what is recognised here is never matched.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from urllib.parse import urlsplit

from monitor.articles.furniture import is_prose
from monitor.articles.page import Page, visible_text
from monitor.model import NotAnArticle, Outcome

FEWEST_CHARACTERS = 140  # of text; the shortest agency flashes have about 200
FEWEST_WIDE = 50  # … in scripts that write a word in one or two characters
WALL_TEXT = (
    1_200  # characters up to which a wall's own words make the page; longer text is an article about it
)
LITTLE = 300  # characters of text under which the words around it count too
VISIBLE = 6_000  # characters of a page that are looked through
LONGEST_HEADING = 200
MARGIN = 12  # characters that a heading may have beside a wall's title: "Oops! That page can't be found"
LIST_ITEMS = 10  # linked headings from which a page may be a list
SEVERAL = 4  # paragraphs from which a page under a headline is an article, whatever is linked around it
HEADLINE_WORDS = 4
TEASED = 0.7  # headlines for each paragraph, from which a long text may be their teasers
LONGEST_TEASER = 250  # characters on average
LIST_SHARE = 0.6  # share of linked characters from which it is one, whatever its address looks like

_WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTS = re.compile(r"\s+[|–—·•»:/-]+\s+")
_ARTICLE_PATH = re.compile(r"/[^/]*(?:-[^/]*){3,}/?$|\d{5,}|\.s?html?$|/\d{4}/\d{2}/")
_DATES = ("date", "dc.date", "dc.date.issued", "datepublished", "pubdate", "publishdate", "parsely-pub-date")
_ARTICLE_KINDS = ("article", "newsarticle", "news", "blog", "post", "story")
_REASONS = {
    "challenge": (Outcome.BLOCKED, "bot challenge"),
    "consent": (Outcome.BLOCKED, "consent wall"),
    "login": (Outcome.BLOCKED, "login page"),
    "missing": (Outcome.NOT_AN_ARTICLE, "soft 404"),
    "region": (Outcome.BLOCKED, "closed to our region"),
    "maintenance": (Outcome.BLOCKED, "site under maintenance"),
}


@dataclass(frozen=True, slots=True)
class _Wall:
    titles: tuple[str, ...]
    phrases: tuple[str, ...]
    markers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _View:
    """A page as every wall looks at it, so that what they ask of its tree is worked out once."""

    page: Page
    text: str
    seen: str

    @cached_property
    def headings(self) -> list[str]:
        return _headings(self.page)

    @cached_property
    def says_article(self) -> bool:
        return _says_article(self.page)

    @cached_property
    def addresses(self) -> str:
        return _addresses(self.page)


def why_not(page: Page, text: str) -> NotAnArticle | None:
    """Return why *page* holds no article, given the *text* that was extracted from it, or None."""
    if (wall := _wall(page, text)) is not None:
        outcome, reason = _REASONS[wall]
        return NotAnArticle(outcome=outcome, reason=reason)
    if _is_list(page, text):
        return NotAnArticle(outcome=Outcome.NOT_AN_ARTICLE, reason="list of articles")
    return _too_short(text)


def _too_short(text: str) -> NotAnArticle | None:
    """Return the refusal of a text that is too short to be judged, or None."""
    wide = len(_WIDE.findall(text))
    if wide >= FEWEST_WIDE or len(text) >= FEWEST_CHARACTERS:
        return None
    return NotAnArticle(
        outcome=Outcome.NOT_AN_ARTICLE, reason="too little text" if text.strip() else "no text"
    )


def _wall(page: Page, text: str) -> str | None:
    if len(text) > WALL_TEXT:
        return None
    # Beside an article stand a cookie notice and a login box; only where there is none do they make the page.
    seen = (page.visible[:VISIBLE] if len(text) < LITTLE else text).casefold().replace("’", "'")
    view = _View(page=page, text=text, seen=seen)
    return next((name for name, wall in _walls().items() if _stands(name, wall, view)), None)


def _stands(name: str, wall: _Wall, view: _View) -> bool:
    page = view.page
    titled = any(_is_whole(title, head) for head in view.headings for title in wall.titles if title in head)
    spoken = sum(phrase in view.seen for phrase in wall.phrases)
    little = len(view.text) < LITTLE
    if name == "login":
        return (titled or (spoken > 0 and little)) and bool(page.tree.xpath("//input[@type='password']"))
    unsaid = not view.says_article
    several = spoken >= 2 and unsaid
    if name == "missing":
        return titled or several
    if name == "maintenance":  # its titles also end headlines about bridges and lifts
        return several or (titled and spoken > 0 and unsaid)
    if several or (titled and (little or spoken > 0)):
        return True
    return (titled or (little and unsaid)) and any(marker in view.addresses for marker in wall.markers)


def _headings(page: Page) -> list[str]:
    whole = [page.window_title, *(visible_text(heading) for heading in page.named["h1"][:3])]
    parts = [part for heading in whole for part in [heading, *_PARTS.split(heading[:LONGEST_HEADING])]]
    return [_words(part) for part in parts if len(part) <= LONGEST_HEADING]


def _is_whole(title: str, heading: str) -> bool:
    """Tell whether a heading that holds a wall's title is no more than that, give or take a word.

    "Not found" also ends headlines. A title of one word must be the whole heading.
    """
    margin = MARGIN if " " in title.strip() else 0
    return len(heading) - len(title) <= margin


def _words(text: str) -> str:
    """Return the words of *text* between single spaces, so that `in` finds whole words."""
    words = re.findall(r"\w+", text.casefold())
    return f" {' '.join(words)} "


def _addresses(page: Page) -> str:
    """Return the ids, classes and addresses of the page's first elements, where walls leave their marks.

    Each stands on a line of its own.
    """
    marked = page.tree.xpath("//*[@id or @class or @src or @action]")[:600]
    values = [
        page.url,
        *(value for e in marked for key in ("id", "class", "src", "action") if (value := e.get(key))),
    ]
    return "\n".join(value[:300] for value in values).casefold()


def _says_article(page: Page) -> bool:
    kind = page.meta("og:type").casefold()
    if page.linked.is_article or kind in _ARTICLE_KINDS or page.meta("article:published_time"):
        return True
    return bool(page.meta(*_DATES)) and bool(page.meta("author", "dc.creator", "byl", "parsely-author"))


def _is_list(page: Page, text: str) -> bool:
    """Tell a front page, a section or a search from an article by its links and its lack of paragraphs."""
    address = urlsplit(page.url)
    if page.url and address.path in ("", "/") and not address.query and not page.linked.is_article:
        return page.meta("og:type").casefold() == "website" or _linked_headings(page) >= 3
    if _says_article(page):
        return False
    headings = _linked_headings(page)
    if page.linked.is_list and headings >= 3:
        return True
    paragraphs = sum(map(is_prose, text.split("\n")))
    if headings >= LIST_ITEMS and _are_teasers(page, text, headings):
        return True
    if headings < LIST_ITEMS or paragraphs >= LIST_ITEMS:
        return False
    if paragraphs >= SEVERAL and _is_headed(page) and _ARTICLE_PATH.search(address.path):
        return False
    return _linked_share(page) >= LIST_SHARE or (
        paragraphs < SEVERAL and not _ARTICLE_PATH.search(address.path)
    )


def _linked_headings(page: Page) -> int:
    items = page.tree.xpath("//h2//a | //h3//a | //h4//a | //a[.//h2 or .//h3]")[:60]
    return sum(len(visible_text(link)) >= 20 for link in items)


def _are_teasers(page: Page, text: str, headings: int) -> bool:
    """Tell a section whose every headline has a line or two from a long article with links around it."""
    lines = [len(line) for line in text.split("\n") if is_prose(line)]
    is_teased = headings >= TEASED * len(lines) > 0
    return is_teased and sum(lines) <= LONGEST_TEASER * len(lines) and not _is_headed(page)


def _is_headed(page: Page) -> bool:
    """Tell a headline, which is a sentence or nearly one, from the name of a section."""
    return page.heading is not None and len(visible_text(page.heading).split()) >= HEADLINE_WORDS


def _linked_share(page: Page) -> float:
    everything = len(page.visible)
    return sum(len(visible_text(link)) for link in list(page.tree.iter("a"))[:3_000]) / max(1, everything)


@cache
def _walls() -> dict[str, _Wall]:
    data = tomllib.loads((files(__package__) / "data" / "walls.toml").read_text("utf-8"))
    return {
        name: _Wall(
            titles=tuple(map(_words, wall["titles"])),
            phrases=tuple(wall["phrases"]),
            markers=tuple(wall["markers"]),
        )
        for name, wall in data.items()
    }
