"""Pre-filtered XML as a tree, for formats that feedparser does not read; it fetches and expands nothing."""

from __future__ import annotations

from typing import Any

from lxml import etree

from monitor.errors import BadFeed
from monitor.feeds.prefilter import Prefiltered


def xml_tree(filtered: Prefiltered) -> Any:
    """Return the root element of *filtered*, mended where libxml2 can.

    Raises: `BadFeed` when nothing can be read, or when elements lie over 256 deep (libxml2's own limit).
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(filtered.data, parser)
    except etree.XMLSyntaxError as error:
        raise BadFeed("not well-formed XML") from error
    if root is None:
        raise BadFeed("not well-formed XML")
    return root


def local_name(element: Any) -> str:
    """Return an element's name without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].lower()
