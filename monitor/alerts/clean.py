"""Foreign text made fit to show: no control, bidi or header trick survives; nothing here adds markup."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from monitor.text.urls import clean_link

ELLIPSIS = "…"
HEADER_LIMIT = 200  # characters; longer than any headline, shorter than what mail readers choke on
HOST_LIMIT = 80  # characters of a host that a link shows; the longest sane news host has under 50
STACKED_MARKS = 4  # vocalised Arabic and Vietnamese need three; more is drawn over the neighbours
BORDER_SHARE = 0.6  # a cut moves back to a word border unless that would lose more than 40 %

ISOLATE, END = "\u2068", "\u2069"  # around a name that runs its own way within our own line (UAX 9, 2.7)
FROM_RIGHT = "\u200f"
_STRONG = frozenset({"L", "R", "AL"})  # the classes of letters that decide which way a line runs
_ISOLATES = re.compile(rf"({ISOLATE}[^{ISOLATE}{END}]*{END})|[{ISOLATE}{END}]")

_JOINERS = "\u200c\u200d"  # Persian and Indic spelling and emoji need them, between visible characters
_LOOSE_JOINERS = re.compile(rf"(?<![^\s{_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]+(?![^\s{_JOINERS}])")


def visible(text: str) -> str:
    """Return *text* on one line, with everything that is not drawn replaced by spaces.

    Bidirectional overrides can make `gpj.exe` read `exe.jpg`, and control characters can do worse
    in a terminal; a newsroom is shown what is there.
    """
    return _drawn(text, _JOINERS)


def laid_out(text: str) -> str:
    """Return a line of ours as `visible` does, but with the names that we set apart still set apart.

    An isolate turns nothing round but what stands in it, so that even a stranger's would do no harm; one
    that is open or closed twice would reach further, and goes.
    """
    if ISOLATE not in text and END not in text:
        return visible(text)
    line = _drawn(_ISOLATES.sub(lambda found: found[1] or " ", text), _JOINERS + ISOLATE + END)
    return from_right(line)


def from_right(line: str) -> str:
    """Return a line of ours marked as from the right where a name that is set apart stands before our words.

    Programs that look for the first letter only, not whether it is set apart, would turn the line round.
    """
    before, found, _ = line.partition(ISOLATE)
    named_first = found and not any(unicodedata.bidirectional(each) in _STRONG for each in before)
    return FROM_RIGHT + line if named_first else line


def isolated(text: str) -> str:
    """Return a name set apart, so that it runs its own way and leaves the line around it alone.

    Only one with letters that run from the left: others are at home in a line that runs from the right.
    """
    shown = visible(text)
    latin = any(unicodedata.bidirectional(each) == "L" for each in shown)
    return f"{ISOLATE}{shown}{END}" if latin else shown


def _drawn(text: str, kept_controls: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind == "Mn" else 0
        if marks <= STACKED_MARKS:
            kept.append(character if kind[0] not in "CZ" or character in kept_controls else " ")
    return " ".join(_LOOSE_JOINERS.sub("", "".join(kept)).split())


def clip(text: str, limit: int) -> str:
    """Return *text* in at most *limit* characters, cut at a word border and marked with an ellipsis."""
    return text if len(text) <= limit else cut(text, limit - len(ELLIPSIS))


def cut(text: str, size: int) -> str:
    """Return the words within the first *size* characters of *text*, and an ellipsis."""
    kept = text[:size]
    border = kept.rfind(" ")
    if border > size * BORDER_SHARE:
        kept = kept[:border]
    return kept.rstrip(" ,;:–—-" + _JOINERS) + ELLIPSIS


def clean_header(text: str, limit: int = HEADER_LIMIT) -> str:
    """Return *text* as a mail header may carry it.

    An encoded word that decodes to a line break passes `EmailMessage` before Python 3.11.10 and
    becomes a header of its own (CVE-2024-6923), so `=?` is broken up, whatever the version.
    """
    drawn = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return clip(" ".join(drawn.replace("=?", "= ?").split()), limit)


def safe_url(url: str) -> str | None:
    """Return *url* as it may be linked, or None when it should not be.

    Plain ASCII, http or https, no user info (`https://bbc.example@evil.example/`), and none of the
    characters that end a link in Slack or in HTML.
    """
    link = clean_link(url)
    return link.replace("|", "%7C").replace("'", "%27") if link is not None else None


def shown_host(url: str) -> str:
    """Return what the text of a link to *url* says: its own host, so that it cannot pretend another."""
    host = urlsplit(url).hostname or ""
    return clip(host.removeprefix("www."), HOST_LIMIT)
