"""Everything that articles are about, as proposals: one for each name, place and telling word, its spellings
in all articles brought together."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.text import world
from monitor.text.names import folded, skeletons
from monitor.text.rarity import word_rarity
from monitor.text.words import normalise, sentences, words
from monitor.topics.derive.draft import Origin, Proposal, Seed
from monitor.topics.derive.known import Known
from monitor.topics.derive.names import SURNAME, names
from monitor.topics.derive.pairs import pairs
from monitor.topics.derive.places import called, places, subdivision
from monitor.topics.derive.terms import Term, terms

MOST_NAMES = 10
MOST_PLACES = 6
MOST_TERMS = 14
FEWEST_BONES = 4  # consonants from which two names in two scripts that sound alike are one
NAME, PLACE, TERM = 1.5, 1.0, 1.0  # what a mention counts for by what it is; names say most
TITLE = 1.6  # what standing in a title multiplies by
LEAST = 0.1  # of the most telling proposal's salience; below, an editor reads noise
LONGEST_QUOTE = 160  # characters
LONGEST_ENDING = 2  # letters; what CLDR names "Польша" stands as "Польшей"


@dataclass(slots=True)
class _Idea:
    """A proposal while it is put together."""

    key: str
    kind: float
    counts: Counter[int] = field(default_factory=Counter)
    aliases: dict[str, dict[str, Origin]] = field(default_factory=dict)
    rarity: float = 0.0
    in_title: bool = False
    common: bool = False

    def add(self, language: str, spelling: str, origin: Origin) -> None:
        self.aliases.setdefault(language, {}).setdefault(spelling, origin)

    def salience(self, seeds: int) -> float:
        """How much the articles are about it: how often, how rare, in how many of them, how prominent."""
        spread = len(self.counts) / seeds
        often = 1 + math.log(sum(self.counts.values()))
        return self.kind * often * self.rarity * spread * (TITLE if self.in_title else 1)


def collect(seeds: Sequence[Seed], beat: Known) -> list[Proposal]:
    """Return what *seeds* are about, the most telling first; what *beat* answers for is left out."""
    named = _names(seeds, beat.phrases)
    found_places = _places(seeds, beat.phrases)
    spoken = {word for idea in named for own in idea.aliases.values() for word in _all_words(own)}
    told = _terms(seeds, [own | spoken for own in beat.words])
    _regions(named, found_places)
    ideas = [
        *_best(named, MOST_NAMES, len(seeds)),
        *_best(found_places, MOST_PLACES, len(seeds)),
        *_best(told, MOST_TERMS, len(seeds)),
    ]
    ideas.sort(key=lambda idea: (-idea.salience(len(seeds)), idea.key))
    least = LEAST * ideas[0].salience(len(seeds)) if ideas else 0
    ideas = [idea for idea in ideas if idea.salience(len(seeds)) >= least]
    taken_names: set[str] = set()
    return [_proposal(idea, seeds, taken_names) for idea in ideas]


def _best(ideas: Iterable[_Idea], most: int, seeds: int) -> list[_Idea]:
    return sorted(ideas, key=lambda idea: (-idea.salience(seeds), idea.key))[:most]


# --- names ------------------------------------------------------------------------------------------------


def _names(seeds: Sequence[Seed], taken: Sequence[frozenset[str]]) -> list[_Idea]:
    mentions = [
        (name, number, count)
        for number, seed in enumerate(seeds)
        for name, count in names(seed).items()
        if not _is_taken(name, taken[number])
    ]
    mentions.sort(key=lambda mention: (-len(mention[0].split()), mention[0]))  # full names before short forms
    ideas: list[_Idea] = []
    for name, number, count in mentions:
        seed = seeds[number]
        idea = next((idea for idea in ideas if _is_same(name, idea)), None)
        short = idea is not None and len(name.split()) < len(idea.key.split())
        if idea is None:
            ideas.append(idea := _Idea(key=name, kind=NAME))
        rarity = max((word_rarity(word, seed.language) for word in words(name)), default=0.0)
        idea.rarity = max(idea.rarity, rarity)
        idea.counts[number] += count
        idea.in_title |= normalise(name) in normalise(seed.title)
        idea.add(_home(name, seed.language), name, Origin.SHORT if short else Origin.ARTICLE)
    return ideas


def _is_taken(name: str, phrases: frozenset[str]) -> bool:
    """Whether a shared concept answers for a name, its surname, or the full name that it is short for."""
    plain = normalise(name)
    return any(phrase in (plain, plain.split()[-1]) or plain in phrase.split() for phrase in phrases)


def _home(name: str, language: str) -> str:
    """The language that a name belongs under: none in particular when none of its words is a common one."""
    strange = all(word_rarity(word, language) >= SURNAME for word in words(name))
    return "any" if strange and name.isascii() else language


def _is_same(name: str, idea: _Idea) -> bool:
    """Whether a name is one that we have: its short form, its plural, or its sound in another script."""
    longer = idea.key.split()
    parts = name.split()
    if [folded(part) for part in parts] == [folded(part) for part in longer]:
        return True
    if len(parts) == 1 < len(longer) and not name.isupper():
        return folded(name) in {folded(part) for part in longer if part[0].isupper()}
    if len(parts) == len(longer) and name.isascii() != idea.key.isascii():
        sounds = [set(skeletons(part)) & set(skeletons(own)) for part, own in zip(parts, longer, strict=True)]
        return all(any(len(bones) >= FEWEST_BONES - 1 for bones in shared) for shared in sounds)
    return len(parts) == len(longer) == 1 and _stems_meet(folded(name), folded(idea.key))


def _stems_meet(one: str, other: str) -> bool:
    """Whether one of two words begins the other but for an ending: "Chechen" and "Chechens"."""
    short, long = sorted((one, other), key=len)
    return len(short) >= FEWEST_BONES + 1 and long.startswith(short) and len(long) - len(short) <= 2


# --- places -----------------------------------------------------------------------------------------------


def _places(seeds: Sequence[Seed], taken: Sequence[frozenset[str]]) -> list[_Idea]:
    ideas: dict[str, _Idea] = {}
    for number, seed in enumerate(seeds):
        in_title = set(world.concepts(seed.title, seed.language))
        for place, count in places(seed).items():
            label = world.label(place)
            if any(normalise(name) in taken[number] for name in world.called(place, seed.language)):
                continue
            idea = ideas.setdefault(place, _Idea(key=label, kind=PLACE))
            idea.counts[number] += count
            idea.rarity = max(idea.rarity, max(word_rarity(word, "en") for word in words(label)))
            idea.in_title |= place in in_title
    for place, idea in ideas.items():
        for language, own in called(place).items():
            for spelling, origin in own.items():
                idea.add(language, spelling, origin)
    return list(ideas.values())


def _regions(named: Sequence[_Idea], found_places: Sequence[_Idea]) -> None:
    """Add what ISO 3166-2 calls a region to a name that seems to be one."""
    countries = [
        code for code in _codes() if any(world.label(f"T:{code}") == idea.key for idea in found_places)
    ]
    for idea in named:
        if len(idea.key.split()) == 1:
            for language, own in subdivision(idea.key, countries).items():
                for spelling, origin in own.items():
                    idea.add(language, spelling, origin)


def _codes() -> list[str]:
    return sorted({place.removeprefix("T:") for place in world.territories()})


# --- terms ------------------------------------------------------------------------------------------------


def _terms(seeds: Sequence[Seed], taken: Sequence[frozenset[str]]) -> list[_Idea]:
    found: dict[tuple[str, str], _Idea] = {}
    for number, seed in enumerate(seeds):
        for term in terms(seed, taken[number]):
            idea = found.setdefault(
                (seed.language, term.stem), _Idea(key=term.forms[0], kind=TERM, common=True)
            )
            _tell(idea, term, number, seed.language)
    for one, other in pairs(seeds):
        if one in found and other in found and found[one] is not found[other]:
            _join(found[one], found[other])
            found[other] = found[one]
    return list({id(idea): idea for idea in found.values()}.values())


def _tell(idea: _Idea, term: Term, number: int, language: str) -> None:
    idea.counts[number] += term.count
    idea.rarity = max(idea.rarity, term.rarity)
    idea.in_title |= term.in_title
    for form in term.forms:
        idea.add(language, form, Origin.ARTICLE)


def _join(idea: _Idea, other: _Idea) -> None:
    idea.counts.update(other.counts)
    idea.rarity = max(idea.rarity, other.rarity)
    idea.in_title |= other.in_title
    for language, own in other.aliases.items():
        for spelling in own:
            idea.add(language, spelling, Origin.PAIRED)


# --- proposals --------------------------------------------------------------------------------------------


def _proposal(idea: _Idea, seeds: Sequence[Seed], taken: set[str]) -> Proposal:
    return Proposal(
        name=_identifier(idea, taken),
        aliases=idea.aliases,
        counts=tuple(idea.counts[number] for number in range(len(seeds))),
        salience=idea.salience(len(seeds)),
        quote=_quote(idea, seeds),
        common=idea.common,
    )


def _identifier(idea: _Idea, taken: set[str]) -> str:
    """A concept's name in plain letters, unlike any in *taken*, which it joins."""
    plain = "_".join(filter(None, (folded(word) for word in re.split(r"\W+", idea.key))))[:40] or "concept"
    name = next(name for name in (plain, *(f"{plain}_{n}" for n in range(2, 99))) if name not in taken)
    taken.add(name)
    return name


def _quote(idea: _Idea, seeds: Sequence[Seed]) -> str:
    """The shortest sentence that has the proposal in it, or the part of it around the proposal."""
    forms = [" ".join(words(form)) for own in idea.aliases.values() for form in own]
    stems = [form[: max(FEWEST_BONES, len(form) - LONGEST_ENDING)] for form in forms]
    found = [held for number in idea.counts for held in _holding(seeds[number], forms)]
    found = found or [held for number in idea.counts for held in _holding(seeds[number], stems)]
    if not found:
        return ""
    sentence, place = min(found, key=lambda held: len(held[0]))
    if len(sentence) <= LONGEST_QUOTE:
        return sentence
    start = max(0, min(place - LONGEST_QUOTE // 2, len(sentence) - LONGEST_QUOTE))
    shown = sentence[start : start + LONGEST_QUOTE].strip()
    return f"{'…' if start else ''}{shown}{'…' if start + LONGEST_QUOTE < len(sentence) else ''}"


def _holding(seed: Seed, forms: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the sentences that hold one of *forms*, with its place (near enough for an excerpt)."""
    for start, end in sentences(seed.whole):
        sentence = " ".join(seed.whole[start:end].split())
        plain = f" {' '.join(words(sentence))}"
        place = next((at for form in forms if (at := plain.find(f" {form}")) >= 0), -1)
        if place >= 0:
            yield sentence, place


def _all_words(spellings: Iterable[str]) -> Iterator[str]:
    for spelling in spellings:
        yield from words(spelling)
