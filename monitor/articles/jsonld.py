"""What a page's JSON-LD says of its article: bounded, forgiving, and never trusted to have a shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MAX_NODES = 2_000  # objects looked at in all blocks of a page; news pages have under 300
MAX_TEXT = 200_000  # characters of an article body; books are longer, news is not

_ARTICLE_TYPES = frozenset({"blogposting", "liveblogposting", "report", "socialmediaposting", "newsstory"})
_LIST_TYPES = frozenset(
    {"collectionpage", "itemlist", "searchresultspage", "profilepage", "contactpage", "aboutpage"}
)
_WRAPPING = re.compile(r"\A\s*(?:<!--|(?://|/\*)?\s?<!\[CDATA\[(?:\*/)?)")
_END_WRAPPING = re.compile(r"(?:-->|(?://|/\*)?\s?\]\]>(?:\*/)?|;)\s{0,99}\Z")
_TRAILING_COMMA = re.compile(r",(?=\s{0,99}[}\]])")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedData:
    """The article that JSON-LD describes, in its own words; empty where it says nothing."""

    headline: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    publisher: str = ""
    image: str = ""
    url: str = ""
    language: str = ""
    body: str = ""
    is_article: bool = False
    is_list: bool = False


def read_linked_data(blocks: Iterable[str]) -> LinkedData:
    """Return what the JSON-LD *blocks* of a page say; blocks that cannot be read say nothing."""
    nodes = list(_nodes([_parsed(block) for block in blocks]))
    articles = [node for node in nodes if _types(node) & _ARTICLE_TYPES or _is_article_type(node)]
    is_list = any(_types(node) & _LIST_TYPES for node in nodes)
    # A list of teasers is also made of articles: only one that is dated and titled stands for the page.
    best = max(articles, key=lambda node: ("headline" in node) + ("datePublished" in node), default=None)
    if best is None:
        return LinkedData(is_list=is_list, publisher=_publisher_alone(nodes))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return LinkedData(
        headline=_text(best.get("headline")) or _text(best.get("name")),
        published=_text(best.get("datePublished")) or _text(best.get("dateCreated")),
        modified=_text(best.get("dateModified")),
        authors=tuple(_names(best.get("author") or best.get("creator"), by_id))[:10],
        section=_text(_first(best.get("articleSection"))),
        publisher=next(_names(best.get("publisher"), by_id), "") or _publisher_alone(nodes),
        image=_link(best.get("image"), by_id) or _link(best.get("thumbnailUrl"), by_id),
        url=_link(best.get("url"), by_id) or _link(best.get("mainEntityOfPage"), by_id),
        language=_text(_first(best.get("inLanguage"))),
        body=_text(best.get("articleBody"), MAX_TEXT),
        is_article=True,
        is_list=is_list,
    )


def _parsed(block: str) -> Any:
    try:
        return json.loads(block, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(
            _TRAILING_COMMA.sub("", _END_WRAPPING.sub("", _WRAPPING.sub("", block))), strict=False
        )
    except (ValueError, RecursionError):
        return None


def _nodes(roots: list[Any]) -> Iterator[dict[str, Any]]:
    """Walk breadth first without recursion, so that neither depth nor number can hurt."""
    queue, position = roots, 0
    while position < min(len(queue), MAX_NODES):
        value = queue[position]
        position += 1
        if isinstance(value, dict):
            yield value
            queue.extend(child for child in value.values() if isinstance(child, dict | list))
        elif isinstance(value, list):
            queue.extend(child for child in value[:MAX_NODES] if isinstance(child, dict | list))


def _types(node: dict[str, Any]) -> frozenset[str]:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(name.rsplit("/", 1)[-1].lower() for name in names if isinstance(name, str))


def _is_article_type(node: dict[str, Any]) -> bool:
    return any(name.endswith("article") for name in _types(node))


def _publisher_alone(nodes: list[dict[str, Any]]) -> str:
    owners = {"newsmediaorganization", "organization", "website"}
    return next((name for node in nodes if _types(node) & owners and (name := _text(node.get("name")))), "")


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _text(value: Any, limit: int = 1_000) -> str:
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return value[:limit].strip() if isinstance(value, str) else ""


def _names(value: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    for item in (value if isinstance(value, list) else [value])[:20]:
        node = (
            by_id.get(item["@id"], item)
            if isinstance(item, dict) and isinstance(item.get("@id"), str)
            else item
        )
        name = _text(node.get("name")) if isinstance(node, dict) else _text(node)
        if name:
            yield name


def _link(value: Any, by_id: dict[str, dict[str, Any]]) -> str:
    item = _first(value)
    if isinstance(item, dict):
        node = by_id.get(item["@id"], item) if isinstance(item.get("@id"), str) else item
        item = node.get("url") or node.get("contentUrl") or node.get("@id")
        item = _first(item)
    return item.strip() if isinstance(item, str) else ""
