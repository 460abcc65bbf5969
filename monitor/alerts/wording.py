"""How news is put into a reader's words; the same in every kind of message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import assert_never

from monitor.alerts.clean import visible
from monitor.alerts.digest import Item
from monitor.alerts.errand_words import offer, question
from monitor.alerts.figure_words import claim
from monitor.alerts.foreign import base_language
from monitor.alerts.voice import Voice, voice
from monitor.model import (
    AlertKind,
    Completeness,
    CopyKind,
    EarlierStory,
    Edit,
    Errand,
    ErrandKind,
    FigureClaim,
    Frequency,
    NearLine,
    Notice,
    ReportLine,
    Role,
)


class Wording:
    """What messages say of news, in one voice."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    # --- names, languages, countries, times ---

    def name(self, text: str) -> str:
        """Return a stranger's word or name, fit for a plain line of ours."""
        return self.voice.name(text)

    def names(self, words: Iterable[str]) -> str:
        """Return such words one after the other."""
        return self.voice.listed(map(self.name, words))

    def language_name(self, code: str) -> str:
        """Return a language as people call it: `id` is Indonesian."""
        name = self.voice.language_name(base_language(code))
        return self.voice.gettext("language unknown") if name is None else name

    def languages(self, notice: Notice) -> str:
        """Return the languages a story is reported in."""
        return self.voice.listed(self.language_name(code) for code in notice.languages)

    def source(self, code: str, outlet: str) -> str:
        """Return in which language which outlet reports; *outlet* is fit for where it will stand.

        Lines begin with our own words: one that begins with an Arabic name is laid out from the right.
        """
        name = self.voice.language_name(base_language(code))
        if name is None:
            return self.voice.gettext("Language unknown, from {outlet}", outlet=outlet)
        return self.voice.gettext("In {language}, from {outlet}", language=name, outlet=outlet)

    def moment(self, when: datetime) -> str:
        """Return a time with its year and zone."""
        return self.voice.moment(when)

    def short_moment(self, when: datetime) -> str:
        """Return a time within a list."""
        return self.voice.short_moment(when)

    def seen(self, notice: Notice) -> str:
        """Return when we saw the article, and what the outlet says of its time."""
        say = self.voice.gettext
        ours = say("First seen {when}", when=self.moment(notice.seen_at))
        if notice.published_at is None:
            theirs = say("undated")
        else:
            theirs = say("dated {when}", when=self.moment(notice.published_at))
        return f"{ours} · {theirs}"

    def takes_up(self, earlier: EarlierStory, title: str) -> str:
        """Return which story a new one goes on with; *title* is fit for where it will stand."""
        say = self.voice.gettext
        quiet = self.moment(earlier.last_report_at)
        return say("Takes up a story that was quiet since {when}: {title}", when=quiet, title=title)

    # --- what is told ---

    def lead(self, notice: Notice, *, reply: bool) -> str:
        """Return what a message brings to a story that was told before; nothing when it tells the story."""
        say = self.voice.gettext
        match notice.kind:
            case AlertKind.CORRECTION:
                return say("Correction")
            case AlertKind.FIGURE:
                return say("Figure changed")
            case AlertKind.HEADLINE:
                return say("Headline changed")
            case AlertKind.REMOVED:
                return say("Article removed")
            case AlertKind.RETURNED:
                return say("Article back")
            case AlertKind.NEW_LANGUAGE:
                return say("First report in {language}", language=self.language_name(notice.language))
            case AlertKind.NEW_COUNTRY:
                return say("First report from {country}", country=self.voice.country_name(notice.country))
            case AlertKind.FIGURES_DIFFER:
                return say("Figures differ")
            case AlertKind.FIGURES_UPDATED:
                return say("New figures")
            case AlertKind.SPIKE:
                return say("Spreading fast")
            case _:
                return say("New report") if reply else ""

    def opening(self, notice: Notice, *, reply: bool) -> str:
        """Return the same as a sentence that stands alone."""
        say, lead = self.voice.gettext, self.lead(notice, reply=reply)
        match notice.kind:
            case AlertKind.CORRECTION | AlertKind.FIGURE | AlertKind.HEADLINE:
                return say("{lead} in an article you were told of", lead=lead)
            case AlertKind.REMOVED:
                return say("Removed: the page of an article you were told of is gone")
            case AlertKind.RETURNED:
                return say("Back: the page of an article that was removed is there again")
            case AlertKind.NEW_STORY:
                return ""
            case _:
                return say("{lead}, in a story you were told of", lead=lead) if lead else ""

    def edit_lines(self, edit: Edit) -> tuple[tuple[str, str, bool], ...]:
        """Return how a change is shown: a word for each side, the sentence, and whether it still stands."""
        say = self.voice.gettext
        if edit.before and edit.after:
            return (say("Was"), edit.before, False), (say("Now"), edit.after, True)
        if edit.before:
            return ((say("Taken out"), edit.before, False),)
        return ((say("Added"), edit.after, True),)

    def claim(self, figure: FigureClaim) -> str:
        """Return what one report claims: *about 35 people helped*."""
        return claim(figure, self.voice)

    def counts(self, notice: Notice) -> str:
        """Return how widely and how independently a story is reported: copies confirm nothing."""
        count = self.voice.ngettext
        outlets = count("{n} outlet", "{n} outlets", notice.outlets)
        if notice.independent == 0:
            independent = self.voice.gettext("no independent report yet")
        else:
            independent = count("{n} independent report", "{n} independent reports", notice.independent)
        return self.voice.listed((outlets, independent))

    def growth(self, notice: Notice) -> str:
        """Return what the picture of a story's growth shows, for those who do not see it."""
        begin, end = self._span(notice)
        return self.voice.gettext(
            "Growth from {begin} to {end}: {counts}", begin=begin, end=end, counts=self.counts(notice)
        )

    def growth_legend(self, notice: Notice) -> str:
        """Return what stands below that picture."""
        begin, end = self._span(notice)
        return self.voice.gettext("{begin} – {end}: outlets; blue: independent reports", begin=begin, end=end)

    def _span(self, notice: Notice) -> tuple[str, str]:
        moments = [report.seen_at for report in notice.reports]
        return self.short_moment(min(moments)), self.short_moment(max(moments))

    def role(self, report: ReportLine) -> str:
        """Return what a report is worth and whom it credits; nothing when it stands for itself."""
        return self.voice.listed(part for part in (self.worth(report), self.credit(report)) if part)

    def credit(self, report: ReportLine) -> str:
        """Return the agencies that a report names as where its words come from."""
        if not report.agencies:
            return ""
        return self.voice.gettext("credits {agencies}", agencies=self.names(report.agencies))

    def worth(self, report: ReportLine) -> str:
        """Return what a report is worth as confirmation; nothing when it stands for itself."""
        say = self.voice.gettext
        if report.role is Role.COPY:
            return self._copy(report.kind)
        if not report.confirms and report.retells:
            return say("same agency report as {outlet}, not confirmation", outlet=self.name(report.retells))
        if not report.confirms:
            return say("same voice as before, not confirmation")
        return say("copied by others") if report.role is Role.ORIGINAL else ""

    def _copy(self, kind: CopyKind | None) -> str:
        say = self.voice.gettext
        match kind:
            case CopyKind.VERBATIM | None:  # messages of an older version do not say
                return say("copy, not confirmation")
            case CopyKind.EDITED:
                return say("edited copy, not confirmation")
            case CopyKind.EXCERPT:
                return say("excerpt, not confirmation")
            case CopyKind.ROUNDUP:
                return say("roundup that contains it, not confirmation")
            case _:
                assert_never(kind)

    def role_of_article(self, notice: Notice) -> str:
        """Return the role of the article that a notice is about."""
        return next((self.role(report) for report in notice.reports if report.url == notice.url), "")

    def matched(self, words: str) -> str:
        """Return *words*, fit for where they will stand, as those that matched."""
        return self.voice.gettext("Matched: {words}", words=words)

    def topics(self, names: str) -> str:
        """Return *names*, fit for where they will stand, as the topics."""
        return self.voice.gettext("Topics: {topics}", topics=names)

    def read_at(self, place: str) -> str:
        """Return where an article can be read; *place* is fit for where it will stand."""
        return self.voice.gettext("Read it at {place}", place=place)

    def more_reports(self, left: int) -> str:
        """Return how many reports are not listed."""
        return self.voice.ngettext("… and {n} more report", "… and {n} more reports", left)

    def more_stories(self, left: int) -> str:
        """Return how many stories are not told."""
        return self.voice.ngettext("… and {n} more story", "… and {n} more stories", left)

    # --- what may be asked ---

    def offer(self, kind: ErrandKind) -> str:
        """Return what a reader asks for by pressing a button or following a link."""
        return offer(kind, self.voice)

    def question(self, errand: Errand) -> str:
        """Return what is asked before a link does what it says."""
        return question(errand, self.voice)

    @property
    def done(self) -> str:
        """What is said when it is done."""
        return self.voice.gettext("Done. This page can be closed.")

    @property
    def over(self) -> str:
        """What is said of a link that leads nowhere."""
        return self.voice.gettext("This link is over. Newer messages have newer ones.")

    # --- titles and small lines ---

    def digest_title(self, frequency: Frequency, items: tuple[Item, ...]) -> str:
        """Return what a digest holds, in one line."""
        name = self._digest_name(frequency)
        if not items:
            return self.voice.gettext("{digest}: nothing new", digest=name)
        count = self.voice.ngettext
        stories = count("{n} story", "{n} stories", len(items))
        alerts = count("{n} alert", "{n} alerts", sum(len(item.alerts) for item in items))
        return f"{name}: {self.voice.listed((stories, alerts))}"

    def _digest_name(self, frequency: Frequency) -> str:
        say = self.voice.gettext
        match frequency:
            case Frequency.IMMEDIATE:
                return say("Alerts")
            case Frequency.SUMMARY:
                return say("Summary")
            case Frequency.HOURLY:
                return say("Hourly digest")
            case Frequency.DAILY:
                return say("Daily digest")
            case _:
                assert_never(frequency)

    def completeness(self, heard: Completeness) -> str:
        """Return how much of the list stands behind what is told; what is fine is left out."""
        say, number = self.voice.gettext, self.voice.number
        polled = self.voice.ngettext(
            "{polled} of {n} feed polled on time",
            "{polled} of {n} feeds polled on time",
            heard.total,
            polled=number(heard.polled),
        )
        parts = [
            polled,
            say("{number} failing", number=number(heard.failing)),
            say("{number} unusually quiet", number=number(heard.quiet)),
            *([say("{number} gone", number=number(heard.gone))] if heard.gone else []),
        ]
        return self.voice.listed(parts)

    def footer(self, item: Item) -> str:
        """Return the ids under which an alert and its story are found again."""
        alerts = self.voice.listed(map(str, item.alerts))
        ids = self.voice.ngettext("alert {ids}", "alerts {ids}", len(item.alerts), ids=alerts)
        if item.notice.discreet:
            return ids
        story = self.voice.gettext("story {id}", id=item.notice.story)
        return f"{ids} · {story}"

    def discreet(self, item: Item) -> str:
        """Return all that may be told of a discreet topic: its code name, and what kind of thing happened."""
        say, kind = self.voice.gettext, item.notice.kind
        what = say("new story") if kind is AlertKind.NEW_STORY else say("new report")
        return f"{self.names(item.notice.topics)}: {what}"

    # --- near misses ---

    @property
    def near_title(self) -> str:
        """The heading over near misses."""
        return self.voice.gettext("Near misses")

    @property
    def near_explained(self) -> str:
        """What near misses are, and what to do about them."""
        return self.voice.gettext(
            "No alerts: what the rules just missed in the last day. Does one belong? Then mend its rule."
        )

    def near(self, line: NearLine) -> str:
        """Return why an article is a near miss: by how many points, or how like the examples it is."""
        if not line.missing:
            return self.voice.gettext(
                "{share} like the topic's examples", share=self.voice.percent(line.likeness)
            )
        if line.missing == 1:
            return self.voice.gettext("1 point short")
        return self.voice.gettext("{points} points short", points=self.voice.number(line.missing))


@lru_cache(maxsize=64)
def wording(language: str = "en", timezone: str = "UTC") -> Wording:
    """Return the words for a reader of *language* on the clocks of *timezone*."""
    return Wording(voice(language, timezone))


def story_title(notice: Notice) -> str:
    """Return the title that a story keeps over all its messages: its first report's.

    Gmail threads by subject as well as by References, so follow-ups must bear the root's subject.
    """
    return visible(notice.reports[0].title if notice.reports else "") or visible(notice.headline)
