"""The language that topics are written in: text in, a tree out; no article is seen here.

    AND OR NOT ( )   "exact phrase"   word   word*   *word   =CaseSensitive   exact!   @concept
    a NEAR/n b   a ONEAR/n b   ATLEAST/n a   title: lead: body:   source:host lang:xx tag:name

NEAR binds tighter than NOT, NOT than AND, AND than OR. Two words side by side are an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import lru_cache

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from monitor.errors import BadQuery
from monitor.text import words
from monitor.topics.mistakes import explained, foreign_mark, no_such_field
from monitor.topics.tree import (
    And,
    AtLeast,
    ConceptRef,
    Fact,
    Field,
    Form,
    Known,
    Near,
    Node,
    Not,
    Or,
    Term,
    Within,
    walk,
)

MAX_LENGTH = 20_000  # characters; the longest rule of a commercial desk we know of has 8,000
MAX_DEPTH = 30  # of parentheses: the tree is walked recursively
MAX_CHAIN = 5  # NEARs in a row; more is never meant and costs squares
MAX_DISTANCE = 200  # words; more is the whole article
MAX_COUNT = 100
LEAST_LETTERS = 3  # before a wildcard: "st*" would match half of every article
LEAST_LETTERS_BOTH = 4  # open on both sides

_ABJAD = re.compile("[\u0590-\u077f]")  # Hebrew and Arabic write no vowels: one letter fewer will do

# --- words and aliases ------------------------------------------------------------------------------------


@lru_cache(maxsize=65_536)  # a shared concept's aliases are read once for each topic that names it
def term(spelling: str, position: int = 0) -> Term:
    """Read one word or phrase with its marks: an alias of a concept, or a word of a query.

    Raises: BadQuery for a wildcard that would match everything, or nothing to look for.
    """
    text, form = _unmarked(spelling.strip())
    open_start = form is not Form.EXACT and text.startswith("*")
    text = text.removeprefix("*") if open_start else text
    if form is Form.INFLECTED and text.endswith("*"):
        text, form = text.removesuffix("*"), Form.OPEN
    elif form is Form.INFLECTED and (open_start or "*" in text):
        form = Form.EXACT
    _check_term(spelling, text, form, open_start, position)
    return Term(text, form, open_start, position)


def _unmarked(spelling: str) -> tuple[str, Form]:
    if spelling.startswith("="):
        return spelling[1:].strip('"'), Form.CASED
    if len(spelling) > 1 and spelling[0] == spelling[-1] == '"':
        return spelling[1:-1].strip(), Form.EXACT
    if spelling.endswith("!"):
        return spelling[:-1], Form.EXACT
    return spelling, Form.INFLECTED


def _check_term(spelling: str, text: str, form: Form, open_start: bool, position: int) -> None:
    read = words.normalise(text)  # what will be looked for: some letters vanish in it
    if not words.words(read):
        raise BadQuery(
            f"{spelling} holds no letter or digit to look for", position=position, remedy="Write a word."
        )
    marked = read.split()
    if form is Form.OPEN:
        marked[-1] += "*"
    if form is not Form.CASED and any("*" in word[:-1] for word in marked):
        raise BadQuery(
            f"a * of {spelling} stands inside a word",
            position=position,
            remedy="A * may only end a word (refug*) or begin a single word (*flucht).",
        )
    opened = any("*" in word for word in marked) + open_start
    letters = max(sum(words.is_word(char) for char in word) for word in marked)
    least = (0, LEAST_LETTERS, LEAST_LETTERS_BOTH)[opened] - bool(_ABJAD.search(read))
    if letters < least and not words.UNSPACED.search(read):
        raise BadQuery(
            f"the wildcard {spelling} has fewer than {least} letters and would match far too much",
            position=position,
            remedy=f"Give at least {least} letters, or list the words with OR.",
        )


# --- parsing ----------------------------------------------------------------------------------------------

_GRAMMAR = r"""
start: either
?either: both (OR both)*
?both: single ((AND single) | negated)*
?single: negated | near
negated: NOT near
?near: part ((NEAR | ONEAR) part)*
?part: operand
     | FIELD operand -> within
     | ATLEAST operand -> at_least
     | KNOWN -> known
?operand: TERM -> word
        | CONCEPT -> concept
        | LPAR either RPAR -> group
LPAR: "("
RPAR: ")"
AND.3: /AND(?=[\s()"]|\Z)/
OR.3: /OR(?=[\s()"]|\Z)/
NOT.3: /NOT(?=[\s()"]|\Z)/
NEAR.3: /NEAR\/\d{1,4}(?=[\s()"]|\Z)/
ONEAR.3: /ONEAR\/\d{1,4}(?=[\s()"]|\Z)/
ATLEAST.3: /ATLEAST\/\d{1,4}(?=[\s()"]|\Z)/
FIELD.3: /(?:title|lead|body):/
KNOWN.3: /(?:source|lang|tag):(?:"[^"]+"|[^\s()"]+)/
CONCEPT.2: /@[\w.-]+/
TERM: /="[^"]+"|"[^"]+"|[^\s()"@]+/
%ignore /\s+/
"""

_LOOKS_LIKE_FIELD = re.compile(r"[A-Za-z]+:(?!/)")


def _number(token: Token, most: int) -> int:
    number = int(token.split("/")[1])
    if not 1 <= number <= most:
        raise BadQuery(
            f"{token} is out of range",
            position=_at(token),
            remedy=f"Use a number from 1 to {most}.",
        )
    return number


def _at(token: Token) -> int:
    return token.start_pos or 0


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """Builds the nodes while the parser runs, so that no tree is walked to make them."""

    def start(self, node: Node) -> Node:
        return node

    def either(self, *parts: Node | Token) -> Node:
        return Or(tuple(part for part in parts if not isinstance(part, Token)))

    def both(self, *parts: Node | Token) -> Node:
        return And(tuple(part for part in parts if not isinstance(part, Token)))

    def negated(self, _: Token, part: Node) -> Node:
        return Not(part)

    def near(self, left: Node, *rest: Node | Token) -> Node:
        if len(rest) // 2 > MAX_CHAIN:
            raise BadQuery(
                f"more than {MAX_CHAIN} NEARs stand in a row",
                position=_at(rest[0]) if isinstance(rest[0], Token) else 0,
                remedy="Tie fewer words together, or join the rest with AND.",
            )
        for operator, right in zip(rest[::2], rest[1::2], strict=True):
            assert isinstance(operator, Token)
            assert not isinstance(right, Token)
            _check_places(left, operator)
            _check_places(right, operator)
            left = Near(left, right, _number(operator, MAX_DISTANCE), operator.type == "ONEAR")
        return left

    def within(self, token: Token, part: Node) -> Node:
        return Within(part, Field(token.rstrip(":")))

    def at_least(self, token: Token, part: Node) -> Node:
        _check_places(part, token)
        return AtLeast(part, _number(token, MAX_COUNT))

    def known(self, token: Token) -> Node:
        fact, _, value = token.partition(":")
        return Known(Fact(fact), value.strip('"').casefold())

    def word(self, token: Token) -> Node:
        if _LOOKS_LIKE_FIELD.match(token):
            raise no_such_field(token)
        if refused := foreign_mark(token):
            raise refused
        return term(str(token), _at(token))

    def concept(self, token: Token) -> Node:
        return ConceptRef(token[1:], _at(token))

    def group(self, _left: Token, part: Node, _right: Token) -> Node:
        return part


def _check_places(node: Node, operator: Token) -> None:
    """NEAR and ATLEAST ask where words stand: what has no place cannot stand beside them."""
    for part in walk(node):
        if isinstance(part, And | Not | Known | AtLeast):
            raise BadQuery(
                f"{operator} needs words or concepts beside it, joined by OR or NEAR at most",
                position=_at(operator),
                remedy="Write (a NEAR/9 c) AND (b NEAR/9 c) for (a AND b) NEAR/9 c; put NOT outside.",
            )


_PARSER = Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Tree(), maybe_placeholders=False)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))


def parse(source: str, known: Collection[str] | None = None, shared: Collection[str] = ()) -> Node:
    """Read a topic's expression; *known* are the concepts that it may name (None: any).

    *shared* are others that it might have meant.

    Raises: BadQuery, with the place of the first mistake and its repair.
    """
    node = _parsed(source.translate(_QUOTES))
    if known is not None:
        _check_concepts(node, known, {*known, *shared})
    return node


@lru_cache(maxsize=16_384)  # lint, compilation and the next reload read the same expressions
def _parsed(source: str) -> Node:
    _check_bounds(source)
    try:
        node: Node = _PARSER.parse(source)  # type: ignore[assignment]  # the transformer makes it a Node
    except UnexpectedInput as mistake:
        raise explained(source, mistake, list(_tokens(source))) from None
    except VisitError as error:
        raise error.orig_exc from None
    return node


def _tokens(source: str) -> Iterator[Token]:
    try:
        yield from _PARSER.lex(source)
    except UnexpectedInput:
        return


def _check_bounds(source: str) -> None:
    if len(source) > MAX_LENGTH:
        raise BadQuery(
            f"the expression is longer than {MAX_LENGTH:,} characters",
            position=MAX_LENGTH,
            remedy="Move words into concepts, or split the topic.",
        )
    depth = 0
    for paren in re.finditer(r"[()]", source):
        depth += 1 if paren[0] == "(" else -1
        if depth > MAX_DEPTH:
            raise BadQuery(
                f"parentheses are nested more than {MAX_DEPTH} deep",
                position=paren.start(),
                remedy="Name the inner part as a concept.",
            )


def _check_concepts(node: Node, known: Collection[str], meant: Collection[str]) -> None:
    for part in walk(node):
        if isinstance(part, ConceptRef) and part.name not in known:
            near = get_close_matches(part.name, meant, 1)
            remedy = (
                f"Did you mean @{near[0]}?"
                if near
                else f"Known concepts: {', '.join(sorted(meant)) or 'none'}."
            )
            raise BadQuery(f"there is no concept @{part.name}", position=part.position, remedy=remedy)
