"""Which event a number belongs to: the words of a sentence that say so, by their distance and side.

A sentence is not parsed: ten languages would need ten parsers, and a headline has no grammar. Commas,
linking words and other numbers between a number and a word make the two strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model import FigureRole
from monitor.stories.figures.counted import Certainty, Counting
from monitor.stories.figures.lexicon import Lexicon

# What stands between a number and a word, weighed; found on the labelled sentences that are not held back.
WORD = 0.5
RELATIVE = 0.2  # "who"
COMMA = 2.0
LINK = 2.5
NUMBER = 7.0
BREAK = 6.0
WRONG_SIDE = 4.0  # "arrived 31": possible in a headline, unlikely
AFTER_FIRST = 0.3  # between two equal ones the word before decides

FARTHEST = 7.5  # for a number that counts people by name
FARTHEST_UNNAMED = 4.0  # for one that leaves out what it counts
FARTHEST_LOOSE = 3.0  # for people who were "given" something
FARTHEST_WHOLE = 0.6  # for one that another is a part of: "nine of the 16 people who died"
FARTHEST_UNKNOWN = 2.5  # for one that counts a word we do not know
LONGEST_ASIDE = 30  # characters before its number
FARTHEST_CHARACTERS = 200  # at FARTHEST words of thirteen letters
ATTRIBUTE = 2.0  # for a word within the phrase that is counted: "three arrested men were let go"
INHERITED = 1.0  # in a list: "22 men and nine women"

# Roles that things cannot have, so that a number may stand without its noun.
OF_PEOPLE = frozenset(
    {
        FigureRole.KILLED,
        FigureRole.INJURED,
        FigureRole.ARRESTED,
        FigureRole.CHARGED,
        FigureRole.DEPORTED,
        FigureRole.DISPLACED,
    }
)
OF_PAPERS = frozenset({FigureRole.GRANTED, FigureRole.WAITING})

_WORDS = re.compile(r"[\w'-]+")
_COMMAS = re.compile(r",|،")
_BREAKS = re.compile(r"[;:؛.!?()\"«»“”]| - ")
_ASIDE_ENDS = re.compile(r" ?[,،)-] ?")
_LIST = re.compile(r"[ ,،]*")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that gives a role, where it stands, and on which side its number is."""

    role: FigureRole
    start: int
    end: int
    side: str  # toll, before, after, either
    joined: bool = False  # with "and" written to it, as in Arabic


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The role of a number, how far its word was, and that word; `toll` swallows a hedge ("rose to 73")."""

    role: FigureRole
    cost: float
    cue: Cue | None = None


def assign(text: str, items: Sequence[Counting], words: Lexicon) -> list[Assigned | None]:
    """Return the role of each number of a normalised sentence, or nothing where it has none."""
    if not items:
        return []
    cues = _cues(text, words)
    found: list[Assigned | None] = [None] * len(items)
    for index in sorted(range(len(items)), key=lambda place: not items[place].whole):
        found[index] = _own(text, items, index, cues, words)
        if items[index].whole:  # "nine of the 16 people who died": they died, the nine did not just so
            own = found[index]
            cues = [cue for cue in cues if own is None or cue is not own.cue]
    for index in range(1, len(items)):
        found[index] = _inherit(text, items, index, found, words)
    for index in range(len(items) - 2, -1, -1):  # "22 men and nine women were arrested"
        after = found[index + 1]
        if found[index] is None and after is not None and listed(text, items, index + 1, words):
            found[index] = Assigned(role=after.role, cost=after.cost + INHERITED)
    return found


def _cues(text: str, words: Lexicon) -> list[Cue]:
    starts = [match.start() for match in words.cue_starts.finditer(text)]
    found: list[Cue] = []
    for role, patterns in words.roles if starts else ():
        for side, pattern in patterns.sides:
            found += (
                Cue(
                    role,
                    match.start(1),
                    match.end(),
                    side,
                    text[match.start()] == "و" and match.start() < match.start(1),
                )
                for match in _matches(pattern, text, starts)
            )
    tolls = [cue for cue in found if cue.side == "toll"]
    return [
        cue
        for cue in found
        if not _negated(text, cue, words)
        and (cue.side == "toll" or not any(t.start <= cue.start < t.end for t in tolls))
    ]


def _matches(pattern: re.Pattern[str], text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
    """What `finditer` finds of a pattern that can only match at *starts*."""
    end = 0
    for start in starts:
        match = pattern.match(text, start) if start >= end else None
        if match is not None:
            yield match
            end = match.end()


def _negated(text: str, cue: Cue, words: Lexicon) -> bool:
    return words.negation.search(text, max(0, cue.start - 24), cue.start) is not None


def _own(
    text: str, items: Sequence[Counting], index: int, cues: Sequence[Cue], words: Lexicon
) -> Assigned | None:
    item = items[index]
    best = _by_its_noun(item)
    papers = item.counted.unit in ("visas", "permits", "applications")
    for cue in cues:
        if (papers and cue.role not in OF_PAPERS) or _is_anothers(cue, items, index):
            continue
        if _out_of_reach(cue, item):
            continue
        if item.whole and not _tells_the_whole(text, item, cue, words):
            continue
        cost = _cost(text, items, index, cue, words)
        if cost <= _farthest(item, cue) and (best is None or cost < best.cost):
            best = Assigned(role=cue.role, cost=cost, cue=cue)
    return best


def _by_its_noun(item: Counting) -> Assigned | None:
    """ "17 wounded" are that whatever follows; "three detainees" may have been let go."""
    role = item.counted.role
    if role is None:
        return None
    return Assigned(role=role, cost=ATTRIBUTE if role is FigureRole.ARRESTED else 0.0)


def _tells_the_whole(text: str, item: Counting, cue: Cue, words: Lexicon) -> bool:
    """Whether a word is about the 16 in "nine of the 16 who died"; in "nine of the 16 died" it is not."""
    if cue.start < item.counted.end:
        return True
    gap = text[item.counted.end : cue.start].lstrip(" ,،")
    return words.relative.match(gap) is not None or _ASIDE_ENDS.match(text, cue.end) is not None


def _out_of_reach(cue: Cue, item: Counting) -> bool:
    before = cue.end < item.quantity.start - FARTHEST_CHARACTERS
    return before or cue.start > item.counted.end + FARTHEST_CHARACTERS


def _is_anothers(cue: Cue, items: Sequence[Counting], index: int) -> bool:
    """Whether a word belongs to what another number counts: "58 on board, 17 wounded"."""
    for place, other in enumerate(items):
        if place != index and other.quantity.start <= cue.start < other.counted.end:
            own = items[index].quantity.start, items[index].counted.end
            if not own[0] <= cue.start < own[1]:
                return True
    return False


def _farthest(item: Counting, cue: Cue) -> float:
    if item.whole:
        return FARTHEST_WHOLE
    if cue.role is FigureRole.GRANTED and item.counted.unit == "people":
        return FARTHEST_LOOSE
    match item.counted.certainty:
        case Certainty.NAMED | Certainty.SUBSET:
            return FARTHEST
        case Certainty.ELLIPSIS:
            return FARTHEST_UNNAMED
        case Certainty.UNKNOWN:
            return FARTHEST_UNKNOWN if cue.role in OF_PEOPLE or cue.side == "toll" else -1.0


def _cost(text: str, items: Sequence[Counting], index: int, cue: Cue, words: Lexicon) -> float:
    quantity, end = items[index].quantity, items[index].counted.end
    if cue.start < quantity.start and quantity.end < cue.end:
        return 0.0  # the word embraces the number: "nahm 14 Demonstranten fest"
    if quantity.start <= cue.start < end:
        return ATTRIBUTE
    if cue.end <= quantity.start:
        cost = _between(text[cue.end : quantity.outer_start], words)
        cost += NUMBER * sum(cue.end <= other.quantity.start < quantity.start for other in items)
        return cost + (WRONG_SIDE if cue.side == "after" else 0.0)
    end = _past_an_aside(text, items, index, cue, words)
    cost = AFTER_FIRST + _behind(text[end : cue.start], words) + (LINK if cue.joined else 0.0)
    cost += NUMBER * sum(end <= other.quantity.start < cue.start for other in items)
    return cost + (WRONG_SIDE if cue.side in ("before", "toll") else 0.0)


def _past_an_aside(text: str, items: Sequence[Counting], index: int, cue: Cue, words: Lexicon) -> int:
    """Where a number's phrase ends, with "…, among them five children," if the word stands behind that."""
    end = items[index].counted.end
    if index + 1 == len(items) or cue.start < items[index + 1].counted.end:
        return end
    aside = items[index + 1]
    gap = text[end : aside.quantity.outer_start]
    if len(gap) > LONGEST_ASIDE or not words.including.search(gap):
        return end
    comma = _ASIDE_ENDS.match(text, aside.counted.end)
    return comma.end() if comma else end


def _behind(gap: str, words: Lexicon) -> float:
    """What stands between a number and a word behind it; a relative clause is still about the number."""
    opening = gap.lstrip(" ,،")
    if match := words.relative.match(opening):
        return RELATIVE + _between(opening[match.end() :], words)
    return _between(gap, words)


def _between(gap: str, words: Lexicon) -> float:
    return (
        WORD * len(_WORDS.findall(gap))
        + COMMA * len(_COMMAS.findall(gap))
        + LINK * sum(1 for _ in words.linking.finditer(gap))
        + BREAK * len(_BREAKS.findall(gap))
    )


def _inherit(
    text: str,
    items: Sequence[Counting],
    index: int,
    found: Sequence[Assigned | None],
    words: Lexicon,
) -> Assigned | None:
    """The role of the number before, where this one goes on with its list or is a part of it."""
    own, before = found[index], found[index - 1]
    if before is None or items[index].counted.role is not None:
        return own
    part = words.including.search(text, 0, items[index].quantity.outer_start) is not None
    if (part and items[index].counted.certainty is Certainty.NAMED) or listed(text, items, index, words):
        cost = before.cost + INHERITED
    else:
        return own
    return own if own is not None and own.cost <= cost else Assigned(role=before.role, cost=cost)


def listed(text: str, items: Sequence[Counting], index: int, words: Lexicon) -> bool:
    """Whether only a comma or an "and" stands between a number's noun and the next number."""
    gap = text[items[index - 1].counted.end : items[index].quantity.outer_start].strip()
    if items[index].whole or items[index - 1].whole:
        return False
    if items[index].counted.certainty not in (Certainty.NAMED, Certainty.SUBSET):
        return False
    if items[index - 1].counted.certainty is Certainty.UNKNOWN:
        return False
    gap = _without_article(gap, words)
    return bool(_LIST.fullmatch(gap)) or words.linking.fullmatch(gap.strip(" ,،")) is not None


def _without_article(gap: str, words: Lexicon) -> str:
    """Drop what stands before the second number of a list: "six women and a dozen children"."""
    head, _, last = gap.rpartition(" ")
    return head if head and words.articles.fullmatch(last) else gap
