"""What is wrong with a topic, told so that an editor can mend it; nothing here looks at articles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from monitor.errors import BadQuery
from monitor.model import Concept, Topic
from monitor.text import words
from monitor.topics.common import EVERYWHERE, OFTEN, finds, share
from monitor.topics.languages import languages_of
from monitor.topics.lexicon import language, scripts
from monitor.topics.logic import can_hold, holds_without_words
from monitor.topics.query import parse, term
from monitor.topics.tree import ConceptRef, Form, Node, Term, spelled, walk

EXCERPT = 24  # characters of the expression shown before a mistake
MOSTLY = 10  # times as often as itself: then what a word finds is other words
LEAST_LETTERS_TRUSTED = 4  # before a wildcard: "Росси*" is meant as it is, "фр*" seldom


class Severity(StrEnum):
    """Whether a topic can run with this problem."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicProblem:
    """One thing wrong in a topic; `key` is its path in the file, such as `concepts.flight.aliases.en`.

    Units: `position` counts the characters of an expression before the mistake, `item` the aliases before it.
    """

    key: str
    problem: str
    remedy: str
    severity: Severity = Severity.ERROR
    position: int | None = None
    item: int | None = None


def problems(topic: Topic, shared: Collection[str] = ()) -> tuple[TopicProblem, ...]:
    """Return everything wrong with *topic*, errors and warnings, in the order of the file.

    *shared* names the concepts that any topic may borrow: what is misspelt may be one of them.
    """
    known = {concept.name for concept in topic.concepts}
    wanted, match_problems = _expression("match", topic.match, known, shared)
    unwanted, exclude_problems = (
        _expression("exclude", topic.exclude, known, shared) if topic.exclude.strip() else (None, ())
    )
    found = [*match_problems, *exclude_problems]
    if wanted is not None:
        found += _about_truth(topic, wanted, unwanted)
    found += _about_score(topic)
    for concept in topic.concepts:
        found += _about_concept(concept, topic)
    return tuple(found)


# --- expressions ------------------------------------------------------------------------------------------


def _expression(
    key: str, source: str, known: set[str], shared: Collection[str]
) -> tuple[Node | None, tuple[TopicProblem, ...]]:
    try:
        return parse(source, known, shared), ()
    except BadQuery as mistake:
        problem = f"{mistake.problem}, {_place(source, mistake.position)}"
        found = TopicProblem(key=key, problem=problem, remedy=mistake.remedy, position=mistake.position)
        return None, (found,)


def _place(source: str, position: int) -> str:
    """Point at a character in one line of text: `at character 9: "… gay ▸men"`."""
    before = " ".join(source[max(0, position - EXCERPT) : position].split(" "))
    after = source[position : position + EXCERPT]
    dots = ("… " if position > EXCERPT else "", " …" if position + EXCERPT < len(source) else "")
    shown = f"{dots[0]}{before}▸{after}{dots[1]}".replace("\n", " ")
    return f"at character {position + 1}: {shown}"


def _about_truth(topic: Topic, wanted: Node, unwanted: Node | None) -> Iterator[TopicProblem]:
    empty = [concept.name for concept in topic.concepts if not any(concept.aliases.values())]
    if not can_hold(wanted, unwanted, empty):
        yield TopicProblem(
            key="match",
            problem="no article can ever match: what is wanted is also refused, or has no words",
            remedy="Remove the contradiction between match and exclude, or fill the empty concept.",
        )
    elif holds_without_words(wanted):
        yield TopicProblem(
            key="match",
            problem="every article matches in which none of these words stand",
            remedy="Join NOT and lang: to something wanted: @concept AND NOT word.",
        )
    elif holds_without_words(wanted, common := _common(topic, wanted)):
        yield TopicProblem(
            key="match",
            problem=f"nearly every article matches: {_listed(common)} stands in most of them",
            remedy="Look for rarer words, or join them to something wanted with AND or NEAR.",
        )


def _common(topic: Topic, wanted: Node) -> dict[Node, str]:
    """The words and concepts of the expression that stand in most articles, with how they are spelled."""
    found: dict[Node, str] = {}
    for leaf in walk(wanted):
        if isinstance(leaf, Term):
            codes = languages_of(leaf, topic.languages)
            if any(share(leaf, code, topic.languages) >= EVERYWHERE for code in codes):
                found[leaf] = spelled(leaf)
    asked = {leaf.name for leaf in walk(wanted) if isinstance(leaf, ConceptRef)}
    for concept in (concept for concept in topic.concepts if concept.name in asked):
        for code, listed in concept.aliases.items():
            common = (alias for alias in listed if _share(alias, code, topic) >= EVERYWHERE)
            found |= {ConceptRef(concept.name): f"{alias} of @{concept.name}" for alias in common}
    return found


def _share(alias: str, code: str, topic: Topic) -> float:
    try:
        return share(term(alias), code, topic.languages)
    except BadQuery:  # told where aliases are looked at
        return 0.0


def _listed(common: Mapping[Node, str]) -> str:
    return ", ".join(sorted(common.values()))


def _about_score(topic: Topic) -> Iterator[TopicProblem]:
    best = sum(concept.weight for concept in topic.concepts) * max(1.0, topic.title_factor)
    if topic.min_score > best:
        yield TopicProblem(
            key="min_score",
            problem=f"no article can reach {topic.min_score:g}: all concepts together weigh {best:g} at most",
            remedy="Lower min_score, or give the concepts more weight.",
        )


# --- concepts ---------------------------------------------------------------------------------------------


def _about_concept(concept: Concept, topic: Topic) -> Iterator[TopicProblem]:
    key = f"concepts.{concept.name}"
    if not any(concept.aliases.values()):
        yield TopicProblem(
            key=key,
            problem="the concept has no words",
            remedy="Give it aliases, or remove it from the topic.",
        )
        return
    for code, listed in concept.aliases.items():
        for item, alias in enumerate(listed):
            about = _about_alias(code, alias, topic.languages)
            yield from (replace(each, key=f"{key}.aliases.{code}", item=item) for each in about)
    missing = [code for code in topic.languages if not concept.aliases.get(code)]
    if missing and not concept.aliases.get("any"):
        yield TopicProblem(
            key=key,
            problem=f"there are no words for {', '.join(missing)}, which the topic declares",
            remedy="Add aliases in these languages, or names that stand in all of them under `any`.",
            severity=Severity.WARNING,
        )


@lru_cache(maxsize=65_536)  # topics share their concepts
def _about_alias(code: str, alias: str, languages: Sequence[str]) -> tuple[TopicProblem, ...]:
    """Return what is wrong with an alias, wherever it stands."""
    try:
        read = term(alias)
    except BadQuery as mistake:
        return (TopicProblem(key="", problem=mistake.problem, remedy=mistake.remedy),)
    return (*_about_letters(code, alias, read), *_about_commonness(code, alias, read, languages))


def _about_letters(code: str, alias: str, read: Term) -> Iterator[TopicProblem]:
    expected, used = language(code).script, scripts(read.text)
    if expected and used and expected not in used:
        yield TopicProblem(
            key="",
            problem=f"{alias} is written in {_named(used)} letters, {code} in {_named({expected})} ones",
            remedy="Move it to its own language, or to `any` if it stands so in texts of every language.",
        )
    for word in words.words(read.text) if len(used) > 1 else ():
        if len(mixed := scripts(word) & {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW"}) > 1:
            yield TopicProblem(
                key="",
                problem=f"{word} mixes {_named(mixed)} letters, so it will never be found",
                remedy="Type the word again in one script.",
            )


def _about_commonness(code: str, alias: str, read: Term, languages: Sequence[str]) -> Iterator[TopicProblem]:
    """A wildcard that finds everything, and words that find mostly others or stand everywhere."""
    found = share(read, code, languages)
    if found < OFTEN:
        return
    is_wild = read.form is Form.OPEN or read.open_start
    itself = share(replace(read, form=Form.EXACT, open_start=False), code, languages)
    means_others = itself < found / MOSTLY and (not is_wild or len(read.text) < LEAST_LETTERS_TRUSTED)
    if is_wild and found >= EVERYWHERE:
        yield TopicProblem(
            key="",
            problem=f"the wildcard {alias} finds one word of {round(1 / found):,}, such as "
            f"{_examples(read, code, languages)}: nearly every article has one",
            remedy="Write more letters before the *, or list the words that are meant.",
        )
    elif means_others or itself >= EVERYWHERE:
        yield TopicProblem(
            key="",
            problem=f"{alias} finds one word of {round(1 / found):,}, such as "
            f"{_examples(read, code, languages)}: it says little of an article",
            remedy=f'Write "{read.text}" for this form only, more letters, or a phrase.',
            severity=Severity.WARNING,
        )


def _examples(read: Term, code: str, languages: Sequence[str]) -> str:
    codes = languages or ("en",) if code == "any" else (code,)
    found = {word: part for each in codes for word, part in finds(read, each).items()}
    return ", ".join(sorted(found, key=lambda word: -found[word])[:3])


def _named(names: set[str] | frozenset[str]) -> str:
    return " and ".join(sorted(name.capitalize() for name in names))
