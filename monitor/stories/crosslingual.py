"""How alike two reports in different languages are, without any model: names by their sound, numbers, places,
international words and the topics' concepts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.model import LinkEvidence
from monitor.stories.features import Features, Sounds, Weights
from monitor.text import world
from monitor.text.names import CASELESS, folded

SURE_SOUND = 4  # consonants; with as many two names are nearly always one
ALIKE, VAGUE = 0.9, 0.6  # what a match by sound counts beside one letter by letter

# A kind of evidence is there when what is shared weighs as much as one rare name, one number that is
# neither a date nor round, two countries, or two rare international words.
ENOUGH = {"names": 5.0, "numbers": 4.5, "concepts": 6.0, "words": 12.0}
KINDS_NEEDED = 2  # a name alone is a namesake, a number alone is chance
SHOWN = 12  # of each kind of evidence; the rest is counted in the score

# Learned by `python -m tests.quality.train_links` on 4,500 pairs of ECB+ development texts (same event,
# look-alike event, other topic). Topic concepts are not in that data: weighed by hand.
CONSTANT = -3.6  # learned: -2.75; lower, because a wrong link costs a newsroom more than a missed one
WEIGHTS = {"names": 3.0, "numbers": 4.2, "places": 1.5, "words": 2.3}
NAMES_AT_ALL, NAMES_SCALE = 1.3, 15.0  # that there are shared names counts beside how many are shared
TOPICS, TOPICS_USUAL = 2.0, 0.5  # reports of one beat share half of its concepts whatever they tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two reports share of one kind.

    Units: `cosine` 0 to 1; `weight` sums the geometric means of the two weights; `pairs` has both
    spellings, the weightiest first.
    """

    cosine: float = 0.0
    weight: float = 0.0
    pairs: tuple[tuple[str, str], ...] = ()


NOTHING = Shared()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two reports are, how many independent kinds of evidence say so, and what they share."""

    score: float
    kinds: int
    shared: Mapping[str, Shared]


def likeness(one: Features, other: Features) -> Likeness:
    """Compare two reports of any languages.

    Units: the score is a probability of one event, 0 to 1, where look-alike events are as frequent as
    one event; `kinds` counts names, numbers, concepts and words.
    """
    found = shared(one, other)
    logit = CONSTANT + sum(weight * found[kind].cosine for kind, weight in WEIGHTS.items())
    logit += NAMES_AT_ALL * (1 - math.exp(-found["names"].weight / NAMES_SCALE))
    if one.concepts and other.concepts:
        logit += TOPICS * (found["topics"].cosine - TOPICS_USUAL)
    weights = {kind: found[kind].weight for kind in ("names", "numbers", "words")}
    weights["concepts"] = found["places"].weight + found["topics"].weight
    return Likeness(
        score=1 / (1 + math.exp(-logit)),
        kinds=sum(weights[kind] >= enough for kind, enough in ENOUGH.items()),
        shared=found,
    )


def may_reach(one: Features, other: Features) -> bool:
    """Whether so many kinds of evidence can be there as a claim needs; a third of the time of `likeness`.

    Words, of which there are most, are not looked at: they may always be there.
    """
    kinds = 1  # words
    kinds += _equal(one, other, "numbers").weight >= ENOUGH["numbers"]
    kinds += _equal(one, other, "places").weight + _topics(one, other).weight >= ENOUGH["concepts"]
    return kinds >= KINDS_NEEDED or _names(one, other).weight >= ENOUGH["names"]


def shared(one: Features, other: Features) -> dict[str, Shared]:
    """Return what two reports share of names, numbers, places, words and topics."""
    return {
        "names": _names(one, other),
        "numbers": _equal(one, other, "numbers"),
        "places": _equal(one, other, "places"),
        "words": _alike(one, other, "terms", one.terms_by_sound, other.begun),
        "topics": _topics(one, other),
    }


def explain(one: Features, other: Features, found: Mapping[str, Shared]) -> tuple[LinkEvidence, ...]:
    """Return what is shared as people read it: both spellings of a name, places in English, scores.

    `concepts` are the ids of the topics' own.
    """
    names = [_both(one.spelling(a), other.spelling(b)) for a, b in found["names"].pairs]
    listed = {
        "names": names,
        "numbers": [number for number, _ in found["numbers"].pairs],
        "places": [world.label(place) for place, _ in found["places"].pairs],
        "concepts": [concept for concept, _ in found["topics"].pairs],
        "words": [_both(a, b) for a, b in found["words"].pairs],
    }
    cosines = {**found, "concepts": found["topics"]}
    return tuple(
        LinkEvidence(
            kind=kind, score=round(cosines[kind].cosine, 3), shared=tuple(dict.fromkeys(texts))[:SHOWN]
        )
        for kind, texts in listed.items()
        if texts
    )


def _both(one: str, other: str) -> str:
    return one if one == other else f"{one} / {other}"


# --- matching ---------------------------------------------------------------------------------------------


def _names(one: Features, other: Features) -> Shared:
    found = _alike(one, other, "names", one.names_by_sound, other.heard)
    if (one.language in CASELESS) == (other.language in CASELESS):
        return found
    # Where letters have no case every rare word may be a name, so only the cased side knows how many names
    # there are: the other is taken to have as many.
    cased, caseless = (other, one) if one.language in CASELESS else (one, other)
    cosine = found.cosine * caseless.length("names") / (cased.length("names") or 1.0)
    return Shared(cosine=min(cosine, 1.0), weight=found.weight, pairs=found.pairs)


def _topics(one: Features, other: Features) -> Shared:
    both = sorted(one.concepts & other.concepts)
    if not both:
        return NOTHING
    lengths = math.sqrt(len(one.concepts)) * math.sqrt(len(other.concepts))
    return Shared(
        cosine=len(both) / lengths, weight=float(len(both)), pairs=tuple((each, each) for each in both)
    )


def _equal(one: Features, other: Features, kind: str) -> Shared:
    mine: Weights = getattr(one, kind)
    theirs: Weights = getattr(other, kind)
    pairs = [(weight * theirs[entry], entry, entry) for entry, weight in mine.items() if entry in theirs]
    return _summed(pairs, one, other, kind)


def _alike(
    here: Features, there: Features, kind: str, by_sound: Mapping[str, Sequence[str]], other_sounds: Sounds
) -> Shared:
    """Match the entries of two reports one to one, the weightiest first."""
    one: Weights = getattr(here, kind)
    other: Weights = getattr(there, kind)
    possible = {
        (mine, theirs, _certainty(mine, theirs, sound))
        for theirs, heard in other_sounds.items()
        for sound in heard
        if sound in by_sound
        for mine in by_sound[sound]
    }
    if not possible:
        return NOTHING
    ranked = sorted(
        ((one[a] * other[b] * sure, a, b) for a, b, sure in possible), key=lambda p: (-p[0], p[1:])
    )
    pairs, used_here, used_there = [], set[str](), set[str]()
    for product, mine, theirs in ranked:
        if mine not in used_here and theirs not in used_there:
            used_here.add(mine)
            used_there.add(theirs)
            pairs.append((product, mine, theirs))
    return _summed(pairs, here, there, kind)


def _certainty(one: str, other: str, sound: str) -> float:
    if one == other or folded(one) == folded(other):
        return 1.0
    return ALIKE if len(sound) >= SURE_SOUND else VAGUE


def _summed(pairs: Sequence[tuple[float, str, str]], one: Features, other: Features, kind: str) -> Shared:
    if not pairs:
        return NOTHING
    ranked = sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))
    return Shared(
        cosine=sum([product for product, _, _ in ranked]) / (one.length(kind) * other.length(kind)),
        weight=sum([math.sqrt(product) for product, _, _ in ranked]),
        pairs=tuple((a, b) for _, a, b in ranked),
    )
