"""The tables of `monitor.toml`: every key with its type, default, range and one sentence of help."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, SecretStr

from monitor.settings import values
from monitor.settings.values import Count, Duration, HttpUrl, Networks, Number, ProxyUrl, Spans

MEBIBYTE = 1024 * 1024
MAX_INTERVAL = timedelta(days=1)  # a source that is read less often than daily is no longer monitored
LOOKS = (  # most corrections come within a day, few after a week
    timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8),
    timedelta(hours=24), timedelta(days=3), timedelta(days=7),
)  # fmt: skip
SECRET_FILES = {  # file in a secrets directory → the key it sets; any of them may also come as MONITOR_…
    "database_url": ("database", "url"),
    "email_password": ("email", "password"),
    "email_username": ("email", "username"),
    "slack_app_token": ("slack", "app_token"),
    "slack_token": ("slack", "token"),
}

Bytes = Annotated[ByteSize, BeforeValidator(values.no_flag)]


class Table(BaseModel):
    """What all tables share: frozen, and nothing unknown in them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


def _span(default: timedelta, shortest: timedelta, longest: timedelta, description: str) -> timedelta:
    field: timedelta = Field(default=default, ge=shortest, le=longest, description=description)
    return field


def _count(default: int, lowest: int, highest: int, description: str) -> int:
    field: int = Field(default=default, ge=lowest, le=highest, description=description)
    return field


def _bytes(default: int, lowest: int, highest: int, description: str) -> ByteSize:
    field: ByteSize = Field(default=ByteSize(default), ge=lowest, le=highest, description=description)
    return field


class Service(Table):
    """The process itself."""

    state_dir: Annotated[Path, AfterValidator(values.path)] = Field(
        default=Path("../state"),
        description="Where the database, the lock and backups live; a relative path counts from this file's "
        "folder. Under systemd, $STATE_DIRECTORY is the default.",
    )
    workers: Count = _count(
        2, 1, 64, "Processes that parse feeds and extract articles; one per core at most."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="console for people, json for machines, auto for console on a terminal."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important kind of line that is logged."
    )
    traces: HttpUrl | Literal[""] = Field(
        default="",
        description="An OpenTelemetry collector that takes traces (OTLP over HTTP), such as "
        "http://127.0.0.1:4318/v1/traces; empty means none. Needs the extra newsroom-monitor[traces].",
    )
    stop_within: Duration = _span(
        timedelta(seconds=10),
        timedelta(seconds=1),
        timedelta(minutes=5),
        "How long a stop may take; what is unfinished then is taken up at the next start.",
    )
    min_free: Bytes = _bytes(
        500 * MEBIBYTE,
        0,
        1024 * 1024 * MEBIBYTE,
        "Free space around the state directory below which `status` warns and /readyz says no.",
    )
    look_for_edits: Duration = _span(
        timedelta(seconds=2),
        timedelta(0),
        timedelta(hours=1),
        "How often the configuration's files are looked at; an edit is taken up when it is left alone. "
        "0 means only on SIGHUP.",
    )


class Database(Table):
    """Where rows are kept."""

    url: Annotated[str, AfterValidator(values.database_url)] = Field(
        default="",
        repr=False,  # it may hold a password
        description="postgresql://user@host/name, or sqlite:///file (a relative file counts from the state "
        "directory); empty means SQLite in the state directory.",
    )


class Net(Table):
    """Everything that is fetched from outside."""

    allow_addresses: Networks = Field(
        default=(),
        description="Networks (CIDR) that may be fetched from although they are private; none by default, so "
        "that a feed cannot make the service read the internal network.",
    )
    user_agent: Annotated[str, AfterValidator(values.header)] = Field(
        default=f"newsroom-monitor/{version('newsroom-monitor')} (news feed reader; contact not set)",
        description="How the service introduces itself to publishers; name a contact, or some will block it.",
    )
    timeout: Duration = _span(
        timedelta(seconds=30),
        timedelta(seconds=1),
        timedelta(minutes=10),
        "The longest that one fetch may take in all, redirects and body included.",
    )
    connect_timeout: Duration = _span(
        timedelta(seconds=10),
        timedelta(milliseconds=100),
        timedelta(minutes=2),
        "The longest wait for a connection, name look-up and TLS included.",
    )
    max_redirects: Count = _count(5, 0, 20, "How many redirects are followed.")
    proxy: ProxyUrl | Literal[""] = Field(
        default="",
        description="An HTTP proxy on the way to feeds, pages, hubs and webhooks, such as "
        "http://proxy.example.org:3128; empty means none, whatever the environment says. Hosts are "
        "still looked up and vetted here first, but the proxy looks again: it must keep its own guard.",
    )


class Poll(Table):
    """When feeds are read, and how much of them."""

    tick: Duration = _span(
        timedelta(seconds=1),
        timedelta(milliseconds=100),
        timedelta(minutes=5),
        "How often the service looks for due work.",
    )
    every: Duration = _span(
        timedelta(minutes=15),
        timedelta(seconds=1),
        MAX_INTERVAL,
        "The interval of a feed not yet known well.",
    )
    shortest: Duration = _span(
        timedelta(minutes=3),
        timedelta(seconds=1),
        MAX_INTERVAL,
        "The shortest interval that a busy feed earns.",
    )
    longest: Duration = _span(
        timedelta(hours=1),
        timedelta(seconds=1),
        MAX_INTERVAL,
        "The longest interval that a quiet feed earns.",
    )
    backlog: Duration = _span(
        timedelta(hours=48),
        timedelta(0),
        timedelta(days=365),
        "How old an entry of a new feed may be to raise an alert; older ones are only read and stored.",
    )
    alert_after: Count = _count(
        3, 1, 100, "Polls in a row that must fail before operators are told; three take about 90 minutes."
    )
    concurrency: Count = _count(64, 1, 1_000, "Feeds that are fetched at the same time.")
    per_host: Count = _count(2, 1, 10, "Of these, how many may be of one host.")
    host_gap: Duration = _span(
        timedelta(seconds=1),
        timedelta(0),
        timedelta(minutes=5),
        "The least time between the starts of two polls at one host.",
    )
    retry_after_scope: Literal["feed", "host"] = Field(
        default="host",
        description="Who rests after a 429 or 503 with Retry-After: the feed alone, or every feed of "
        "its host.",
    )
    max_feed_bytes: Bytes = _bytes(
        10 * MEBIBYTE, 1_000, 200 * MEBIBYTE, "The largest feed that is read, after decompression."
    )
    max_entries: Count = _count(
        5_000, 1, 100_000, "Entries taken from one feed; the rest is left out and counted."
    )
    parse_timeout: Duration = _span(
        timedelta(seconds=10),
        timedelta(seconds=1),
        timedelta(minutes=5),
        "How long a worker may parse one feed before it is killed.",
    )


class Read(Table):
    """How articles become text."""

    concurrency: Count = _count(8, 1, 200, "Articles that are read at the same time.")
    max_page_bytes: Bytes = _bytes(
        3 * MEBIBYTE, 1_000, 50 * MEBIBYTE, "The largest page that is read, after decompression."
    )
    extract_timeout: Duration = _span(
        timedelta(seconds=20),
        timedelta(seconds=1),
        timedelta(minutes=5),
        "How long a worker may extract one page before it is killed.",
    )
    attempts: Count = _count(3, 1, 20, "Tries at a page before the feed's own text stands in for it.")
    respect_robots: bool = Field(
        default=True,
        description="Whether pages are left alone that their site's robots.txt closes to robots, and its "
        "Crawl-delay is kept; the feed's own text stands in then.",
    )
    look_again: Spans = Field(
        default=LOOKS,
        max_length=20,
        description="When the page of an article that matched is looked at again, counted from its first "
        "reading, so that corrections, new headlines and removals are noticed; an empty list means never.",
    )


class Stories(Table):
    """How reports are grouped."""

    window: Duration = _span(
        timedelta(days=7),
        timedelta(hours=1),
        timedelta(days=90),
        "How long a story without news stays open for further reports.",
    )


class Keep(Table):
    """How long what was read is kept."""

    texts: Duration = _span(
        timedelta(days=90),
        timedelta(days=1),
        timedelta(days=3650),
        "How long an article's text is kept after it was first seen; later copies of it are no longer known.",
    )
    records: Duration = _span(
        timedelta(days=365),
        timedelta(days=30),
        timedelta(days=3650),
        "How long everything else is kept: stories, matches, figures, alerts and deliveries, counted from a "
        "story's last report. Never less than stories.window.",
    )
    size: Bytes = _bytes(
        0,
        0,
        1024 * 1024 * 1024 * MEBIBYTE,
        "What the database may take on disk: `status` warns from nine tenths of it on. 0 means no limit.",
    )


class Alerts(Table):
    """How messages are written and delivered."""

    language: values.Interface = Field(
        default="en", description="The language of the words around the news: en or id."
    )
    timezone: values.Zone = Field(
        default="UTC", description="The zone of the times in messages, such as Europe/Berlin."
    )
    concurrency: Count = _count(4, 1, 50, "Destinations told at the same time; slow ones go on beside them.")
    retry_first: Duration = _span(
        timedelta(seconds=30),
        timedelta(milliseconds=100),
        timedelta(hours=1),
        "The wait after a first failure; it doubles with each further one.",
    )
    retry_longest: Duration = _span(
        timedelta(hours=6), timedelta(seconds=1), timedelta(days=1), "The longest wait between two tries."
    )
    give_up_after: Duration = _span(
        timedelta(hours=24),
        timedelta(minutes=1),
        timedelta(days=30),
        "When a message that cannot be delivered is set aside; it stays visible and can be sent by hand.",
    )
    surge_factor: Number = Field(
        default=10.0,
        ge=0,
        le=1_000,
        description="How many times its usual rate a topic may match in an hour; then operators hear of it "
        "and it tells in hourly digests only. 0 switches that off.",
    )
    surge_least: Count = _count(
        20,
        1,
        100_000,
        "Fewer articles than this in an hour are no flood, however rare the topic is otherwise.",
    )


class Slack(Table):
    """Messages to Slack channels."""

    base_url: HttpUrl = Field(
        default="https://slack.com/api/", description="Slack's Web API; change it for a proxy or a test."
    )
    token: Annotated[SecretStr, AfterValidator(values.token)] = Field(
        default=SecretStr(""), description="The bot token (xoxb-…): a secret, see above."
    )
    app_token: Annotated[SecretStr, AfterValidator(values.token)] = Field(
        default=SecretStr(""),
        description="The app-level token (xapp-…) of Socket Mode, for buttons under messages: a secret, too.",
    )
    pace: Duration = _span(
        timedelta(seconds=1),
        timedelta(0),
        timedelta(minutes=1),
        "The time between two messages to one channel, after a burst of five; Slack allows one a second.",
    )


class Email(Table):
    """Messages by mail."""

    host: Annotated[
        str,
        values.pattern(
            r"[A-Za-z0-9.:-]{0,253}",
            "not a host name",
            "Write the mail server's name, such as mail.example.org.",
        ),
    ] = Field(default="", description="The mail server that takes messages; empty means no mail.")
    port: Count = _count(587, 1, 65_535, "Its port: 587 with starttls, 465 with tls, 25 with none.")
    tls: Literal["none", "starttls", "tls"] = Field(
        default="starttls", description="How the connection is protected: none, starttls or tls."
    )
    username: str = Field(
        default="", repr=False, description="The account at the mail server, if it wants one."
    )
    password: SecretStr = Field(default=SecretStr(""), description="Its password: a secret, see above.")
    sender: Annotated[str, AfterValidator(values.sender)] = Field(
        default="", description='Who messages come from, such as "Newsroom monitor <monitor@example.org>".'
    )


class Web(Table):
    """The service's own pages: health, readiness, metrics."""

    listen: Annotated[str, AfterValidator(values.listen)] = Field(
        default="", description="Address and port to answer on, such as 127.0.0.1:8080; empty means off."
    )
    public_url: HttpUrl | Literal[""] = Field(
        default="",
        description="The https address under which this listener is reached from outside, such as "
        "https://news.example.org/m; with it, feeds that name a hub are subscribed to (WebSub), and messages "
        "have links to mute, follow and unsubscribe. Empty means neither.",
    )
    metrics_allow: Networks = Field(
        default=(IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")),
        description="Networks (CIDR) that may read /metrics, by default this machine. A request that says it "
        "came through a proxy is refused; a proxy that does not say so must pass on /websub/, /do/ and "
        "/feeds/ only.",
    )


class Sections(Table):
    """All of `monitor.toml`."""

    service: Service = Service()
    database: Database = Database()
    net: Net = Net()
    poll: Poll = Poll()
    read: Read = Read()
    stories: Stories = Stories()
    keep: Keep = Keep()
    alerts: Alerts = Alerts()
    slack: Slack = Slack()
    email: Email = Email()
    web: Web = Web()
