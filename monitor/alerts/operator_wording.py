"""How the service's own troubles are put into an operator's words; no story enters here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import assert_never

from monitor.alerts.cause_words import cause, failure
from monitor.alerts.voice import Voice, voice
from monitor.model import AlertKind, OperatorNotice, SilenceKind

NETWORK = (AlertKind.NETWORK_AWAY, AlertKind.NETWORK_BACK)  # which is one, so that it needs no name


class OperatorWording:
    """What messages say of the service's troubles, in one voice."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    @property
    def addressed(self) -> str:
        """Whom such a message is for."""
        return self.voice.gettext("For those who run the monitor")

    def title(self, notices: Sequence[OperatorNotice]) -> str:
        """Return a message's title: the one thing that it tells, or how many of which kind."""
        if len(notices) == 1:
            return self.label(notices[0])
        kinds = [notice.kind for notice in notices]
        count = self.voice.ngettext
        silent, gone = kinds.count(AlertKind.SOURCE_SILENT), kinds.count(AlertKind.SOURCE_GONE)
        back, dead = kinds.count(AlertKind.SOURCE_BACK), kinds.count(AlertKind.DELIVERY_DEAD)
        surge, calm = kinds.count(AlertKind.TOPIC_SURGE), kinds.count(AlertKind.TOPIC_CALM)
        away = [self.label(notice) for notice in notices if notice.kind in NETWORK]
        parts = [
            (silent, count("{n} source silent", "{n} sources silent", silent)),
            (gone, count("{n} source gone", "{n} sources gone", gone)),
            (back, count("{n} source back again", "{n} sources back again", back)),
            (dead, count("{n} message not delivered", "{n} messages not delivered", dead)),
            (surge, count("{n} topic flooding", "{n} topics flooding", surge)),
            (calm, count("{n} topic calm again", "{n} topics calm again", calm)),
        ]
        return self.voice.listed([*away, *(said for number, said in parts if number)])

    def label(self, notice: OperatorNotice) -> str:
        """Return what a notice is, where several stand in one message."""
        if notice.kind in NETWORK:
            return self._event(notice.kind)
        return f"{self._event(notice.kind)}: {self._subject(notice)}"

    def _event(self, kind: AlertKind) -> str:
        say = self.voice.gettext
        match kind:
            case AlertKind.SOURCE_SILENT:
                return say("Source silent")
            case AlertKind.SOURCE_GONE:
                return say("Source gone")
            case AlertKind.SOURCE_BACK:
                return say("Source back again")
            case AlertKind.DELIVERY_DEAD:
                return say("Message not delivered")
            case AlertKind.NETWORK_AWAY:
                return say("Network away")
            case AlertKind.NETWORK_BACK:
                return say("Network back again")
            case AlertKind.TOPIC_SURGE:
                return say("Topic floods")
            case AlertKind.TOPIC_CALM:
                return say("Topic calm again")
            case AlertKind.TEST:
                return say("Test")
            case _:
                raise AssertionError("news is not told to operators")

    def _subject(self, notice: OperatorNotice) -> str:
        facts = notice.facts
        if facts.delivery is None:
            return self.voice.name(notice.subject)
        return self.voice.gettext(
            "delivery {delivery} to {destination}",
            delivery=facts.delivery,
            destination=self.voice.name(facts.destination),
        )

    def detail(self, notice: OperatorNotice) -> str:
        """Return what happened; an answer of the other side stands as it was given."""
        say, facts = self.voice.gettext, notice.facts
        match notice.kind:
            case AlertKind.SOURCE_BACK if facts.ended_at is not None:
                return say(
                    "Heard again on {when}, after {span} of silence.",
                    when=self.voice.moment(facts.ended_at),
                    span=self.voice.span(facts.ended_at - notice.since),
                )
            case AlertKind.TEST:
                return say("Somebody wanted to know whether messages arrive here: they do. Nothing happened.")
            case AlertKind.DELIVERY_DEAD:
                return say(
                    "Given up: {reason}", reason=self.voice.name(facts.reason) or say("no reason given")
                )
            case AlertKind.NETWORK_AWAY:
                return say(
                    "{unreached} of {asked} hosts that were asked lately did not answer ({reason}): that is "
                    "the network on our side, not so many sources. Those are not told one by one.",
                    unreached=self.voice.number(facts.unreached),
                    asked=self.voice.number(facts.asked),
                    reason=cause(facts.reason, self.voice),
                )
            case AlertKind.NETWORK_BACK if facts.ended_at is not None:
                return say(
                    "Hosts answer again since {when}, after {span}. What was missed is polled now.",
                    when=self.voice.moment(facts.ended_at),
                    span=self.voice.span(facts.ended_at - notice.since),
                )
            case AlertKind.TOPIC_SURGE:
                return self._flood(notice)
            case AlertKind.TOPIC_CALM if facts.ended_at is not None:
                return say(
                    "It tells at once again since {when}, after {span}.",
                    when=self.voice.moment(facts.ended_at),
                    span=self.voice.span(facts.ended_at - notice.since),
                )
            case _:
                return self._silence(notice)

    def _flood(self, notice: OperatorNotice) -> str:
        matched = self.voice.ngettext(
            "It matched {n} article within an hour; {usual} an hour are usual.",
            "It matched {n} articles within an hour; {usual} an hour are usual.",
            notice.facts.recent,
            usual=self.voice.number(float(f"{notice.facts.usual:.2g}")),
        )
        waits = self.voice.gettext(
            "What it would tell at once waits for the hourly digest until that has passed."
        )
        return f"{matched} {waits}"

    def _silence(self, notice: OperatorNotice) -> str:
        say = self.voice.gettext
        match notice.facts.silence:
            case SilenceKind.FAILING:
                return say("It cannot be read: {reason}.", reason=failure(notice.facts.reason, self.voice))
            case SilenceKind.QUIET:
                return say(
                    "It answers, but shows nothing new for longer than its own rhythm of four weeks explains."
                )
            case SilenceKind.GONE:
                return say(
                    "Its publisher says that it will not come back (http 410), so it is no longer polled."
                )
            case None:
                return self.voice.name(notice.facts.reason)
            case _:
                assert_never(notice.facts.silence)

    def remedy(self, notice: OperatorNotice) -> str:
        """Return what to do about it, empty where there is nothing to do."""
        say = self.voice.gettext
        match notice.kind, notice.facts.silence:
            case AlertKind.DELIVERY_DEAD, _:
                return say(
                    "Mend the destination, then send it again: {command}",
                    command=self.voice.name(f"monitor deliveries retry {notice.facts.delivery}"),
                )
            case AlertKind.NETWORK_AWAY, _:
                return say(
                    "Look at the machine's resolver, its way out, its proxy and its clock. A host is asked "
                    "every half minute, so it goes on by itself."
                )
            case AlertKind.TOPIC_SURGE, _:
                return say(
                    "See what it finds, then mend or pause the topic. The limit is {setting}.",
                    setting=self.voice.name("alerts.surge_factor"),
                )
            case _, SilenceKind.FAILING:
                return say(
                    "It is tried again by itself. If the site works, look for its feed: {command}",
                    command=self.voice.name("monitor feeds check"),
                )
            case _, SilenceKind.QUIET:
                return say(
                    "See whether the outlet still publishes and where its feed has gone: {command}",
                    command=self.voice.name("monitor feeds check"),
                )
            case _, SilenceKind.GONE:
                return say(
                    "Look for its new address ({command}) or take it off the list.",
                    command=self.voice.name("monitor feeds check"),
                )
            case _:
                return ""

    def when(self, notice: OperatorNotice) -> str:
        """Return since when it is so, in words for the small line below."""
        return self.voice.gettext("since {when}", when=self.voice.moment(notice.since))

    def more(self, left: int) -> str:
        """Return how many matters are not told."""
        return self.voice.gettext("… and {number} more", number=self.voice.number(left))

    def footer(self, notices: Sequence[OperatorNotice]) -> str:
        """Return the ids under which the alerts are found again."""
        if notices[0].kind is AlertKind.TEST:  # it is no alert, and stands in no list
            return self.voice.gettext("operator")
        ids = self.voice.listed(str(notice.alert) for notice in notices)
        alerts = self.voice.ngettext("alert {ids}", "alerts {ids}", len(notices), ids=ids)
        whose = self.voice.gettext("operator")
        return f"{whose} · {alerts}"


@lru_cache(maxsize=64)
def operator_wording(language: str = "en", timezone: str = "UTC") -> OperatorWording:
    """Return the words for an operator who reads *language* on the clocks of *timezone*."""
    return OperatorWording(voice(language, timezone))
