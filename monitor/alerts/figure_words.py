"""How a claimed quantity is put into words: *about 35 people helped*; never what it is worth."""

from __future__ import annotations

from monitor.alerts.voice import Voice
from monitor.model import FigureClaim, FigureRole, Hedge


def claim(figure: FigureClaim, voice: Voice) -> str:
    """Return what one report claims."""
    number = voice.number(figure.low)
    if figure.low != figure.high:
        number = f"{number}–{voice.number(figure.high)}"
    return voice.gettext(
        "{number} {unit} {role}",
        number=_hedged(figure.hedge, number, voice),
        unit=_unit(figure, voice),
        role=_role(figure.role, voice),
    )


def _hedged(hedge: Hedge | None, number: str, voice: Voice) -> str:
    match hedge:
        case Hedge.ABOUT:
            return voice.gettext("about {number}", number=number)
        case Hedge.AT_LEAST:
            return voice.gettext("at least {number}", number=number)
        case Hedge.AT_MOST:
            return voice.gettext("at most {number}", number=number)
        case None:
            return number


def _unit(figure: FigureClaim, voice: Voice) -> str:
    count, n = voice.ngettext, figure.high
    units = {
        "people": count("person", "people", n),
        "families": count("family", "families", n),
        "visas": count("visa", "visas", n),
        "permits": count("permit", "permits", n),
        "applications": count("application", "applications", n),
    }
    return units.get(figure.unit, figure.unit)


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
