"""Stories: who reported first, who copied, and what joins two reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What an article is within its story; a copy never counts as confirmation."""

    ORIGINAL = "original"  # a report that others were found to copy
    COPY = "copy"
    REPORT = "report"


class CopyKind(StrEnum):
    """How much of the earlier article a copy carries."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    EXCERPT = "excerpt"
    ROUNDUP = "roundup"  # carries the earlier one whole, among other news


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article whose text is contained in an earlier one.

    Units: `containment` and `jaccard` are exact shares of distinct word 4-shingles, 0 to 1.
    """

    of: int
    kind: CopyKind
    containment: float
    jaccard: float


class CreditPlace(StrEnum):
    """Where an article says that its words are an agency's, the plainest first."""

    OUTLET = "outlet"  # the agency's own site
    BYLINE = "byline"
    DATELINE = "dateline"
    SOURCE = "source"  # "Source: …"
    END = "end"
    PART = "part"  # the outlet wrote it, with what an agency gave


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An agency that an article names as where its words come from; `text` says it as it stands there."""

    agency: str
    place: CreditPlace
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEvidence:
    """One reason why two reports tell one story.

    `kind` is names, numbers, places, concepts (of topics), words, copy, or person: one decided it.
    """

    kind: str
    score: float
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs: an existing story, or a new one when `story` is None."""

    story: int | None
    role: Role
    copy: Copy | None = None
    score: float = 0.0
    evidence: tuple[LinkEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierStory:
    """The story that a new one takes up, with the reasons why."""

    story: int
    title: str
    last_report_at: datetime
    score: float
    evidence: tuple[LinkEvidence, ...] = ()
