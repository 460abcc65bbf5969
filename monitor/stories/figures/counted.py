"""What a number counts: people, families, visas; or what nobody follows, which makes it no figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from monitor.model import FigureRole
from monitor.stories.figures.lexicon import Lexicon
from monitor.stories.figures.quantities import Quantity

WORDS_OF_A_PHRASE = 5  # "25 humanitarian and family visas"
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_NEXT_IN_LIST = re.compile(r",? ")
_PHRASE_ENDS = re.compile(r"[,;:.!?()\"«»“”]| - ")


class Certainty(Enum):
    """How we know what is counted."""

    NAMED = "named"  # "35 people"
    SUBSET = "subset"  # "31 of them"
    ELLIPSIS = "ellipsis"  # "31 have arrived", "31 others"
    UNKNOWN = "unknown"  # "31 cobblers": a word that we do not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a quantity counts, up to where its phrase reaches, with the role that the noun itself gives."""

    unit: str | None  # none: the one that was counted before
    certainty: Certainty
    end: int
    role: FigureRole | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A number with what it counts; a *whole* is one that another number is a part of."""

    quantity: Quantity
    counted: Counted
    whole: bool = False


def counted(text: str, item: Quantity, until: int, words: Lexicon) -> Counted | None:
    """Return what *item* counts in a normalised sentence, or nothing if it is a thing that we leave alone.

    *until* is where the next number begins.
    """
    if item.unit:
        return Counted(unit=item.unit, certainty=Certainty.NAMED, end=item.outer_end)
    if match := words.subset_after.match(text, item.outer_end):
        return _of_them(text, match.end(), until, words)
    before = words.subset_before.search(text, max(0, item.outer_start - 40), item.outer_start)
    if part := words.partitive_between.match(text, item.outer_end):  # "four of its soldiers"
        for unit, pattern in words.units:
            if match := pattern.match(text, part.end(), until):
                return Counted(unit=unit, certainty=Certainty.SUBSET, end=match.end())
    found = _named(text, item, until, words)
    if words.collective.fullmatch(text, item.start, item.end) and found is not None and not found.unit:
        found = Counted(unit="people", certainty=Certainty.NAMED, end=found.end, role=found.role)
    if found is not None and before and found.certainty is not Certainty.NAMED:
        return Counted(unit=None, certainty=Certainty.SUBSET, end=found.end, role=found.role)
    return found


def _of_them(text: str, start: int, until: int, words: Lexicon) -> Counted:
    """A part of those who were counted before; Turkish may still name them."""
    for unit, pattern in words.units:
        if match := pattern.match(text, start + 1, until):
            return Counted(unit=unit, certainty=Certainty.NAMED, end=match.end())
    return Counted(unit=None, certainty=Certainty.SUBSET, end=start)


def _named(text: str, item: Quantity, until: int, words: Lexicon) -> Counted | None:
    start = item.outer_end
    stop = _PHRASE_ENDS.search(text, start)
    limit = min(until, stop.start() if stop else len(text))
    other = words.others.match(text, start, limit)
    if other:
        start = other.end()
    person: Counted | None = None
    seen = 0
    for match in _WORD.finditer(text, start, limit):
        if seen >= WORDS_OF_A_PHRASE:
            break
        at = match.start()
        if person is not None and _is_cue(text, at, words):  # "nine buyers wounded"
            break
        known = _known(text, at, limit, words, first=seen == 0)
        if known is not None:
            return known
        if words.things.match(text, at, limit):
            return None
        if _ends_phrase(text, at, words, after_word=seen > 0) or _is_cue(text, at, words):
            break
        if person is None and words.person_endings.fullmatch(text, at, match.end()):
            person = Counted(unit="people", certainty=Certainty.NAMED, end=match.end())
        seen += 1
    if person is not None:
        return person
    certainty = Certainty.UNKNOWN if seen else Certainty.ELLIPSIS
    return Counted(unit=None, certainty=certainty, end=start if not seen else item.outer_end)


def _known(text: str, at: int, limit: int, words: Lexicon, *, first: bool) -> Counted | None:
    role = _noun_role(text, at, limit, words) if first else None
    if role and words.noun_pairs and _is_compound(text, role[1], limit, words):  # "940 missing items"
        return None
    for unit, pattern in words.units:
        if match := pattern.match(text, at, limit):
            if words.noun_pairs and _is_compound(text, match.end(), limit, words):
                return None
            end = _past_a_list(text, match.end(), pattern, words)
            return Counted(unit=unit, certainty=Certainty.NAMED, end=end, role=role[0] if role else None)
    if role:
        return Counted(unit="people", certainty=Certainty.NAMED, end=role[1], role=role[0])
    return None


def _past_a_list(text: str, end: int, unit: re.Pattern[str], words: Lexicon) -> int:
    """Where "Schwule, Lesben und Bisexuelle" ends: nouns of one unit under one number."""
    while match := _NEXT_IN_LIST.match(text, end):
        start = match.end()
        if link := words.linking.match(text, start):
            start = link.end() + 1
        following = unit.match(text, start) or words.person_endings.match(text, start)
        if following is None or _is_cue(text, start, words) or (start == match.end() and match[0] == " "):
            return end
        end = following.end()
    return end


def _noun_role(text: str, at: int, limit: int, words: Lexicon) -> tuple[FigureRole, int] | None:
    for role, cues in words.roles:
        if match := cues.noun.match(text, at, limit):
            return role, match.end()
    return None


def _is_compound(text: str, end: int, limit: int, words: Lexicon) -> bool:
    """Whether a thing follows at once: "12 police stations"."""
    return text[end : end + 1] in (" ", "-") and words.things.match(text, end + 1, limit) is not None


def _ends_phrase(text: str, at: int, words: Lexicon, *, after_word: bool) -> bool:
    if words.stops.match(text, at):
        return True
    return words.linking.match(text, at) is not None and not after_word


def _is_cue(text: str, at: int, words: Lexicon) -> bool:
    return words.any_cue.match(text, at) is not None
