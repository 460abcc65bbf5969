"""The running text of a page: trafilatura, steered; never its fetcher or its duplicate filter."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml.etree import LxmlError, XPath
from lxml.html import HtmlElement

from monitor.articles.furniture import clean_text, is_prose
from monitor.articles.metadata import Metadata
from monitor.articles.page import Page, one_line
from monitor.errors import BadPage

LINKED = 0.9  # share of a block's characters within links from which it is navigation
LONGEST_LINK = 300  # characters; longer linked blocks are somebody's prose
LONGEST_CLASS = 300  # characters of class and id that are looked at
LARGEST_BLOCK = 0.4  # share of the page's characters; what is larger holds the article too
SHORT = 400  # characters under which the quick extraction is not trusted
LITTLE_PROSE = 0.5  # share of prose under which it swept up menus
MUCH_MORE, MUCH_LESS = 1.2, 0.6  # times the quick text's prose, between which the share decides
MORE = 1.4  # how much longer the publisher's own articleBody must be to be taken instead

_LINK_BLOCKS = frozenset({"p", "li", "h2", "h3", "h4", "h5", "dt", "dd"})
_CLIMB = 5  # levels from a link to the block it stands in
# Tables that hold paragraphs, headings or other tables are a page's frame, not figures.
_LAYOUT = XPath(
    "//table[.//p or .//table or .//h1]/descendant-or-self::*"
    "[self::table or self::tbody or self::tr or self::td]"
)
_NAMED = XPath("//*[self::div or self::section or self::aside or self::ul or self::ol][@class or @id]")
_CONTAINERS = XPath(
    "//*[self::div or self::section]"
    "[contains(@class, 'body') or contains(@class, 'content') or contains(@class, 'text')]"
)
_SPLIT_BODY = re.compile(
    r"(?:article|story|post|entry)[_-]{0,2}(?:body|content|text)|body__container", re.IGNORECASE
)
# What readers write and subscribe to, in the languages whose words trafilatura does not know.
_READER_BLOCKS = frozenset(
    """
    comentario comentarios komentar kommentar kommentare commentaire commentaires commenti reacties yorumlar
    komentarze kommentarer boletin newsletter rundbrief bulten relacionadas relacionados terkait verwandte
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column of quotes
)
_CELL_EDGE = re.compile(r"(?<!\\)\|")  # trafilatura writes table rows as "| a | b |"
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
    tree = _prepared(page.tree)
    text = _cleaned(_extracted(tree, quick=True), metadata)
    if len(text) < SHORT or _prose_share(text) < LITTLE_PROSE:
        text = _better(text, _cleaned(_extracted(tree, quick=False), metadata))
    if len(page.linked.body) > MORE * len(text):
        published = _cleaned(_paragraphs(page.linked.body), metadata)
        if len(published) > MORE * len(text) and _prose_share(published) >= LITTLE_PROSE:
            return published, "json-ld"
    return text, "page"


def _prepared(tree: HtmlElement) -> HtmlElement:
    """Return a copy without link lists, with a body that advertising cut in pieces put together again."""
    copied = deepcopy(tree)
    for block in _link_blocks(copied):
        block.drop_tree()
    for cell in _LAYOUT(copied):
        cell.tag = "div"
    _drop_reader_blocks(copied)
    _join_split_body(copied)
    return copied


def _link_blocks(tree: HtmlElement) -> list[HtmlElement]:
    """Return the short blocks that are nothing but links: menus, related articles, tags."""
    linked: dict[HtmlElement, int] = {}
    for link in tree.iter("a"):
        block = link.getparent()
        for _ in range(_CLIMB):
            if block is None or block.tag in _LINK_BLOCKS:
                break
            block = block.getparent()
        if block is not None and block.tag in _LINK_BLOCKS:
            linked[block] = linked.get(block, 0) + len("".join(link.itertext()).strip())
    return [block for block, length in linked.items() if length and _is_only_links(block, length)]


def _is_only_links(block: HtmlElement, linked: int) -> bool:
    length = len("".join(block.itertext()).strip())
    return length <= LONGEST_LINK and linked >= LINKED * length and block.find(".//h1") is None


def _drop_reader_blocks(tree: HtmlElement) -> None:
    for block in _NAMED(tree):
        names = f"{block.get('class', '')} {block.get('id', '')}"[:LONGEST_CLASS].lower()
        if _READER_BLOCKS.isdisjoint(names.replace("-", " ").replace("_", " ").split()):
            continue
        small = len("".join(block.itertext())) < LARGEST_BLOCK * len("".join(tree.itertext()))
        if small and block.getparent() is not None and block.find(".//h1") is None:
            block.drop_tree()


def _join_split_body(tree: HtmlElement) -> None:
    bodies: dict[str, list[HtmlElement]] = {}
    for element in _CONTAINERS(tree):
        classes = element.get("class", "")
        if len(classes) <= LONGEST_CLASS and _SPLIT_BODY.search(classes) and _has_paragraphs(element):
            bodies.setdefault(classes, []).append(element)
    for first, *rest in bodies.values():
        for part in rest:
            if first not in part.iterancestors():
                first.extend(part)


def _has_paragraphs(element: HtmlElement) -> bool:
    return sum(len("".join(paragraph.itertext())) >= 80 for paragraph in element.iterchildren("p")) >= 2


def _extracted(tree: HtmlElement, *, quick: bool) -> str:
    from trafilatura import bare_extraction  # only workers need it, and it is heavy

    try:
        document = bare_extraction(tree, fast=quick, include_comments=False, deduplicate=False)
    except _EXTRACTION_FAULTS:
        raise BadPage("page cannot be extracted") from None
    return (document.text or "") if document is not None and not isinstance(document, dict) else ""


def _cleaned(text: str, metadata: Metadata) -> str:
    lines = (
        one_line(_CELL_EDGE.sub(" · ", line.strip("| ")).replace("\\|", "|")) for line in text.split("\n")
    )
    return clean_text("\n".join(lines), title=metadata.title, authors=metadata.authors)


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
