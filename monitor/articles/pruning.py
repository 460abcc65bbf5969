"""What is taken out of a page's tree, or put right in it, before anybody looks for its text."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from typing import TypeAlias

from lxml.etree import XPath, tostring
from lxml.html import HtmlElement

LINKED = 0.9  # share of a block's characters within links from which it is navigation
LONGEST_LINK = 300  # characters; longer linked blocks are somebody's prose
LONGEST_CLASS = 300  # characters of class and id that are looked at
LARGEST_BLOCK = 0.4  # share of the page's characters; what is larger holds the article too
BARE = 60  # characters from which text between blocks is a paragraph that lacks its tag
FEWEST_TEASERS = 3
LONGEST_TEASER = 350  # characters of a linked headline with its summary
LONGEST_BOX = 300  # characters around a field for an address: a heading, a promise, a line of terms
MOST_FIELDS = 20
MOSTLY = 0.8  # share of a row's blocks that must be teasers

_LINK_BLOCKS = frozenset({"p", "li", "h2", "h3", "h4", "h5", "dt", "dd"})
_CLIMB = 5  # levels from a link to the block it stands in
# Tables that hold paragraphs, headings or other tables are a page's frame, not figures.
_LAYOUT = XPath(
    "//table[.//p or .//table or .//h1 or .//td[count(br) > 2]]/descendant-or-self::*"
    "[self::table or self::tbody or self::tr or self::td]"
)
_NAMED = ("div", "section", "aside", "ul", "ol", "article")
_SPLIT_BODY = re.compile(
    r"(?:article|story|post|entry)[_-]{0,2}(?:body|content|text)|body__container", re.IGNORECASE
)
_WORDS = re.compile(r"[a-z]+")
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# What readers write and subscribe to, in the languages whose words trafilatura does not know.
_READER_BLOCKS = frozenset(
    """
    comentario comentarios komentar kommentar kommentare commentaire commentaires commenti reacties yorumlar
    komentarze kommentarer boletin newsletter rundbrief bulten relacionadas relacionados terkait verwandte
    recirc recirculation crosspromo outbrain taboola donation donate
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column of quotes
)
# A thread of comments may be longer than the article: its plural says that it holds nothing else.
_THREADS = re.compile(
    r"(?:^|[ _-])(?:comments?[_-]?(?:list|thread|section|area|wrapper|container|box)|comments|commentlist"
    r"|comentarios|kommentare|commentaires|komentarze|disqus_thread)(?:$|[ _-])",
    re.IGNORECASE,
)
# What AMP shows until something has loaded, and what it loads: never the article.
_AMP_LOADED = (
    "amp-list", "amp-ad", "amp-sidebar", "amp-social-share", "amp-consent", "amp-embed", "amp-next-page",
)  # fmt: skip
_FIELDS = ("email", "password")
_HEADINGS = ("h2", "h3", "h4", "h5")
_LINKED = XPath(
    "self::*[.//a[@href and not(starts-with(@href, '#'))] or parent::a[not(starts-with(@href, '#'))]]"
)
_BARE = XPath(
    "//p/parent::*[self::div or self::section or self::article or self::font or self::center]"
    f"[text()[string-length(normalize-space()) >= {BARE}]]"
)
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "mark",
        "q",
        "s",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
    }
)
_WHOLE = frozenset({"html", "body", "main", "article"})
_ITEMS = frozenset({"div", "article", "li", "section", "a", "td"})


Cut: TypeAlias = list[tuple[str, str]]  # why, and which text


def pruned(tree: HtmlElement, cut: Cut | None = None) -> HtmlElement:
    """Return a copy of *tree* without link lists, teasers and readers' words, its torn body in one piece.

    *cut* is told what was taken out, for people who ask.
    """
    copied = deepcopy(tree)
    _drop_teasers(copied, cut)
    _drop_forms(copied, cut)
    for block in [*copied.iter(*_AMP_LOADED)]:
        _drop(block, "what AMP loads later", cut)
    for block in _link_blocks(copied):
        _drop(block, "a list of links", cut)
    for cell in _LAYOUT(copied):
        cell.tag = "div"
    named = [(element, names) for element in copied.iter(*_NAMED) if (names := _names(element)) != " "]
    _drop_named(copied, named, cut)
    _join_split_body(named)
    _wrap_bare_text(copied)
    return copied


def _names(element: HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"[:LONGEST_CLASS]


def _link_blocks(tree: HtmlElement) -> list[HtmlElement]:
    """Return the short blocks that are nothing but links: menus, related articles, tags."""
    linked: dict[HtmlElement, list[HtmlElement]] = {}
    for link in tree.iter("a"):
        block = link.getparent()
        for _ in range(_CLIMB):
            if block is None or block.tag in _LINK_BLOCKS:
                break
            block = block.getparent()
        if block is not None and block.tag in _LINK_BLOCKS:
            linked.setdefault(block, []).append(link)
    return [block for block, links in linked.items() if _is_only_links(block, links)]


def _is_only_links(block: HtmlElement, links: list[HtmlElement]) -> bool:
    if (length := _length(block)) > LONGEST_LINK:
        return False
    linked = sum(map(_length, links))
    return linked > 0 and linked >= LINKED * length and not _holds_title(block)


def _holds_title(block: HtmlElement) -> bool:
    return next(block.iterdescendants("h1"), None) is not None


def _drop(block: HtmlElement, reason: str, cut: Cut | None) -> None:
    if cut is not None:
        cut.append((reason, " ".join(block.itertext())))
    block.drop_tree()


def _drop_named(tree: HtmlElement, named: list[tuple[HtmlElement, str]], cut: Cut | None) -> None:
    """Drop blocks whose names say that they are no part of the article."""
    everything = 0
    for block, names in named:
        is_thread = _THREADS.search(names) is not None
        if not is_thread and _READER_BLOCKS.isdisjoint(_WORDS.findall(_CAPITALS.sub(" ", names).lower())):
            continue
        if block.getparent() is None or _holds_title(block):
            continue
        everything = everything or _length(tree)
        if _length(block) < (0.9 if is_thread else LARGEST_BLOCK) * everything:
            _drop(block, "comments" if is_thread else "a block for readers, by its name", cut)


def _drop_forms(tree: HtmlElement, cut: Cut | None) -> None:
    """Drop the boxes around fields for an address or a password with their headings, in whatever language."""
    fields = [field for field in tree.iter("input") if field.get("type") in _FIELDS][:MOST_FIELDS]
    everything = LARGEST_BLOCK * _length(tree) if fields else 0
    for field in fields:
        box = field
        while (holder := box.getparent()) is not None and holder.tag not in _WHOLE:
            if _length(holder) > min(LONGEST_BOX, everything) or _holds_title(holder):
                break
            box = holder
        if box is not field and box.getparent() is not None:  # else it went with a field before
            _drop(box, "a form for an address or a password", cut)


def _drop_teasers(tree: HtmlElement, cut: Cut | None) -> None:
    """Drop runs of like blocks that are each a linked headline with a line or two about another article."""
    runs: dict[HtmlElement, set[HtmlElement]] = {}
    kinds: dict[HtmlElement, Counter[tuple[str, str]]] = {}
    for heading in filter(_LINKED, tree.iter(*_HEADINGS)):
        if (item := _item_of(heading, kinds)) is not None:
            runs.setdefault(item.getparent(), set()).add(item)
    for holder, items in runs.items():
        teasers = [item for item in items if _length(item) <= LONGEST_TEASER]
        if len(teasers) < max(FEWEST_TEASERS, MOSTLY * len(items)) or holder.getparent() is None:
            continue
        if sum(map(_length, teasers)) < LARGEST_BLOCK * _length(tree):
            for teaser in teasers:
                _drop(teaser, "a teaser of another article", cut)


def _item_of(heading: HtmlElement, kinds: dict[HtmlElement, Counter[tuple[str, str]]]) -> HtmlElement | None:
    """Return the block around a linked headline that stands in a row of its like."""
    item = heading
    for _ in range(_CLIMB):
        holder = item.getparent()
        if holder is None or holder.tag == "body":
            return None
        if item.tag in _ITEMS:
            if holder not in kinds:
                kinds[holder] = Counter(map(_kind, holder))
            if kinds[holder][_kind(item)] >= FEWEST_TEASERS:
                return item
        item = holder
    return None


def _kind(element: HtmlElement) -> tuple[str, str]:
    """Return what makes siblings alike: their tag and first class, for further ones are numbered."""
    return element.tag, element.get("class", "").partition(" ")[0]


def _join_split_body(named: list[tuple[HtmlElement, str]]) -> None:
    bodies: dict[str, list[HtmlElement]] = {}
    for element, _ in named:
        classes = element.get("class", "")
        if len(classes) <= LONGEST_CLASS and _SPLIT_BODY.search(classes) and _has_paragraphs(element):
            bodies.setdefault(classes, []).append(element)
    for first, *rest in bodies.values():
        for part in rest:
            if first not in part.iterancestors():
                first.extend(part)


def _has_paragraphs(element: HtmlElement) -> bool:
    return sum(_length(paragraph) >= 80 for paragraph in element.iterchildren("p")) >= 2


def _wrap_bare_text(tree: HtmlElement) -> None:
    """Give text that stands between paragraphs without a tag of its own a paragraph: else it is lost."""
    for holder in _BARE(tree):
        before: HtmlElement | None = None
        inline: list[HtmlElement] = []
        for child in [*holder, None]:
            if child is not None and child.tag in _INLINE:
                inline.append(child)
                continue
            _wrap(holder, before, inline)
            before, inline = child, []


def _wrap(holder: HtmlElement, before: HtmlElement | None, inline: list[HtmlElement]) -> None:
    """Put what stands behind *before* into a paragraph: its tail and the *inline* elements with theirs."""
    text = (holder.text if before is None else before.tail) or ""
    if len(text.strip()) + sum(_length(each) + len((each.tail or "").strip()) for each in inline) < BARE:
        return
    paragraph = holder.makeelement("p")
    paragraph.text = text
    if before is None:
        holder.text = None
        holder.insert(0, paragraph)
    else:
        before.tail = None
        before.addnext(paragraph)
    paragraph.extend(inline)


def _length(element: HtmlElement) -> int:
    # A third of what XPath's string() costs, and a sixth of joining itertext(): this is asked of every block.
    return len(tostring(element, method="text", encoding="unicode", with_tail=False).strip())
