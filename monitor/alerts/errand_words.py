"""How what became of a story, and what may be asked of it, is put into words."""

from __future__ import annotations

from typing import assert_never

from monitor.alerts.voice import Voice
from monitor.model import SEVERAL, AlertKind, Errand, ErrandKind, Refresh


def changes(refresh: Refresh, voice: Voice) -> str:
    """Return what became of a story since its root message was sent, beside its growth."""
    say, kinds = voice.gettext, {notice.kind for notice in refresh.notices}
    removed = sum(notice.kind is AlertKind.REMOVED for notice in refresh.notices)
    parts = [
        AlertKind.FIGURES_DIFFER in kinds and say("Figures differ"),
        AlertKind.CORRECTION in kinds and say("Corrected"),
        AlertKind.FIGURE in kinds and say("Figure changed"),
        removed and voice.ngettext("{n} article removed", "{n} articles removed", removed),
    ]
    return " · ".join(part for part in parts if part)


def standing(refresh: Refresh, voice: Voice) -> str:
    """Return when a root message was brought up to date, and what its readers asked of the story."""
    say = voice.gettext
    parts = [
        say("Updated {when}", when=voice.moment(refresh.at)),
        refresh.is_irrelevant and say("Marked as not relevant"),
        refresh.muted_until and say("Muted until {when}", when=voice.moment(refresh.muted_until)),
        refresh.is_followed and say("Followed: further reports show in the channel"),
    ]
    return " · ".join(part for part in parts if part)


def offer(kind: ErrandKind, voice: Voice) -> str:
    """Return what a reader asks for by pressing a button or following a link."""
    say = voice.gettext
    match kind:
        case ErrandKind.MUTE:
            return say("Mute for 24 hours")
        case ErrandKind.UNMUTE:
            return say("Unmute")
        case ErrandKind.FOLLOW:
            return say("Follow")
        case ErrandKind.UNFOLLOW:
            return say("Stop following")
        case ErrandKind.IRRELEVANT:
            return say("Not relevant")
        case ErrandKind.UNSUBSCRIBE:
            return say("Unsubscribe from digests")
        case _:
            assert_never(kind)


def question(errand: Errand, voice: Voice) -> str:
    """Return what is asked before a link does what it says."""
    say = voice.gettext
    story, place = errand.story, voice.name(errand.destination.partition(SEVERAL)[0])
    match errand.kind:
        case ErrandKind.MUTE:
            return say("Tell {place} nothing of story {story} for 24 hours?", place=place, story=story)
        case ErrandKind.UNMUTE:
            return say("Tell {place} of story {story} again?", place=place, story=story)
        case ErrandKind.FOLLOW:
            return say(
                "Show all further reports of story {story} in {place}, not only in its thread?",
                place=place,
                story=story,
            )
        case ErrandKind.UNFOLLOW:
            return say("Show further reports of story {story} in its thread only?", place=place, story=story)
        case ErrandKind.IRRELEVANT:
            return say(
                "Mark story {story} as not relevant and tell {place} nothing more of it?",
                place=place,
                story=story,
            )
        case ErrandKind.UNSUBSCRIBE:
            return say("Send no more digests to {place}?", place=place)
        case _:
            assert_never(errand.kind)
