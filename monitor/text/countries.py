"""Which country an outlet speaks from, as far as its host or its operator's tag says; never a guess."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale

TAG = "country:"  # an operator's word, in a feed's tags: country:CA

# Country codes that are sold to everybody; a site's owner chose them for their sound.
# Source: https://developers.google.com/search/docs/specialty/international/managing-multi-regional-sites
_FOR_EVERYBODY = frozenset(
    {"ad", "ai", "as", "bz", "cc", "cd", "co", "dj", "fm", "io", "la", "me", "ms", "nu", "sc", "sr", "su"}
    | {"tv", "tk", "ws"}
)
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})  # codes that CLDR has beside countries


def country_of(source: str, tags: Iterable[str] = ()) -> str:
    """Return the ISO 3166 code of a country, or nothing: the tag's, else that of the host *source*."""
    for tag in tags:
        if tag.casefold().startswith(TAG) and is_country(code := tag[len(TAG) :].strip().upper()):
            return code
    ending = source.rsplit(".", 1)[-1].casefold() if "." in source else ""
    code = "GB" if ending == "uk" else ending.upper()
    return code if ending not in _FOR_EVERYBODY and is_country(code) else ""


def is_country(code: str) -> bool:
    """Whether *code* is that of a country or territory."""
    return code in _codes()


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    known = map(str, Locale("en").territories)
    return frozenset(code for code in known if len(code) == 2 and code.isalpha()) - _NO_COUNTRY
