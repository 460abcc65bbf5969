"""The whole configuration: every file and layer read, checked against one another, and told at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from monitor.alerts.layouts import SHIPPED, Layouts
from monitor.errors import Fault, SettingsFault
from monitor.model import AlertFeed, Destination, FeedSource, Route, Silenced, Topic
from monitor.settings.crosscheck import check_audience, check_channels, check_tables
from monitor.settings.feed_list import read_feeds
from monitor.settings.files import yaml_files
from monitor.settings.findings import Findings, Place, did_you_mean
from monitor.settings.layers import (
    SECRET_PREFIX,
    Layers,
    named_secret,
    read_layers,
    secret_variable,
)
from monitor.settings.people import read_people
from monitor.settings.sections import (
    SECRET_FILES,
    Alerts,
    Database,
    Email,
    Keep,
    Net,
    Poll,
    Read,
    Sections,
    Service,
    Slack,
    Stories,
    Table,
    Web,
)
from monitor.settings.templates import read_templates
from monitor.settings.toml_lines import Loc
from monitor.settings.topic_files import Topics, read_topics

KNOWN_FILES = ("monitor.toml", "feeds.yaml", "people.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator decided, whole and checked.

    Its repr shows no secret, no feed's URL and no watched word, so that it may end in a log by mistake.
    `service.state_dir` is absolute and `database.url` is never empty.
    """

    service: Service
    database: Database
    net: Net
    poll: Poll
    read: Read
    stories: Stories
    keep: Keep
    alerts: Alerts
    slack: Slack
    email: Email
    web: Web
    feeds: tuple[FeedSource, ...] = field(repr=False)
    topics: tuple[Topic, ...] = field(repr=False)
    destinations: Mapping[str, Destination] = field(repr=False)
    routes: tuple[Route, ...] = field(repr=False)
    silenced: tuple[Silenced, ...] = field(default=(), repr=False)  # what is not told after all
    operators: tuple[str, ...] = ()  # destinations that hear of the service's own troubles
    alert_feeds: tuple[AlertFeed, ...] = field(default=(), repr=False)
    layouts: Layouts = field(default=SHIPPED, repr=False)  # of mail
    warnings: tuple[Fault, ...] = ()
    topic_files: Mapping[str, str] = field(default_factory=dict, repr=False)
    topic_faults: tuple[Fault, ...] = field(default=(), repr=False)  # of what `usable` had to pass over
    kept: frozenset[str] = field(default=frozenset(), repr=False)  # topics at their last good version
    lost: frozenset[str] = field(default=frozenset(), repr=False)  # broken, with no version to keep


@dataclass(frozen=True, slots=True, kw_only=True)
class LastGood:
    """A topic as it was last in force, and the file that it was written in."""

    topic: Topic
    file: str


def load(config_dir: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the configuration in *config_dir* with the secrets and *environ* (the process's own) over it.

    Raises: SettingsFault, with every fault of every file.
    """
    settings, faults = _read(config_dir, os.environ if environ is None else environ)
    if faults or settings.topic_faults:
        raise SettingsFault(_once([*faults, *settings.topic_faults]))
    return settings


def usable(
    config_dir: Path,
    last: Mapping[str, LastGood] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Return the configuration with every topic that can be used, whatever is wrong with its neighbours.

    A broken topic stays as it was in *last*, by id; without that it is left out.

    Raises: SettingsFault where anything but topics is wrong, with every fault of every file.
    """
    settings, faults = _read(config_dir, os.environ if environ is None else environ, last or {})
    if faults:
        raise SettingsFault(_once([*faults, *settings.topic_faults]))
    return settings


def check(config_dir: Path, environ: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """Return every fault that `load` would raise; none when the configuration can be used."""
    settings, faults = _read(config_dir, os.environ if environ is None else environ)
    return _once([*faults, *settings.topic_faults])


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The topics of a folder that can be used, and what is wrong with it."""

    topics: tuple[Topic, ...] = field(repr=False)
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def check_topics(folder: Path) -> Checked:
    """Look through the topics in *folder* alone, whatever state the rest of the configuration is in."""
    findings = Findings()
    topics = read_topics(folder, findings)
    return Checked(topics=topics.topics, errors=_once(findings.faults), warnings=_once(findings.warnings))


def _read(
    config_dir: Path, environ: Mapping[str, str], last: Mapping[str, LastGood] | None = None
) -> tuple[Settings, tuple[Fault, ...]]:
    """Return the configuration with its usable topics, and what is wrong outside them."""
    findings, about_topics = Findings(), Findings()
    if not config_dir.is_dir():
        place = Place(file=str(config_dir), line=None, key="(directory)")
        findings.fault(
            place, "there is no such directory", "Name another, or write a first one: monitor init DIR"
        )
    layers = read_layers(config_dir, environ, findings)
    tables, whole = _tables(layers, findings)
    check_tables(tables, whole, layers.place, findings)
    secret = partial(named_secret, environ=environ, findings=findings)
    feeds = read_feeds(config_dir / "feeds.yaml", secret, findings)
    topics = read_topics(config_dir / "topics", about_topics)
    in_force = _in_force(topics, last or {})
    ids = tuple(topic.id for topic in topics.topics) if topics.whole else None
    people = read_people(config_dir / "people.yaml", ids, tables.alerts, secret, findings)
    layouts = read_templates(config_dir, findings)
    check_channels(tables, whole, people, layers.place, findings)
    check_audience(topics, people, _file(config_dir / "topics"), _file(config_dir / "people.yaml"), findings)
    _check_secrets(layers, environ, (*people.secrets, *feeds.secrets), findings)
    _check_files(config_dir, findings)
    tables = _located(tables, config_dir, environ)
    settings = Settings(
        service=tables.service,
        database=tables.database,
        net=tables.net,
        poll=tables.poll,
        read=tables.read,
        stories=tables.stories,
        keep=tables.keep,
        alerts=tables.alerts,
        slack=tables.slack,
        email=tables.email,
        web=tables.web,
        feeds=feeds.feeds,
        topics=tuple(each.topic for each in in_force.values()),
        destinations=people.destinations,
        routes=people.routes,
        layouts=layouts,
        alert_feeds=people.feeds,
        silenced=people.silenced,
        operators=people.operators,
        warnings=_once([*about_topics.warnings, *findings.warnings]),
        topic_files={name: each.file for name, each in in_force.items()},
        topic_faults=_once(about_topics.faults),
        kept=frozenset(name for name, each in in_force.items() if each is (last or {}).get(name)),
        lost=topics.broken - in_force.keys(),
    )
    return settings, _once(findings.faults)


def _in_force(topics: Topics, last: Mapping[str, LastGood]) -> dict[str, LastGood]:
    """The good topics, and of the others what was last in force: one that cannot even be named is missing."""
    good = {
        topic.id: LastGood(topic=topic, file=topics.places[topic.id].file)
        for topic in topics.topics
        if topic.id not in topics.broken
    }
    kept = {
        name: each
        for name, each in last.items()
        if name not in good and (name in topics.broken or each.file in topics.unread)
    }
    return {**good, **kept}


def _tables(layers: Layers, findings: Findings) -> tuple[Sections, frozenset[str]]:
    """Return the tables, and the names of those that are right; each is looked at by itself."""
    usable: dict[str, Table] = {}
    names = tuple(Sections.model_fields)
    for name, content in layers.values.items():
        if name not in names:
            findings.fault(layers.place((name,)), "unknown key", did_you_mean(name, names))
            continue
        shape: type[Table] = type(Sections.model_fields[name].default)
        table = findings.validated(shape, content, partial(_under, layers, name))
        if table is not None:
            usable[name] = table
    broken = layers.values.keys() - usable.keys()
    return Sections.model_validate(usable), frozenset(names) - broken


def _under(layers: Layers, name: str, loc: Loc) -> Place:
    return layers.place((name, *loc))


def _located(tables: Sections, config_dir: Path, environ: Mapping[str, str]) -> Sections:
    """Return the tables with the state directory and the database's URL made absolute."""
    state = tables.service.state_dir
    if "state_dir" not in tables.service.model_fields_set and environ.get("STATE_DIRECTORY"):
        state = Path(environ["STATE_DIRECTORY"].split(":")[0])  # systemd's StateDirectory=
    state = (config_dir / state).resolve()
    url = tables.database.url or "sqlite:///monitor.db"
    scheme, _, path = url.partition(":///")
    if scheme.startswith("sqlite"):
        url = f"{scheme}:///{state / path}"
    return tables.model_copy(
        update={
            "service": tables.service.model_copy(update={"state_dir": state}),
            "database": tables.database.model_copy(update={"url": url}),
        }
    )


def _check_secrets(
    layers: Layers, environ: Mapping[str, str], named: tuple[str, ...], findings: Findings
) -> None:
    for loc in SECRET_FILES.values():
        if loc in layers.lines and loc not in layers.places and loc[1] in ("token", "password"):
            findings.warn(
                layers.place(loc),
                "a secret in a file that is read and copied freely",
                f"Move it into a file {'_'.join(loc)} in the secrets directory, or into the environment.",
            )
    used = {secret_variable(name) for name in named}
    for name in environ:
        if name.startswith(SECRET_PREFIX) and name not in used:
            place = Place(file="environment", line=None, key=name)
            findings.fault(
                place, "unknown variable", "Nothing in people.yaml or feeds.yaml asks for it; unset it."
            )


def _check_files(config_dir: Path, findings: Findings) -> None:
    """Warn of files that look like ours and are not read: a misspelt name is silent otherwise."""
    for path in (*yaml_files(config_dir), *sorted(config_dir.glob("*.toml"))):
        if path.name not in KNOWN_FILES:
            findings.warn(_file(path), "this file is not read", did_you_mean(path.name, KNOWN_FILES))
    if (config_dir / "feeds.opml").exists():
        place = _file(config_dir / "feeds.opml")
        findings.warn(
            place, "this file is not read by itself", "Import it once: monitor feeds import feeds.opml"
        )


def _file(path: Path) -> Place:
    return Place(file=str(path), line=None, key="(file)")


def _once(found: list[Fault]) -> tuple[Fault, ...]:
    """Leave out repetitions: a shared concept's fault is found by every topic that uses it."""
    return tuple(dict.fromkeys(found))
