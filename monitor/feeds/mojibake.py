"""Text that was encoded twice: UTF-8 that somebody read as windows-1252 and wrote as UTF-8 again.

The bytes are in order, so decoding them says nothing of it; only the text does ("CafÃ©"). It is mended
where ftfy calls the text bad, field by field: often one agency's items are, among others that are not.
"""

from __future__ import annotations

import re
from dataclasses import replace

import ftfy

from monitor.feeds.entries import RawEntry, RawFeed

REPAIR = "text mended that was encoded twice"

# What such text cannot do without: a UTF-8 lead byte as a letter, and behind it a following byte as one of
# the characters that windows-1252 has in its place. A hundred times quicker than ftfy's own question.
_SIGN = re.compile("[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_CONFIG = ftfy.TextFixerConfig(replace_lossy_sequences=False)  # no guess at what bytes are lost


def mend(text: str) -> str:
    """Return *text* as it was meant; what shows no clear sign of a second encoding stays as it is."""
    return ftfy.fix_encoding(text, _CONFIG) if _SIGN.search(text) else text


def mend_feed(raw: RawFeed) -> RawFeed:
    """Return a feed with its texts mended and the repair named; links and ids are nobody's text."""
    mended = replace(raw, title=mend(raw.title), entries=tuple(map(_entry, raw.entries)))
    return mended if mended == raw else replace(mended, repairs=(*raw.repairs, REPAIR))


def _entry(entry: RawEntry) -> RawEntry:
    texts = (entry.title, entry.summary, entry.content, entry.source, *entry.authors, *entry.tags)
    if not any(map(_SIGN.search, texts)):
        return entry
    return replace(
        entry,
        title=mend(entry.title),
        summary=mend(entry.summary),
        content=mend(entry.content),
        source=mend(entry.source),
        authors=tuple(map(mend, entry.authors)),
        tags=tuple(map(mend, entry.tags)),
    )
