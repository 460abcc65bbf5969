"""What makes an entry the same entry tomorrow: hashes that hold when a feed moves; never a clock."""

from __future__ import annotations

import re
from hashlib import sha256

from monitor.text.urls import clean_link, url_key

_SCHEME = re.compile(r"https?:(?=//)", re.IGNORECASE)


def body_hash(body: bytes) -> str:
    """Return the identity of a feed's bytes: when it is the same again, nothing needs to be parsed."""
    return sha256(body).hexdigest()


def guid_key(guid: str) -> str:
    """Return the key of an entry that has an id of its own.

    The id is opaque and stays as written, relative ones too: resolved against the URL that was fetched,
    they would all change when the feed moves. Only http and https are one, since sites change that.
    """
    return _key("guid", _SCHEME.sub("", guid.strip()))


def link_key(link: str) -> str:
    """Return the key of an entry that is known by its link; a relative one stays relative, as above."""
    absolute = clean_link(link)
    return _key("link", url_key(absolute) if absolute else _SCHEME.sub("", link.strip()))


def text_key(title: str, date: str) -> str:
    """Return the key of an entry that has neither id nor link: its title, and the date as it is written."""
    return _key("text", f"{title}\n{date}")


def _key(kind: str, value: str) -> str:
    return sha256(f"{kind}:{value}".encode("utf-8", "replace")).hexdigest()
