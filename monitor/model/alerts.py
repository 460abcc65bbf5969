"""Alerts: what is worth telling, to whom, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.feeds import SilenceKind
from monitor.model.figures import FigureRole, Hedge
from monitor.model.stories import CopyKind, EarlierStory, LinkEvidence, Role


class AlertKind(StrEnum):
    """What is worth telling."""

    NEW_STORY = "new_story"
    NEW_REPORT = "new_report"
    NEW_LANGUAGE = "new_language"  # the first independent report of a story in a language
    NEW_COUNTRY = "new_country"  # and from a country
    FIGURES_DIFFER = "figures_differ"  # reports of a story contradict each other
    FIGURES_UPDATED = "figures_updated"  # later reports tell other numbers
    SPIKE = "spike"  # many outlets report a story within a short time
    CORRECTION = "correction"
    FIGURE = "figure"
    HEADLINE = "headline"
    REMOVED = "removed"
    RETURNED = "returned"  # a page that was removed is there again
    SOURCE_SILENT = "source_silent"
    SOURCE_GONE = "source_gone"
    SOURCE_BACK = "source_back"
    DELIVERY_DEAD = "delivery_dead"
    NETWORK_AWAY = "network_away"  # ours: hosts in a crowd do not answer
    NETWORK_BACK = "network_back"
    TOPIC_SURGE = "topic_surge"
    TOPIC_CALM = "topic_calm"
    TEST = "test"  # somebody wants to know whether messages arrive; never stored
    DIGEST = "digest"  # tells nothing itself: a digest that is sent whatever it holds


class Frequency(StrEnum):
    """When a destination hears of an alert."""

    IMMEDIATE = "immediate"
    SUMMARY = "summary"  # what quiet hours held or a rate limit folded; nobody asks for it
    HOURLY = "hourly"
    DAILY = "daily"


class Channel(StrEnum):
    """How a destination is reached."""

    SLACK = "slack"
    EMAIL = "email"
    SLACK_WEBHOOK = "slack_webhook"
    WEBHOOK = "webhook"
    APPRISE = "apprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When a destination is left alone; what scores at least `unless_score` is told all the same.

    Units: `begins` and `ends` are minutes after midnight in `timezone`; an end before the beginning is
    on the next day.
    """

    begins: int
    ends: int
    timezone: str = "UTC"
    unless_score: float | None = None


SEVERAL = "/"  # between the name of a destination of several addresses and the one that is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A Slack channel, a mail address, a webhook or whatever Apprise reaches, under the name that routes use.

    Of more than `per_hour` messages the rest is folded into summaries. What cannot be delivered within
    `fallback_after`, or never, goes to the destination `fallback`.
    """

    name: str
    channel: Channel
    address: str = field(repr=False)  # channel id or name, mail address, URL (a secret)
    language: str = "en"  # of our own words there
    timezone: str = "UTC"  # of the times shown there
    signing_secret: str = field(default="", repr=False)  # proves to a webhook who sent
    broadcast: tuple[AlertKind, ...] = ()  # follow-ups that show beside their thread, too
    quiet: QuietHours | None = None
    per_hour: int | None = None
    fallback: str | None = None
    fallback_after: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFeed:
    """A feed of alerts that is fetched, behind a token; without topics it tells of all but discreet ones."""

    name: str
    token: str = field(repr=False)
    topics: tuple[str, ...] = ()
    language: str = "en"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who hears of what, and when; what is left empty is no condition.

    A discreet topic goes only where a route names it. `even_empty`: a digest of nothing is sent, too.

    Units: `at` is minutes after midnight in `timezone`, for daily routes.
    """

    destinations: tuple[str, ...]
    topics: tuple[str, ...] = ()
    kinds: tuple[AlertKind, ...] = ()
    min_score: float = 0.0
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    frequency: Frequency = Frequency.IMMEDIATE
    at: int = 7 * 60
    timezone: str = "UTC"
    even_empty: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """What is not told, whatever the routes say; what is left empty is no condition."""

    topics: tuple[str, ...] = ()
    kinds: tuple[AlertKind, ...] = ()
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A topic, a story, or a topic's part of a story that is not told until a moment; None means any."""

    id: int
    topic: str | None
    story: int | None
    destination: str | None
    until: datetime
    digests: bool = False  # only in digests: their reader unsubscribed


class ErrandKind(StrEnum):
    """What a reader can ask of a message."""

    MUTE = "mute"
    UNMUTE = "unmute"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    IRRELEVANT = "irrelevant"
    UNSUBSCRIBE = "unsubscribe"  # from digests, for good; it is about no story


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a reader asked for, of which story, at which destination."""

    kind: ErrandKind
    destination: str
    story: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDraft:
    """An alert that was decided and is not yet stored; unique by topic, story, kind and cause."""

    topic: str
    kind: AlertKind
    cause: str  # e.g. "article:17"
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDraft:
    """An alert on its way to one destination; `alert` is the index among the drafts it came with.

    One article tells one destination once: drafts with `carried_by` ride on that other draft.
    """

    alert: int
    destination: str
    frequency: Frequency
    due_at: datetime
    carried_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One report of a story as a message lists it."""

    outlet: str
    language: str
    title: str
    url: str
    role: Role
    seen_at: datetime
    kind: CopyKind | None = None  # of a copy
    agencies: tuple[str, ...] = ()  # that it credits for its words
    retells: str = ""  # the outlet whose report of the same agency it tells in other words
    confirms: bool = True  # it adds a voice that had not been heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A sentence that changed, came (nothing before) or went (nothing after), as a message shows it."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureClaim:
    """One of several figures that stand against each other, as a message shows it."""

    outlet: str
    language: str
    role: FigureRole
    unit: str
    low: int
    high: int
    hedge: Hedge | None
    quote: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Figures of a story's reports that differ, or were told anew; `cause` is the same while they stand."""

    cause: str
    role: FigureRole
    differ: bool  # else the later ones tell more
    claims: tuple[FigureClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a story has come without the article in hand: its independent reports and their times."""

    languages: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    lately: frozenset[str] = frozenset()  # outlets that reported it within the time a spike takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a message tells: the snapshot that commits with its alert, whole enough to render later."""

    alert: int
    kind: AlertKind
    story: int
    topics: tuple[str, ...]  # titles, as people read them
    headline: str
    url: str
    outlet: str
    language: str
    seen_at: datetime
    published_at: datetime | None
    score: float
    quotes: tuple[str, ...]  # sentences that hold the matched words
    matched: tuple[str, ...]  # the matched words as written
    reports: tuple[ReportLine, ...]
    outlets: int
    independent: int
    languages: tuple[str, ...]
    edits: tuple[Edit, ...] = ()  # what changed in an article that was told before
    country: str = ""  # ISO 3166 code of the outlet's country, where it is known
    disagreement: tuple[FigureClaim, ...] = ()  # claims that differ, the earliest first
    discreet: bool = False  # only a code name and ids are in it, and only they may be shown
    likeness: float = 0.0  # to the topic's examples, 0 to 1; 0 when it has none
    links: tuple[LinkEvidence, ...] = ()  # why the article is in its story; nothing when it opens one
    follows: EarlierStory | None = None  # what a new story takes up after a silence


@dataclass(frozen=True, slots=True, kw_only=True)
class NearLine:
    """An article that nearly matched, as a digest lists it."""

    headline: str
    url: str
    outlet: str
    language: str
    missing: float
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFacts:
    """What a message to operators tells beside its kind: facts, put into words for each reader.

    Units: `recent` and `usual` are matched articles an hour; `asked` and `unreached` are hosts.
    """

    silence: SilenceKind | None = None
    reason: str = ""  # what went wrong, as the other side or the fetch said it
    ended_at: datetime | None = None
    delivery: int | None = None
    destination: str = ""
    recent: int = 0
    usual: float = 0.0
    asked: int = 0
    unreached: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorNotice:
    """What a message tells those who run the service: no story, no article, never a URL.

    `since` is when it began.
    """

    alert: int
    kind: AlertKind
    subject: str  # the source, the topic, or the delivery
    since: datetime
    facts: OperatorFacts = OperatorFacts()
