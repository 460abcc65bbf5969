"""Which agencies an article credits for its words: by its own site, byline, dateline, source or end line.

What a report quotes from an agency ("TASS wrote") is no credit, and neither is a picture's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from monitor.model import Article, Credit, CreditPlace

HEAD_LINES = 3  # a headline and a standfirst may stand above the dateline
FOOT_LINES = 4  # credit, the editor's initials, a note on what changed
LONGEST_LINE = 250  # characters; a paragraph is looked at from its beginning or its end only
BYLINE = 80  # characters of "By JANE ROE and JOHN DOE, Associated Press"
DATELINE = 110  # "NEW YORK CITY, New York, Wednesday, January 12, 2024 (AP) —" has 60
PLACE = 80  # characters before the agency in it
BRACKET = 80  # characters of a closing "(mit Material von dpa und AFP)"
MOST_AUTHORS = 12
AUTHOR = 160  # characters; past it a byline is a paragraph in the wrong field

_MARKS = str.maketrans(dict.fromkeys(range(0x200B, 0x2010), ""))
_WORD = re.compile(r"[^\W\d_]+")
_SHORT = 3  # letters of what stands beside a name and means nothing: the desk's or the editor's initials
_STRENGTH = tuple(CreditPlace)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agencies:
    """The data file, compiled once."""

    names: re.Pattern[str]
    by_spelling: Mapping[str, str]
    by_host: Mapping[str, str]
    dateline: re.Pattern[str]
    source: re.Pattern[str]
    byline: re.Pattern[str]
    part: re.Pattern[str]
    beside: frozenset[str]
    pictures: re.Pattern[str]


def credits_of(article: Article) -> tuple[Credit, ...]:
    """Return whom an article credits, each agency once where it is said most plainly, in the order found."""
    known = _agencies()
    found: dict[str, Credit] = {}
    for credit in _found(article, known):
        held = found.get(credit.agency)
        if held is None or _STRENGTH.index(credit.place) < _STRENGTH.index(held.place):
            found[credit.agency] = credit
    return tuple(found.values())


def _found(article: Article, known: _Agencies) -> Iterator[Credit]:
    agency = _own_site(article, known)
    if agency is not None:
        yield Credit(agency=agency, place=CreditPlace.OUTLET, text=article.outlet or article.source)
    for author in article.authors[:MOST_AUTHORS]:
        yield from _slot(_plain(author[:AUTHOR]), CreditPlace.BYLINE, known, others=AUTHOR)
    head, foot = _ends(article.text)
    for line in head:
        if known.names.search(line):
            yield from _of_head(line, known)
    for line in foot:
        if known.names.search(line):
            yield from _of_foot(line, known)
        elif _REUTERS_SIGNATURE.match(line):
            yield Credit(agency="Reuters", place=CreditPlace.END, text=line)


def _own_site(article: Article, known: _Agencies) -> str | None:
    outlet = known.by_spelling.get(article.outlet.strip())
    labels = article.source.casefold().split(".")
    hosts = (".".join(labels[start:]) for start in range(len(labels)))
    return next((known.by_host[host] for host in hosts if host in known.by_host), outlet)


def _ends(text: str) -> tuple[list[str], list[str]]:
    """The first and the last lines that say something; of a long one the outer side."""
    room = (HEAD_LINES + FOOT_LINES) * LONGEST_LINE
    head = [_plain(line)[:LONGEST_LINE] for line in text[:room].split("\n") if line.strip()]
    foot = [_plain(line)[-LONGEST_LINE:] for line in text[-room:].split("\n") if line.strip()]
    is_last = len(head) > 1 and len(text) <= room
    return head[: min(HEAD_LINES, len(head) - is_last)], foot[-FOOT_LINES:]


def _plain(line: str) -> str:
    return " ".join(line.translate(_MARKS).split())


def _of_head(line: str, known: _Agencies) -> Iterator[Credit]:
    dateline = known.dateline.match(line[:DATELINE])
    if len(line) < BYLINE and not line.endswith((".", "!", "?")) and known.byline.match(line):
        yield from _slot(line, CreditPlace.BYLINE, known, others=BYLINE)
    elif dateline is not None:
        assert dateline.lastgroup is not None
        yield from _slot(dateline[dateline.lastgroup], CreditPlace.DATELINE, known, text=dateline[0])
    else:
        yield from _of_source(line, known)


def _of_foot(line: str, known: _Agencies) -> Iterator[Credit]:
    yield from _of_source(line, known)
    whole = list(_slot(line, CreditPlace.END, known, others=0))
    closing = _CLOSING.search(line)
    yield from whole or (_slot(closing[0], CreditPlace.END, known) if closing else ())


def _of_source(line: str, known: _Agencies) -> Iterator[Credit]:
    source = known.source.search(line)
    if source is not None:
        yield from _slot(source["slot"], CreditPlace.SOURCE, known, text=source[0], others=3)


def _slot(
    slot: str, place: CreditPlace, known: _Agencies, *, others: int = 2, text: str | None = None
) -> Iterator[Credit]:
    """The agencies in a place made for credits; too many *others* beside them make it a sentence."""
    names = dict.fromkeys(known.by_spelling[name] for name in known.names.findall(slot))
    if not names or known.pictures.search(slot):
        return
    if known.part.search(slot):
        place = CreditPlace.PART
    else:
        rest = _WORD.findall(known.names.sub(" ", slot))
        strange = [word for word in rest if len(word) > _SHORT and word.casefold() not in known.beside]
        if len(strange) > others or (strange and len(rest) > others + 2):
            return
    for name in names:
        yield Credit(agency=name, place=place, text=(text or slot).strip()[:LONGEST_LINE])


# --- the patterns -----------------------------------------------------------------------------------------

# The house style of one agency: "Reporting by Jane Roe in Kyiv; Editing by John Doe"
_REUTERS_SIGNATURE = re.compile(
    r"\(?(?:additional )?reporting by [^\n]{3,200}[;.] ?(?:writing|editing|additional|compiled)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    rf"(?:[(\[][^()\[\]\n]{{2,{BRACKET}}}[)\]]|\s[–—-]{{1,2}}\s?[^\s.][^.–—\n]{{1,24}})\.?\Z"
)


@cache
def _agencies() -> _Agencies:
    path = resources.files("monitor.stories").joinpath("agencies.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    spelt = {spelling: agency["name"] for agency in data["agency"] for spelling in _spellings(agency)}
    first = re.escape("".join(sorted({spelling[0] for spelling in spelt})))
    name = rf"(?<!\w)(?=[{first}])(?:{_any(spelt)})(?!\w)"  # most words are passed over by their first letter
    before, after = ("|".join(data["parts"][side]) for side in ("before", "after"))
    return _Agencies(
        names=re.compile(name),
        by_spelling=spelt,
        by_host={host: agency["name"] for agency in data["agency"] for host in agency["hosts"]},
        dateline=_dateline(name),
        source=re.compile(
            rf"(?:(?<=[\s(\[–—|.])|\A)(?i:{_any(_listed(data['labels']))})\s?[:：]\s?(?P<slot>[^\n:]{{2,70}})\Z"
        ),
        byline=re.compile(rf"(?i:{_any(_listed(data['bylines']))})\s?:?\s"),
        part=re.compile(
            rf"(?<!\w)(?i:{before})\s(?:\w{{1,3}}[ ']|agencia |agência )?{name}|{name}[\s,]*(?i:{after})"
        ),
        beside=frozenset(data["beside"]["words"]),
        pictures=re.compile(rf"(?i:(?<!\w)(?:{_any(data['pictures']['words'])})(?!\w))"),
    )


def _spellings(agency: Mapping[str, Any]) -> Iterator[str]:
    for word in agency.get("words", ()):
        yield word
        yield word.upper()
    yield from agency.get("initials", ())


def _listed(by_language: Mapping[str, Iterable[str]]) -> list[str]:
    return sorted({word for words in by_language.values() for word in words})


def _any(words: Iterable[str]) -> str:
    """Alternatives, the longest first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, ordered))


def _dateline(name: str) -> re.Pattern[str]:
    """How a text begins that an agency sent: place and date, the agency, and a sign that ends them."""
    slot = rf"(?P<slot>{name}(?:\s?[/,;&+–-]\s?[\w.]+(?:\s\w+)?|\s\w{{1,3}}\s{name}){{0,3}})"
    patterns = (
        rf"[^\n(]{{0,{PLACE}}}\(\s?{slot}\s?\)(?:\s?[.,]?\s?[-–—―ـ:.]|\Z)",  # KYIV, Ukraine (AP) —
        rf"\(\s?{slot}\s?\)",  # (AFP) Des milliers …
        rf"[^\n/]{{0,{PLACE}}}/\s?{slot}\s?/",  # МОСКВА, 3 ноября. /ТАСС/.
        rf"[^\n]{{1,{PLACE}}}?,\s{slot}\s?[-–—]\s",  # LONDON, Reuters —
        # МОСКВА, 3 ноя — РИА Новости. Москва. 3 ноября. INTERFAX.RU -
        rf"[^\n]{{1,{PLACE}}}?[-–—―ـ./]\s?{slot}(?:\s?[-–—―ـ]\s|\s?[.:](?:\s|\Z))",
        rf"{slot}\s?(?:[-–—|/]\s|\Z)",  # AFP – Des milliers …
    )
    numbered = [pattern.replace("?P<slot>", f"?P<slot{place}>") for place, pattern in enumerate(patterns)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in numbered))
