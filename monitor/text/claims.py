"""How a figure is said to people in English: the number with its hedge, what it counts and its period."""

from __future__ import annotations

from monitor.model import Figure, Hedge

_HEDGES = {None: "", Hedge.ABOUT: "about ", Hedge.AT_LEAST: "at least ", Hedge.AT_MOST: "up to "}
_ONE = {
    "people": "person",
    "families": "family",
    "visas": "visa",
    "permits": "permit",
    "applications": "application",
}


def spoken(figure: Figure) -> str:
    """Return *figure* as people read it: "about 40 people", "30–40 families", "140 people (this year)"."""
    unit = _ONE.get(figure.unit, figure.unit) if figure.value == 1 else figure.unit
    scope = f" ({figure.scope})" if figure.scope else ""
    return f"{amount(figure)} {unit}{scope}"


def amount(figure: Figure) -> str:
    """Return the number of *figure* with its hedge: "at least 1,200", "about 35–45"."""
    number = f"{figure.value:,}" if figure.value is not None else f"{figure.low:,}–{figure.high:,}"
    return _HEDGES[figure.hedge] + number
