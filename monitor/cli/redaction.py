"""What listings show of discreet topics: a code name and an id, until somebody asks for all of it.

A listing ends in tickets, in screen shots and on shared screens; whoever asks for one thing by its id
(`alerts show`, `stories show`) means to see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from monitor.model import AlertKind, Topic
from monitor.settings import Settings
from monitor.store import topics
from monitor.store.database import Database

RevealOption = Annotated[
    bool, typer.Option("--reveal", help="Show discreet topics by their names, and what was told of them.")
]
FORMER = "a former topic"  # whether it was discreet is not known any more
_OF_TOPICS = (AlertKind.TOPIC_SURGE, AlertKind.TOPIC_CALM)  # what operators are told of a topic
_HIDDEN_IN_ALERTS = ("story", "article", "score", "title", "outlet", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Which topics are shown as what; one that is not known is hidden, for it may have been discreet."""

    topics: Mapping[str, Topic] = field(repr=False)
    reveal: bool = False

    def hides(self, topic: str) -> bool:
        """Whether nothing may be shown of *topic* but its code name."""
        known = self.topics.get(topic)
        return not self.reveal and (known is None or known.discreet)

    def name(self, topic: str) -> str:
        """What stands for *topic* in a listing."""
        if not self.hides(topic):
            return topic
        known = self.topics.get(topic)
        return FORMER if known is None else known.code_name

    def alert(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """An alert as a listing shows it; one for operators is about a topic if it is about a surge."""
        topic, named = record["topic"], "topic"
        if record["kind"] in _OF_TOPICS:
            topic, named = record["cause"].split(":")[1], "title"
        if not topic or not self.hides(topic):
            return dict(record)
        return {**record, **dict.fromkeys(_HIDDEN_IN_ALERTS), named: self.name(topic)}

    def story(self, story: Mapping[str, Any]) -> dict[str, Any]:
        """A story as a listing shows it: beside its open topics, discreet ones would say what they are."""
        shown = [topic for topic in story["topics"] if not self.hides(topic)]
        if shown or not story["topics"]:
            reports = [
                {**report, "evidence": self.evidence(report["evidence"])} for report in story["reports"]
            ]
            return {**story, "topics": shown, "reports": reports}
        names = self.names(story["topics"])
        return {**story, "title": ", ".join(names), "topics": names, "reports": []}

    def evidence(self, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What ties reports together, without the concepts that only discreet topics watch for."""
        if self.reveal:
            return [dict(item) for item in items]
        open_ones = {
            concept.name for topic in self.topics.values() if not topic.discreet for concept in topic.concepts
        }
        kept = [
            {**item, "shared": [word for word in item["shared"] if word in open_ones]}
            if item["kind"] == "concepts"
            else dict(item)
            for item in items
        ]
        return [item for item in kept if item["shared"] or item["kind"] != "concepts"]

    def names(self, hidden: Sequence[str]) -> list[str]:
        """What stands for several topics, each once."""
        return sorted({self.name(topic) for topic in hidden})


def redaction(settings: Settings, database: Database | None = None, *, reveal: bool) -> Redaction:
    """What to hide: as the files say now, and for topics with a broken edit as they were last in force."""
    in_force = {} if database is None else database.read_now(topics.in_force)
    last = {name: topic for name, (topic, _) in in_force.items()}
    return Redaction(topics={**last, **{topic.id: topic for topic in settings.topics}}, reveal=reveal)


def topic_named(settings: Settings, name: str) -> str | None:
    """The id of the topic that *name* is the id or the code name of."""
    ids = {topic.code_name: topic.id for topic in settings.topics if topic.code_name}
    ids |= {topic.id: topic.id for topic in settings.topics}
    return ids.get(name)
