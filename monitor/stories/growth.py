"""What a report adds to its story: the numbers and names that none of the others had."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.stories.features import Features
from monitor.text.names import CASELESS, skeletons
from monitor.text.numbers import is_year
from monitor.text.rarity import MOST

MAX_NEWS = 8  # of each kind; they are shown on one line
TWICE = (
    1.5 * MOST
)  # what a rare name weighs that a text has at least twice: one that stands once is a passer-by


def news(report: Features, earlier: Sequence[Features]) -> tuple[str, ...]:
    """Return the numbers and names by which *report* goes beyond *earlier* ones, the weightiest first.

    Names are held against others by their sound, so that a second language brings nothing new by its
    spelling. Where letters have no case, every rare word may be a name: there only numbers count.
    """
    told = {number for other in earlier for number in other.numbers}
    numbers = [number for number in report.numbers if number not in told and not is_year(number)]
    if report.language in CASELESS:
        return tuple(numbers[:MAX_NEWS])
    heard = {sound for other in earlier for name in (*other.names, *other.terms) for sound in skeletons(name)}
    heard |= {sound for other in earlier for word in other.stems for sound in skeletons(word)}
    names = [
        report.spelling(name)
        for name, weight in report.names.items()
        if weight >= TWICE and heard.isdisjoint(skeletons(name))
    ]
    return (*numbers[:MAX_NEWS], *names[:MAX_NEWS])
