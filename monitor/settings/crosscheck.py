"""What no single table or file can know: whether the parts of a configuration fit one another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TypeAlias

from monitor.model import Channel, TopicStatus
from monitor.settings.findings import Findings, Place
from monitor.settings.people import People
from monitor.settings.sections import Sections
from monitor.settings.toml_lines import Loc
from monitor.settings.topic_files import Topics

At: TypeAlias = Callable[[Loc], Place]


def check_tables(tables: Sections, whole: Collection[str], place: At, findings: Findings) -> None:
    """Note keys that contradict one another, in the tables of *whole*; the others have their own faults."""
    if "poll" in whole:
        poll = tables.poll
        _ordered(("poll", "shortest"), poll.shortest, ("poll", "longest"), poll.longest, place, findings)
    if "alerts" in whole:
        first, longest = tables.alerts.retry_first, tables.alerts.retry_longest
        _ordered(("alerts", "retry_first"), first, ("alerts", "retry_longest"), longest, place, findings)
    if {"stories", "keep"} <= set(whole):
        window, records = tables.stories.window, tables.keep.records
        _ordered(("stories", "window"), window, ("keep", "records"), records, place, findings)
    if "net" in whole:
        net = tables.net
        _ordered(
            ("net", "connect_timeout"), net.connect_timeout, ("net", "timeout"), net.timeout, place, findings
        )
        _check_net(tables, place, findings)
    if "email" in whole:
        _check_account(tables, place, findings)


def check_channels(
    tables: Sections, whole: Collection[str], people: People, place: At, findings: Findings
) -> None:
    """Note what a channel lacks although some route or an operator uses it."""
    routed = {
        *people.operators,
        *(name for route in people.routes for name in route.destinations),
        *(each.fallback for each in people.destinations.values() if each.fallback),
    }
    used = {destination.channel: name for name, destination in people.destinations.items() if name in routed}
    if Channel.SLACK in used and "slack" in whole and not tables.slack.token.get_secret_value():
        findings.fault(
            place(("slack", "token")),
            f"missing, and destination {used[Channel.SLACK]} needs it",
            "Put the bot token into a secret file slack_token, or into MONITOR_SLACK__TOKEN.",
        )
    if people.feeds and "web" in whole and not tables.web.listen:
        findings.warn(
            place(("web", "listen")),
            "missing, and people.yaml has feeds of alerts",
            "Nobody can fetch them: set listen under [web].",
        )
    if Channel.EMAIL in used and "email" in whole:
        for key, value in (("host", tables.email.host), ("sender", tables.email.sender)):
            if not value:
                findings.fault(
                    place(("email", key)),
                    f"missing, and destination {used[Channel.EMAIL]} needs it",
                    f"Set {key} under [email], or MONITOR_EMAIL__{key.upper()}.",
                )


def check_audience(
    topics: Topics, people: People, topics_file: Place, people_file: Place, findings: Findings
) -> None:
    """Warn of topics that nobody hears of, the kind of silence that is noticed late."""
    if not topics.topics and topics.whole:
        findings.warn(
            topics_file, "there is no topic", "Write one; until then articles are read and nothing is told."
        )
    if not people.routes:
        findings.warn(
            people_file,
            "there is no route",
            "Alerts are stored and nobody is told; add a destination and a route.",
        )
        return
    heard = {topic for route in people.routes for topic in route.topics}
    all_heard = any(not route.topics for route in people.routes)
    for topic in topics.topics:
        is_heard = topic.id in heard or (all_heard and not topic.discreet)
        if topic.status is TopicStatus.LIVE and not is_heard:
            findings.warn(
                topics.places[topic.id],
                "no route tells of this topic",
                "Name it in a route of people.yaml; one without topics tells of no discreet one.",
            )


def _ordered(
    low: Loc, low_value: timedelta, high: Loc, high_value: timedelta, place: At, findings: Findings
) -> None:
    if low_value > high_value:
        findings.fault(
            place(low), f"longer than {high[0]}.{high[1]}", "Make it shorter, or the other one longer."
        )


def _check_net(tables: Sections, place: At, findings: Findings) -> None:
    if any(network.prefixlen == 0 for network in tables.net.allow_addresses):
        findings.warn(
            place(("net", "allow_addresses")),
            "switches the guard of private addresses off",
            "Name only the networks that hold your own feeds.",
        )
    if not any(sign in tables.net.user_agent for sign in ("@", "://")):
        findings.warn(
            place(("net", "user_agent")),
            "names no contact",
            "Add your address or site; publishers block readers that they cannot ask.",
        )


def _check_account(tables: Sections, place: At, findings: Findings) -> None:
    email = tables.email
    has_password = bool(email.password.get_secret_value())
    if bool(email.username) != has_password:
        lacking = "username" if has_password else "password"
        findings.fault(
            place(("email", lacking)),
            "missing: user name and password come together",
            f"Put it into a secret file email_{lacking}, or into MONITOR_EMAIL__{lacking.upper()}.",
        )
    if has_password and email.tls == "none":
        findings.warn(place(("email", "tls")), "sends the password in clear", "Use starttls or tls.")
