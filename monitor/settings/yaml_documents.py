"""A YAML file as plain values, with the line of each; bounded, and without YAML's traps.

Only what JSON has comes out (`no` stays a word and 10:30 a text, unlike YAML 1.1), keys are
always text, a key that stands twice is a fault, and no tag can make an object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from monitor.errors import Fault, SettingsFault
from monitor.settings.toml_lines import Loc

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"

MAX_CHARACTERS = 4_000_000  # 20,000 feeds with every key are 3 MB
MAX_NODES = 400_000  # keys and values after anchors are filled in: 20,000 feeds with every key have 280,000
MAX_DEPTH = 20  # the deepest file of ours has 8

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # quotes can hold "\0"
_INTEGER = re.compile(r"[-+]?\d{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18}|\d{1,18})(?:[eE][-+]?\d{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A YAML file's content with the line of each key and item.

    `quoted` are the places of scalars in double quotes, `repeated` those of keys that stand twice,
    `folded` the lines of those that span several, the first with its number.
    """

    file: str
    content: Value
    lines: Mapping[Loc, int]
    quoted: frozenset[Loc] = frozenset()
    repeated: Mapping[Loc, int] = field(default_factory=dict)
    folded: Mapping[Loc, tuple[int, tuple[str, ...]]] = field(default_factory=dict)

    def line(self, place: Loc) -> int | None:
        """Return the line of *place*, or of the nearest thing around it."""
        return next(
            (self.lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self.lines), None
        )

    def line_within(self, place: Loc, text: str, position: int) -> int | None:
        """Return the line of a character of *text*, which is the scalar at *place*.

        YAML folds lines and indentation away, so what is counted is what is no white space.
        """
        if place not in self.folded:
            return self.line(place)
        line, source = self.folded[place]
        before = len("".join(text[:position].split()))
        for number, content in enumerate(source, line):
            before -= len("".join(content.split()))
            if before < 0:
                return number
        return line + len(source) - 1


def read_yaml(text: str, file: str) -> Document:
    """Return what *text* says. An empty text says None.

    Raises: SettingsFault, with the line where that is known.
    """
    if len(text) > MAX_CHARACTERS:
        raise _refusal(file, None, f"longer than {MAX_CHARACTERS:,} characters", "Split it or shorten it.")
    try:
        _bound(text, file)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise _refusal(file, line, *_told(error.problem or "not YAML")) from None
    except yaml.YAMLError:
        raise _refusal(file, None, "holds bytes that YAML does not allow", "Save it as UTF-8 text.") from None
    if root is None:
        return Document(file=file, content=None, lines={})
    walk = _Walk(file, text.splitlines())
    content = walk.value(root, (), 0)
    return Document(
        file=file,
        content=content,
        lines=walk.lines,
        quoted=frozenset(walk.quoted),
        repeated=walk.repeated,
        folded=walk.folded,
    )


def _bound(text: str, file: str) -> None:
    """Refuse what would be deep or endless before anything recursive sees it."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > 2 * MAX_NODES:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise _refusal(file, line, "too deep or too long", "Nothing here needs that; simplify it.")


def _refusal(file: str, line: int | None, problem: str, remedy: str) -> SettingsFault:
    return SettingsFault((Fault(file=file, line=line, key="(file)", problem=problem, remedy=remedy),))


def _told(problem: str) -> tuple[str, str]:
    if "cannot start any token" in problem:
        return problem, "Put the value in quotes: YAML gives @, `, % and tabs a meaning of their own."
    return problem, "Mend the YAML: look at indentation, colons and quotes around this line."


class _Walk:
    """One walk over a document's nodes, which counts what it makes."""

    def __init__(self, file: str, source: list[str]) -> None:
        self._file = file
        self._source = source
        self.lines: dict[Loc, int] = {}
        self.quoted: set[Loc] = set()
        self.repeated: dict[Loc, int] = {}
        self.folded: dict[Loc, tuple[int, tuple[str, ...]]] = {}
        self._nodes = 0

    def value(self, node: yaml.Node, place: Loc, depth: int) -> Value:
        self._nodes += 1
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise _refusal(
                self._file,
                line,
                "its anchors unfold into too much",
                "Write the values out instead of using anchors.",
            )
        if node.tag not in _TAGS:
            raise _refusal(
                self._file,
                line,
                "a tag that is not allowed here",
                "Remove the word after the exclamation mark.",
            )
        match node:
            case yaml.MappingNode():
                return self._mapping(node, place, depth)
            case yaml.SequenceNode():
                return [self.value(item, (*place, index), depth + 1) for index, item in enumerate(node.value)]
            case yaml.ScalarNode():
                self._storable(node)
                if node.style == '"':
                    self.quoted.add(place)
                if node.end_mark.line > node.start_mark.line:
                    self.folded[place] = self._lines_of(node)
                return _scalar(node)
            case _:
                raise AssertionError(f"YAML has three kinds of node, not {type(node)}")

    def _mapping(self, node: yaml.MappingNode, place: Loc, depth: int) -> dict[str, Value]:
        content: dict[str, Value] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(self._file, line, "a key that is not a word", "Write keys as plain words.")
            self._storable(key)
            inner = (*place, key.value)
            if key.value in content:
                self.repeated[inner] = line
                continue
            self.lines[inner] = line
            content[key.value] = self.value(value, inner, depth + 1)
        return content

    def _lines_of(self, node: yaml.ScalarNode) -> tuple[int, tuple[str, ...]]:
        """A scalar as it stands in the file, without its mark: `>-` has a line, a quote a character."""
        start, end = node.start_mark, node.end_mark
        if node.style in ("|", ">"):
            return start.line + 2, tuple(self._source[start.line + 1 : end.line + 1])
        first = self._source[start.line][start.column + bool(node.style) :]
        return start.line + 1, (first, *self._source[start.line + 1 : end.line + 1])

    def _storable(self, node: yaml.ScalarNode) -> None:
        if _UNSTORABLE.search(node.value):
            line = node.start_mark.line + 1
            raise _refusal(
                self._file, line, "a character that no database can hold", "Remove the escape sequence."
            )


def _scalar(node: yaml.ScalarNode) -> Value:
    text: str = node.value
    if node.style:  # a plain scalar has none: "" in C, None in Python
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
