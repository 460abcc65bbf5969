"""What is wrong with a topic, told so that an editor can mend it; nothing here looks at articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.errors import BadQuery
from monitor.model import Concept, Topic
from monitor.text import words
from monitor.topics.lexicon import language, scripts
from monitor.topics.logic import can_hold, holds_without_words
from monitor.topics.query import parse, term
from monitor.topics.tree import Node

EXCERPT = 24  # characters of the expression shown before a mistake


class Severity(StrEnum):
    """Whether a topic can run with this problem."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicProblem:
    """One thing wrong in a topic; `key` is its path in the file, such as `concepts.flight.aliases.en`."""

    key: str
    problem: str
    remedy: str
    severity: Severity = Severity.ERROR


def problems(topic: Topic) -> tuple[TopicProblem, ...]:
    """Return everything wrong with *topic*, errors and warnings, in the order of the file."""
    known = {concept.name for concept in topic.concepts}
    wanted, match_problems = _expression("match", topic.match, known)
    unwanted, exclude_problems = (
        _expression("exclude", topic.exclude, known) if topic.exclude.strip() else (None, ())
    )
    found = [*match_problems, *exclude_problems]
    if wanted is not None:
        found += _about_truth(topic, wanted, unwanted)
    found += _about_score(topic)
    for concept in topic.concepts:
        found += _about_concept(concept, topic)
    return tuple(found)


# --- expressions ------------------------------------------------------------------------------------------


def _expression(key: str, source: str, known: set[str]) -> tuple[Node | None, tuple[TopicProblem, ...]]:
    try:
        return parse(source, known), ()
    except BadQuery as mistake:
        problem = f"{mistake.problem}, {_place(source, mistake.position)}"
        return None, (TopicProblem(key=key, problem=problem, remedy=mistake.remedy),)


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
        for alias in listed:
            yield from _about_alias(f"{key}.aliases.{code}", code, alias)
    missing = [code for code in topic.languages if not concept.aliases.get(code)]
    if missing and not concept.aliases.get("any"):
        yield TopicProblem(
            key=key,
            problem=f"there are no words for {', '.join(missing)}, which the topic declares",
            remedy="Add aliases in these languages, or names that stand in all of them under `any`.",
            severity=Severity.WARNING,
        )


def _about_alias(key: str, code: str, alias: str) -> Iterator[TopicProblem]:
    try:
        read = term(alias)
    except BadQuery as mistake:
        yield TopicProblem(key=key, problem=mistake.problem, remedy=mistake.remedy)
        return
    expected, used = language(code).script, scripts(read.text)
    if expected and used and expected not in used:
        yield TopicProblem(
            key=key,
            problem=f"{alias} is written in {_named(used)} letters, {code} in {_named({expected})} ones",
            remedy="Move it to its own language, or to `any` if it stands so in texts of every language.",
        )
    for word in words.words(read.text):
        if len(mixed := scripts(word) & {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW"}) > 1:
            yield TopicProblem(
                key=key,
                problem=f"{word} mixes {_named(mixed)} letters, so it will never be found",
                remedy="Type the word again in one script.",
            )


def _named(names: set[str] | frozenset[str]) -> str:
    return " and ".join(sorted(name.capitalize() for name in names))
