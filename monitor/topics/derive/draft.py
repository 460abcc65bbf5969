"""What a draft topic is made of, from the articles it is derived from to the concepts that it proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

LANGUAGES = ("en", "id", "ru", "uk", "de", "fr", "es", "pt", "tr", "ar")  # that a draft has aliases in


class Origin(StrEnum):
    """Where an alias comes from, as a comment beside it says."""

    ARTICLE = "article"
    SHORT = "short form"
    PAIRED = "sentences that share a figure"
    CLDR = "CLDR"
    SUBDIVISION = "ISO 3166-2"
    LEXICON = "shared concept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """An article that a topic is derived from; what publishes it and who wrote it is not what it is about."""

    title: str
    text: str
    language: str
    leave_out: frozenset[str] = frozenset()  # outlets and authors, normalised

    @property
    def whole(self) -> str:
        """Title and text, as words are looked for in them."""
        return f"{self.title}\n{self.text}" if self.title else self.text


Aliases: TypeAlias = Mapping[str, Mapping[str, Origin]]  # language → spelling → where it comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A concept that a draft proposes: how it is spelled, how often each article has it, and one quote.

    *shared* proposals are concepts that the configuration has already; a draft names them without aliases.
    *common* ones are words that name nothing.

    Units: `salience` orders proposals; `counts` has a number for each seed.
    """

    name: str
    aliases: Aliases
    counts: tuple[int, ...]
    salience: float
    weight: float = 1.0
    quote: str = ""
    shared: bool = False
    common: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A topic that nobody has looked at yet."""

    id: str
    title: str
    languages: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    match: str
    exclude: str
    min_score: float
    immediate_score: float
    seeds: tuple[str, ...] = field(default=())  # how each article is called in comments


def shown(text: str) -> str:
    """Return *text* on one line, without what is not drawn: no stranger's text may end a comment."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
