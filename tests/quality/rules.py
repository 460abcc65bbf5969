"""Articles whose topics people have said, and how well the shipped rules find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from monitor.model import Document
from monitor.settings.findings import Findings
from monitor.settings.topic_files import read_topics
from monitor.topics.match import Matcher, compile_topics

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "topics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An article, the topics that an editor would file it under, and those that editors would argue over."""

    id: str
    topics: frozenset[str]
    document: Document
    disputed: frozenset[str] = frozenset()
    held: bool = False  # kept back while the rules were tuned


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What rules found of one topic, in one language or in all."""

    found: int = 0
    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        """The share of what was found that belongs; 1 when nothing was found."""
        return self.found / max(1, self.found + len(self.wrong)) if self.found + len(self.wrong) else 1.0

    @property
    def recall(self) -> float:
        """The share of what belongs that was found; 1 when nothing belongs."""
        return self.found / (self.found + len(self.missed)) if self.found + len(self.missed) else 1.0


def judged(entry: Mapping[str, Any], language: str = "und") -> Judged:
    """Read one article with its labels."""
    document = Document(
        title=entry.get("title", ""), text=entry["text"], language=entry.get("lang", language)
    )
    return Judged(
        id=str(entry["id"]),
        topics=frozenset(entry["topics"]),
        disputed=frozenset(entry.get("disputed", ())),
        held=bool(entry.get("held", False)),
        document=document,
    )


def read_folder(folder: Path) -> list[Judged]:
    """Read the articles of a folder that has a YAML file for each language."""
    return [
        judged(entry, path.stem)
        for path in sorted(folder.glob("*.yaml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def shipped(folder: Path = SHIPPED) -> Matcher:
    """Compile the topics of a configuration.

    Raises: ValueError when they have faults.
    """
    findings = Findings()
    topics = read_topics(folder, findings)
    if findings.faults:
        raise ValueError(findings.faults)
    return compile_topics(topics.topics)


def found_topics(matcher: Matcher, articles: Iterable[Judged]) -> dict[str, frozenset[str]]:
    """Return for each article the topics that the rules file it under."""
    return {a.id: frozenset(match.topic for match in matcher.match(a.document)) for a in articles}


def tally(topic: str, articles: Sequence[Judged], found: Mapping[str, frozenset[str]]) -> Tally:
    """Count what was found, missed and wrongly found of *topic*, what is disputed left out."""
    clear = [article for article in articles if topic not in article.disputed]
    return Tally(
        found=sum(topic in a.topics and topic in found[a.id] for a in clear),
        missed=tuple(a.id for a in clear if topic in a.topics and topic not in found[a.id]),
        wrong=tuple(a.id for a in clear if topic not in a.topics and topic in found[a.id]),
    )
