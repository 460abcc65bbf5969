"""What one sentence claims in numbers, as values that can be compared with those of its next version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from monitor.stories.figures.extract import figures


def claims(sentence: str, language: str) -> Mapping[str, frozenset[str]]:
    """Return how many are said to have been helped, arrested, killed …: role and unit → the numbers.

    Words count as digits do; a sentence that only says it in another role has changed no figure.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for figure in figures(sentence, language):
        found[f"{figure.role} {figure.unit}"].add(f"{figure.low}-{figure.high}")
    return {what: frozenset(numbers) for what, numbers in found.items()}
