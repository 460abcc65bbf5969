"""How long what was read is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long texts, and everything else, outlive an article's first sight or a story's last report.

    A topic may have its own two spans; an article of several topics stays for the longest of theirs.
    """

    texts: timedelta
    records: timedelta
    topic_texts: Mapping[str, timedelta] = field(default_factory=dict, repr=False)
    topic_records: Mapping[str, timedelta] = field(default_factory=dict, repr=False)
