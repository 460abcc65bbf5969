"""What changed in an article since it was first read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What a revision did to an article; the graver ones first."""

    REMOVED = "removed"  # 404 or 410, twice
    RETURNED = "returned"  # there again, after it was removed
    CORRECTION = "correction"  # a note says that it was wrong
    FIGURE = "figure"
    HEADLINE = "headline"
    REWRITE = "rewrite"
    EDIT = "edit"  # something else


class Mark(StrEnum):
    """Where words stand: in both versions, in the old one only, in the new one only."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that follow one another and have one mark; a space belongs to the word before it."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence of a difference: of one mark when it was kept, removed or added, of several when changed.

    `opens` says that it begins a paragraph.
    """

    runs: tuple[Run, ...]
    opens: bool = False

    @property
    def is_kept(self) -> bool:
        """Both versions say it alike."""
        return all(run.mark is Mark.KEPT for run in self.runs)

    @property
    def before(self) -> str:
        """The sentence as the old version has it, or nothing."""
        return "".join(run.text for run in self.runs if run.mark is not Mark.ADDED).strip()

    @property
    def after(self) -> str:
        """The sentence as the new version has it, or nothing."""
        return "".join(run.text for run in self.runs if run.mark is not Mark.REMOVED).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article's words at one time."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What became of an article: which kinds of change, the gravest first, and the difference by sentences.

    `telling` holds what the kinds were seen in, in their order.

    Units: `changed` is the share of words that only one version has, 0 to 1.
    """

    kinds: tuple[Change, ...]
    telling: tuple[Passage, ...] = ()
    title: Passage
    passages: tuple[Passage, ...]
    changed: float
