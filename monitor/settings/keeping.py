"""How long things are kept, from `[keep]` and the topics that have their own spans."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Retention, Topic
from monitor.settings.sections import Keep


def retention(keep: Keep, topics: Iterable[Topic]) -> Retention:
    """Return what is kept for how long."""
    topics = tuple(topics)
    return Retention(
        texts=keep.texts,
        records=keep.records,
        topic_texts={topic.id: topic.keep_texts for topic in topics if topic.keep_texts is not None},
        topic_records={topic.id: topic.keep_records for topic in topics if topic.keep_records is not None},
    )
