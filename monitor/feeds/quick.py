"""Feeds read by feedparser with shortcuts: well-formed ones as expat names their elements, others loosely."""

from __future__ import annotations

import xml.sax
from typing import Any
from xml.sax.handler import feature_external_ges, feature_namespaces

from monitor.feeds.expat import BufferedExpat
from monitor.feeds.fence import LOOSE, STRICT, Fence, Reading
from monitor.feeds.shortcuts import Shortcuts, remember

# Islands in XHTML content that keep their namespace as an attribute.
_ISLANDS = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}
_PLAIN = {"sanitize_html": False, "resolve_relative_uris": False}


class StrictShortcuts(Shortcuts):
    """Mixed in before feedparser's parser of well-formed XML; takes elements as expat names them.

    Such a name is "local", "namespace local" or "namespace local prefix".
    """

    def __init__(self: Any, *args: Any) -> None:
        self.decls: dict[str, str] = {}
        self._attributes: dict[str, tuple[str, str]] = {}
        super().__init__(*args)

    def start(self: Any, name: str, attrs: dict[str, str]) -> None:
        tag, island = self._tags.get(name) or self._learn_tag(name)
        if not (attrs or self.decls or island):
            self.unknown_starttag(tag, [])
            return
        fields, self.decls = self.decls, {}
        if island:
            fields["xmlns"] = island
        names = [self._attributes.get(full) or self._learn_attribute(full) for full in attrs]
        # what is written outweighs a name that two namespaces came to share
        for place in (0, 1):
            fields.update(zip([pair[place] for pair in names], attrs.values(), strict=True))
        self.unknown_starttag(tag, list(fields.items()))

    def end(self: Any, name: str) -> None:
        self.unknown_endtag((self._tags.get(name) or self._learn_tag(name))[0])

    def characters(self: Any, text: str) -> None:
        if self.contentparams:
            self.handle_data(text)
        elif self.elementstack:
            self.elementstack[-1][2].append(text)

    def _learn_attribute(self: Any, name: str) -> tuple[str, str]:
        """Return the names that feedparser has for it: by its known namespace, and as it is written."""
        namespace, local, prefix = _parts(name)
        known = self._matchnamespaces.get(namespace.lower())
        found = (_qualified(known, local), _qualified(prefix, local))
        remember(self._attributes, name, found)
        return found

    def _learn_tag(self: Any, name: str) -> tuple[str, str]:
        """Return a name's tag as feedparser writes it, and its namespace where the tag is an island."""
        namespace, local, _ = _parts(name)
        island = namespace if _ISLANDS.get(local.lower()) == namespace else ""
        found = (_qualified(self._prefix(namespace), local), island)
        remember(self._tags, name, found)
        return found

    def _prefix(self: Any, namespace: str) -> str | None:
        known: str | None = self._matchnamespaces.get(namespace.lower())
        if known is not None:
            return known
        return next(
            (prefix for prefix, uri in self.namespaces_in_use.items() if prefix and uri == namespace), None
        )


class DirectExpat(BufferedExpat):
    """Hands elements straight to `StrictShortcuts`, past the objects that Python's SAX makes for each."""

    _cont_handler: Any

    def reset(self) -> None:
        super().reset()
        self._parser.StartElementHandler = self._cont_handler.start
        self._parser.EndElementHandler = self._cont_handler.end


StrictParser: Any = type("StrictParser", (Fence, StrictShortcuts, STRICT), _PLAIN)
LooseParser: Any = type("LooseParser", (Fence, Shortcuts, LOOSE), _PLAIN)


def read_quickly(data: bytes) -> Reading:
    """Do as `feedparser.parse` does with UTF-8 that has no DOCTYPE and was fetched from nowhere.

    Raises: `BadFeed` past a limit, and whatever feedparser raises.
    """
    parser = StrictParser("", None, "utf-8")
    driver = DirectExpat()
    driver.setFeature(feature_namespaces, True)
    driver.setFeature(feature_external_ges, False)
    driver.setContentHandler(parser)
    driver.setErrorHandler(parser)
    bozo = False
    try:
        driver.feed(data)
        driver.close()
    except xml.sax.SAXException:
        bozo = True
        parser = LooseParser("", None, "utf-8", {})
        parser.feed(data.decode("utf-8", "replace"))
    return Reading(
        version=parser.version,
        feed=parser.feeddata,
        entries=parser.entries,
        bozo=bozo,
        misplaced=parser.misplaced,
    )


def _parts(name: str) -> tuple[str, str, str]:
    """Return the namespace, local name and prefix that stand in one of expat's names."""
    parts = name.split(" ")
    if len(parts) == 1:
        return "", name, ""
    return parts[0], parts[1], parts[2] if len(parts) == 3 else ""


def _qualified(prefix: str | None, local: str) -> str:
    return (f"{prefix}:{local}" if prefix else local).lower()
