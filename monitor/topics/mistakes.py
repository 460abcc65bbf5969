"""What to say when a topic's expression cannot be read: the mistake, its place and the repair."""

from __future__ import annotations

from difflib import get_close_matches

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from monitor.errors import BadQuery
from monitor.topics import foreign

_OPERANDS = {"TERM", "CONCEPT", "LPAR", "FIELD", "KNOWN", "ATLEAST"}
_JOINS = {"AND", "OR", "NEAR", "ONEAR"}
_NEED_RIGHT = _JOINS | {"NOT", "FIELD", "ATLEAST"}
_NUMBERED = {"NEAR": "NEAR/10", "ONEAR": "ONEAR/10", "ATLEAST": "ATLEAST/3"}
_FACTS = {"source": "source:example.org", "lang": "lang:en", "tag": "tag:sport"}
_FIELDS = ("title", "lead", "body", *_FACTS)


def explained(source: str, mistake: UnexpectedInput, tokens: list[Token]) -> BadQuery:
    """Turn the parser's complaint into one that an editor can act on."""
    if not source.strip():
        return BadQuery(
            "the expression is empty", position=0, remedy="Write a word, a phrase or an @concept."
        )
    if isinstance(mistake, UnexpectedCharacters):
        return _unreadable(source, mistake.pos_in_stream or 0)
    assert isinstance(mistake, UnexpectedToken)
    token = mistake.token
    before = [t for t in tokens if token.type == "$END" or _start(t) < _start(token)]
    previous = before[-1] if before else None
    if token.type == "$END":
        return _unfinished(source, before)
    if token.type in _OPERANDS and previous is not None and previous.type in ("FIELD", "ATLEAST"):
        return BadQuery(
            f"{token} cannot follow {previous}",
            position=_start(token),
            remedy=f"Write a word, a phrase, an @concept or a parenthesis after {previous}.",
        )
    if token.type in _OPERANDS and previous is not None:
        return _side_by_side(previous, token)
    if token.type == "RPAR" and not _still_open(before):
        return BadQuery(
            "this parenthesis closes nothing",
            position=_start(token),
            remedy="Remove it, or open one before it.",
        )
    if token.type == "RPAR" and previous is not None and previous.type == "LPAR":
        return BadQuery(
            "there is nothing between these parentheses", position=_start(previous), remedy="Remove them."
        )
    if previous is not None and previous.type in _NEED_RIGHT:
        return _nothing_right_of(previous)
    return BadQuery(
        f"{token} has nothing on its left", position=_start(token), remedy=f"Write something before {token}."
    )


def _unreadable(source: str, position: int) -> BadQuery:
    if source[position : position + 2] == '""':
        return BadQuery(
            "there is nothing between these quotation marks", position=position, remedy="Remove them."
        )
    if source[position] == '"':
        return BadQuery("this quotation mark is never closed", position=position, remedy='Add a closing ".')
    if source[position] == "@":
        return BadQuery(
            "@ stands without a name", position=position, remedy="Write @concept, without a space."
        )
    return BadQuery(
        f"{source[position]!r} cannot be read here",
        position=position,
        remedy="Remove it, or quote the phrase.",
    )


def _unfinished(source: str, tokens: list[Token]) -> BadQuery:
    if tokens and tokens[-1].type in _NEED_RIGHT:
        return _nothing_right_of(tokens[-1])
    opened = _still_open(tokens)
    position = _start(opened[-1]) if opened else len(source)
    return BadQuery("this parenthesis is never closed", position=position, remedy="Add a ).")


def _nothing_right_of(token: Token) -> BadQuery:
    return BadQuery(
        f"{token} has nothing on its right", position=_start(token), remedy=f"Write something after {token}."
    )


def _side_by_side(left: Token, right: Token) -> BadQuery:
    for token in (left, right):
        if special := _misspelt(token):
            return special
    if left.type != "TERM" or right.type != "TERM":
        return BadQuery(
            f"an operator is missing between {left} and {right}",
            position=_start(right),
            remedy="Write AND, OR or NEAR/10 between them.",
        )
    left, right = left.update(value=left.rstrip(",;")), right.update(value=right.rstrip(",;"))
    a, b = str(left).strip('"'), str(right).strip('"')
    return BadQuery(
        f"{left} and {right} stand side by side: a phrase in Factiva, AND in Google, OR in Media Cloud",
        position=_start(right),
        remedy=f'Write "{a} {b}", {left} AND {right}, {left} OR {right}, or {left} NEAR/5 {right}.',
    )


def _misspelt(token: Token) -> BadQuery | None:
    """A word that was meant to be an operator or a field, or that has a mark of another language."""
    word = str(token)
    if token.type != "TERM":
        return None
    if word.upper() in ("AND", "OR", "NOT"):
        return BadQuery(
            f"{word} is read as a word: operators are written in capitals",
            position=_start(token),
            remedy=f'Write {word.upper()}, or "{word}" for the word.',
        )
    if right := _NUMBERED.get(word.partition("/")[0]) or foreign.meant(word):
        or_else = f', in capitals, or "{word}" for the word' if any(map(str.isalnum, word)) else ""
        return BadQuery(
            f"{word} is no operator here", position=_start(token), remedy=f"Write {right}{or_else}."
        )
    return foreign_mark(token) or (no_such_field(token) if word.endswith(":") else None)


def foreign_mark(token: Token) -> BadQuery | None:
    """Say of a word that it has a mark which means something in other languages and nothing here."""
    found = foreign.mark(str(token))
    return BadQuery(found[0], position=_start(token), remedy=found[1]) if found else None


def no_such_field(token: Token) -> BadQuery:
    """Say which fields there are, to one who named another or gave one no value."""
    name = token.partition(":")[0]
    if name in _FACTS:
        return BadQuery(
            f"{name}: has no value",
            position=_start(token),
            remedy=f"Write it without a space: {_FACTS[name]}.",
        )
    near = get_close_matches(name.lower(), _FIELDS, 1)
    fields = ", ".join(f"{known}:" for known in _FIELDS)
    remedy = f"Did you mean {near[0]}:?" if near else f"There are {fields}."
    return BadQuery(f"there is no field {name}:", position=_start(token), remedy=remedy)


def _still_open(tokens: list[Token]) -> list[Token]:
    opened: list[Token] = []
    for token in tokens:
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR" and opened:
            opened.pop()
    return opened


def _start(token: Token) -> int:
    return token.start_pos or 0
