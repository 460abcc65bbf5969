"""Quantities as a text claims them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FigureRole(StrEnum):
    """What is said to have happened to those who are counted."""

    HELPED = "helped"
    ARRIVED = "arrived"
    WAITING = "waiting"
    ARRESTED = "arrested"
    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    DISPLACED = "displaced"
    GRANTED = "granted"
    CHARGED = "charged"
    RELEASED = "released"
    DEPORTED = "deported"


class Hedge(StrEnum):
    """How far a report stands by a number."""

    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A quantity that a report claims: a claim, never a fact.

    Units: `start` and `end` bound the number in the text that was read, `quote` is its sentence there.
    """

    value: int | None  # none in a range, a vague plural or an approximate collective
    low: int
    high: int
    role: FigureRole
    unit: str  # people, families, visas, permits, applications
    hedge: Hedge | None = None
    scope: str | None = None  # the period over which it adds up, in the text's words
    attribution: str | None = None  # who says so, in the text's words
    quote: str
    start: int
    end: int
