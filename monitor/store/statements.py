"""Statements that every noun's file needs: inserting once, long lists in runs, values as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

CHUNK = 500  # rows of one IN list: far under SQLite's 32,766 parameters, and one index probe each anyway


def insert_once(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that lets an existing row stand; both databases spell it alike but live in two classes."""
    return _insert_once(connection.dialect.name, table)


@lru_cache(maxsize=64)
def _insert_once(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """The same, put together once: that costs as much as running it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def insert_once_for_id(connection: sa.Connection, table: sa.Table) -> sa.Executable:
    """The same, answering the id of the new row, or nothing where a row stood."""
    return _insert_once_for_id(connection.dialect.name, table)


@lru_cache(maxsize=64)
def _insert_once_for_id(dialect: str, table: sa.Table) -> sa.Executable:
    return _insert_once(dialect, table).returning(table.c.id)


def chunks(values: Sequence[T], size: int = CHUNK) -> list[Sequence[T]]:
    """Cut *values* into runs of at most *size*."""
    return [values[start : start + size] for start in range(0, len(values), size)]


_adapters: dict[object, TypeAdapter[Any]] = {}  # a few kinds; making one costs milliseconds


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(kind: type[Any], value: object) -> Any:
    """A frozen value as plain JSON."""
    return _adapter(kind).dump_python(value, mode="json")


def load(kind: type[T], data: object) -> T:
    """A frozen value back from JSON; what an older program wrote must still fit or this raises."""
    value: T = _adapter(kind).validate_python(data)
    return value
