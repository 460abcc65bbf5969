"""The running text of a page: trafilatura, steered; never its fetcher or its duplicate filter."""

from __future__ import annotations

import re

from lxml.etree import LxmlError, XPath
from lxml.html import HtmlElement

from monitor.articles.furniture import clean_text, is_prose
from monitor.articles.lead import find_lead
from monitor.articles.metadata import Metadata
from monitor.articles.page import Page, one_line
from monitor.articles.pruning import pruned
from monitor.errors import BadPage

SHORT = 400  # characters under which the quick extraction is not trusted
LITTLE_PROSE = 0.5  # share of prose under which it swept up menus
MUCH_MORE, MUCH_LESS = 1.2, 0.6  # times the quick text's prose, between which the share decides
FEWEST_WIDE = 80  # characters that trafilatura must find, 250 else, where one says what takes three letters
ONE_PIECE = 0.9  # … and how long where the text has no paragraphs
MORE = 1.4  # how much longer the publisher's own articleBody must be to be taken instead

_WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# trafilatura drops the joiners without which Persian and Hindi words run into one another. They go through it
# as marks that no newsroom writes.
_JOINERS = {"\u200c": "\u2e2a", "\u200d": "\u2e2c"}
_HIDDEN = str.maketrans(_JOINERS)
_SHOWN = str.maketrans({mark: joiner for joiner, mark in _JOINERS.items()})
_CELL_EDGE = re.compile(r"(?<!\\)\|")  # trafilatura writes table rows as "| a | b |"
_TEXT = XPath("string()")
_TAGS = re.compile(r"<[^<>]{0,500}>")
# trafilatura catches what it expects; these come out of the libraries below it on broken trees.
_EXTRACTION_FAULTS = (
    LxmlError,
    RecursionError,
    AttributeError,
    LookupError,
    AssertionError,
    TypeError,
    ValueError,
)


def main_text(page: Page, metadata: Metadata) -> tuple[str, str]:
    """Return the text of *page*'s article without furniture, and where it came from: page or json-ld.

    The quick extraction is right on 19 pages of 20; where its length or its lack of prose looks wrong,
    the full one has a say, which costs three times as much.

    Raises: BadPage, when the libraries fail on the tree.
    """
    tree = pruned(page.tree)
    shown = str(_TEXT(tree))
    if not shown.isascii() and any(joiner in shown for joiner in _JOINERS):
        _hide_joiners(tree)
    text = _cleaned(_extracted(tree, metadata.title, quick=True), metadata)
    if len(text) < SHORT or _prose_share(text) < LITTLE_PROSE:
        text = _better(text, _cleaned(_extracted(tree, metadata.title, quick=False), metadata))
    # On a page that draws itself, trafilatura too finds articleBody, but in one piece.
    least = ONE_PIECE if "\n" not in text else MORE
    if len(page.linked.body) > least * len(text):
        published = _cleaned(_paragraphs(page.linked.body), metadata)
        if len(published) > least * len(text) and _prose_share(published) >= LITTLE_PROSE:
            return published, "json-ld"
    if text and (lead := find_lead(tree, text)):
        text = f"{lead}\n{text}"
    return text, "page"


def _hide_joiners(tree: HtmlElement) -> None:
    for element in tree.iter():
        element.text = element.text and element.text.translate(_HIDDEN)
        element.tail = element.tail and element.tail.translate(_HIDDEN)


def _extracted(tree: HtmlElement, title: str, *, quick: bool) -> str:
    from trafilatura import bare_extraction  # only workers need it, and it is heavy
    from trafilatura.settings import Extractor

    options = Extractor(output_format="python", fast=quick, comments=False, dedup=False)
    if len(_WIDE.findall(title)) > len(title) / 3:
        options.min_extracted_size = FEWEST_WIDE
    try:
        document = bare_extraction(tree, options=options)
    except _EXTRACTION_FAULTS:
        raise BadPage("page cannot be extracted") from None
    return (document.text or "") if document is not None and not isinstance(document, dict) else ""


def _cleaned(text: str, metadata: Metadata) -> str:
    lines = (
        one_line(_CELL_EDGE.sub(" · ", line.strip("| ")).replace("\\|", "|")) for line in text.split("\n")
    )
    return clean_text(
        "\n".join(lines).translate(_SHOWN), title=metadata.title, authors=metadata.authors, site=metadata.site
    )


def _paragraphs(body: str) -> str:
    return _TAGS.sub("\n", body).replace("\r", "\n")


def _prose_share(text: str) -> float:
    lines = text.split("\n")
    return sum(len(line) for line in lines if is_prose(line)) / max(1, sum(map(len, lines)))


def _better(quick: str, full: str) -> str:
    """Choose by the amount of prose, and at about the same amount by its share: menus have none."""
    quick_share, full_share = _prose_share(quick), _prose_share(full)
    gain = full_share * len(full) / max(1.0, quick_share * len(quick))
    if gain >= MUCH_MORE:
        return full if full_share >= 0.8 * quick_share else quick
    return full if gain >= MUCH_LESS and full_share > quick_share else quick
