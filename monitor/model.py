"""The nouns of the house: frozen values that every floor above may hold, and no behaviour.

Times are aware UTC datetimes, spans are timedeltas, ids are the database's integers.
What was observed, what was decided and what is stored are different types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

# --- feeds ------------------------------------------------------------------------------------------


class FeedStatus(StrEnum):
    """Whether a feed is polled, and if not, why."""

    LIVE = "live"
    GONE = "gone"  # answered 410: the publisher says it will not come back
    REMOVED = "removed"  # no longer in the configuration; kept for its articles


class FeedOrigin(StrEnum):
    """Who put a feed on the list."""

    CONFIG = "config"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one feed is reached: header fields that its server wants to see, and a proxy on the way.

    Any value may be a secret: it is kept in memory only, and shown, stored or logged nowhere.
    """

    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """A feed as an operator lists it; only the URL is required."""

    url: str
    name: str = ""
    outlet: str = ""
    language: str = ""
    every: timedelta | None = None
    tags: tuple[str, ...] = ()
    access: Access = field(default=Access(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """How often in a row a feed's body has ended its parser, and the last body that did."""

    count: int = 0
    body_hash: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it is stored: what a poll needs to know and what a person asks about."""

    id: int
    url: str
    host: str
    name: str = ""
    outlet: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    origin: FeedOrigin = FeedOrigin.CONFIG
    status: FeedStatus = FeedStatus.LIVE
    interval: timedelta = timedelta(minutes=15)
    next_poll_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0
    cause: str | None = None
    last_error: str | None = None
    first_success_at: datetime | None = None
    last_success_at: datetime | None = None
    moved_to: str | None = None
    moves: int = 0
    entries: int = 0
    listed_url: str = ""  # as the operator wrote it; `url` may have moved since
    losses: Losses = Losses()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An Atom entry or RSS item, cleaned of everything a database or a reader cannot bear."""

    key: str  # hash of the guid, else of the link, else of title and date: identity within its feed
    url: str | None  # absolute http(s), never with user info
    title: str
    summary: str = ""  # plain text
    content: str = ""  # HTML as published, unsafe until sanitised; empty when the feed gives no full text
    published_at: datetime | None = None  # clamped to the moment of the poll
    published_claim: str = ""  # the date as the feed wrote it
    authors: tuple[str, ...] = ()
    language: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""  # the outlet that an aggregator names


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed's bytes say, with what had to be mended to read them."""

    format: str  # rss20, rss10, rss091, atom10, json11, …
    title: str
    home: str | None
    language: str
    ttl: timedelta | None
    entries: tuple[Entry, ...]
    repairs: tuple[str, ...] = ()
    hub: str | None = None  # where changes of this feed are announced (WebSub)
    topic: str | None = None  # the URL by which the hub knows the feed


class SilenceKind(StrEnum):
    """How a source came to tell us nothing, the worse the later."""

    QUIET = "quiet"  # it answers, and shows nothing new for longer than its own rhythm explains
    FAILING = "failing"  # several polls in a row gave nothing
    GONE = "gone"  # answered 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A source that tells us nothing; `detail` is safe to store and show.

    `since` is its last sign of life: the last success, for a quiet one its last entry.
    """

    kind: SilenceKind
    since: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How much of the list we hear: feeds read on time, failing, unusually quiet, gone, and all of them."""

    polled: int
    failing: int
    quiet: int
    gone: int
    total: int


# --- the network --------------------------------------------------------------------------------------


class Cause(StrEnum):
    """Why a fetch gave nothing, in the words that `feeds list`, `status` and metrics show.

    HTTP refusals carry their status beside it (`FetchFailed.status`) and read "http 403".
    """

    DNS = "dns"
    TLS = "tls"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    BLOCKED_ADDRESS = "blocked address"
    BAD_URL = "bad url"
    TOO_MANY_REDIRECTS = "too many redirects"
    TOO_LARGE = "too large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad encoding"
    HTTP = "http"
    CHALLENGE = "challenge page"
    NOT_A_FEED = "not a feed"
    PARSER = "parser failed"
    PROTOCOL = "protocol error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One hop: the URL that answered and the status it answered with."""

    url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What makes the next request conditional (RFC 9110 13.1)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole body, inflated, within its limits."""

    url: str  # after redirects
    status: int
    body: bytes
    content_type: str = ""
    charset: str | None = None
    validators: Validators = Validators()
    max_age: timedelta | None = None
    redirects: tuple[Redirect, ...] = ()
    hub: str | None = None  # from the Link field, which goes before the feed's own word (WebSub 4)
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that what we hold is current."""

    url: str
    validators: Validators = Validators()
    max_age: timedelta | None = None
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No usable body; `detail` is safe to store and show (no URL, no credentials)."""

    cause: Cause
    detail: str = ""
    status: int | None = None
    retry_after: timedelta | None = None
    redirects: tuple[Redirect, ...] = ()

    @property
    def label(self) -> str:
        """The named cause as people and metrics see it: `dns`, `timeout`, `http 403`."""
        return f"http {self.status}" if self.cause is Cause.HTTP and self.status else self.cause.value


FetchResult: TypeAlias = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLost:
    """A parser's process died or was killed for its time or memory; only this input is to blame."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A parser refused this input; the reason is safe to store and show."""

    reason: str


# --- articles -----------------------------------------------------------------------------------------


class ArticleState(StrEnum):
    """Where an article is on its way through the read stage."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class Outcome(StrEnum):
    """What reading an article came to."""

    PAGE = "page"  # text from the page
    FEED = "feed"  # text from the feed: it was whole, or the page was refused
    NOT_AN_ARTICLE = "not an article"
    BLOCKED = "blocked"
    DUPLICATE_URL = "duplicate url"  # the page's canonical URL is an article we hold
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The text that a reader sees on a page, and what the page says of itself."""

    title: str
    text: str
    language: str  # ISO 639-1, or "und"
    published_at: datetime | None = None
    modified_at: datetime | None = None  # only where it is later than the publication
    authors: tuple[str, ...] = ()
    canonical_url: str | None = None
    site: str = ""
    section: str = ""
    image: str | None = None
    origins: dict[str, str] = field(default_factory=dict)  # field → page | feed | detected …


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnArticle:
    """A page that holds no article: a consent wall, a challenge, a list, an empty shell."""

    outcome: Outcome
    reason: str


Extraction: TypeAlias = Extracted | NotAnArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as the decisions see it, once its text is known."""

    id: int
    url: str
    title: str
    text: str
    language: str
    outlet: str
    source: str  # host, without "www."
    seen_at: datetime
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)  # field → where its value came from


# --- revisions ----------------------------------------------------------------------------------------


class Change(StrEnum):
    """What a revision did to an article; the graver ones first."""

    REMOVED = "removed"  # 404 or 410, twice
    CORRECTION = "correction"  # a note says that it was wrong
    FIGURE = "figure"
    HEADLINE = "headline"
    REWRITE = "rewrite"
    EDIT = "edit"  # something else


class Mark(StrEnum):
    """Where words stand: in both versions, in the old one only, in the new one only."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that follow one another and have one mark; a space belongs to the word before it."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence of a difference: of one mark when it was kept, removed or added, of several when changed.

    `opens` says that it begins a paragraph.
    """

    runs: tuple[Run, ...]
    opens: bool = False

    @property
    def is_kept(self) -> bool:
        """Both versions say it alike."""
        return all(run.mark is Mark.KEPT for run in self.runs)

    @property
    def before(self) -> str:
        """The sentence as the old version has it, or nothing."""
        return "".join(run.text for run in self.runs if run.mark is not Mark.ADDED).strip()

    @property
    def after(self) -> str:
        """The sentence as the new version has it, or nothing."""
        return "".join(run.text for run in self.runs if run.mark is not Mark.REMOVED).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article's words at one time."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What became of an article: which kinds of change, the gravest first, and the difference by sentences.

    `telling` holds what the kinds were seen in, in their order.

    Units: `changed` is the share of words that only one version has, 0 to 1.
    """

    kinds: tuple[Change, ...]
    telling: tuple[Passage, ...] = ()
    title: Passage
    passages: tuple[Passage, ...]
    changed: float


# --- topics -------------------------------------------------------------------------------------------


class TopicStatus(StrEnum):
    """Whether a topic raises alerts."""

    LIVE = "live"
    DRAFT = "draft"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A named idea with its aliases, as language → spellings; `any` stands for every language."""

    name: str
    weight: float
    aliases: dict[str, tuple[str, ...]]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a topic is held against: title and text apart, with what is known of the source."""

    title: str
    text: str
    language: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A named interest: what must be in an article for a newsroom to hear of it."""

    id: str
    title: str
    match: str
    exclude: str = ""
    concepts: tuple[Concept, ...] = ()
    languages: tuple[str, ...] = ()
    min_score: float = 0.0
    title_factor: float = 2.0
    immediate_score: float | None = None
    cooldown: timedelta = timedelta(0)  # between two messages at once about one of its stories
    figures: tuple[FigureRole, ...] = ()  # roles of figures that its editor wants to hear of
    status: TopicStatus = TopicStatus.LIVE
    code_name: str = ""
    discreet: bool = False  # only its code name leaves the house, and only to routes that name it
    owner: str = ""
    seeds: tuple[str, ...] = ()  # files beside the topics, or URLs of archived articles
    examples: tuple[Document, ...] = ()  # the seeds that are files, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One place where a concept stands: the words as written, at their place.

    Units: `start` and `end` count characters of `title + "\\n" + text` (of `text` alone when the
    title is empty), so that slicing that string gives `text` back.
    """

    concept: str
    text: str
    start: int
    end: int
    in_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An article that a topic just misses: by points, its expression being fulfilled, or by words alone.

    Units: `missing` is points, 0 when the expression does not hold; `likeness` is a cosine, 0 when unknown.
    """

    topic: str
    missing: float = 0.0
    likeness: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A topic that an article belongs to, with its score and the words that say so."""

    topic: str
    score: float
    evidence: tuple[Evidence, ...]


# --- stories ------------------------------------------------------------------------------------------


class Role(StrEnum):
    """What an article is within its story; a copy never counts as confirmation."""

    ORIGINAL = "original"  # a report that others were found to copy
    COPY = "copy"
    REPORT = "report"


class CopyKind(StrEnum):
    """How much of the earlier article a copy carries."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    EXCERPT = "excerpt"
    ROUNDUP = "roundup"  # carries the earlier one whole, among other news


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article whose text is contained in an earlier one.

    Units: `containment` and `jaccard` are exact shares of distinct word 4-shingles, 0 to 1.
    """

    of: int
    kind: CopyKind
    containment: float
    jaccard: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEvidence:
    """One reason why two reports tell one story: `kind` is names, numbers, concepts, words, copy."""

    kind: str
    score: float
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs: an existing story, or a new one when `story` is None."""

    story: int | None
    role: Role
    copy: Copy | None = None
    score: float = 0.0
    evidence: tuple[LinkEvidence, ...] = ()


# --- figures ------------------------------------------------------------------------------------------


class FigureRole(StrEnum):
    """What is said to have happened to those who are counted."""

    HELPED = "helped"
    ARRIVED = "arrived"
    WAITING = "waiting"
    ARRESTED = "arrested"
    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    DISPLACED = "displaced"
    GRANTED = "granted"
    CHARGED = "charged"
    RELEASED = "released"
    DEPORTED = "deported"


class Hedge(StrEnum):
    """How far a report stands by a number."""

    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A quantity that a report claims: a claim, never a fact.

    Units: `start` and `end` bound the number in the text that was read, `quote` is its sentence there.
    """

    value: int | None  # none in a range, a vague plural or an approximate collective
    low: int
    high: int
    role: FigureRole
    unit: str  # people, families, visas, permits, applications
    hedge: Hedge | None = None
    scope: str | None = None  # the period over which it adds up, in the text's words
    attribution: str | None = None  # who says so, in the text's words
    quote: str
    start: int
    end: int


# --- alerts -------------------------------------------------------------------------------------------


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
    SOURCE_SILENT = "source_silent"
    SOURCE_GONE = "source_gone"
    SOURCE_BACK = "source_back"
    DELIVERY_DEAD = "delivery_dead"
    TOPIC_SURGE = "topic_surge"
    TOPIC_CALM = "topic_calm"
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
    WEBHOOK = "webhook"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A Slack channel, an address or a webhook, under the name that routes use.

    Of more than `per_hour` messages the rest is folded into summaries. What cannot be delivered within
    `fallback_after`, or never, goes to the destination `fallback`.
    """

    name: str
    channel: Channel
    address: str = field(repr=False)  # channel id or name, mail address, URL (a secret)
    quiet: QuietHours | None = None
    per_hour: int | None = None
    fallback: str | None = None
    fallback_after: timedelta = timedelta(hours=1)


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
class OperatorNotice:
    """What a message tells those who run the service: no story, no article, never a URL.

    `since` is when it began; `remedy` is empty where there is nothing to do.
    """

    alert: int
    kind: AlertKind
    subject: str  # the source, or the delivery
    detail: str
    remedy: str
    since: datetime


# --- delivery -----------------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    """Where a delivery is; dead ones stay visible and can be retried by hand."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A leased delivery with everything its channel needs.

    `key` is stable over attempts: Slack's metadata and the mail's Message-ID carry it.
    `attempts` counts this one; above 1 an earlier one may have landed.
    """

    id: int
    key: str
    destination: str
    attempts: int
    created_at: datetime  # no attempt can have landed before this
    first_attempt_at: datetime  # since when patience counts; anew after a retry by hand
    notices: tuple[Notice, ...]  # more than one in a digest
    frequency: Frequency = Frequency.IMMEDIATE
    root_ref: str | None = None  # the message that this one goes under: its story's root, or what it ends
    operator_notices: tuple[OperatorNotice, ...] = ()  # then `notices` is empty
    completeness: Completeness | None = None  # in a digest: how much of the list stands behind it
    near_misses: tuple[NearLine, ...] = ()  # in a daily digest: what its topics just missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The other side took the message; `ref` is its name there (Slack's ts, a Message-ID)."""

    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """A passing fault; `after` is what the other side asked for, if it did."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A fault that will not pass by itself: the reason is the other side's own."""

    reason: str


SendResult: TypeAlias = Sent | TryLater | Refused
