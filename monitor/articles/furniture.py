"""Which lines of an extracted text are furniture: share lines, credits, notices, related links, bios.

The phrases live in `data/furniture/`, one file per language; all of them apply to every text, because
an Indonesian page stands in an English template. When in doubt a line stays: losing a sentence of the
article is worse than keeping a share line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from ahocorasick_rs import AhoCorasick

LONGEST_START = 200  # characters of a line that is judged by how it begins
LONGEST_HOLD = 300  # … or by what it holds
LONGEST_REMEMBERED = 2_000  # … or whose plain form is kept: some 4 MB at the very most
LONGEST_LABEL = 80  # … or by a first word that prose also begins with
LONGEST_INITIALS = 12  # "(R.A.W)", "(dpa/ab)"
PROSE = 60  # characters from which a line that ends as a sentence is prose
END_AFTER = 0.35  # share of the text that must lie before a heading that ends it
KICKER = 2  # words of a section's name or a person's that stand above the text
EDGE = 6  # lines at the head and at the tail where bylines, dates, tags and bios stand

_EDGE = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟።۔։។။]['\"”’»)\]]*$")
_ONLY_LINK = re.compile(r"^\W*https?://\S+\W*$")
_WIDE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)  # say in one character what takes three letters
_STOPLESS = re.compile(
    r"[\u0e00-\u0eff]"
)  # Thai and Lao: sentences end without a sign, words without a space
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_ONLY_HASHTAGS = re.compile(r"^(?:#\w+[\s,]*)+$")
_COUNT = re.compile(r"^\d+|\(?\d+$")  # "2 Comments", "Kommentare (14)"
_RULE = re.compile(r"^[\W_]*$")
_DAY = re.compile(r"\d{1,2}\D{1,15}(?:19|20)\d\d(?!\d)|(?:19|20)\d\d\D{1,3}\d{1,2}|\b\d{1,2}[:.]\d\d\b")
_NAME_LINE = re.compile(r"^(?:[^\W\d_][\w.'’-]*\s?){2,4}$")
_BRACKETED = re.compile(r"^[(\[][^()\[\]]*[)\]]$")


@dataclass(frozen=True, slots=True)
class _Phrases:
    lines: frozenset[str]
    ends: frozenset[str]
    replies: frozenset[str]
    starts: tuple[str, ...]
    labels: tuple[str, ...]
    holds: AhoCorasick
    bios: re.Pattern[str]


def clean_text(text: str, *, title: str = "", authors: Sequence[str] = (), site: str = "") -> str:
    """Return *text* without furniture, its title and its outlet's name; its paragraphs stay as they are."""
    lines = [line.strip() for line in text.split("\n")]
    lines = _without_repeats([line for line in lines if line and not _RULE.match(line)])
    lines = _before_the_end(lines)
    lines = [line for line in lines if not (is_furniture(line) or (site and _is_title(line, site)))]
    lines = _without_head(lines, title, authors)
    return "\n".join(_without_tail(lines, title, authors))


def is_furniture(line: str) -> bool:
    """Tell whether *line* is furniture wherever it stands."""
    if len(line) > LONGEST_HOLD:
        return False
    if _ONLY_LINK.match(line) or _ONLY_HASHTAGS.match(line):
        return True
    phrases, plain = _phrases(), _plain(line)
    if plain in phrases.lines or phrases.holds.find_matches_as_indexes(plain):
        return True
    if len(line) <= LONGEST_START and f"{plain} ".startswith(phrases.starts):
        return True
    if len(line) > LONGEST_LABEL or _ends_sentence(line):
        return False
    return f"{plain} ".startswith(phrases.labels) or ("@" in line and _EMAIL.search(line) is not None)


def why_left_out(line: str, title: str = "", authors: Sequence[str] = (), site: str = "") -> str:
    """Return in words why *line* would be left out of a text, or nothing."""
    heading = _COUNT.sub("", _plain(line)).strip(" :")
    if _is_title(line, title):
        return "the title again"
    if site and _is_title(line, site):
        return "the outlet's name"
    if _RULE.match(line):
        return "a rule"
    if heading in _phrases().replies:
        return "a heading of comments"
    if heading in _phrases().ends:
        return "a heading of related links"
    if is_furniture(line):
        return "a phrase of furniture"
    if _is_byline(line, authors):
        return "the byline"
    return "a date" if _is_dateline(line) else ""


def is_prose(line: str) -> bool:
    """Tell whether *line* reads as a paragraph: long enough, and ended as a sentence."""
    width = len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))
    return width >= PROSE and (_ends_sentence(line) or width >= 4 * PROSE or _is_stopless(line))


def _is_stopless(line: str) -> bool:
    return not line.isascii() and len(_STOPLESS.findall(line)) > len(line) / 2


def _ends_sentence(line: str) -> bool:
    return _SENTENCE_END.search(line) is not None


def _plain(line: str) -> str:
    """Return *line* as phrases are written, without the signs at its ends; five rules ask this of a line."""
    return _remembered(line) if len(line) <= LONGEST_REMEMBERED else _folded(line)


def _folded(line: str) -> str:
    folded = _SPACES.sub(" ", line.casefold().replace("’", "'").replace("ʼ", "'"))
    if folded[:1] != "©" and (edge := _EDGE.match(folded)) is not None:
        folded = folded[edge.end() :]
    return folded if folded.endswith(":") else folded.rstrip(" .!?…»”\"'()[]|>→-–—*")


_remembered = lru_cache(maxsize=256)(_folded)  # a long article's lines


def _without_repeats(lines: list[str]) -> list[str]:
    """Keep the first of paragraphs that a template prints twice; short lines may repeat."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        if len(line) < 2 * PROSE or line not in seen:
            kept.append(line)
        seen.add(line)
    return kept


def _before_the_end(lines: list[str]) -> list[str]:
    """Cut at the first heading that ends an article, if enough of the text lies before it.

    A heading of related links may also stand between paragraphs: then only the heading goes.
    """
    total, before = sum(map(len, lines)), 0
    kept: list[str] = []
    for place, line in enumerate(lines):
        heading = _COUNT.sub("", _plain(line)).strip(" :") if len(line) <= LONGEST_LABEL else ""
        late = before >= END_AFTER * total and any(map(is_prose, kept))
        if late and (
            heading in _phrases().replies or (heading in _phrases().ends and not _goes_on(lines[place:]))
        ):
            return kept
        if heading not in _phrases().ends:
            kept.append(line)
        before += len(line)
    return kept


def _goes_on(lines: list[str]) -> bool:
    return any(map(is_prose, lines))


def _without_head(lines: list[str], title: str, authors: Sequence[str]) -> list[str]:
    """Drop title, byline and date above the first paragraph."""
    first = next((place for place, line in enumerate(lines) if is_prose(line)), len(lines))
    head = [line for line in lines[:first] if not _is_title(line, title)]
    head = [
        line for line in head if not (_is_byline(line, authors) or _is_dateline(line) or _is_kicker(line))
    ]
    return (
        head
        + [line for line in lines[first : first + EDGE] if not _is_title(line, title)]
        + lines[first + EDGE :]
    )


def _without_tail(lines: list[str], title: str, authors: Sequence[str]) -> list[str]:
    """Drop what follows the last paragraph: names, tags, titles again, and a bio, which is a paragraph."""
    kept = list(lines)
    for _ in range(EDGE):
        if len(kept) > 1 and _is_bio(kept[-1], kept[-2], authors):
            kept.pop()
            if _is_name(kept[-1], authors) and len(kept) > 1:
                kept.pop()
        elif len(kept) > 1 and (_is_title(kept[-1], title) or _is_trailer(kept[-1], authors)):
            kept.pop()
        else:
            break
    return kept


def _is_title(line: str, title: str) -> bool:
    return bool(title) and _plain(line) == _plain(title)


def _is_byline(line: str, authors: Sequence[str]) -> bool:
    plain = _plain(line)
    return len(line) <= LONGEST_LABEL and any(
        author.casefold() in plain for author in authors if len(author) > 3
    )


def _is_kicker(line: str) -> bool:
    """Tell a section or a name above the text: two words that end no sentence."""
    if len(line.split()) > KICKER or len(line) > LONGEST_LABEL:
        return False
    return not (_ends_sentence(line) or _WIDE.search(line) or _STOPLESS.search(line))


def _is_dateline(line: str) -> bool:
    short = len(line) <= LONGEST_LABEL and len(line.split()) <= 10
    return short and not _ends_sentence(line) and _DAY.search(line) is not None


def _is_trailer(line: str, authors: Sequence[str]) -> bool:
    if _is_dateline(line):
        return True
    if _is_name(line, authors):
        return any(author.casefold() in line.casefold() for author in authors)
    tags = line.split(",")
    if len(tags) >= 4 and not _ends_sentence(line):
        return all(len(tag.split()) <= 6 for tag in tags)
    return len(line) <= LONGEST_INITIALS and _BRACKETED.match(line) is not None


def _is_name(line: str, authors: Sequence[str]) -> bool:
    if any(_plain(line) == _plain(author) for author in authors):
        return True
    words = line.split()
    return len(line) <= 40 and _NAME_LINE.match(line) is not None and all(word[0].isupper() for word in words)


def _is_bio(line: str, above: str, authors: Sequence[str]) -> bool:
    """Tell a bio from a last paragraph about somebody: its subject is named above it or is the author."""
    if len(line) > 2 * LONGEST_HOLD or not _phrases().bios.search(line.casefold()):
        return False
    subject = line.split()[0].strip(",").casefold()
    names = [*authors, above] if _is_name(above, authors) else list(authors)
    return any(subject in name.casefold().split() for name in names)


@cache
def _phrases() -> _Phrases:
    merged: dict[str, list[str]] = {
        key: [] for key in ("lines", "starts", "holds", "labels", "ends", "replies", "bios")
    }
    for file in sorted((files(__package__) / "data" / "furniture").iterdir(), key=lambda file: file.name):
        for key, phrases in tomllib.loads(file.read_text("utf-8")).items():
            merged[key] += [phrase.casefold().replace("’", "'") for phrase in phrases]
    return _Phrases(
        lines=frozenset(_plain(phrase) for phrase in merged["lines"]),
        ends=frozenset(phrase.rstrip(":") for phrase in merged["ends"]),
        replies=frozenset(phrase.rstrip(":") for phrase in merged["replies"]),
        starts=tuple(merged["starts"]),
        labels=tuple(merged["labels"]),
        holds=AhoCorasick(merged["holds"]),
        bios=re.compile("|".join(map(re.escape, merged["bios"]))),
    )
