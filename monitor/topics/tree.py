"""The tree that a topic's expression is read into: frozen nodes, how to walk and how to spell them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, assert_never


class Form(StrEnum):
    """How a word of a rule may stand in an article."""

    INFLECTED = "inflected"  # with the endings of its language
    EXACT = "exact"  # this form only: "quoted" or word!
    OPEN = "open"  # word*: any ending
    CASED = "cased"  # =Word: this form, these capitals


class Field(StrEnum):
    """A part of an article that words can be looked for in."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


class Fact(StrEnum):
    """What is known of an article beside its words."""

    SOURCE = "source"
    LANG = "lang"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase, without its marks; only a word inside an open phrase keeps its *."""

    text: str
    form: Form
    open_start: bool = False
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ConceptRef:
    """A concept of the topic, by name."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Anything but this."""

    part: Node


@dataclass(frozen=True, slots=True)
class Near:
    """*left* and *right* with at most *distance* words between them; *ordered*: left begins first."""

    left: Node
    right: Node
    distance: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """*part* stands in at least *count* places."""

    part: Node
    count: int


@dataclass(frozen=True, slots=True)
class Within:
    """*part*, looked for in one part of the article only."""

    part: Node
    field: Field


@dataclass(frozen=True, slots=True)
class Known:
    """A fact about the article, not its words."""

    fact: Fact
    value: str


Node: TypeAlias = Term | ConceptRef | And | Or | Not | Near | AtLeast | Within | Known


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below *node*."""
    match node:
        case And() | Or():
            return node.parts
        case Near():
            return (node.left, node.right)
        case Not() | AtLeast() | Within():
            return (node.part,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def spelled(node: Node) -> str:
    """Write *node* as an editor would, without what stands below it unless it is a word."""
    match node:
        case Term():
            return _spelled_term(node)
        case ConceptRef():
            return f"@{node.name}"
        case And():
            return "AND"
        case Or():
            return "OR"
        case Not():
            return "NOT"
        case Near():
            return f"{'ONEAR' if node.ordered else 'NEAR'}/{node.distance}"
        case AtLeast():
            return f"ATLEAST/{node.count}"
        case Within():
            return f"{node.field}:"
        case Known():
            return f'{node.fact}:"{node.value}"' if " " in node.value else f"{node.fact}:{node.value}"
        case _:
            assert_never(node)


def _spelled_term(node: Term) -> str:
    text = f"*{node.text}" if node.open_start else node.text
    match node.form:
        case Form.INFLECTED:
            return text
        case Form.EXACT:
            return text if node.open_start else f'"{text}"'
        case Form.OPEN:
            return f"{text}*"
        case Form.CASED:
            return f'="{text}"' if " " in text else f"={text}"
        case _:
            assert_never(node.form)


def written(node: Node) -> str:
    """Write *node* whole, as an editor would."""
    match node:
        case And() | Or():
            return f" {spelled(node)} ".join(map(_operand, node.parts))
        case Near():
            return f"{_operand(node.left)} {spelled(node)} {_operand(node.right)}"
        case Not():
            return f"NOT {_operand(node.part)}"
        case AtLeast():
            return f"{spelled(node)} {_grouped(node.part)}"
        case Within():
            return f"{spelled(node)}{_grouped(node.part)}"
        case _:
            return spelled(node)


def _operand(node: Node) -> str:
    return _grouped(node) if isinstance(node, And | Or | Near | Not) else written(node)


def _grouped(node: Node) -> str:
    return written(node) if isinstance(node, Term | ConceptRef) else f"({written(node)})"
