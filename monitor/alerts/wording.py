"""How numbers, times, languages and roles are put into words; the same in every kind of message."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import assert_never

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from monitor.alerts.clean import visible
from monitor.alerts.digest import Item
from monitor.model import (
    AlertKind,
    Completeness,
    Edit,
    FigureClaim,
    Frequency,
    Hedge,
    NearLine,
    Notice,
    ReportLine,
    Role,
)
from monitor.text.words import UNSPACED, is_word

INTERFACE = Locale("en")  # the language of the words around the news
UNKNOWN = "language unknown"

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}")


def language_name(code: str) -> str:
    """Return a language as people call it: `id` is Indonesian."""
    name = INTERFACE.languages.get(base_language(code))
    return name if name is not None and code != "und" else UNKNOWN


def country_name(code: str) -> str:
    """Return a country as people call it: `CA` is Canada."""
    return str(INTERFACE.territories.get(code, code))


def in_language(code: str) -> str:
    """Return the language as a sentence begins with it.

    Lines begin with our own words: one that begins with an Arabic name is laid out from the right.
    """
    name = language_name(code)
    return "Language unknown" if name == UNKNOWN else f"In {name}"


def base_language(code: str) -> str:
    """Return the language of a tag without its region, or nothing if it is no tag: `pt-BR` is `pt`."""
    found = _LANGUAGE_TAG.match(code.lower())
    return found.group() if found else ""


@lru_cache(maxsize=256)
def direction(code: str) -> str:
    """Return which way the language is written, as HTML says it."""
    try:
        order = Locale.parse(base_language(code)).character_order
    except (UnknownLocaleError, ValueError):
        return "ltr"
    return "rtl" if order == "right-to-left" else "ltr"


def moment(when: datetime) -> str:
    """Return a time that needs no thinking across a newsroom's offices: 12 Nov 2024, 03:14 UTC."""
    return f"{format_datetime(when, 'd MMM y, HH:mm', locale=INTERFACE)} UTC"


def short_moment(when: datetime) -> str:
    """Return a time within a list that says the year elsewhere: 12 Nov, 03:14."""
    return str(format_datetime(when, "d MMM, HH:mm", locale=INTERFACE))


def seen(notice: Notice) -> str:
    """Return when we saw the article, and what the outlet says of its time."""
    ours = f"First seen {moment(notice.seen_at)}"
    return f"{ours} · dated {moment(notice.published_at)}" if notice.published_at else f"{ours} · undated"


def lead(notice: Notice, *, reply: bool) -> str:
    """Return what a message brings to a story that was told before; nothing when it tells the story."""
    match notice.kind:
        case AlertKind.CORRECTION:
            return "Correction"
        case AlertKind.FIGURE:
            return "Figure changed"
        case AlertKind.HEADLINE:
            return "Headline changed"
        case AlertKind.REMOVED:
            return "Article removed"
        case AlertKind.NEW_LANGUAGE:
            return f"First report in {language_name(notice.language)}"
        case AlertKind.NEW_COUNTRY:
            return f"First report from {country_name(notice.country)}"
        case AlertKind.FIGURES_DIFFER:
            return "Figures differ"
        case AlertKind.FIGURES_UPDATED:
            return "New figures"
        case AlertKind.SPIKE:
            return "Spreading fast"
        case _:
            return "New report" if reply else ""


def opening(notice: Notice, *, reply: bool) -> str:
    """Return the same as a sentence that stands alone."""
    match notice.kind:
        case AlertKind.CORRECTION | AlertKind.FIGURE | AlertKind.HEADLINE:
            return f"{lead(notice, reply=reply)} in an article you were told of"
        case AlertKind.REMOVED:
            return "Removed: the page of an article you were told of is gone"
        case (
            AlertKind.NEW_LANGUAGE
            | AlertKind.NEW_COUNTRY
            | AlertKind.FIGURES_DIFFER
            | AlertKind.FIGURES_UPDATED
            | AlertKind.SPIKE
        ):
            return f"{lead(notice, reply=reply)}, in a story you were told of"
        case _:
            return "New report in a story you were told of" if reply else ""


def edit_lines(edit: Edit) -> tuple[tuple[str, str], ...]:
    """Return how a change is shown: a word for each side, and the sentence."""
    if edit.before and edit.after:
        return ("Was", edit.before), ("Now", edit.after)
    return (("Taken out", edit.before),) if edit.before else (("Added", edit.after),)


def claim(figure: FigureClaim) -> str:
    """Return what one report claims: *about 35 people helped*; the numbers are as it tells them."""
    number = f"{figure.low}" if figure.low == figure.high else f"{figure.low}–{figure.high}"
    hedge = {Hedge.ABOUT: "about ", Hedge.AT_LEAST: "at least ", Hedge.AT_MOST: "at most ", None: ""}
    return f"{hedge[figure.hedge]}{number} {figure.unit} {figure.role}"


def counts(notice: Notice) -> str:
    """Return how widely and how independently a story is reported: copies confirm nothing."""
    if notice.independent == 0:
        return f"{count(notice.outlets, 'outlet')}, no independent report yet"
    return f"{count(notice.outlets, 'outlet')}, {count(notice.independent, 'independent report')}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun in the right form, for nouns that add an s or turn -y into -ies."""
    if number == 1:
        return f"1 {noun}"
    turns = noun.endswith("y") and noun[-2] not in "aeiou"  # story, but day
    return f"{number} {noun[:-1]}ies" if turns else f"{number} {noun}s"


def languages(notice: Notice) -> str:
    """Return the languages a story is reported in."""
    return ", ".join(language_name(code) for code in notice.languages)


def role(report: ReportLine) -> str:
    """Return what a report is worth as confirmation; nothing when it stands for itself."""
    match report.role:
        case Role.COPY:
            return "copy, not confirmation"
        case Role.ORIGINAL:
            return "copied by others"
        case Role.REPORT:
            return ""
        case _:
            assert_never(report.role)


def role_of_article(notice: Notice) -> str:
    """Return the role of the article that a notice is about."""
    return next((role(report) for report in notice.reports if report.url == notice.url), "")


def story_title(notice: Notice) -> str:
    """Return the title that a story keeps over all its messages: its first report's.

    Gmail threads by subject as well as by References, so follow-ups must bear the root's subject.
    """
    return visible(notice.reports[0].title if notice.reports else "") or visible(notice.headline)


def digest_title(frequency: Frequency, items: tuple[Item, ...]) -> str:
    """Return what a digest holds, in one line."""
    match frequency:
        case Frequency.IMMEDIATE:
            name = "Alerts"
        case Frequency.SUMMARY:
            name = "Summary"
        case Frequency.HOURLY:
            name = "Hourly digest"
        case Frequency.DAILY:
            name = "Daily digest"
        case _:
            assert_never(frequency)
    if not items:
        return f"{name}: nothing new"
    return f"{name}: {count(len(items), 'story')}, {count(sum(len(i.alerts) for i in items), 'alert')}"


def completeness(heard: Completeness) -> str:
    """Return how much of the list stands behind what is told; what is fine is left out."""
    parts = [
        f"{heard.polled} of {count(heard.total, 'feed')} polled on time",
        f"{heard.failing} failing",
        f"{heard.quiet} unusually quiet",
        *([f"{heard.gone} gone"] if heard.gone else []),
    ]
    return ", ".join(parts)


def footer(item: Item) -> str:
    """Return the ids under which an alert and its story are found again."""
    alerts = ", ".join(str(alert) for alert in item.alerts)
    ids = f"{'alert' if len(item.alerts) == 1 else 'alerts'} {alerts}"
    return ids if item.notice.discreet else f"{ids} · story {item.notice.story}"


def discreet(item: Item) -> str:
    """Return all that may be told of a discreet topic: its code name, and what kind of thing happened."""
    return f"{', '.join(map(visible, item.notice.topics))}: {item.notice.kind.replace('_', ' ')}"


def marked(text: str, matched: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Cut *text* into runs that are matched words and runs that are not.

    Only whole words count (`gay` is no part of the Indonesian `gaya`), except in scripts that put no
    space between words.
    """
    if not matched:
        return [(text, False)]
    words = "|".join(re.escape(word) for word in sorted(matched, key=len, reverse=True))
    runs: list[tuple[str, bool]] = []
    done = 0
    for found in re.finditer(words, text, re.IGNORECASE):
        if _is_whole(text, found.start(), found.end()):
            runs += [(text[done : found.start()], False), (found.group(), True)]
            done = found.end()
    return [run for run in [*runs, (text[done:], False)] if run[0]]


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, border: int) -> bool:
    """Whether the characters on both sides of *border* belong to one word."""
    pair = text[max(border - 1, 0) : border + 1]
    return len(pair) == 2 and all(map(is_word, pair)) and not UNSPACED.search(pair)


NEAR_TITLE = "Near misses"
NEAR_EXPLAINED = "No alerts: what the rules just missed in the last day. Does one belong? Then mend its rule."


def near(line: NearLine) -> str:
    """Return why an article is a near miss: by how many points, or how like the examples it is."""
    if line.missing:
        return f"{line.missing:g} {'point' if line.missing == 1 else 'points'} short"
    return f"{line.likeness:.0%} like the topic's examples"
