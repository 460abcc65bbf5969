"""On which line of a TOML text each key stands, which tomllib does not say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Loc: TypeAlias = tuple[str | int, ...]


def key_lines(text: str) -> dict[Loc, int]:
    """Return path → line (from 1) for every table, key and list item of *text*, which must be valid TOML.

    Lines are gathered until they parse by themselves: TOML's statements end with a line and never
    parse before they are whole, so this needs no grammar of its own.
    """
    lines: dict[Loc, int] = {}
    table: Loc = ()
    counts: dict[Loc, int] = {}
    for start, statement, content in _statements(text):
        if not statement.startswith("["):
            _note(lines, table, content, start)
            continue
        table = _header(content, counts, repeated=statement.startswith("[["))
        for length in range(1, len(table) + 1):
            lines.setdefault(table[:length], start)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str, Mapping[str, object]]]:
    start, pending = 1, ""
    for number, line in enumerate(text.splitlines(), 1):
        pending += line + "\n"
        try:
            content = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        if content:
            yield start, pending.lstrip(), content
        start, pending = number + 1, ""


def _header(content: Mapping[str, object], counts: dict[Loc, int], *, repeated: bool) -> Loc:
    """Return the path of a `[header]`, with the index of each array of tables on the way."""
    path: Loc = ()
    inner: object = content
    while isinstance(inner, Mapping) and inner:
        name, inner = next(iter(inner.items()))
        path = (*path, name)
        last = not isinstance(inner, Mapping) or not inner
        if last and repeated:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _note(lines: dict[Loc, int], path: Loc, value: object, line: int) -> None:
    if path not in lines:
        lines[path] = line
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _note(lines, (*path, name), inner, line)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _note(lines, (*path, index), inner, line)
