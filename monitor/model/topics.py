"""Topics, and why an article belongs to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from monitor.model.figures import FigureRole


class TopicStatus(StrEnum):
    """Whether a topic raises alerts."""

    LIVE = "live"
    DRAFT = "draft"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A named idea with its aliases, as language → spellings; `any` stands for every language."""

    name: str
    weight: float
    aliases: dict[str, tuple[str, ...]]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a topic is held against: title and text apart, with what is known of the source."""

    title: str
    text: str
    language: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A named interest: what must be in an article for a newsroom to hear of it."""

    id: str
    title: str
    match: str
    exclude: str = ""
    concepts: tuple[Concept, ...] = ()
    languages: tuple[str, ...] = ()
    min_score: float = 0.0
    title_factor: float = 2.0
    immediate_score: float | None = None
    cooldown: timedelta = timedelta(0)  # between two messages at once about one of its stories
    figures: tuple[FigureRole, ...] = ()  # roles of figures that its editor wants to hear of
    status: TopicStatus = TopicStatus.LIVE
    code_name: str = ""
    discreet: bool = False  # only its code name leaves the house, and only to routes that name it
    owner: str = ""
    seeds: tuple[str, ...] = ()  # files beside the topics, or URLs of archived articles
    examples: tuple[Document, ...] = ()  # the seeds that are files, read
    keep_texts: timedelta | None = None  # where it differs from what is kept of the others
    keep_records: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One place where a concept stands: the words as written, at their place.

    Units: `start` and `end` count characters of `title + "\\n" + text` (of `text` alone when the
    title is empty), so that slicing that string gives `text` back.
    """

    concept: str
    text: str
    start: int
    end: int
    in_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An article that a topic just misses: by points, its expression being fulfilled, or by words alone.

    Units: `missing` is points, 0 when the expression does not hold; `likeness` is a cosine, 0 when unknown.
    """

    topic: str
    missing: float = 0.0
    likeness: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A topic that an article belongs to, with its score and the words that say so."""

    topic: str
    score: float
    evidence: tuple[Evidence, ...]
