"""What is wrong with a configuration, gathered over all its files: faults stop the start, warnings do not.

Nothing here repeats a value that was written: a token may stand under the wrong key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import Fault
from monitor.settings.toml_lines import Loc

Model = TypeVar("Model", bound=BaseModel)

_SHAPES = {
    "bool_type": "true or false",
    "dict_type": "a table of keys",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a table of keys",
    "path_type": "text",
    "string_type": "text",
    "tuple_type": "a list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value was written: file, line and the key as its author knows it."""

    file: str
    line: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The two lists that every reader of a file adds to."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, place: Place, problem: str, remedy: str) -> None:
        self.faults.append(_fault(place, problem, remedy))

    def warn(self, place: Place, problem: str, remedy: str) -> None:
        self.warnings.append(_fault(place, problem, remedy))

    def validated(self, shape: type[Model], content: object, place: Callable[[Loc], Place]) -> Model | None:
        """Return *content* as *shape*, or None after noting everything that does not fit."""
        try:
            return shape.model_validate(content)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                self._refused(shape, detail, place)
            return None

    def _refused(self, shape: type[BaseModel], detail: ErrorDetails, place: Callable[[Loc], Place]) -> None:
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        if detail["type"] == "extra_forbidden":
            self.fault(place(loc), "unknown key", did_you_mean(str(loc[-1]), known_keys(shape, loc[:-1])))
        else:
            self.fault(place(loc), *_told(detail, _help(shape, loc)))


def spelled(loc: Loc) -> str:
    """Write a path as people do: `feeds[3].url`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.removeprefix(".")


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """Return the remedy for an unknown *name*."""
    close = get_close_matches(name.lower(), known, n=1)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {', '.join(known)}." if known else "Remove it."


def known_keys(shape: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """Return the keys that may stand in the table at *loc* of *shape*."""
    inner = _annotation(shape, loc)
    return tuple(inner.model_fields) if isinstance(inner, type) and issubclass(inner, BaseModel) else ()


def _annotation(shape: Any, loc: Loc) -> Any:
    """Follow *loc* through models, lists and tables of models to the type that stands there."""
    for part in loc:
        shape = _plain(shape)
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            found = shape.model_fields.get(str(part))
            shape = found.annotation if found else None
        else:
            arguments = get_args(shape)
            shape = (arguments[-1] if get_origin(shape) is dict else arguments[0]) if arguments else None
    return _plain(shape)


def _plain(shape: Any) -> Any:
    """Take None out of `X | None`."""
    if get_origin(shape) in (Union, UnionType):
        return next(inner for inner in get_args(shape) if inner is not type(None))
    return shape


def _help(shape: type[BaseModel], loc: Loc) -> str:
    """Return the description of the nearest field at or around *loc*."""
    for length in range(len(loc), 0, -1):
        table = _annotation(shape, loc[: length - 1])
        if isinstance(table, type) and issubclass(table, BaseModel) and loc[length - 1] in table.model_fields:
            return table.model_fields[str(loc[length - 1])].description or ""
    return ""


def _told(detail: ErrorDetails, help_text: str) -> tuple[str, str]:
    context: Mapping[str, Any] = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "monitor":
        return str(context["problem"]), str(context["remedy"])
    remedy = f"It is for: {help_text[:1].lower()}{help_text[1:]}" if help_text else "Correct it."
    if kind == "missing":
        return "missing", f"Add it. {remedy}" if help_text else "Add it."
    if kind in _SHAPES:
        return f"should be {_SHAPES[kind]}", remedy
    message = detail["msg"].removeprefix("Input ")
    return message[:1].lower() + message[1:], remedy


def _fault(place: Place, problem: str, remedy: str) -> Fault:
    return Fault(file=place.file, line=place.line, key=place.key, problem=problem, remedy=remedy)
