"""How a claimed quantity is put into words: *about 35 people helped*; never what it is worth."""

from __future__ import annotations

from monitor.alerts.voice import Voice
from monitor.model import FigureClaim, FigureRole, Hedge

FEWEST_OF_A_RANGE = 3  # "1–2 people" must not become a dual, which says no number


def claim(figure: FigureClaim, voice: Voice) -> str:
    """Return what one report claims."""
    quantity = _hedged(figure.hedge, _quantity(figure, voice), voice)
    return voice.gettext("{quantity} {role}", quantity=quantity, role=_role(figure.role, voice))


def _hedged(hedge: Hedge | None, quantity: str, voice: Voice) -> str:
    match hedge:
        case Hedge.ABOUT:
            return voice.gettext("about {quantity}", quantity=quantity)
        case Hedge.AT_LEAST:
            return voice.gettext("at least {quantity}", quantity=quantity)
        case Hedge.AT_MOST:
            return voice.gettext("at most {quantity}", quantity=quantity)
        case None:
            return quantity


def _quantity(figure: FigureClaim, voice: Voice) -> str:
    """Return number and noun as one: where there is a dual, the noun alone says two."""
    count, n, number = voice.ngettext, figure.high, voice.number(figure.high)
    if figure.low != figure.high:
        number = voice.gettext("{low}–{high}", low=voice.number(figure.low), high=number)
        n = max(n, FEWEST_OF_A_RANGE)
    units = {
        "people": count("{number} person", "{number} people", n, number=number),
        "families": count("{number} family", "{number} families", n, number=number),
        "visas": count("{number} visa", "{number} visas", n, number=number),
        "permits": count("{number} permit", "{number} permits", n, number=number),
        "applications": count("{number} application", "{number} applications", n, number=number),
    }
    return units.get(figure.unit) or f"{number} {figure.unit}"


def _role(role: FigureRole, voice: Voice) -> str:
    say = voice.gettext
    roles = {
        FigureRole.HELPED: say("helped"),
        FigureRole.ARRIVED: say("arrived"),
        FigureRole.WAITING: say("waiting"),
        FigureRole.ARRESTED: say("arrested"),
        FigureRole.KILLED: say("killed"),
        FigureRole.INJURED: say("injured"),
        FigureRole.MISSING: say("missing"),
        FigureRole.DISPLACED: say("displaced"),
        FigureRole.GRANTED: say("granted"),
        FigureRole.CHARGED: say("charged"),
        FigureRole.RELEASED: say("released"),
        FigureRole.DEPORTED: say("deported"),
    }
    return roles[role]
