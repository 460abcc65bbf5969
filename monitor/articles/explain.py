"""Why each line of a page was kept or left out, for people who ask; reading itself never looks here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from monitor.articles.body import main_text
from monitor.articles.decode import decode
from monitor.articles.furniture import why_left_out
from monitor.articles.metadata import read_metadata
from monitor.articles.page import one_line, parse_page
from monitor.articles.pruning import pruned

OUTSIDE = "outside the block that holds the article"
MOST = 2_000  # lines; news pages have under 500

FEWEST_WORDS = 4  # of a line that is part of a kept paragraph; a tag is one word of many paragraphs

_BLOCKS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "figcaption", "figure", "ul",
    "ol", "pre", "section", "article", "header", "footer", "nav", "aside", "form", "main", "dt", "dd", "br",
    "title", "td", "table", "noscript",
)  # fmt: skip
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A line of a page as a reader could see it, and why it was left out; no reason when it was kept."""

    text: str
    reason: str = ""


def explain_page(
    body: bytes, *, url: str = "", charset: str | None = None, now: datetime
) -> tuple[Part, ...]:
    """Return the lines of a page in their order, each kept or with the reason why not.

    Raises: BadPage, as reading the page does.
    """
    page = parse_page(decode(body, charset), url)
    metadata = read_metadata(page, now)
    text = main_text(page, metadata)[0]
    kept, whole = f" {_folded(text)} ", {_folded(line) for line in text.split("\n")}
    cut: list[tuple[str, str]] = []
    pruned(page.tree, cut)
    reasons = [(reason, f" {_folded(text)} ") for reason, text in cut]

    def reason(line: str) -> str:
        words = f" {_folded(line)} "
        if not words.strip():
            return why_left_out(line)
        if words.strip() in whole or (words in kept and len(words.split()) >= FEWEST_WORDS):
            return ""
        named = next((reason for reason, text in reasons if words in text), "")
        return named or why_left_out(line, metadata.title, metadata.authors, metadata.site) or OUTSIDE

    return tuple(Part(text=line, reason=reason(line)) for line in _lines(page.tree))


def explain_text(content: str, kept: str) -> tuple[Part, ...]:
    """Return the lines of a plain text, each kept or with the reason why not."""
    whole = set(kept.split("\n"))
    lines = [line for raw in content.splitlines()[:MOST] if (line := one_line(raw))]
    return tuple(
        Part(text=line, reason="" if line in whole else why_left_out(line) or "title") for line in lines
    )


def _lines(tree: HtmlElement) -> Iterator[str]:
    copied = deepcopy(tree)
    for block in copied.iter(*_BLOCKS):
        block.tail = "\n" + (block.tail or "")
        block.text = "\n" + (block.text or "")
    for script in list(copied.iter("script", "style")):
        script.drop_tree()
    lines = (one_line(line) for line in "".join(copied.itertext()).split("\n"))
    yield from [line for line in lines if line][:MOST]


def _folded(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))
